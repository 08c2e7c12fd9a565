/** Lines over time, each with the interval it is known within where there is one. */

import type { ReactNode } from "react";
import { Below, Marks } from "./axes";
import { Chart, type Tone } from "./chart";
import { bandPath, linePath, type Point, scale, thinned, ticks } from "./scale";

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  readonly values: readonly (number | null)[];
  /** The interval of each value. */
  readonly band?: readonly (readonly [number, number] | null)[];
}

const [LEFT, BOTTOM, TOP] = [44, 20, 8];

export function Lines(props: {
  readonly title: string;
  readonly along: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** The least and the most of the axis; else as the values are. */
  readonly domain?: readonly [number, number];
  readonly height?: number;
}): ReactNode {
  const { labels, series, format, height = 180 } = props;
  const known = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const [least, most] = props.domain ?? [0, Math.max(...known, 0) || 1];
  const marks = ticks(least, most);
  const y = scale([marks[0]!, marks[marks.length - 1]!], [height - BOTTOM, TOP]);
  const draw = (width: number): ReactNode => {
    const x = scale([0, Math.max(1, labels.length - 1)], [LEFT + 8, width - 12]);
    const shown = thinned(labels.length, (width - LEFT) / 64);
    return (
      <>
        <Marks marks={marks} y={y} left={LEFT} width={width} format={format} />
        {labels.map(
          (label, at) =>
            shown(at) && (
              <Below key={label} x={x(at)} height={height}>
                {label}
              </Below>
            ),
        )}
        {series.map((one) => (
          <g key={one.name} className={`gs-tone-${one.tone}`}>
            <Band series={one} x={x} y={y} />
            {one.band?.map(
              (interval, at) =>
                interval !== null && (
                  <line
                    key={labels[at]}
                    className="gs-whisker"
                    x1={x(at)}
                    x2={x(at)}
                    y1={y(interval[0])}
                    y2={y(interval[1])}
                  />
                ),
            )}
            <path
              className="gs-stroke"
              d={linePath(one.values.map((value, at) => (value === null ? null : { x: x(at), y: y(value) })))}
            />
            {one.values.map(
              (value, at) =>
                value !== null && (
                  <circle key={labels[at]} className="gs-fill" cx={x(at)} cy={y(value)} r={3}>
                    <title>{`${one.name} · ${labels[at]}: ${format(value)}`}</title>
                  </circle>
                ),
            )}
          </g>
        ))}
      </>
    );
  };
  return (
    <Chart
      title={props.title}
      height={height}
      draw={draw}
      empty={known.length === 0}
      says={series.map((one) => `${one.name} ${told(one.values, format)}`).join("; ")}
      {...(series.length > 1 ? { legend: series } : {})}
      table={{
        head: [props.along, ...series.map(({ name }) => name)],
        rows: labels.map((label, at) => [label, ...series.map((one) => cell(one, at, format))]),
      }}
    />
  );
}

function Band({
  series,
  x,
  y,
}: {
  readonly series: Series;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}): ReactNode {
  const upper: Point[] = [];
  const lower: Point[] = [];
  series.band?.forEach((interval, at) => {
    if (interval === null) return;
    lower.push({ x: x(at), y: y(interval[0]) });
    upper.push({ x: x(at), y: y(interval[1]) });
  });
  return upper.length < 2 ? null : <path className="gs-band" d={bandPath(upper, lower)} />;
}

function told(values: readonly (number | null)[], format: (value: number) => string): string {
  const known = values.filter((value) => value !== null);
  const [first, last] = [known[0], known[known.length - 1]];
  return first === undefined || last === undefined ? "–" : `${format(first)} → ${format(last)}`;
}

function cell(series: Series, at: number, format: (value: number) => string): string {
  const value = series.values[at] ?? null;
  if (value === null) return "–";
  const interval = series.band?.[at];
  return interval ? `${format(value)} (${format(interval[0])}–${format(interval[1])})` : format(value);
}
