/** The label schema as the server tells it (`galley-labels/1`), and which of its questions are asked. */

import { isObject, type Json, type JsonObject, own } from "./json";
import type { Language } from "./words";

export interface Title {
  readonly en: string;
  readonly zh: string;
}

export interface Choice {
  readonly value: string;
  readonly title?: Title | null;
  readonly color?: string;
  readonly hotkey?: string;
  readonly children?: readonly Choice[];
}

export type Condition =
  | { readonly control: string; readonly is: readonly string[] }
  | { readonly control: string; readonly answered: boolean }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** An attribute of a region: one of words, several, or something written. */
export interface Attribute {
  readonly type: "choice" | "multi" | "text" | "number" | "boolean";
  readonly words?: readonly string[];
  readonly title?: Title | null;
  readonly required?: boolean;
  readonly when?: Condition;
}

export interface Control {
  readonly name: string;
  /** `box@1` */
  readonly type: string;
  readonly title?: Title | null;
  readonly required: boolean;
  /** The field of the record it is about. */
  readonly field: string;
  readonly options: JsonObject;
  readonly when?: Condition;
}

export interface LabelSchema {
  readonly name: string;
  readonly title?: Title | null;
  readonly controls: readonly Control[];
}

/** The name of a control's label type, without its version. */
export function typeOf(control: Control): string {
  return control.type.split("@")[0]!;
}

export function titleOf(named: { readonly name: string; readonly title?: Title | null }, language: Language): string {
  return named.title?.[language] || named.name;
}

export function choiceTitle(choice: Choice, language: Language): string {
  return choice.title?.[language] || choice.value;
}

/** The choices under an option (`choices`, `labels`), words made choices. */
export function choicesOf(control: Control, option: string): readonly Choice[] {
  return choicesIn(control.options[option]);
}

/** What CSS takes as a colour, and nothing that fetches, calculates or refers: schemas come from anywhere. */
const COLOR = /^(?:#[0-9a-f]{3,8}|[a-z]{3,20}|(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\))$/i;

/** Choices as they are told, words made choices. */
export function choicesIn(raw: Json | undefined): readonly Choice[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((one: Json): Choice => {
    if (!isObject(one)) return { value: String(one) };
    const { children, color, ...rest } = one;
    const inner = choicesIn(children);
    return {
      ...(rest as unknown as Choice),
      value: String(one.value),
      ...(typeof color === "string" && COLOR.test(color) ? { color } : {}),
      ...(inner.length > 0 ? { children: inner } : {}),
    };
  });
}

/** The attributes of a control's regions by name, whichever way they are written. */
export function attributesOf(control: Control): ReadonlyMap<string, Attribute> {
  const raw = control.options.attributes;
  if (!isObject(raw)) return new Map();
  return new Map(
    Object.entries(raw).map(([name, told]): [string, Attribute] => {
      if (isObject(told)) return [name, told as unknown as Attribute];
      const offered = Array.isArray(told) ? told.map(String) : [];
      return [name, offered.length > 0 ? { type: "choice", words: offered } : { type: "text" }];
    }),
  );
}

/** The words an answer says: what conditions look for. */
export function wordsIn(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (isObject(value)) return wordsIn(value.label ?? value.value);
  return [String(value)];
}

/** Whether a condition holds for answers by name. */
export function holds(condition: Condition, answers: { readonly [name: string]: Json | undefined }): boolean {
  if ("all" in condition) return condition.all.every((one) => holds(one, answers));
  if ("any" in condition) return condition.any.some((one) => holds(one, answers));
  if ("not" in condition) return !holds(condition.not, answers);
  const said = wordsIn(own(answers, condition.control));
  if ("is" in condition) return condition.is.some((word) => said.includes(word));
  return said.length > 0 === condition.answered;
}

/** The controls that are asked, given the answers: one that hangs on a hidden one is hidden, too. */
export function asked(schema: LabelSchema, answers: { readonly [name: string]: Json | undefined }): readonly Control[] {
  const shown = new Map(schema.controls.map((control) => [control.name, control]));
  for (let before = -1; before !== shown.size; ) {
    before = shown.size;
    const seen = Object.fromEntries(Object.entries(answers).filter(([name]) => shown.has(name)));
    for (const control of [...shown.values()]) {
      if (control.when !== undefined && !holds(control.when, seen)) shown.delete(control.name);
    }
  }
  return [...shown.values()];
}
