/** A value between 0 and 1 with the interval it is known within, as a bar in a table. */

import type { ReactNode } from "react";
import type { Reading } from "./readings";

const [WIDTH, HEIGHT] = [200, 22];

export function IntervalBar(props: {
  readonly reading: Reading;
  readonly shown: (value: number) => string;
}): ReactNode {
  const { value, low, high, unit } = props.reading;
  if (value === null || unit === "level" || value < 0 || value > 1) return null;
  const interval = low === null || high === null ? "" : `${props.shown(low)} – ${props.shown(high)}`;
  return (
    <svg
      width={WIDTH}
      height={interval === "" ? HEIGHT : HEIGHT + 14}
      role="img"
      aria-label={interval === "" ? props.shown(value) : interval}
      className="gs-chart"
    >
      <rect className="gs-fill gs-tone-faint" x={0} y={8} width={WIDTH} height={6} rx={3} opacity={0.4} />
      <rect className="gs-fill gs-tone-accent" x={0} y={8} width={Math.max(1, value * WIDTH)} height={6} rx={3} />
      {low !== null && high !== null && (
        <g className="gs-tone-plain">
          <line className="gs-stroke" x1={low * WIDTH} x2={high * WIDTH} y1={11} y2={11} />
          <line className="gs-stroke" x1={Math.max(1, low * WIDTH)} x2={Math.max(1, low * WIDTH)} y1={4} y2={18} />
          <line
            className="gs-stroke"
            x1={Math.min(WIDTH - 1, high * WIDTH)}
            x2={Math.min(WIDTH - 1, high * WIDTH)}
            y1={4}
            y2={18}
          />
          <text x={WIDTH} y={32} textAnchor="end">
            {interval}
          </text>
        </g>
      )}
    </svg>
  );
}
