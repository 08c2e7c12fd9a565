/** Dragging a candidate to its place: a pure machine; a press that does not move is a click. */

import type { Machine } from "@/core/machine";
import type { Target } from "./order";

export type DragState =
  | { readonly at: "rest" }
  | { readonly at: "pressed"; readonly name: string; readonly x: number; readonly y: number }
  | { readonly at: "dragging"; readonly name: string; readonly over: Target | "pool" | null };

export type DragInput =
  | { readonly kind: "down"; readonly name: string; readonly x: number; readonly y: number }
  | { readonly kind: "move"; readonly x: number; readonly y: number; readonly over: Target | "pool" | null }
  | { readonly kind: "up" }
  | { readonly kind: "cancel" };

export type DragEffect =
  | { readonly kind: "show"; readonly name: string; readonly over: Target | "pool" | null }
  | { readonly kind: "drop"; readonly name: string; readonly over: Target | "pool" }
  | { readonly kind: "click"; readonly name: string }
  | { readonly kind: "end" };

/** CSS pixels a pointer may shake before it drags. */
const SHAKE = 5;

export const drag: Machine<DragState, DragInput, DragEffect> = {
  name: "rank",
  start: { at: "rest" },
  step(state, input) {
    if (input.kind === "down") return { state: { at: "pressed", name: input.name, x: input.x, y: input.y } };
    if (state.at === "rest") return { state };
    if (input.kind === "cancel") return { state: { at: "rest" }, effects: [{ kind: "end" }] };
    if (input.kind === "up") {
      if (state.at === "pressed") return { state: { at: "rest" }, effects: [{ kind: "click", name: state.name }] };
      const { name, over } = state;
      return {
        state: { at: "rest" },
        effects: [{ kind: "end" }, ...(over === null ? [] : [{ kind: "drop" as const, name, over }])],
      };
    }
    if (state.at === "pressed" && Math.hypot(input.x - state.x, input.y - state.y) < SHAKE) return { state };
    const { name } = state;
    return { state: { at: "dragging", name, over: input.over }, effects: [{ kind: "show", name, over: input.over }] };
  },
};
