/** Where things stand in a chart: scales, ticks and paths. Pure. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A scale from values to pixels; a domain of one value stands in the middle. */
export function scale(domain: readonly [number, number], range: readonly [number, number]): (value: number) => number {
  const [from, to] = domain;
  const [start, end] = range;
  if (to === from) return () => (start + end) / 2;
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Round values from 0 (or `least`) to at least `most`, about `count` of them and `finest` apart at least. */
export function ticks(least: number, most: number, count = 4, finest = 0): readonly number[] {
  const span = most - least;
  if (!(span > 0) || !Number.isFinite(span)) return [least];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(
    finest,
    [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= raw && (finest < 1 || one % 1 === 0 || one < 1))!,
  );
  const first = Math.floor(least / step);
  const last = Math.ceil(most / step);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** The path of a line; a null breaks it. */
export function linePath(points: readonly (Point | null)[]): string {
  let open = false;
  const parts: string[] = [];
  for (const point of points) {
    if (point === null) {
      open = false;
      continue;
    }
    parts.push(`${open ? "L" : "M"}${round(point.x)} ${round(point.y)}`);
    open = true;
  }
  return parts.join("");
}

/** The area between an upper and a lower line that have the same x. */
export function bandPath(upper: readonly Point[], lower: readonly Point[]): string {
  if (upper.length === 0) return "";
  return `${linePath(upper)}${linePath([...lower].reverse()).replace("M", "L")}Z`;
}

/** Which of many labels are shown when only about `room` fit. */
export function thinned(count: number, room: number): (at: number) => boolean {
  const step = Math.max(1, Math.ceil(count / Math.max(1, room)));
  return (at) => at % step === 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Wilson's interval of a share, 95 %: what a chart's band shows. */
export function wilson(hits: number, tries: number): readonly [number, number] | null {
  if (tries <= 0) return null;
  const z = 1.96;
  const share = hits / tries;
  const middle = share + (z * z) / (2 * tries);
  const half = z * Math.sqrt((share * (1 - share)) / tries + (z * z) / (4 * tries * tries));
  const whole = 1 + (z * z) / tries;
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}
