/**
 * What the pointer does on the board, as a state machine: seeking, drawing a segment, dragging an edge, moving one,
 * scrolling by hand. What lies under the pointer has been found before.
 */

import type { Id } from "@/core/entity";
import type { Machine, Step } from "@/core/machine";
import type { Edge } from "./edits";

export type Target =
  | { readonly on: "wave"; readonly id: Id | null }
  | { readonly on: "ruler" }
  | { readonly on: "bar"; readonly id: Id }
  | { readonly on: "edge"; readonly id: Id; readonly edge: Edge };

export type State =
  | { readonly at: "rest" }
  | {
      readonly at: "pressed";
      readonly time: number;
      readonly target: Target;
      readonly draws: boolean;
      readonly pans: boolean;
    }
  | { readonly at: "drawing"; readonly from: number; readonly to: number }
  | { readonly at: "edging"; readonly id: Id; readonly edge: Edge }
  | { readonly at: "moving"; readonly id: Id; readonly grip: number }
  | { readonly at: "scrubbing" }
  | { readonly at: "panning"; readonly grip: number };

export type Input =
  | {
      readonly is: "down";
      readonly time: number;
      readonly target: Target;
      /** Dragging on the wave draws. */
      readonly draws: boolean;
      /** A finger, or the middle button: dragging scrolls. */
      readonly pans: boolean;
      /** The segment under the pointer may be moved as a whole. */
      readonly movable: boolean;
    }
  | { readonly is: "move"; readonly time: number; readonly far: boolean }
  | { readonly is: "up"; readonly time: number; readonly more: boolean }
  | { readonly is: "cancel" };

export type Effect =
  | { readonly do: "seek"; readonly time: number }
  | { readonly do: "pick"; readonly id: Id | null; readonly more: boolean }
  | { readonly do: "draw"; readonly from: number; readonly to: number; readonly keep: boolean }
  | { readonly do: "edge"; readonly id: Id; readonly edge: Edge; readonly time: number }
  | { readonly do: "shift"; readonly id: Id; readonly by: number }
  | { readonly do: "settle"; readonly keep: boolean }
  | { readonly do: "pan"; readonly time: number; readonly grip: number };

const REST: State = { at: "rest" };

function onDown(input: Input & { is: "down" }): Step<State, Effect> {
  const { time, target, draws, pans, movable } = input;
  if (target.on === "edge") return { state: { at: "edging", id: target.id, edge: target.edge } };
  if (target.on === "ruler" && !pans) return { state: { at: "scrubbing" }, effects: [{ do: "seek", time }] };
  return { state: { at: "pressed", time, target, draws: draws || (target.on === "bar" && movable), pans } };
}

function onMove(state: State, { time, far }: Input & { is: "move" }): Step<State, Effect> {
  switch (state.at) {
    case "pressed":
      if (!far) return { state };
      if (state.pans) {
        return { state: { at: "panning", grip: state.time }, effects: [{ do: "pan", time, grip: state.time }] };
      }
      if (!state.draws) return { state };
      if (state.target.on === "bar") {
        const { id } = state.target;
        return { state: { at: "moving", id, grip: state.time }, effects: [{ do: "shift", id, by: time - state.time }] };
      }
      return {
        state: { at: "drawing", from: state.time, to: time },
        effects: [{ do: "draw", from: state.time, to: time, keep: false }],
      };
    case "drawing":
      return { state: { ...state, to: time }, effects: [{ do: "draw", from: state.from, to: time, keep: false }] };
    case "edging":
      return { state, effects: [{ do: "edge", id: state.id, edge: state.edge, time }] };
    case "moving":
      return { state, effects: [{ do: "shift", id: state.id, by: time - state.grip }] };
    case "scrubbing":
      return { state, effects: [{ do: "seek", time }] };
    case "panning":
      return { state, effects: [{ do: "pan", time, grip: state.grip }] };
    default:
      return { state };
  }
}

function onUp(state: State, { more }: Input & { is: "up" }): Step<State, Effect> {
  switch (state.at) {
    case "pressed": {
      const id = state.target.on === "wave" || state.target.on === "bar" ? state.target.id : null;
      const pick: Effect = { do: "pick", id, more };
      // A click on a bar means the segment, one on the wave a time.
      return { state: REST, effects: state.target.on === "bar" ? [pick] : [pick, { do: "seek", time: state.time }] };
    }
    case "drawing":
      return { state: REST, effects: [{ do: "draw", from: state.from, to: state.to, keep: true }] };
    case "edging":
    case "moving":
      return { state: REST, effects: [{ do: "settle", keep: true }] };
    default:
      return { state: REST };
  }
}

export const handling: Machine<State, Input, Effect> = {
  name: "audio.handling",
  start: REST,
  step(state, input) {
    switch (input.is) {
      case "down":
        return onDown(input);
      case "move":
        return onMove(state, input);
      case "up":
        return onUp(state, input);
      case "cancel":
        return ["drawing", "edging", "moving"].includes(state.at)
          ? { state: REST, effects: [{ do: "settle", keep: false }] }
          : { state: REST };
    }
  },
};
