/** The labels one may mark with: the one in hand is pressed. With something selected, a label is given to it. */

import type { Action } from "@/core/hotkeys";
import { type Control, choiceTitle, titleOf } from "@/core/schema";
import { Cleanup, el } from "@/kit/dom";
import type { Surface } from "../editor";
import { labelsOf } from "../palette";
import { PANEL } from "./words";
import "@/kit/kit.css";

/** From so many labels on there is a search. */
const MANY = 16;

export function openPalette(surface: Surface): { readonly element: HTMLElement; end(): void } {
  const cleanup = new Cleanup();
  const buttons = new Map<string, HTMLButtonElement>();
  const chords = chordsOf(surface.palette.controls);
  const element = el("section", { class: "gw-palette", "aria-label": surface.say(PANEL.labels) });
  for (const control of surface.palette.controls) {
    const heading = titleOf(control, surface.language);
    const list = el("div", { class: "gw-labels", role: "group", "aria-label": heading });
    const choices = labelsOf(control);
    for (const choice of choices) {
      const key = `${control.name}\n${choice.value}`;
      const chord = chords.get(key) ?? "";
      const title = choiceTitle(choice, surface.language) || heading;
      const take = (): void => give(surface, control.name, choice.value);
      const button = labelButton(surface, {
        title,
        chord,
        color: surface.palette.color(control.name, choice.value),
        take,
      });
      button.dataset.label = choice.value;
      buttons.set(key, button);
      list.append(button);
      if (chord === "" || surface.readOnly) continue;
      const name = `label.${control.name}.${choice.value}`;
      const action: Action = { name, title: { en: title, zh: title }, chords: [chord], group: PANEL.labels };
      cleanup.add(surface.keys.add(action, take));
    }
    const search = choices.length > MANY ? [searchOf(surface, list)] : [];
    element.append(el("h3", { class: "gw-heading" }, heading), ...search, list);
  }
  const show = (): void => {
    const inHand = surface.palette.inHand;
    for (const [key, button] of buttons) {
      button.setAttribute("aria-pressed", String(inHand !== null && key === `${inHand.control}\n${inHand.label}`));
    }
  };
  cleanup.add(surface.palette.listen(show));
  show();
  return { element, end: () => cleanup.run() };
}

/** The key of each label: its own, else the next digit that is left. */
function chordsOf(controls: readonly Control[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let digit = 1;
  for (const control of controls) {
    for (const { value, hotkey } of labelsOf(control)) {
      const chord = hotkey ? hotkey.toLowerCase() : digit <= 9 ? String(digit++) : "";
      found.set(`${control.name}\n${value}`, chord);
    }
  }
  return found;
}

interface LabelLook {
  readonly title: string;
  readonly chord: string;
  readonly color: string;
  take(): void;
}

function labelButton(surface: Surface, { title, chord, color, take }: LabelLook): HTMLButtonElement {
  return el(
    "button",
    {
      type: "button",
      class: "gk-button gw-label",
      "aria-pressed": "false",
      disabled: surface.readOnly,
      on: { click: take },
    },
    el("i", { class: "gw-swatch", style: { background: color } }),
    el("span", {}, title),
    chord === "" ? null : el("kbd", { class: "gk-kbd" }, chord),
  );
}

/** Take a label in hand, and give it to what is selected of its control. */
export function give(surface: Surface, control: string, label: string): void {
  surface.palette.take({ control, label });
  const ids = [...surface.selection.ids].filter(
    (id) => surface.store.get(id)?.control === control && !surface.selection.isLocked(id),
  );
  if (ids.length === 0 || label === "") return;
  surface.store.transact("label", (draft) => {
    for (const id of ids) draft.patch(id, { label });
  });
}

function searchOf(surface: Surface, list: HTMLElement): HTMLInputElement {
  const input = el("input", {
    type: "search",
    class: "gk-input",
    placeholder: surface.say(PANEL.search),
    "aria-label": surface.say(PANEL.search),
    on: {
      input: () => {
        const wanted = input.value.trim().toLowerCase();
        for (const button of list.querySelectorAll<HTMLElement>(".gw-label")) {
          button.hidden = !`${button.dataset.label} ${button.textContent}`.toLowerCase().includes(wanted);
        }
      },
    },
  });
  return input;
}
