/** How shapes are drawn, in device pixels: `at` says where image pixels come to lie. */

import type { Rect } from "./geometry";
import type { Shape } from "./scene";
import type { Line, Outline } from "./shape";

/** Image pixels to device pixels: `x * scale + dx`. */
export interface Lay {
  readonly scale: number;
  readonly dx: number;
  readonly dy: number;
  /** Device pixels in a CSS pixel. */
  readonly ratio: number;
}

export interface Look {
  readonly color: string;
  readonly width: number;
  /** Of the filling; 0: none. */
  readonly fill: number;
  readonly dashed: boolean;
  /** A white line under the coloured one, so that it is seen on any ground. */
  readonly cased: boolean;
}

/** CSS pixels around a shape's bounds that its drawing may touch: the line, the dots, the caption. */
export const REACH = { around: 8, caption: 18, captionWide: 190 } as const;

const FONT = 11;
/** Device pixels a point must be from the one before to be drawn. */
const LEAST_STEP = 0.8;

/** Begin a path with a line, leaving out points nobody can tell apart. */
export function trace(context: Context, line: Line, lay: Lay, least = LEAST_STEP): void {
  const { row } = line;
  let [lastX, lastY] = [Infinity, Infinity];
  for (let at = 0; at + 1 < row.length; at += 2) {
    const [x, y] = [row[at]! * lay.scale + lay.dx, row[at + 1]! * lay.scale + lay.dy];
    const near = Math.abs(x - lastX) + Math.abs(y - lastY) < least;
    if (near && at + 2 < row.length) continue;
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
    [lastX, lastY] = [x, y];
  }
  if (line.closed) context.closePath();
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export function drawOutline(context: Context, outline: Outline, lay: Lay, look: Look): void {
  const { color, ratio } = { color: look.color, ratio: lay.ratio };
  context.lineJoin = "round";
  context.beginPath();
  for (const line of outline.lines) trace(context, line, lay);
  if (look.fill > 0 && outline.lines.some(({ closed }) => closed)) {
    context.globalAlpha = look.fill;
    context.fillStyle = color;
    context.fill("evenodd");
    context.globalAlpha = 1;
  }
  if (look.cased) {
    context.strokeStyle = "rgba(255,255,255,0.9)";
    context.lineWidth = (look.width + 2) * ratio;
    context.stroke();
  }
  if (look.dashed) context.setLineDash([6 * ratio, 4 * ratio]);
  context.strokeStyle = color;
  context.lineWidth = look.width * ratio;
  context.stroke();
  if (look.dashed) context.setLineDash([]);
  for (const { at, hidden } of outline.dots) {
    const [x, y] = [at[0] * lay.scale + lay.dx, at[1] * lay.scale + lay.dy];
    context.beginPath();
    context.arc(x, y, (look.width + 2.5) * ratio, 0, 2 * Math.PI);
    context.fillStyle = hidden ? "rgba(255,255,255,0.85)" : color;
    context.fill();
    context.strokeStyle = hidden ? color : "#ffffff";
    context.lineWidth = 1.5 * ratio;
    context.stroke();
  }
}

/** Device pixels below which shapes are drawn colour by colour, all at once. */
const SMALL = 28;

/**
 * Shapes as they stand still. Small ones come last, all of a colour in one path: they lie on top of large ones, and
 * among themselves their order is not seen.
 */
export function drawShapes(context: Context, shapes: readonly Shape[], lay: Lay): void {
  const small = new Map<string, Shape[]>();
  for (const shape of shapes) {
    const { left, top, right, bottom } = shape.bounds;
    const size = Math.max(right - left, bottom - top) * lay.scale;
    if (size < SMALL * lay.ratio && shape.outline.dots.length === 0 && !shape.guessed) {
      const known = small.get(shape.color);
      if (known === undefined) small.set(shape.color, [shape]);
      else known.push(shape);
    } else {
      const { color, guessed } = shape;
      drawOutline(context, shape.outline, lay, { color, width: 2, fill: 0.14, dashed: guessed, cased: false });
    }
  }
  for (const [color, group] of small) drawSmall(context, color, group, lay);
}

function drawSmall(context: Context, color: string, shapes: readonly Shape[], lay: Lay): void {
  context.beginPath();
  for (const { outline, bounds } of shapes) {
    const [wide, high] = [(bounds.right - bounds.left) * lay.scale, (bounds.bottom - bounds.top) * lay.scale];
    if (Math.max(wide, high) < 3 * lay.ratio) {
      const [x, y] = [bounds.left * lay.scale + lay.dx, bounds.top * lay.scale + lay.dy];
      context.rect(x, y, Math.max(wide, 1), Math.max(high, 1));
    } else for (const line of outline.lines) trace(context, line, lay, 2);
  }
  context.strokeStyle = color;
  context.lineWidth = 1.25 * lay.ratio;
  context.stroke();
}

export function captioned(shape: Shape, lay: Lay): boolean {
  const { left, top, right, bottom } = shape.bounds;
  const dots = shape.outline.lines.length === 0;
  return dots ? lay.scale >= lay.ratio / 2 : (right - left + bottom - top) * lay.scale >= 72 * lay.ratio;
}

/** The words of a shape above its top left corner. */
export function drawCaption(context: Context, shape: Shape, lay: Lay): void {
  const { ratio } = lay;
  context.font = `600 ${FONT * ratio}px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`;
  context.textBaseline = "middle";
  const most = (REACH.captionWide - 10) * ratio;
  const text = shape.caption.length > 28 ? `${shape.caption.slice(0, 27)}…` : shape.caption;
  const wide = Math.min(context.measureText(text).width, most);
  const [x, bottom] = [
    shape.bounds.left * lay.scale + lay.dx - ratio,
    shape.bounds.top * lay.scale + lay.dy - 2 * ratio,
  ];
  const high = (FONT + 4) * ratio;
  context.globalAlpha = 0.92;
  context.fillStyle = shape.color;
  context.fillRect(x, bottom - high, wide + 8 * ratio, high);
  context.globalAlpha = 1;
  context.fillStyle = inkOn(shape.color);
  context.fillText(text, x + 4 * ratio, bottom - high / 2 + 0.5 * ratio, most);
}

/** What of the picture the drawing of something within bounds may touch. */
export function touched(bounds: Rect, scale: number): Rect {
  const around = REACH.around / scale;
  return {
    left: bounds.left - around,
    top: bounds.top - Math.max(around, REACH.caption / scale),
    right: Math.max(bounds.right + around, bounds.left + REACH.captionWide / scale),
    bottom: bounds.bottom + around,
  };
}

/** What to look for so that all drawings that may touch a rectangle are found: the other way round. */
export function touching(rect: Rect, scale: number): Rect {
  const around = REACH.around / scale;
  return {
    left: rect.left - REACH.captionWide / scale,
    top: rect.top - around,
    right: rect.right + around,
    bottom: rect.bottom + REACH.caption / scale,
  };
}

const INKS = new Map<string, string>();

/** Black or white, whichever is read better on a colour. */
export function inkOn(color: string): string {
  const known = INKS.get(color);
  if (known !== undefined) return known;
  const hex = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  const parts = hex === undefined ? [0, 0, 0] : [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const light = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  const ink = light > 0.179 ? "#000000" : "#ffffff";
  INKS.set(color, ink);
  return ink;
}
