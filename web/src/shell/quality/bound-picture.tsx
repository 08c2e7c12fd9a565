/** The bound as a picture: errors found, errors proved not to be exceeded, errors the promise allows. */

import type { ReactNode } from "react";
import type { CertificateFacts } from "@/api/types";
import { useSpeech } from "../language";
import { Chart } from "../parts/charts/chart";
import { scale, ticks } from "../parts/charts/scale";
import { CERT } from "./words";

const [LEFT, RIGHT, HEIGHT, AXIS] = [16, 24, 150, 118];

export function BoundPicture({ facts }: { readonly facts: CertificateFacts }): ReactNode {
  const { t, format } = useSpeech();
  const wrong = facts.parts.reduce((sum, part) => sum + part.wrong, 0);
  const { bound, budget } = facts;
  const most = Math.max(wrong, bound ?? 0, budget, 1) * 1.15;
  const marks = ticks(0, most);
  const said = {
    found: t(CERT.foundMark, { count: format.number(wrong) }),
    bound: bound === null ? t(CERT.notMeasured) : t(CERT.boundMark, { count: format.number(bound) }),
    budget: t(CERT.budgetMark, { count: format.number(budget) }),
  };
  const draw = (width: number): ReactNode => {
    const x = scale([0, marks.at(-1) ?? most], [LEFT, width - RIGHT]);
    const bars = [
      { at: wrong, y: 8, tone: "warn", text: said.found },
      ...(bound === null ? [] : [{ at: bound, y: 44, tone: bound <= budget ? "good" : "bad", text: said.bound }]),
    ];
    const right = x(budget) > width * 0.6;
    return (
      <>
        {marks.map((mark) => (
          <g key={mark}>
            <line className="gs-grid" x1={x(mark)} x2={x(mark)} y1={4} y2={AXIS} />
            <text x={x(mark)} y={AXIS + 14} textAnchor="middle">
              {format.number(mark)}
            </text>
          </g>
        ))}
        {bars.map((bar) => (
          <g key={bar.y} className={`gs-tone-${bar.tone}`}>
            <rect className="gs-fill" x={x(0)} y={bar.y} width={Math.max(2, x(bar.at) - x(0))} height={12} rx={2} />
            <text x={x(0) + 2} y={bar.y + 26}>
              {bar.text}
            </text>
          </g>
        ))}
        <g className="gs-tone-accent">
          <line className="gs-stroke" x1={x(budget)} x2={x(budget)} y1={4} y2={AXIS} strokeDasharray="4 3" />
          <text x={x(budget) + (right ? -6 : 6)} y={AXIS - 8} textAnchor={right ? "end" : "start"}>
            {said.budget}
          </text>
        </g>
        <text x={width / 2} y={HEIGHT - 4} textAnchor="middle">
          {t(CERT.errorsAxis, { items: format.number(facts.items) })}
        </text>
      </>
    );
  };
  return (
    <Chart
      title={t(CERT.picture)}
      height={HEIGHT}
      draw={draw}
      says={[said.found, said.bound, said.budget].join("; ")}
      table={{
        head: ["", t(CERT.wrong)],
        rows: [
          [t(CERT.found), format.number(wrong)],
          [t(CERT.bound), bound === null ? t(CERT.notMeasured) : format.number(bound)],
          [t(CERT.allowed), format.number(budget)],
        ],
      }}
    />
  );
}
