/** Shapes that are a frame: box, rotated box and ellipse. One way to resize and turn for all three. */

import type { JsonObject } from "@/core/json";
import type { Control } from "@/core/schema";
import { boundsOf, clamp, corners, type Frame, type Point, pixel, type Rect, type Size, turned } from "./geometry";
import { type Fields, type Handle, numberOf, type Outline, type ShapeKind } from "./shape";

export type FramedType = "box" | "rotated_box" | "ellipse";

/** The least width and height a frame is drawn or resized to. */
export const LEAST = 1;
/** How far above the frame the handle to turn it stands, in CSS pixels. */
export const TURN_OFF = 22;
const ELLIPSE_POINTS = 96;

/** Name of a handle -> its place in the frame, from -1 to 1. */
const PLACES: readonly (readonly [string, number, number])[] = [
  ["nw", -1, -1],
  ["n", 0, -1],
  ["ne", 1, -1],
  ["e", 1, 0],
  ["se", 1, 1],
  ["s", 0, 1],
  ["sw", -1, 1],
  ["w", -1, 0],
];

export function frameOf(type: FramedType, value: JsonObject): Frame {
  if (type === "box") {
    const [width, height] = [numberOf(value.width), numberOf(value.height)];
    const [x, y] = [numberOf(value.x), numberOf(value.y)];
    return { cx: x + width / 2, cy: y + height / 2, width, height, angle: numberOf(value.rotation) };
  }
  const [cx, cy, angle] = [numberOf(value.cx), numberOf(value.cy), numberOf(value.angle)];
  return type === "ellipse"
    ? { cx, cy, width: 2 * numberOf(value.rx), height: 2 * numberOf(value.ry), angle }
    : { cx, cy, width: numberOf(value.width), height: numberOf(value.height), angle };
}

export function frameFields(type: FramedType, frame: Frame): Fields {
  const { cx, cy, width, height } = frame;
  if (type === "box") {
    const rotation = pixel(((frame.angle % 360) + 360) % 360) % 360;
    const place = { x: pixel(cx - width / 2), y: pixel(cy - height / 2), width: pixel(width), height: pixel(height) };
    return { ...place, rotation: rotation === 0 ? undefined : rotation };
  }
  const angle = pixel(((frame.angle % 180) + 180) % 180) % 180;
  return type === "ellipse"
    ? { cx: pixel(cx), cy: pixel(cy), rx: pixel(width / 2), ry: pixel(height / 2), angle }
    : { cx: pixel(cx), cy: pixel(cy), width: pixel(width), height: pixel(height), angle };
}

export function framed(type: FramedType, control: Control): ShapeKind {
  const turns = type !== "box" || control.options.rotation !== false;
  return {
    type,
    outline: (value) => outlineOf(type, frameOf(type, value)),
    handles: (value, scale) => handlesOf(frameOf(type, value), scale, turns),
    drag(value, handle, to, keep, size) {
      const frame = frameOf(type, value);
      if (handle === "turn") return frameFields(type, turnedTo(frame, to, keep));
      const wished = resized(frame, handle, to, keep);
      const next = type === "box" && frame.angle === 0 ? clipped(wished, size) : wished;
      const centre = { cx: clamp(next.cx, 0, size.width), cy: clamp(next.cy, 0, size.height) };
      return frameFields(type, { ...next, ...centre });
    },
    move(value, [dx, dy]) {
      const frame = frameOf(type, value);
      return frameFields(type, { ...frame, cx: frame.cx + dx, cy: frame.cy + dy });
    },
    core(value): Rect {
      const frame = frameOf(type, value);
      // A turned frame's corners may stand out of the picture, its centre may not; the server says so, too.
      if (frame.angle !== 0) return { left: frame.cx, top: frame.cy, right: frame.cx, bottom: frame.cy };
      return boundsOf(corners(frame).flat());
    },
  };
}

