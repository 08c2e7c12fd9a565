/** Selecting, moving and reshaping with the pointer; a band where nothing is. */

import type { Id } from "@/core/entity";
import type { Machine, Step } from "@/core/machine";
import { distance, type Point, rectOf } from "../geometry";
import { type Effect, type Input, machineTool, type Pointing } from "../tool";
import { SAYS } from "../words";
import { ICONS } from "./icons";

export type SelectState =
  | { readonly is: "idle" }
  | {
      readonly is: "pressed";
      readonly from: Point;
      readonly id: Id | null;
      readonly settle: boolean;
      readonly held: boolean;
    }
  | { readonly is: "handle"; readonly from: Point; readonly id: Id; readonly handle: string; readonly begun: boolean }
  | { readonly is: "moving"; readonly from: Point }
  | { readonly is: "band"; readonly from: Point; readonly add: boolean };

const IDLE: SelectState = { is: "idle" };

/** Read-only: shapes can be selected, not changed. */
export function selectMachine(readOnly: boolean): Machine<SelectState, Input, Effect> {
  return {
    name: "select",
    start: IDLE,
    step(state, input): Step<SelectState, Effect> {
      switch (input.is) {
        case "down":
          return down(input, readOnly);
        case "move":
          return move(state, input, readOnly);
        case "up":
          return up(state, input);
        case "cancel":
          return { state: IDLE, effects: state.is === "idle" ? [] : [{ do: "abort" }, { do: "marquee", rect: null }] };
        default:
          return { state };
      }
    },
  };
}

function down(input: Pointing, readOnly: boolean): Step<SelectState, Effect> {
  const { hit, at } = input;
  const many = input.shift || input.mod;
  if (hit === null) return { state: { is: "pressed", from: at, id: null, settle: !many, held: true } };
  if (hit.handle !== undefined && !readOnly) {
    const { name: handle, kind } = hit.handle;
    if (kind === "vertex" && (input.alt || input.clicks === 2)) {
      return { state: IDLE, effects: [{ do: "remove point", id: hit.id, handle }] };
    }
    return { state: { is: "handle", from: at, id: hit.id, handle, begun: false } };
  }
  if (input.clicks === 2) {
    return {
      state: { is: "pressed", from: at, id: hit.id, settle: false, held: hit.locked },
      effects: [{ do: "select", id: hit.id, how: "one" }],
    };
  }
  const effect: Effect = { do: "select", id: hit.id, how: many ? "toggle" : "press" };
  return { state: { is: "pressed", from: at, id: hit.id, settle: !many, held: hit.locked }, effects: [effect] };
}

function move(state: SelectState, input: Pointing, readOnly: boolean): Step<SelectState, Effect> {
  const { at } = input;
  const far = state.is !== "idle" && distance(state.from, at) > input.reach / 2;
  switch (state.is) {
    case "pressed":
      if (!far) return { state };
      if (state.id === null || readOnly || state.held) {
        const band: SelectState = { is: "band", from: state.from, add: !state.settle };
        return { state: band, effects: [{ do: "marquee", rect: rectOf(state.from, at) }] };
      }
      return { state: { is: "moving", from: state.from }, effects: [moved(state.from, at)] };
    case "moving":
      return { state, effects: [moved(state.from, at)] };
    case "handle":
      if (!state.begun && !far) return { state };
      return {
        state: { ...state, begun: true },
        effects: [{ do: "drag", id: state.id, handle: state.handle, to: at, keep: input.shift }],
      };
    case "band":
      return { state, effects: [{ do: "marquee", rect: rectOf(state.from, at) }] };
    default:
      return { state };
  }
}

function up(state: SelectState, input: Pointing): Step<SelectState, Effect> {
  switch (state.is) {
    case "pressed":
      // A press that moved nothing: of several selected ones only this one stays, or none where nothing is.
      return { state: IDLE, effects: state.settle ? [{ do: "select", id: state.id, how: "set" }] : [] };
    case "moving":
      return { state: IDLE, effects: [{ do: "commit" }] };
    case "handle":
      return { state: IDLE, effects: state.begun ? [{ do: "commit" }] : [{ do: "take handle", handle: state.handle }] };
    case "band":
      return {
        state: IDLE,
        effects: [
          { do: "marquee", rect: null },
          { do: "choose", rect: rectOf(state.from, input.at), add: state.add, touching: input.at[0] < state.from[0] },
        ],
      };
    default:
      return { state: IDLE };
  }
}

function moved(from: Point, to: Point): Effect {
  return { do: "move", by: [to[0] - from[0], to[1] - from[1]] };
}

export function selectTool(readOnly: boolean) {
  return machineTool(
    { name: "select", title: SAYS.select, icon: ICONS.select, chords: ["v"], cursor: "default", types: [], hits: true },
    () => selectMachine(readOnly),
  );
}
