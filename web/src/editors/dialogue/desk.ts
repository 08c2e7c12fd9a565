/** What the blocks of the page share: the item, typing, how text is shown, the answer of a control. */

import type { Entity } from "@/core/entity";
import { shownChord } from "@/core/hotkeys";
import { type Json, sameJson } from "@/core/json";
import { type Control, titleOf } from "@/core/schema";
import type { Draft } from "@/core/store";
import type { Facts, Text } from "@/core/words";
import type { Anchor, Surface } from "@/host/editor";
import { type Child, el, fill } from "@/kit/dom";
import { answerId } from "@/labels/kind";
import { rich } from "./rich";
import { Typing } from "./typing";
import { SAYS } from "./words";

/** A part of the page that one control is answered in, or where something is only shown. */
export interface Block {
  readonly element: HTMLElement;
  /** Show what the store says now. */
  show(): void;
  /** Draw all text again: it is to be shown another way. */
  redraw(): void;
  reveal(anchor: Anchor): void;
  mark(anchors: readonly Anchor[]): void;
  focus(): void;
  end(): void;
}

export class Desk {
  readonly surface: Surface;
  readonly typing: Typing;
  /** Text exactly as it is written. */
  raw = false;

  constructor(surface: Surface) {
    this.surface = surface;
    this.typing = new Typing(surface.store);
  }

  say(text: Text, facts?: Facts): string {
    return this.surface.say(text, facts);
  }

  rich(text: string): HTMLElement {
    return text === "" ? el("p", { class: "gd-hint" }, this.say(SAYS.empty)) : rich(text, this.raw);
  }

  answer(control: Control): Json | undefined {
    return this.surface.store.get(answerId(control.name))?.value.value;
  }

  /** Say the answer of a control; undefined takes it back. `typing`: the place somebody types at. */
  set(control: Control, value: Json | undefined, typing?: string): void {
    if (this.surface.readOnly) return;
    const make = (draft: Draft): void => {
      const id = answerId(control.name);
      const from = draft.get(id)?.from;
      if (value === undefined) draft.remove(id);
      else draft.put({ id, control: control.name, ...(from === undefined ? {} : { from }), value: { value } });
    };
    if (typing !== undefined) {
      this.typing.type(`answer ${control.name} ${typing}`, make);
      return;
    }
    this.typing.rest();
    this.surface.store.transact(`answer ${control.name}`, make);
  }

  /** The head of a block: what is asked, who suggested the answer, what can be done. */
  head(control: Control, ...tools: Child[]): { readonly element: HTMLElement; show(): void } {
    const hint = el("span", { class: "gd-hint" });
    const title = titleOf(control, this.surface.language);
    const required = this.say(SAYS.required);
    const element = el(
      "div",
      { class: "gd-head" },
      el(
        "h3",
        { class: "gd-title" },
        title,
        control.required ? el("span", { class: "gd-required", title: required, "aria-label": required }, "*") : null,
      ),
      hint,
      el("div", { class: "gd-tools" }, tools),
    );
    return { element, show: () => fill(hint, this.suggested(this.surface.store.get(answerId(control.name)))) };
  }

  suggested(entity: Entity | undefined): string {
    const from = entity?.from;
    if (from?.kind !== "prelabel") return "";
    return [
      this.say(SAYS.suggested, { name: from.name }),
      ...(from.confidence === undefined ? [] : [this.say(SAYS.sure, { percent: Math.round(from.confidence * 100) })]),
      ...(sameJson(entity!.value, from.value) ? [] : [this.say(SAYS.edited)]),
    ].join(" · ");
  }

  button(
    text: Child,
    title: string,
    run: () => void,
    properties: { readonly [name: string]: unknown } = {},
  ): HTMLButtonElement {
    return el("button", { type: "button", class: "gk-button", title, on: { click: run }, ...properties }, text);
  }

  /** A title with the keys that do the same. */
  keyed(title: Text, action: string): string {
    const chord = this.surface.keys.chords(action)[0];
    return chord === undefined ? this.say(title) : `${this.say(title)} (${shownChord(chord)})`;
  }
}

/** Of stops in a row one is in focus, and one at most is a stop of Tab. */
export function rove(stops: readonly HTMLElement[], to: number): void {
  stops.forEach((stop, at) => {
    stop.tabIndex = at === to ? 0 : -1;
  });
}

/** Bring something into view without pulling the page further than it must. */
export function bring(element: HTMLElement, focus = true): void {
  element.scrollIntoView({ block: "nearest" });
  if (focus) element.focus({ preventScroll: true });
}

/** Rows of which one is in focus: keys go from one to the next, and Tab stops at that one alone. */
export class Stops {
  readonly #rows: readonly HTMLElement[];
  #at = 0;

  constructor(rows: readonly HTMLElement[]) {
    this.#rows = rows;
    rove(rows, 0);
  }

  get at(): number {
    return this.#at;
  }

  /** The focus came to a row by itself. */
  enter(at: number): void {
    if (at === this.#at) return;
    this.#at = at;
    rove(this.#rows, at);
  }

  /** Go to a row, or to the end that is nearest. */
  go(at: number): void {
    const place = Math.min(Math.max(at, 0), this.#rows.length - 1);
    const row = this.#rows[place];
    if (row === undefined) return;
    this.enter(place);
    bring(row);
  }

  /** While the focus is within something, so many rows on; from elsewhere back to the row that was in focus. */
  step(by: number, within: HTMLElement): void {
    this.go(within.contains(document.activeElement) ? this.#at + by : this.#at);
  }

  focus(): void {
    this.#rows[this.#at]?.focus({ preventScroll: true });
  }
}
