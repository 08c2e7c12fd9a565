/**
 * What the pointer does on a text, as a state machine: selecting, picking a span, dragging its edge, drawing a link.
 *
 * Places are units of the text; which of them is under the pointer, the page has found before.
 */

import type { Id } from "@/core/entity";
import type { Machine, Step } from "@/core/machine";

export type Edge = "start" | "end";

export type State =
  | { readonly at: "rest" }
  | { readonly at: "pressed"; readonly unit: number; readonly plain: boolean; readonly tag: Id | null }
  | { readonly at: "waiting"; readonly unit: number } // a finger that may scroll, until it has rested
  | { readonly at: "selecting"; readonly anchor: number; readonly focus: number; readonly plain: boolean }
  | { readonly at: "edging"; readonly id: Id; readonly edge: Edge }
  | { readonly at: "linking"; readonly from: Id };

export type Input =
  | {
      readonly is: "down";
      readonly unit: number;
      /** The end of the selection that Shift extends; null without Shift. */
      readonly extend: number | null;
      readonly finger: boolean;
      readonly tag: Id | null;
      readonly handle: { readonly id: Id; readonly edge: Edge } | null;
      readonly clicks: number;
      /** Only select, draw nothing. */
      readonly plain: boolean;
      /** Add to what is selected. */
      readonly more: boolean;
      readonly links: boolean;
    }
  | { readonly is: "move"; readonly unit: number; readonly far: boolean; readonly over: Id | null }
  | { readonly is: "hold" }
  | { readonly is: "up"; readonly unit: number; readonly over: Id | null; readonly more: boolean }
  | { readonly is: "cancel" };

export type Effect =
  | { readonly do: "select"; readonly anchor: number; readonly focus: number }
  | { readonly do: "word"; readonly unit: number; readonly plain: boolean }
  | { readonly do: "draw"; readonly anchor: number; readonly focus: number; readonly plain: boolean }
  | { readonly do: "pick"; readonly unit: number; readonly id: Id | null; readonly more: boolean }
  | { readonly do: "edge"; readonly id: Id; readonly edge: Edge; readonly unit: number }
  | { readonly do: "edged"; readonly keep: boolean }
  | { readonly do: "thread"; readonly from: Id; readonly unit: number; readonly over: Id | null }
  | { readonly do: "link"; readonly from: Id; readonly to: Id | null };

const REST: State = { at: "rest" };

function onDown(input: Input & { is: "down" }): Step<State, Effect> {
  if (input.handle !== null) return { state: { at: "edging", ...input.handle } };
  if (input.tag !== null) return { state: { at: "pressed", unit: input.unit, plain: !input.links, tag: input.tag } };
  if (input.extend !== null) {
    return {
      state: { at: "selecting", anchor: input.extend, focus: input.unit, plain: true },
      effects: [{ do: "select", anchor: input.extend, focus: input.unit }],
    };
  }
  if (input.clicks === 2) return { state: REST, effects: [{ do: "word", unit: input.unit, plain: input.plain }] };
  if (input.finger) return { state: { at: "waiting", unit: input.unit } };
  return { state: { at: "pressed", unit: input.unit, plain: input.plain, tag: null } };
}

function onMove(state: State, input: Input & { is: "move" }): Step<State, Effect> {
  const { unit, over } = input;
  switch (state.at) {
    case "pressed":
      if (!input.far) return { state };
      if (state.tag !== null) {
        if (state.plain) return { state };
        return {
          state: { at: "linking", from: state.tag },
          effects: [{ do: "thread", from: state.tag, unit, over }],
        };
      }
      return {
        state: { at: "selecting", anchor: state.unit, focus: unit, plain: state.plain },
        effects: [{ do: "select", anchor: state.unit, focus: unit }],
      };
    case "selecting":
      if (unit === state.focus) return { state };
      return { state: { ...state, focus: unit }, effects: [{ do: "select", anchor: state.anchor, focus: unit }] };
    case "edging":
      return { state, effects: [{ do: "edge", id: state.id, edge: state.edge, unit }] };
    case "linking":
      return { state, effects: [{ do: "thread", from: state.from, unit, over }] };
    case "waiting":
      return { state: input.far ? REST : state };
    default:
      return { state };
  }
}

function onUp(state: State, input: Input & { is: "up" }): Step<State, Effect> {
  switch (state.at) {
    case "pressed":
    case "waiting": {
      const id = state.at === "pressed" ? state.tag : null;
      return { state: REST, effects: [{ do: "pick", unit: state.unit, id, more: input.more }] };
    }
    case "selecting":
      return {
        state: REST,
        effects: [{ do: "draw", anchor: state.anchor, focus: state.focus, plain: state.plain }],
      };
    case "edging":
      return { state: REST, effects: [{ do: "edged", keep: true }] };
    case "linking":
      return { state: REST, effects: [{ do: "link", from: state.from, to: input.over }] };
    default:
      return { state: REST };
  }
}

function onCancel(state: State): Step<State, Effect> {
  if (state.at === "edging") return { state: REST, effects: [{ do: "edged", keep: false }] };
  if (state.at === "linking") return { state: REST, effects: [{ do: "link", from: state.from, to: null }] };
  return { state: REST };
}

export const pointing: Machine<State, Input, Effect> = {
  name: "text.pointing",
  start: REST,
  step(state, input) {
    switch (input.is) {
      case "down":
        return onDown(input);
      case "move":
        return onMove(state, input);
      case "hold":
        if (state.at !== "waiting") return { state };
        return {
          state: { at: "selecting", anchor: state.unit, focus: state.unit, plain: false },
          effects: [{ do: "word", unit: state.unit, plain: true }],
        };
      case "up":
        return onUp(state, input);
      case "cancel":
        return onCancel(state);
    }
  },
};

/** Which span a click means: the shortest there, and with each further click in the same place the next one. */
export function cycled(
  ids: readonly Id[],
  before: { readonly ids: readonly Id[]; readonly chosen: Id | null },
): Id | null {
  if (ids.length === 0) return null;
  const same = ids.length === before.ids.length && ids.every((id, at) => id === before.ids[at]);
  const place = same && before.chosen !== null ? ids.indexOf(before.chosen) : -1;
  return ids[(place + 1) % ids.length]!;
}
