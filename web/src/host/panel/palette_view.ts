/** The labels one may mark with: the one in hand is pressed. With something selected, a label is given to it. */

import type { Action } from "@/core/hotkeys";
import { choiceTitle, titleOf } from "@/core/schema";
import { Cleanup, el } from "@/kit/dom";
import type { Surface } from "../editor";
import { labelsOf } from "../palette";
import { PANEL } from "./words";

/** From so many labels on there is a search. */
const MANY = 16;

export function openPalette(surface: Surface): { readonly element: HTMLElement; end(): void } {
  const cleanup = new Cleanup();
  const buttons = new Map<string, HTMLButtonElement>();
  const element = el("section", { class: "gw-palette", "aria-label": surface.say(PANEL.labels) });
  let digit = 1;
  for (const control of surface.palette.controls) {
    const list = el("div", { class: "gw-labels", role: "group", "aria-label": titleOf(control, surface.language) });
    const choices = labelsOf(control);
    for (const choice of choices) {
      const chord = choice.hotkey ? choice.hotkey.toLowerCase() : digit <= 9 ? String(digit) : "";
      if (!choice.hotkey && digit <= 9) digit += 1;
      const title = choiceTitle(choice, surface.language) || titleOf(control, surface.language);
      const take = (): void => give(surface, control.name, choice.value);
      const button = el(
        "button",
        {
          type: "button",
          class: "gw-label",
          "aria-pressed": "false",
          disabled: surface.readOnly,
          data: { label: choice.value },
          on: { click: take },
        },
        el("i", { class: "gw-swatch", style: { background: surface.palette.color(control.name, choice.value) } }),
        el("span", {}, title),
        chord === "" ? null : el("kbd", { class: "gk-kbd" }, chord),
      );
      buttons.set(`${control.name}\n${choice.value}`, button);
      list.append(button);
      if (chord !== "" && !surface.readOnly) {
        const action: Action = {
          name: `label.${control.name}.${choice.value}`,
          title: { en: title, zh: title },
          chords: [chord],
          group: PANEL.labels,
        };
        cleanup.add(surface.keys.add(action, take));
      }
    }
    const search = choices.length > MANY ? searchOf(surface, list) : null;
    element.append(
      el("h3", { class: "gw-heading" }, titleOf(control, surface.language)),
      ...(search === null ? [] : [search]),
      list,
    );
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
