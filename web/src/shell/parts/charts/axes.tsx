/** The lines and words along the edges of a drawing. */

import type { ReactNode } from "react";

/** The values at the left, each with its line across; of those too close together to be told apart the first. */
export function Marks(props: {
  readonly marks: readonly number[];
  readonly y: (value: number) => number;
  readonly left: number;
  readonly width: number;
  readonly format: (value: number) => string;
}): ReactNode {
  const { marks, y, left, width, format } = props;
  const said = marks.map(format);
  return marks.map((mark, at) => (
    <g key={mark}>
      <line className="gs-grid" x1={left} x2={width} y1={y(mark)} y2={y(mark)} />
      <text x={left - 6} y={y(mark) + 4} textAnchor="end">
        {said.indexOf(said[at]!) === at ? said[at] : null}
      </text>
    </g>
  ));
}

/** One word below. */
export function Below(props: { readonly x: number; readonly height: number; readonly children: ReactNode }): ReactNode {
  return (
    <text x={props.x} y={props.height - 5} textAnchor="middle">
      {props.children}
    </text>
  );
}
