/**
 * What the server would refuse of an answer to a question of the form, told before it is handed in: what was typed out of
 * bounds, and what models and imports bring that the question does not offer.
 *
 * The counterpart of `check` of `galley.labels.types` classify, number, rating, date, text and transcript.
 */

import type { Entity } from "@/core/entity";
import type { Json } from "@/core/json";
import { type Choice, type Control, choicesOf } from "@/core/schema";
import { words } from "@/core/words";
import type { Problem } from "./kind";
import { written } from "./record_fields";

const SAYS = words({
  strange: {
    en: "This question does not offer this answer: {answer}. Choose again.",
    zh: "此题没有这个选项：{answer}，请重新选择。",
  },
  few: { en: "Choose at least {min}; {count} chosen.", zh: "至少选择 {min} 项，已选 {count} 项。" },
  many: { en: "Choose at most {max}; {count} chosen.", zh: "最多选择 {max} 项，已选 {count} 项。" },
  leaf: { en: "Choose one of what is under it: {answer}.", zh: "请选择其下级选项：{answer}。" },
  form: { en: "This answer cannot be used: {answer}. Give it again.", zh: "此答案无法使用：{answer}，请重新填写。" },
  small: { en: "At least {min} is allowed.", zh: "不能小于 {min}。" },
  large: { en: "At most {max} is allowed.", zh: "不能大于 {max}。" },
  short: { en: "Write at least {min} characters; there are {count}.", zh: "至少 {min} 字，现有 {count} 字。" },
  long: { en: "Write at most {max} characters; there are {count}.", zh: "最多 {max} 字，现有 {count} 字。" },
});

type Fault = Omit<Problem, "control">;
type Check = (value: Json, control: Control) => Fault | null;

const SHOWN_MOST = 40;

function shown(value: Json | undefined): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return text.length > SHOWN_MOST ? `${text.slice(0, SHOWN_MOST)}…` : text;
}

/** The check of a type as kinds have it: none for what is not answered. */
export function checking(check: Check): (entities: readonly Entity[], control: Control) => Problem[] {
  return (entities, control) => {
    const value = entities[0]?.value.value;
    const fault = value === undefined || value === null ? null : check(value, control);
    return fault === null ? [] : [{ control: control.name, ...fault }];
  };
}

export const classified: Check = (value, control) => {
  const choices = choicesOf(control, "choices");
  const { mode } = control.options;
  if (mode === "hierarchical") return pathsFault(value, choices, control);
  const offered = new Set(choices.map((choice) => choice.value));
  if (mode !== "multi") return typeof value === "string" && offered.has(value) ? null : strange(value);
  if (!Array.isArray(value)) return strange(value);
  const odd = value.findIndex((one: Json) => typeof one !== "string" || !offered.has(one));
  return odd >= 0 ? strange(value[odd]) : counted(new Set(value).size, control);
};

function pathsFault(value: Json, choices: readonly Choice[], control: Control): Fault | null {
  if (!Array.isArray(value)) return strange(value);
  for (const path of value) {
    let [under, at]: [readonly Choice[], Choice | undefined] = [choices, undefined];
    for (const step of Array.isArray(path) ? path : []) {
      at = under.find((choice) => choice.value === step);
      if (at === undefined) return strange(path);
      under = at.children ?? [];
    }
    if (at === undefined) return strange(path);
    if (control.options.leaves_only === true && under.length > 0)
      return { text: SAYS.leaf, facts: { answer: shown(at.value) } };
  }
  const told = value.map((path: Json) => JSON.stringify(path).slice(0, -1));
  // What is said by a longer path counts with it.
  const deepest = told.filter((one) => !told.some((other) => other.startsWith(`${one},`)));
  return counted(new Set(deepest).size, control);
}

function strange(value: Json | undefined): Fault {
  return { text: SAYS.strange, facts: { answer: shown(value) } };
}

function counted(count: number, { options: { min, max } }: Control): Fault | null {
  if (typeof min === "number" && count < min) return { text: SAYS.few, facts: { min, count } };
  if (typeof max === "number" && count > max) return { text: SAYS.many, facts: { max, count } };
  return null;
}

export const numbered: Check = (value, { options: { min, max } }) => {
  if (typeof value !== "number" || !Number.isFinite(value)) return unusable(value);
  if (typeof min === "number" && value < min) return { text: SAYS.small, facts: { min } };
  if (typeof max === "number" && value > max) return { text: SAYS.large, facts: { max } };
  return null;
};

export const rated: Check = (value, { options }) => {
  const most = typeof options.max === "number" ? options.max : 5;
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most ? null : unusable(value);
};

const DATE = /^\d{4}-\d{2}-\d{2}/;

export const dated: Check = (value, { options: { min, max } }) => {
  if (typeof value !== "string" || !DATE.test(value.trim()) || Number.isNaN(Date.parse(value.trim())))
    return unusable(value);
  const said = value.trim();
  const bound = (told: Json | undefined): string => (typeof told === "string" && told !== "" ? told : "");
  if (bound(min) !== "" && said < bound(min).slice(0, said.length))
    return { text: SAYS.small, facts: { min: bound(min) } };
  if (bound(max) !== "" && said.slice(0, bound(max).length) > bound(max))
    return { text: SAYS.large, facts: { max: bound(max) } };
  return null;
};

/** Free text and transcripts; a transcript may be empty. */
export function saidWithin(least: number, most: number): Check {
  return (value, { options }) => {
    if (typeof value !== "string") return unusable(value);
    const count = Array.from(written(value)).length;
    const min = typeof options.min_length === "number" ? options.min_length : least;
    const max = typeof options.max_length === "number" ? options.max_length : most;
    if (count < min) return { text: SAYS.short, facts: { min, count } };
    if (count > max) return { text: SAYS.long, facts: { max, count } };
    return null;
  };
}

function unusable(value: Json): Fault {
  return { text: SAYS.form, facts: { answer: shown(value) } };
}
