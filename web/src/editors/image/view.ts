/** What part of the picture is seen: `screen = image * scale + (x, y)` in CSS pixels of the stage. Pure. */

import { clamp, type Point, type Rect, type Size } from "./geometry";

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const SCALE_MAX = 64;

const READABLE = 320; // pixels of the stage

export function toScreen(view: View, point: Point): Point {
  return [point[0] * view.scale + view.x, point[1] * view.scale + view.y];
}

export function toImage(view: View, point: Point): Point {
  return [(point[0] - view.x) / view.scale, (point[1] - view.y) / view.scale];
}

/** The part of the picture a stage of a size shows; may reach beyond the picture. */
export function seen(view: View, stage: Size): Rect {
  const [left, top] = toImage(view, [0, 0]);
  const [right, bottom] = toImage(view, [stage.width, stage.height]);
  return { left, top, right, bottom };
}

/** The whole of a rectangle in the middle of the stage, with a margin; small ones are not blown up beyond `most`. */
export function fitTo(rect: Rect, stage: Size, margin = 16, most = 4): View {
  const [wide, high] = [Math.max(rect.right - rect.left, 1e-3), Math.max(rect.bottom - rect.top, 1e-3)];
  const room = { width: Math.max(stage.width - 2 * margin, 1), height: Math.max(stage.height - 2 * margin, 1) };
  const scale = Math.min(room.width / wide, room.height / high, most);
  return {
    scale,
    x: (stage.width - (rect.left + rect.right) * scale) / 2,
    y: (stage.height - (rect.top + rect.bottom) * scale) / 2,
  };
}

/** As much as a whole picture is blown up to fit: tiny ones (a digit of 8 × 8) until they are large enough to be read. */
export function mostScale(image: Size): number {
  return clamp(READABLE / Math.max(image.width, image.height, 1), 4, SCALE_MAX);
}

/** Zoom by a factor; what is under a point of the stage stays there. */
export function zoomed(view: View, factor: number, about: Point, scaleMin: number): View {
  const scale = clamp(view.scale * factor, Math.min(scaleMin, view.scale), SCALE_MAX);
  const real = scale / view.scale;
  return { scale, x: about[0] - (about[0] - view.x) * real, y: about[1] - (about[1] - view.y) * real };
}

export function panned(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** Two fingers before and after: the view under which the picture stays under both (as far as turning allows). */
export function pinched(
  view: View,
  before: readonly [Point, Point],
  after: readonly [Point, Point],
  least: number,
): View {
  const apart = ([one, other]: readonly [Point, Point]): number => Math.hypot(other[0] - one[0], other[1] - one[1]);
  const middle = ([one, other]: readonly [Point, Point]): Point => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
  const [from, to] = [middle(before), middle(after)];
  const grownBy = apart(before) > 0 ? apart(after) / apart(before) : 1;
  return panned(zoomed(view, grownBy, from, least), to[0] - from[0], to[1] - from[1]);
}

/** A view that never loses the picture: some of it stays on the stage. */
export function kept(view: View, image: Size, stage: Size, rest = 48): View {
  const [wide, high] = [image.width * view.scale, image.height * view.scale];
  return {
    scale: view.scale,
    x: clamp(view.x, Math.min(rest - wide, 0), Math.max(stage.width - rest, 0)),
    y: clamp(view.y, Math.min(rest - high, 0), Math.max(stage.height - rest, 0)),
  };
}

/** The grid points are set to when drawn by hand: whole pixels, finer when one can see finer. */
export function fineness(scale: number): number {
  return scale >= 16 ? 0.1 : scale >= 4 ? 0.5 : 1;
}

export function onGrid(point: Point, scale: number): Point {
  const step = fineness(scale);
  const set = (value: number): number => Math.round(Math.round(value / step) * step * 10) / 10;
  return [set(point[0]), set(point[1])];
}
