/** Stacked columns: amounts over days, hours or bins. */

import type { ReactNode } from "react";
import { Below, Marks } from "./axes";
import { Chart, type Tone } from "./chart";
import { scale, thinned, ticks } from "./scale";

export interface Column {
  readonly label: string;
  readonly values: readonly number[];
}

const [LEFT, BOTTOM, TOP, BAR_MOST] = [40, 20, 6, 56];

export function Columns(props: {
  readonly title: string;
  /** What the columns stand along: "Day". */
  readonly along: string;
  readonly series: readonly { readonly name: string; readonly tone: Tone }[];
  readonly columns: readonly Column[];
  readonly format: (value: number) => string;
  readonly height?: number;
}): ReactNode {
  const { columns, series, format, height = 180 } = props;
  const sums = columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const most = Math.max(0, ...sums);
  // What is counted has no halves.
  const marks = ticks(0, most || 1, 4, sums.every(Number.isInteger) ? 1 : 0);
  const y = scale([0, marks[marks.length - 1]!], [height - BOTTOM, TOP]);
  const last = columns.length - 1;
  const draw = (width: number): ReactNode => {
    const step = (width - LEFT) / Math.max(1, columns.length);
    const bar = Math.max(1, Math.min(BAR_MOST, step - Math.min(6, step * 0.2)));
    const shown = thinned(columns.length, (width - LEFT) / 64);
    return (
      <>
        <Marks marks={marks} y={y} left={LEFT} width={width} format={format} />
        {columns.map((column, at) => {
          let base = 0;
          return (
            <g key={column.label}>
              <title>{`${column.label}: ${series.map((one, i) => `${one.name} ${format(column.values[i] ?? 0)}`).join(", ")}`}</title>
              {series.map((one, i) => {
                const value = column.values[i] ?? 0;
                const [from, to] = [base, base + value];
                base = to;
                return value <= 0 ? null : (
                  <rect
                    key={one.name}
                    className={`gs-fill gs-tone-${one.tone}`}
                    x={LEFT + (at + 0.5) * step - bar / 2}
                    width={bar}
                    y={y(to)}
                    height={Math.max(0.5, y(from) - y(to))}
                  />
                );
              })}
              {shown(at) && (
                <Below x={LEFT + (at + 0.5) * step} height={height}>
                  {column.label}
                </Below>
              )}
            </g>
          );
        })}
      </>
    );
  };
  return (
    <Chart
      title={props.title}
      height={height}
      draw={draw}
      empty={most === 0}
      says={last < 0 ? "" : `${columns[0]!.label} – ${columns[last]!.label}, ≤ ${format(most)}`}
      {...(series.length > 1 ? { legend: series } : {})}
      table={{
        head: [props.along, ...series.map(({ name }) => name)],
        rows: columns.map(({ label, values }) => [label, ...values.map(format)]),
      }}
    />
  );
}
