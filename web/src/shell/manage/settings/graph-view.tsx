/** A graph of stages as a drawing: boxes from left to right, ways between them, ways back dashed below. */

import type { ReactNode } from "react";
import type { Graph } from "@/api/types";
import type { Text } from "@/core/words";
import { useSpeech } from "../../language";
import { type Box, drawn, type Way } from "../parts/graph";
import { STAGES } from "../parts/words";
import { SETTINGS, WAYS } from "./words";
import "./graph.css";

const [WIDE, HIGH, GAP_X, GAP_Y, LIFT] = [132, 48, 58, 22, 26];

export function GraphView({ graph }: { readonly graph: Graph }): ReactNode {
  const { t } = useSpeech();
  const picture = drawn(graph);
  const backs = picture.ways.filter(({ back }) => back).length;
  const width = picture.columns * (WIDE + GAP_X) - GAP_X + 4;
  const over = picture.ways.some((way) => way.over) ? LIFT : 0;
  const height = picture.rows * (HIGH + GAP_Y) + backs * 16 + 8 + over;
  const boxes = new Map(picture.boxes.map((box) => [box.name, box]));
  const ways = picture.ways.map(({ from, on, to }) => `${from} –${on}→ ${to}`).join(", ");
  let below = 0;
  return (
    <div className="gm-graph">
      <svg
        role="img"
        aria-label={`${t(SETTINGS.picture)}: ${ways}`}
        width={width}
        height={height}
        viewBox={`0 ${-over} ${width} ${height}`}
      >
        <defs>
          <marker id="gm-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0L8 4L0 8z" className="gm-graph-arrow" />
          </marker>
        </defs>
        {picture.ways.map((way) => {
          const [from, to] = [boxes.get(way.from), boxes.get(way.to)];
          if (from === undefined || to === undefined) return null;
          if (way.back) below += 1;
          return (
            <WayView
              key={`${way.from} ${way.on} ${way.to}`}
              way={way}
              from={from}
              to={to}
              rows={picture.rows}
              lane={below}
            />
          );
        })}
        {picture.boxes.map((box) => (
          <g key={box.name} transform={`translate(${x(box)} ${y(box)})`} className={`gm-graph-${box.kind}`}>
            <title>{box.title}</title>
            <rect width={WIDE} height={HIGH} rx={box.kind === "end" ? 24 : 8} className="gm-graph-box" />
            <text x={WIDE / 2} y={box.kind === "end" ? 29 : 21} textAnchor="middle" className="gm-graph-title">
              {box.kind === "end" ? t(SETTINGS.end) : box.title.length > 16 ? `${box.title.slice(0, 15)}…` : box.title}
            </text>
            {box.kind !== "end" && (
              <text x={WIDE / 2} y={37} textAnchor="middle">
                {t((STAGES as { readonly [kind: string]: Text })[box.kind] ?? SETTINGS.end)}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}

function x(box: Box): number {
  return box.column * (WIDE + GAP_X) + 2;
}

function y(box: Box): number {
  return box.row * (HIGH + GAP_Y) + 4;
}

function WayView(props: {
  readonly way: Way;
  readonly from: Box;
  readonly to: Box;
  readonly rows: number;
  readonly lane: number;
}): ReactNode {
  const { t } = useSpeech();
  const { way, from, to, rows, lane } = props;
  if (way.back) {
    const depth = rows * (HIGH + GAP_Y) - GAP_Y + lane * 16 + 4;
    const [start, end] = [x(from) + WIDE / 2 - 14, x(to) + WIDE / 2 + 14];
    return (
      <>
        <path
          className="gm-graph-way gm-graph-back"
          markerEnd="url(#gm-arrow)"
          d={`M${start} ${y(from) + HIGH}V${depth}H${end}V${y(to) + HIGH + 2}`}
        />
        <text x={(start + end) / 2} y={depth - 3} textAnchor="middle">
          {t(wayOn(way.on))}
        </text>
      </>
    );
  }
  if (way.over) {
    // Past the boxes in between, above them.
    const [start, end] = [x(from) + WIDE / 2 + 14, x(to) + WIDE / 2 - 14];
    return (
      <>
        <path
          className="gm-graph-way"
          markerEnd="url(#gm-arrow)"
          d={`M${start} ${y(from)}V${-LIFT + 14}H${end}V${y(to) - 2}`}
        />
        <text x={start + 8} y={-LIFT + 10}>
          {t(wayOn(way.on))}
        </text>
      </>
    );
  }
  const [x1, y1, x2, y2] = [x(from) + WIDE, y(from) + HIGH / 2, x(to) - 2, y(to) + HIGH / 2];
  const middle = (x1 + x2) / 2;
  return (
    <>
      <path
        className="gm-graph-way"
        markerEnd="url(#gm-arrow)"
        d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`}
      />
      {way.on !== "done" && (
        <text x={x1 + 6} y={y1 + (y2 > y1 ? 18 : -6)}>
          {t(wayOn(way.on))}
        </text>
      )}
    </>
  );
}

/** What leads along a way; routers have words of their own. */
function wayOn(on: string): Text {
  return (WAYS as { readonly [on: string]: Text })[on] ?? { en: on, zh: on };
}
