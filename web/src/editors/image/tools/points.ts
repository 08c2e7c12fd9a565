/** Drawing point by point: polygon, polyline, keypoint, skeleton. */

import type { Json } from "@/core/json";
import type { Machine, Step } from "@/core/machine";
import { distance, type Point, pixel } from "../geometry";
import { POINTS_MAX } from "../pointed";
import { type Template, templateOf } from "../skeletal";
import { type Effect, type Input, machineTool, type Pointing, type Tool } from "../tool";
import { SAYS } from "../words";
import { ICONS } from "./icons";

export interface LineState {
  readonly points: readonly Point[];
}

const EMPTY: LineState = { points: [] };
const CLEAR: Effect = { do: "sketch", value: null };

/** Points one after the other. Ends at the first point (closed), at the last one again, by double click or `finish`. */
export function lineMachine(closed: boolean): Machine<LineState, Input, Effect> {
  const least = closed ? 3 : 2;
  const finish = ({ points }: LineState): Step<LineState, Effect> => {
    if (points.length < least) return { state: EMPTY, effects: [CLEAR] };
    return { state: EMPTY, effects: [CLEAR, { do: "create", value: { points: points.map(kept) } }] };
  };
  const set = (state: LineState, input: Pointing): Step<LineState, Effect> => {
    const { points } = state;
    const [first, last] = [points[0], points.at(-1)];
    const onLast = last !== undefined && distance(last, input.at) <= input.reach / 4;
    const onFirst = closed && first !== undefined && distance(first, input.at) <= input.reach;
    if (points.length >= least && (onFirst || onLast || input.clicks === 2)) return finish(state);
    if (onLast || points.length >= POINTS_MAX) return { state };
    return sketched({ points: [...points, input.at] }, null);
  };
  return {
    name: closed ? "polygon" : "polyline",
    start: EMPTY,
    step(state, input): Step<LineState, Effect> {
      switch (input.is) {
        case "down":
          return set(state, input);
        case "move":
          return state.points.length === 0 ? { state } : sketched(state, input.at);
        case "finish":
          return finish(state);
        case "back":
          return state.points.length <= 1
            ? { state: EMPTY, effects: [CLEAR] }
            : sketched({ points: state.points.slice(0, -1) }, null);
        case "cancel":
          return { state: EMPTY, effects: state.points.length === 0 ? [] : [CLEAR] };
        default:
          return { state };
      }
    },
  };
}

function sketched(state: LineState, at: Point | null): Step<LineState, Effect> {
  const points = at === null ? state.points : [...state.points, at];
  return { state, effects: [{ do: "sketch", value: { points: points.map(kept) } }] };
}

function kept(point: Point): Json {
  return point.map(pixel);
}

export interface PointState {
  readonly pressed: boolean;
}

export const keypointMachine: Machine<PointState, Input, Effect> = {
  name: "keypoint",
  start: { pressed: false },
  step(state, input): Step<PointState, Effect> {
    switch (input.is) {
      case "down":
        return { state: { pressed: true }, effects: [{ do: "sketch", value: spot(input.at) }] };
      case "move":
        return state.pressed ? { state, effects: [{ do: "sketch", value: spot(input.at) }] } : { state };
      case "up":
        if (!state.pressed) return { state };
        return { state: { pressed: false }, effects: [CLEAR, { do: "create", value: spot(input.at) }] };
      case "cancel":
        return { state: { pressed: false }, effects: state.pressed ? [CLEAR] : [] };
      default:
        return { state };
    }
  },
};

function spot([x, y]: Point): { x: number; y: number } {
  return { x: pixel(x), y: pixel(y) };
}

export interface SkeletonState {
  readonly points: readonly (readonly [number, number, number])[];
}

/** The template's points in their order: click sets one, with Alt a hidden one, `skip` leaves one out. */
export function skeletonMachine({ points: names }: Template): Machine<SkeletonState, Input, Effect> {
  const nothing: SkeletonState = { points: [] };
  const settle = (points: SkeletonState["points"], at: Point | null): Step<SkeletonState, Effect> => {
    if (points.length >= names.length) return finish(points);
    const shown = at === null ? points : [...points, [pixel(at[0]), pixel(at[1]), 2] as const];
    return {
      state: { points },
      effects: [
        { do: "sketch", value: { points: padded(shown) } },
        { do: "next", place: points.length },
      ],
    };
  };
  const finish = (points: SkeletonState["points"]): Step<SkeletonState, Effect> => {
    const done: Effect[] = [CLEAR, { do: "next", place: null }];
    if (!points.some(([, , v]) => v > 0)) return { state: nothing, effects: done };
    return { state: nothing, effects: [...done, { do: "create", value: { points: padded(points) } }] };
  };
  const padded = (points: SkeletonState["points"]): Json =>
    names.map((_, place) => points[place] ?? [0, 0, 0]) as unknown as Json;
  return {
    name: "skeleton",
    start: nothing,
    step(state, input): Step<SkeletonState, Effect> {
      const { points } = state;
      switch (input.is) {
        case "down":
          return settle([...points, [pixel(input.at[0]), pixel(input.at[1]), input.alt ? 1 : 2]], null);
        case "move":
          return points.length === 0 ? { state } : settle(points, input.at);
        case "skip":
          return settle([...points, [0, 0, 0]], null);
        case "finish":
          return finish(points);
        case "back":
          return settle(points.slice(0, -1), null);
        case "cancel":
          return { state: nothing, effects: points.length === 0 ? [] : [CLEAR, { do: "next", place: null }] };
        default:
          return { state };
      }
    },
  };
}

const drawn = { cursor: "crosshair", chords: [] } as const;

export const POINT_TOOLS: readonly Tool[] = [
  machineTool({ ...drawn, name: "polygon", title: SAYS.polygon, icon: ICONS.polygon, types: ["polygon"] }, () =>
    lineMachine(true),
  ),
  machineTool({ ...drawn, name: "polyline", title: SAYS.polyline, icon: ICONS.polyline, types: ["polyline"] }, () =>
    lineMachine(false),
  ),
  machineTool(
    { ...drawn, name: "keypoint", title: SAYS.keypoint, icon: ICONS.keypoint, types: ["keypoint"] },
    () => keypointMachine,
  ),
  machineTool(
    { ...drawn, name: "skeleton", title: SAYS.skeleton, icon: ICONS.skeleton, types: ["skeleton"] },
    (control) => skeletonMachine(control === null ? { points: [], edges: [] } : templateOf(control)),
  ),
];
