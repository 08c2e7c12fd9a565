/** Plane geometry of shapes in image pixels: y grows downwards, angles are degrees clockwise as seen. Pure. */

export type Point = readonly [number, number];

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle about its centre, turned. */
export interface Frame {
  readonly cx: number;
  readonly cy: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

/** Points one after the other, x and y in turn. */
export type Row = ArrayLike<number>;

export function distance(from: Point, to: Point): number {
  return Math.hypot(to[0] - from[0], to[1] - from[1]);
}

/** A coordinate as it is kept: to the thousandth, never -0; the server rounds alike. */
export function pixel(value: number): number {
  return Math.round(value * 1000) / 1000 + 0;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

export function inside(point: Point, size: Size): Point {
  return [clamp(point[0], 0, size.width), clamp(point[1], 0, size.height)];
}

export function turned(point: Point, about: Point, degrees: number): Point {
  if (degrees === 0) return point;
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [x, y] = [point[0] - about[0], point[1] - about[1]];
  return [about[0] + x * cos - y * sin, about[1] + x * sin + y * cos];
}

/** The corners of a frame: top left, top right, bottom right, bottom left before it is turned. */
export function corners(frame: Frame): readonly [Point, Point, Point, Point] {
  const [w, h] = [frame.width / 2, frame.height / 2];
  const at = (x: number, y: number): Point => turned([frame.cx + x, frame.cy + y], [frame.cx, frame.cy], frame.angle);
  return [at(-w, -h), at(w, -h), at(w, h), at(-w, h)];
}

export function rectOf(from: Point, to: Point): Rect {
  return {
    left: Math.min(from[0], to[0]),
    top: Math.min(from[1], to[1]),
    right: Math.max(from[0], to[0]),
    bottom: Math.max(from[1], to[1]),
  };
}

export function boundsOf(row: Row): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at + 1 < row.length; at += 2) {
    const [x, y] = [row[at]!, row[at + 1]!];
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { left, top, right, bottom };
}

export function joined(one: Rect, other: Rect): Rect {
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

export function grown(rect: Rect, by: number): Rect {
  return { left: rect.left - by, top: rect.top - by, right: rect.right + by, bottom: rect.bottom + by };
}

/** Whether two rectangles touch. */
export function meet(one: Rect, other: Rect): boolean {
  return one.left <= other.right && other.left <= one.right && one.top <= other.bottom && other.top <= one.bottom;
}

/** Whether the first holds all of the second. */
export function holdsRect(outer: Rect, inner: Rect): boolean {
  return (
    outer.left <= inner.left && outer.top <= inner.top && outer.right >= inner.right && outer.bottom >= inner.bottom
  );
}

/** The point of a segment that is nearest to a point. */
export function nearestOn(point: Point, from: Point, to: Point): Point {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const square = dx * dx + dy * dy;
  if (square === 0) return from;
  const part = clamp(((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / square, 0, 1);
  return [from[0] + part * dx, from[1] + part * dy];
}

/** How far a point is from a line of points. */
export function distanceTo(row: Row, closed: boolean, point: Point): number {
  const count = row.length / 2;
  if (count === 0) return Infinity;
  const at = (place: number): Point => [row[2 * place]!, row[2 * place + 1]!];
  if (count === 1) return distance(at(0), point);
  let best = Infinity;
  for (let place = closed ? 0 : 1; place < count; place += 1) {
    const before = at(place === 0 ? count - 1 : place - 1);
    best = Math.min(best, distance(point, nearestOn(point, before, at(place))));
  }
  return best;
}

/** Whether a closed outline holds a point, by the even-odd rule. */
export function holdsPoint(row: Row, point: Point): boolean {
  let within = false;
  const [x, y] = point;
  for (let at = 0, last = row.length - 2; at + 1 < row.length; last = at, at += 2) {
    const [ax, ay, bx, by] = [row[at]!, row[at + 1]!, row[last]!, row[last + 1]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

/** Square pixels of an outline, by the shoelace formula. */
export function areaOf(row: Row): number {
  let twice = 0;
  for (let at = 0, last = row.length - 2; at + 1 < row.length; last = at, at += 2) {
    twice += row[last]! * row[at + 1]! - row[at]! * row[last + 1]!;
  }
  return Math.abs(twice) / 2;
}

/** Whether a segment crosses or touches a rectangle (Liang–Barsky). */
export function segmentMeets(from: Point, to: Point, rect: Rect): boolean {
  let [low, high] = [0, 1];
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const edges: readonly (readonly [number, number])[] = [
    [-dx, from[0] - rect.left],
    [dx, rect.right - from[0]],
    [-dy, from[1] - rect.top],
    [dy, rect.bottom - from[1]],
  ];
  for (const [slope, room] of edges) {
    if (slope === 0) {
      if (room < 0) return false;
    } else if (slope < 0) low = Math.max(low, room / slope);
    else high = Math.min(high, room / slope);
  }
  return low <= high;
}