function outlineOf(type: FramedType, frame: Frame): Outline {
  if (type !== "ellipse") return { lines: [{ row: corners(frame).flat(), closed: true }], dots: [] };
  const row: number[] = [];
  for (let at = 0; at < ELLIPSE_POINTS; at += 1) {
    const angle = (2 * Math.PI * at) / ELLIPSE_POINTS;
    const point: Point = [
      frame.cx + (frame.width / 2) * Math.cos(angle),
      frame.cy + (frame.height / 2) * Math.sin(angle),
    ];
    row.push(...turned(point, [frame.cx, frame.cy], frame.angle));
  }
  return { lines: [{ row, closed: true }], dots: [] };
}

function handlesOf(frame: Frame, scale: number, turns: boolean): Handle[] {
  const at = (x: number, y: number): Point =>
    turned([frame.cx + (x * frame.width) / 2, frame.cy + (y * frame.height) / 2], [frame.cx, frame.cy], frame.angle);
  const roomy = Math.min(frame.width, frame.height) * scale >= 24;
  const found = PLACES.filter(([, x, y]) => roomy || (x !== 0 && y !== 0)).map(
    ([name, x, y]): Handle => ({
      name,
      kind: x !== 0 && y !== 0 ? "corner" : "side",
      at: at(x, y),
      cursor: cursorOf((Math.atan2(y, x) * 180) / Math.PI + frame.angle),
    }),
  );
  if (!turns) return found;
  const above: Point = [frame.cx, frame.cy - frame.height / 2 - TURN_OFF / scale];
  return [
    ...found,
    { name: "turn", kind: "turn", at: turned(above, [frame.cx, frame.cy], frame.angle), cursor: "grab" },
  ];
}

function cursorOf(degrees: number): string {
  const place = Math.round((((degrees % 180) + 180) % 180) / 45) % 4;
  return ["ew-resize", "nwse-resize", "ns-resize", "nesw-resize"][place]!;
}

/** A frame whose handle is dragged to a point: the opposite corner or side stays where it is. */
export function resized(frame: Frame, handle: string, to: Point, keep: boolean): Frame {
  const place = PLACES.find(([name]) => name === handle);
  if (place === undefined) return frame;
  const [, sx, sy] = place;
  const about: Point = [frame.cx, frame.cy];
  const local = turned(to, about, -frame.angle);
  const fixed: Point = [frame.cx - (sx * frame.width) / 2, frame.cy - (sy * frame.height) / 2];
  let [dx, dy] = [sx === 0 ? frame.width : local[0] - fixed[0], sy === 0 ? frame.height : local[1] - fixed[1]];
  if (keep && sx !== 0 && sy !== 0 && frame.width > 0 && frame.height > 0) {
    const factor = Math.max(Math.abs(dx) / frame.width, Math.abs(dy) / frame.height);
    dx = Math.sign(dx || sx) * frame.width * factor;
    dy = Math.sign(dy || sy) * frame.height * factor;
  }
  const [width, height] = [Math.max(Math.abs(dx), LEAST), Math.max(Math.abs(dy), LEAST)];
  const middle: Point = [
    sx === 0 ? frame.cx : fixed[0] + (Math.sign(dx || sx) * width) / 2,
    sy === 0 ? frame.cy : fixed[1] + (Math.sign(dy || sy) * height) / 2,
  ];
  const [cx, cy] = turned(middle, about, frame.angle);
  return { cx, cy, width, height, angle: frame.angle };
}

/** A box that is not turned lies within the picture; keeping its proportions might have led it out. */
function clipped(frame: Frame, size: Size): Frame {
  const [left, right] = [Math.max(frame.cx - frame.width / 2, 0), Math.min(frame.cx + frame.width / 2, size.width)];
  const [top, bottom] = [Math.max(frame.cy - frame.height / 2, 0), Math.min(frame.cy + frame.height / 2, size.height)];
  if (right - left < LEAST || bottom - top < LEAST) return frame;
  return { ...frame, cx: (left + right) / 2, cy: (top + bottom) / 2, width: right - left, height: bottom - top };
}

function turnedTo(frame: Frame, to: Point, keep: boolean): Frame {
  const angle = (Math.atan2(to[0] - frame.cx, frame.cy - to[1]) * 180) / Math.PI;
  return { ...frame, angle: keep ? Math.round(angle / 15) * 15 : Math.round(angle * 10) / 10 };
}
