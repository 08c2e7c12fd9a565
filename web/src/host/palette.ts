/** Which label is in hand: what the next region becomes. Shared by the list of labels, the hotkeys and the editors. */

import { type Choice, type Control, choicesOf, choiceTitle, titleOf } from "@/core/schema";
import type { Language } from "@/core/words";

export interface InHand {
  readonly control: string;
  /** "" where regions carry no label. */
  readonly label: string;
}

/** Twelve hues that stay apart on light and dark ground, and for people who see fewer colours in their first five. */
export const HUES = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#7f3c8d",
  "#b3541e",
  "#3969ac",
  "#80ba5a",
  "#e73f74",
  "#5c6f2b",
] as const;

export class Palette {
  readonly #controls: readonly Control[];
  readonly #colors = new Map<string, string>();
  readonly #choices = new Map<string, Choice>();
  readonly #listeners = new Set<() => void>();
  #inHand: InHand | null = null;

  constructor(controls: readonly Control[]) {
    this.#controls = controls;
    let place = 0;
    for (const control of controls) {
      for (const choice of labelsOf(control)) {
        const key = `${control.name}\n${choice.value}`;
        this.#colors.set(key, choice.color || HUES[place % HUES.length]!);
        this.#choices.set(key, choice);
        place += 1;
      }
    }
    const first = controls[0];
    if (first !== undefined) this.#inHand = { control: first.name, label: labelsOf(first)[0]?.value ?? "" };
  }

  get controls(): readonly Control[] {
    return this.#controls;
  }

  /** A label as people read it; the control's own title where regions carry none. */
  title(control: Control, label: string, language: Language): string {
    const choice = label === "" ? undefined : this.#choices.get(`${control.name}\n${label}`);
    return choice === undefined ? label || titleOf(control, language) : choiceTitle(choice, language);
  }

  get inHand(): InHand | null {
    return this.#inHand;
  }

  /** The label in hand, if it is one of a control's. */
  labelFor(control: string): string | null {
    return this.#inHand?.control === control ? this.#inHand.label : null;
  }

  take(inHand: InHand | null): void {
    this.#inHand = inHand;
    for (const listener of this.#listeners) listener();
  }

  color(control: string, label: string): string {
    return this.#colors.get(`${control}\n${label}`) ?? "#6b7280";
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The labels that regions of a control may have; one without a name where they carry none. */
export function labelsOf(control: Control): readonly Choice[] {
  const found = choicesOf(control, "labels");
  return found.length > 0 ? found : [{ value: "" }];
}
