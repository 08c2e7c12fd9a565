/** The drawing of a run: boxes in a row, flows as wide as what passes, and what leaves below. */

import { useElementSize } from "@mantine/hooks";
import type { ReactNode } from "react";
import type { RunPicture } from "@/api/types";
import type { Text } from "@/core/words";
import { useSpeech } from "../../language";
import { stageName } from "../overview/overview-page";
import { type StageBox, stageBoxes } from "./picture";
import { LINES } from "./words";
import "./flow.css";

const [HEIGHT, BOX_HEIGHT, TOP, GAP] = [190, 104, 14, 34];

export function Flow({ picture }: { readonly picture: RunPicture }): ReactNode {
  const { t, format } = useSpeech();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const boxes = stageBoxes(picture);
  const wide = (Math.max(width, 720) - GAP * (boxes.length - 1)) / boxes.length;
  const x = (at: number): number => at * (wide + GAP);
  const says = boxes
    .map((one) => `${stageName(one.name, t)} ${one.out === null ? "–" : format.number(one.out)}`)
    .join(" → ");
  return (
    <div ref={ref} className="gm-flow">
      {width > 0 && (
        <svg
          role="img"
          aria-label={`${t(LINES.picture)}: ${says}`}
          width={Math.max(width, 720)}
          height={HEIGHT}
          viewBox={`0 0 ${Math.max(width, 720)} ${HEIGHT}`}
        >
          {boxes.map((one, at) => (
            <g key={one.name} transform={`translate(${x(at)} ${TOP})`} className={`gm-flow-${one.status}`}>
              {at < boxes.length - 1 && <Between box={one} from={wide} />}
              {one.dropped > 0 && <Dropped box={one} middle={wide / 2} />}
              <Box box={one} wide={wide} />
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

function Between({ box, from }: { readonly box: StageBox; readonly from: number }): ReactNode {
  const thick = box.out === null ? 1 : Math.max(2, box.flow * 34);
  return (
    <path
      className={box.out === null ? "gm-flow-none" : "gm-flow-way"}
      d={`M${from} ${BOX_HEIGHT / 2 - thick / 2}h${GAP}v${thick}h${-GAP}z`}
    />
  );
}

function Dropped({ box, middle }: { readonly box: StageBox; readonly middle: number }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <>
      <path className="gm-flow-lost" d={`M${middle - 7} ${BOX_HEIGHT}h14v22l-7 9l-7 -9z`} />
      <text x={middle} y={BOX_HEIGHT + 48} textAnchor="middle" className="gm-flow-lost-text">
        {t(LINES.dropped, { count: format.number(box.dropped) })}
      </text>
    </>
  );
}

function Box({ box, wide }: { readonly box: StageBox; readonly wide: number }): ReactNode {
  const { t, format } = useSpeech();
  const status = (LINES as { readonly [name: string]: Text })[box.waits ? "waiting" : box.status];
  const speed = box.speed === null ? "" : t(LINES.speed, { count: format.number(box.speed, box.speed < 10 ? 1 : 0) });
  return (
    <>
      <rect
        width={wide}
        height={BOX_HEIGHT}
        rx={8}
        className={box.slowest ? "gm-flow-box gm-flow-slow" : "gm-flow-box"}
      />
      <text x={12} y={24} className="gm-flow-title">
        {stageName(box.name, t)}
      </text>
      <text x={12} y={46} className="gm-flow-number">
        {box.out === null ? "–" : format.number(box.out)}
      </text>
      <text x={12} y={66}>
        {box.in !== null && `${t(LINES.in)} ${format.number(box.in)}`}
      </text>
      <text x={12} y={84}>
        {speed}
        {box.slowest && ` · ${t(LINES.slowest)}`}
      </text>
      <text x={12} y={99} className="gm-flow-status">
        {status === undefined ? box.status : t(status)}
      </text>
    </>
  );
}
