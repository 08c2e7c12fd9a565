/** Saying what is meant: a click is a point, a drag is a box, and each may be taken back. A pure machine. */

import type { Machine, Step } from "@/core/machine";
import { distance, type Point, type Rect, rectOf } from "../../geometry";
import type { Input, Pointing } from "../../tool";
import type { Prompts } from "./frame";

type Said = { readonly at: Point; readonly on: boolean } | { readonly box: Rect };

export interface PromptState {
  /** In the order in which it was said. */
  readonly said: readonly Said[];
  /** Where the pointer was pressed, or the first corner that the keyboard set. */
  readonly from: Point | null;
  readonly by: "pointer" | "keys";
}

/** What tools hear, and a corner set by the keyboard. */
export type PromptInput = Input | { readonly is: "corner"; readonly at: Point };

export type PromptEffect =
  | { readonly do: "frame"; readonly rect: Rect | null }
  /** `first`: nothing was said before; `adds`: the mask that is selected is meant to be added to. */
  | { readonly do: "ask"; readonly prompts: Prompts; readonly first: boolean; readonly adds: boolean }
  | { readonly do: "accept" }
  | { readonly do: "drop" };

const START: PromptState = { said: [], from: null, by: "pointer" };

export function promptsOf({ said }: PromptState): Prompts {
  const boxes = said.flatMap((one) => ("box" in one ? [one.box] : []));
  return { points: said.flatMap((one) => ("box" in one ? [] : [one])), box: boxes.at(-1) ?? null };
}

export const promptMachine: Machine<PromptState, PromptInput, PromptEffect> = {
  name: "prompts",
  start: START,
  step(state, input): Step<PromptState, PromptEffect> {
    switch (input.is) {
      case "down":
        return { state: { ...state, from: input.at, by: "pointer" } };
      case "move":
        return moved(state, input);
      case "up":
        return released(state, input);
      case "corner":
        if (state.from === null || state.by !== "keys") return { state: { ...state, from: input.at, by: "keys" } };
        return boxed(state, rectOf(state.from, input.at), false);
      case "back":
        return takenBack(state);
      case "finish":
        return state.said.length === 0 ? { state } : { state: START, effects: [FRAMELESS, { do: "accept" }] };
      case "cancel":
        return { state: START, effects: [FRAMELESS, { do: "drop" }] };
      default:
        return { state };
    }
  },
};

const FRAMELESS: PromptEffect = { do: "frame", rect: null };

function moved(state: PromptState, input: Pointing): Step<PromptState, PromptEffect> {
  if (state.from === null) return { state };
  if (state.by === "pointer" && distance(state.from, input.at) <= input.reach) return { state };
  return { state, effects: [{ do: "frame", rect: rectOf(state.from, input.at) }] };
}

function released(state: PromptState, input: Pointing): Step<PromptState, PromptEffect> {
  if (state.from === null || state.by === "keys") return { state };
  if (distance(state.from, input.at) > input.reach) return boxed(state, rectOf(state.from, input.at), input.shift);
  return asked(state, { at: state.from, on: !input.alt }, input.shift);
}

function boxed(state: PromptState, box: Rect, adds: boolean): Step<PromptState, PromptEffect> {
  const empty = box.right - box.left < 1 || box.bottom - box.top < 1;
  if (empty) return { state: { ...START, said: state.said }, effects: [FRAMELESS] };
  return asked(state, { box }, adds);
}

function asked(state: PromptState, said: Said, adds: boolean): Step<PromptState, PromptEffect> {
  const next: PromptState = { ...START, said: [...state.said, said] };
  const first = state.said.length === 0;
  return { state: next, effects: [FRAMELESS, { do: "ask", prompts: promptsOf(next), first, adds }] };
}

function takenBack(state: PromptState): Step<PromptState, PromptEffect> {
  if (state.from !== null) return { state: { ...START, said: state.said }, effects: [FRAMELESS] };
  const next: PromptState = { ...START, said: state.said.slice(0, -1) };
  if (next.said.length === 0) return { state: START, effects: [FRAMELESS, { do: "drop" }] };
  return { state: next, effects: [{ do: "ask", prompts: promptsOf(next), first: false, adds: false }] };
}
