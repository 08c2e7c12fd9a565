/** One of several, or several: buttons with hotkeys; a list with search where there are many. */

import type { Json } from "@/core/json";
import { type Choice, choicesOf, choiceTitle } from "@/core/schema";
import { el, fill } from "@/kit/dom";
import type { Field, FieldProps, MakeField } from "./field";
import { FORM } from "./words";

/** From so many on, there is a search and the list scrolls. */
const MANY = 12;

export const chooseField: MakeField = (props) => {
  const { control, surface, titleId } = props;
  const multi = control.options.mode === "multi";
  const choices = choicesOf(control, "choices");
  const buttons = new Map<string, HTMLButtonElement>();
  const chosen = (): readonly string[] => said(props.get());
  const pick = (value: string): void => {
    const now = chosen();
    // What the question does not offer, as imports bring it, goes with the next choice.
    const kept = now.filter((one) => one !== value && buttons.has(one));
    if (multi) props.set(now.includes(value) ? kept : [...kept, value].sort());
    else props.set(now.includes(value) && !control.required ? undefined : value);
  };
  for (const choice of choices) buttons.set(choice.value, button(choice, props, multi, pick));
  const list = el("div", {
    class: choices.length > MANY ? "gf-choices gf-many" : "gf-choices",
    role: multi ? "group" : "radiogroup",
    "aria-labelledby": titleId,
    on: { keydown: (event) => move(event, [...buttons.values()], multi ? null : (at) => pick(choices[at]!.value)) },
  });
  fill(list, [...buttons.values()]);
  const search = choices.length > MANY ? searchBox(props, choices, buttons) : null;
  const stop = surface.readOnly ? [] : addKeys(props, choices, pick);
  const field: Field = {
    element: el("div", {}, search, list),
    show: (value) => {
      const now = new Set(said(value));
      let first = true;
      for (const [name, one] of buttons) {
        const on = now.has(name);
        one.setAttribute("aria-checked", String(on));
        // One stop of Tab for the group: the chosen one, else the first.
        one.tabIndex = multi || on || (now.size === 0 && first) ? 0 : -1;
        first = false;
      }
    },
    focus: () => (buttons.get(chosen()[0] ?? "") ?? [...buttons.values()][0])?.focus(),
    end: () => {
      for (const end of stop) end();
    },
  };
  field.show(props.get());
  return field;
};

function said(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : value === undefined || value === null ? [] : [String(value)];
}

function button(
  choice: Choice,
  { surface }: FieldProps,
  multi: boolean,
  pick: (value: string) => void,
): HTMLButtonElement {
  const key = choice.hotkey;
  return el(
    "button",
    {
      type: "button",
      class: "gf-choice",
      role: multi ? "checkbox" : "radio",
      "aria-checked": "false",
      disabled: surface.readOnly,
      data: { value: choice.value },
      on: { click: () => pick(choice.value) },
    },
    choice.color ? el("i", { class: "gf-dot", style: { background: choice.color } }) : null,
    el("span", { class: "gf-choice-title" }, choiceTitle(choice, surface.language)),
    key ? el("kbd", { class: "gk-kbd" }, key) : null,
  );
}

/** Arrow keys go through a group, and choose as they go where there is one choice. */
export function move(event: KeyboardEvent, stops: readonly HTMLElement[], pick: ((at: number) => void) | null): void {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  const shown = stops.filter((stop) => !stop.hidden);
  const next = shown[(shown.indexOf(stops[at]!) + step + shown.length) % shown.length];
  next?.focus();
  if (pick !== null && next !== undefined) pick(stops.indexOf(next));
}

function searchBox(
  { surface }: FieldProps,
  choices: readonly Choice[],
  buttons: ReadonlyMap<string, HTMLElement>,
): HTMLElement {
  const nothing = el("p", { class: "gf-hint", hidden: true }, surface.say(FORM.noMatch));
  const input = el("input", {
    type: "search",
    class: "gk-input",
    placeholder: surface.say(FORM.search),
    "aria-label": surface.say(FORM.search),
    on: {
      input: () => {
        let found = 0;
        for (const choice of choices) {
          const matches = matching(choice, input.value);
          buttons.get(choice.value)!.hidden = !matches;
          found += Number(matches);
        }
        nothing.hidden = found > 0;
      },
    },
  });
  return el("div", {}, input, nothing);
}

/** Whether a choice is meant by what was typed: in its value or its title in either language. */
export function matching(choice: Choice, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  return [choice.value, choice.title?.en, choice.title?.zh].some(
    (text) => text?.toLowerCase().includes(wanted) === true,
  );
}

/** The hotkeys of choices: their own, else digits for the first nine where the question is the only one with choices. */
function addKeys(props: FieldProps, choices: readonly Choice[], pick: (value: string) => void): (() => void)[] {
  const { surface, control } = props;
  const digits = firstWithDigits(props);
  return choices.flatMap((choice, at) => {
    const own = choice.hotkey || (digits && at < 9 ? String(at + 1) : "");
    if (own === "") return [];
    const shown = choiceTitle(choice, surface.language);
    return [
      surface.keys.add(
        {
          name: `choice.${control.name}.${choice.value}`,
          title: { en: shown, zh: shown },
          chords: [own.length === 1 ? own.toLowerCase() : own],
          group: FORM.group,
        },
        () => pick(choice.value),
      ),
    ];
  });
}

/** Digits belong to the labels of regions where there are any, else to the first question with choices. */
function firstWithDigits({ surface, control }: FieldProps): boolean {
  if (surface.palette.controls.length > 0) return false;
  // Rankings, scores, steps and labels of messages are said by digits, too, and much oftener.
  const dialogue = ["ranking", "rubric", "steps", "dialogue"];
  if (surface.task.schema.controls.some((other) => dialogue.includes(other.type.split("@")[0]!))) return false;
  const first = surface.task.schema.controls.find(
    (other) => other.type.startsWith("classify") && other.options.mode !== "hierarchical",
  );
  return first?.name === control.name;
}
