/** The candidates of a record side by side: blind ones without names, in an order of the item's own. */

import { isObject, type Json } from "@/core/json";
import { type Control, typeOf } from "@/core/schema";
import { el, fill } from "@/kit/dom";
import { isBlind } from "@/labels/ranking";
import { candidateIds, messagesOf, messageText } from "@/labels/record_fields";
import type { Block, Desk } from "./desk";
import { messageBody, roleClass, roleTitle } from "./message_view";
import { seedOf, shuffled } from "./seeded";
import { SAYS } from "./words";

export interface Candidate {
  readonly id: string;
  /** What it is called here: a letter, and where nothing is blind, who made it. */
  readonly letter: string;
  readonly model: string;
  readonly content: Json;
}

/** The candidates as they are shown; the order is told by the item alone, and kept nowhere. */
export function candidatesOf(field: Json | undefined, key: string, blind: boolean): readonly Candidate[] | null {
  const ids = candidateIds(field);
  if (ids === null || !Array.isArray(field)) return null;
  const order = blind ? shuffled(ids.length, seedOf(`${key}\n${JSON.stringify(field)}`)) : ids.map((_, at) => at);
  return order.map((from, at) => {
    const content = field[from] as Json;
    const told = isObject(content) ? (content.model ?? content.id) : undefined;
    return { id: ids[from]!, letter: letterOf(at), model: blind || told === undefined ? "" : String(told), content };
  });
}

/** A, B, … Z, then numbers: nobody compares so many. */
export function letterOf(at: number): string {
  return at < 26 ? String.fromCharCode(65 + at) : String(at + 1);
}

/** Whether a field's candidates are shown blind: one control that asks for it is enough. */
export function blindIn(controls: readonly Control[]): boolean {
  return controls.some((control) => typeOf(control) === "ranking" && isBlind(control));
}

export class Candidates implements Block {
  readonly element: HTMLElement;
  readonly candidates: readonly Candidate[];
  readonly #desk: Desk;
  readonly #bodies: readonly HTMLElement[];
  readonly #badges: readonly HTMLElement[];

  constructor(desk: Desk, candidates: readonly Candidate[]) {
    this.#desk = desk;
    this.candidates = candidates;
    this.#bodies = candidates.map(() => el("div"));
    this.#badges = candidates.map(() => el("span", { class: "gd-badge", hidden: true }));
    const cards = candidates.map((candidate, at) => {
      const title = desk.say(SAYS.answer, { letter: candidate.letter });
      return el(
        "article",
        { class: "gd-card gd-candidate", "aria-label": title, tabindex: "-1" },
        el(
          "header",
          {},
          el("b", {}, title),
          candidate.model === "" ? null : el("span", { class: "gd-state" }, candidate.model),
          this.#badges[at],
        ),
        this.#bodies[at],
      );
    });
    const many = candidates.length > 2 ? " gd-several" : "";
    this.element = el("section", { class: `gd-candidates${many}`, "aria-label": desk.say(SAYS.candidates) }, cards);
    this.redraw();
  }

  /** The places of candidates, by their order here; empty: none. */
  badge(texts: readonly string[]): void {
    this.#badges.forEach((badge, at) => {
      badge.hidden = !texts[at];
      fill(badge, texts[at] ?? "");
    });
  }

  bring(at: number): void {
    this.element.children[at]?.scrollIntoView({ block: "nearest" });
  }

  show(): void {}

  redraw(): void {
    for (const [at, { content }] of this.candidates.entries())
      fill(this.#bodies[at]!, candidateBody(this.#desk, content));
  }

  reveal(): void {
    this.element.scrollIntoView({ block: "nearest" });
  }

  mark(): void {}
  focus(): void {}
  end(): void {}
}

function candidateBody(desk: Desk, content: Json): HTMLElement {
  if (!isObject(content)) return desk.rich(String(content ?? ""));
  const messages = messagesOf(content.messages);
  if (messages !== null) return messagesRead(desk, messages);
  return messageBody(desk, { ...content, role: "assistant", content: content.content ?? messageText(content) });
}

/** Messages to be read. */
export function messagesRead(desk: Desk, messages: readonly { readonly [name: string]: Json }[]): HTMLElement {
  return el(
    "div",
    { class: "gd-messages" },
    messages.map((message) =>
      el(
        "article",
        { class: `gd-card gd-message ${roleClass(message.role)}` },
        el("header", {}, el("b", { class: "gd-role" }, roleTitle(desk, message.role))),
        messageBody(desk, message),
      ),
    ),
  );
}
