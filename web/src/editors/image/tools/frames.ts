/** Drawing by two corners (box, ellipse, text box): drag, or click and click. And a turned box by three points. */

import type { JsonObject } from "@/core/json";
import type { Machine, Step } from "@/core/machine";
import { distance, type Point, pixel, rectOf } from "../geometry";
import { type Effect, type Input, machineTool, type Pointing, type Tool } from "../tool";
import { SAYS } from "../words";
import { ICONS } from "./icons";

export interface FrameState {
  readonly from: Point | null;
  readonly pressed: boolean;
}

const START: FrameState = { from: null, pressed: false };

/** Two corners; `make` says which value they are. */
export function cornersMachine(make: (from: Point, to: Point) => JsonObject): Machine<FrameState, Input, Effect> {
  const end = (from: Point, input: Pointing): Step<FrameState, Effect> => {
    const to = input.shift ? square(from, input.at) : input.at;
    const [wide, high] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
    const none: Effect = { do: "sketch", value: null };
    return { state: START, effects: wide < 1 || high < 1 ? [none] : [none, { do: "create", value: make(from, to) }] };
  };
  return {
    name: "corners",
    start: START,
    step(state, input): Step<FrameState, Effect> {
      switch (input.is) {
        case "down":
          return { state: { from: state.from ?? input.at, pressed: true } };
        case "move":
          if (state.from === null) return { state };
          return {
            state,
            effects: [{ do: "sketch", value: make(state.from, input.shift ? square(state.from, input.at) : input.at) }],
          };
        case "up":
          if (state.from === null) return { state };
          // A click sets the first corner; the next one sets the other.
          if (distance(state.from, input.at) <= input.reach / 2) return { state: { ...state, pressed: false } };
          return end(state.from, input);
        case "cancel":
        case "back":
          return { state: START, effects: state.from === null ? [] : [{ do: "sketch", value: null }] };
        default:
          return { state };
      }
    },
  };
}

export function square(from: Point, to: Point): Point {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const side = Math.min(Math.abs(dx), Math.abs(dy));
  return [from[0] + Math.sign(dx) * side, from[1] + Math.sign(dy) * side];
}

export interface SlantState {
  readonly points: readonly Point[];
}

/** A turned box: two points are one of its sides, the third says how wide it is. */
export const slantMachine: Machine<SlantState, Input, Effect> = {
  name: "slant",
  start: { points: [] },
  step(state, input): Step<SlantState, Effect> {
    const { points } = state;
    switch (input.is) {
      case "down":
        if (points.length === 0) return { state: { points: [input.at] } };
        if (points.length === 1) return two(points[0]!, input);
        return three(points, input);
      case "up":
        // Dragging draws the first side at once.
        return points.length === 1 && distance(points[0]!, input.at) > input.reach ? two(points[0]!, input) : { state };
      case "move":
        return points.length === 0
          ? { state }
          : { state, effects: [{ do: "sketch", value: slanted([...points, input.at]) }] };
      case "back":
        if (points.length === 2) return { state: { points: points.slice(0, 1) } };
        return { state: { points: [] }, effects: [{ do: "sketch", value: null }] };
      case "cancel":
        return { state: { points: [] }, effects: points.length === 0 ? [] : [{ do: "sketch", value: null }] };
      default:
        return { state };
    }
  },
};

function two(first: Point, input: Pointing): Step<SlantState, Effect> {
  if (distance(first, input.at) < 1) return { state: { points: [first] } };
  return { state: { points: [first, input.at] } };
}

function three(points: readonly Point[], input: Pointing): Step<SlantState, Effect> {
  const value = slanted([...points, input.at]);
  if (Number(value.height) < 1 || Number(value.width) < 1) return { state: { points } };
  return {
    state: { points: [] },
    effects: [
      { do: "sketch", value: null },
      { do: "create", value },
    ],
  };
}

/** The turned box of a side and a point on the opposite side. */
export function slanted(points: readonly Point[]): JsonObject {
  const [a, b] = [points[0]!, points[1] ?? points[0]!];
  const c = points[2] ?? b;
  const width = distance(a, b);
  const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
  const [nx, ny] = [-Math.sin(angle), Math.cos(angle)];
  const off = (c[0] - a[0]) * nx + (c[1] - a[1]) * ny;
  const degrees = pixel(((((angle * 180) / Math.PI) % 180) + 180) % 180) % 180;
  return {
    cx: pixel((a[0] + b[0]) / 2 + (nx * off) / 2),
    cy: pixel((a[1] + b[1]) / 2 + (ny * off) / 2),
    width: pixel(width),
    height: pixel(Math.abs(off)),
    angle: degrees,
  };
}

export function boxOf(from: Point, to: Point): JsonObject {
  const { left, top, right, bottom } = rectOf(from, to);
  return { x: pixel(left), y: pixel(top), width: pixel(right - left), height: pixel(bottom - top) };
}

export function ellipseOf(from: Point, to: Point): JsonObject {
  const { left, top, right, bottom } = rectOf(from, to);
  return {
    cx: pixel((left + right) / 2),
    cy: pixel((top + bottom) / 2),
    rx: pixel((right - left) / 2),
    ry: pixel((bottom - top) / 2),
    angle: 0,
  };
}

/** A text box: four points from the top left, and no words yet. */
export function textBoxOf(from: Point, to: Point): JsonObject {
  const { left, top, right, bottom } = rectOf(from, to);
  const points = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ].map((point) => point.map(pixel));
  return { points, text: "" };
}

const drawn = { cursor: "crosshair", chords: [] } as const;

export const FRAME_TOOLS: readonly Tool[] = [
  machineTool({ ...drawn, name: "box", title: SAYS.box, icon: ICONS.box, types: ["box"] }, () => cornersMachine(boxOf)),
  machineTool({ ...drawn, name: "ellipse", title: SAYS.ellipse, icon: ICONS.ellipse, types: ["ellipse"] }, () =>
    cornersMachine(ellipseOf),
  ),
  machineTool({ ...drawn, name: "ocr", title: SAYS.ocr, icon: ICONS.ocr, types: ["ocr"] }, () =>
    cornersMachine(textBoxOf),
  ),
  machineTool(
    { ...drawn, name: "rotated_box", title: SAYS.rotatedBox, icon: ICONS.rotatedBox, types: ["rotated_box"] },
    () => slantMachine,
  ),
];
