/** steps: a mark for each step of a solution. While somebody marks, a step without a mark is null. */

import { isObject, type Json, type JsonObject } from "@/core/json";
import type { Control } from "@/core/schema";
import { words } from "@/core/words";
import { answerId, type LabelKind, type Problem } from "./kind";
import { stepsOf, written } from "./record_fields";

export const MARKS = ["right", "neutral", "wrong"] as const;
export type Mark = (typeof MARKS)[number];

/** What is said of one step; without a mark only while somebody works. */
export interface Judged {
  readonly mark?: Mark;
  readonly reason?: string;
  readonly rewrite?: string;
}

export type Judgements = readonly (Judged | null)[];

const TEXT_MOST = 20_000;
const SAYS = words({
  unmarked: {
    en: "Steps without a mark: {count}, the first is {step}.",
    zh: "还有 {count} 步未标记，第一处为第 {step} 步。",
  },
  long: {
    en: "What is written at step {step} is too long (at most {most}).",
    zh: "第 {step} 步所写内容过长（最多 {most} 字）。",
  },
  count: { en: "Marks for {count} steps, but there are {all}.", zh: "标记了 {count} 步，实际有 {all} 步。" },
  none: { en: "This record has no steps.", zh: "该数据没有步骤。" },
});

export function judgementsIn(value: Json | undefined): Judgements {
  if (!Array.isArray(value)) return [];
  return value.map((item: Json) => (isObject(item) ? (item as Judged) : null));
}

export function stopsAtError(control: Control): boolean {
  return control.options.stop_at_error === true;
}

/** The place of the first step marked wrong; -1 when there is none. */
export function firstError(judged: Judgements): number {
  return judged.findIndex((step) => step?.mark === "wrong");
}

/** The first steps that are still to be marked come first: places without a mark up to where one stops. */
export function unmarked(judged: Judgements, count: number, stop: boolean): readonly number[] {
  const error = stop ? firstError(judged) : -1;
  const found: number[] = [];
  for (let at = 0; at < (error < 0 ? count : error); at += 1) if (judged[at]?.mark === undefined) found.push(at);
  return found;
}

/** As the server keeps it; what is behind the first error is null where one stops there. */
export function canonicalSteps(judged: Judgements, stop: boolean): readonly Json[] | undefined {
  const error = stop ? firstError(judged) : -1;
  const kept = judged.map((step, at): JsonObject | null => {
    if (step === null || (error >= 0 && at > error)) return null;
    const [reason, rewrite] = [written(step.reason), written(step.rewrite)];
    const said = {
      ...(step.mark === undefined ? {} : { mark: step.mark }),
      ...(reason === "" ? {} : { reason }),
      ...(rewrite === "" ? {} : { rewrite }),
    };
    return Object.keys(said).length > 0 ? said : null;
  });
  return kept.some((step) => step !== null) ? kept : undefined;
}

export const steps: LabelKind = {
  type: "steps",
  regions: false,
  read: (value, { control }) => [{ id: answerId(control.name), control: control.name, value: { value } }],
  write: (entities, control) => canonicalSteps(judgementsIn(entities[0]?.value.value), stopsAtError(control)),
  problems: (entities, control, content) => {
    const known = stepsOf(content[control.field]);
    const here = { control: control.name };
    if (known === null || known.length === 0) return [{ ...here, text: SAYS.none }];
    const stop = stopsAtError(control);
    const value = canonicalSteps(judgementsIn(entities[0]?.value.value), stop);
    if (value === undefined) return [];
    const judged = judgementsIn(value);
    if (judged.length !== known.length)
      return [{ ...here, text: SAYS.count, facts: { count: judged.length, all: known.length } }];
    const open = unmarked(judged, known.length, stop);
    const at = (place: number): string => `${answerId(control.name)}/${place}`;
    const found: Problem[] = [];
    if (open.length > 0) {
      found.push({ ...here, id: at(open[0]!), text: SAYS.unmarked, facts: { count: open.length, step: open[0]! + 1 } });
    }
    judged.forEach((step, place) => {
      if ([step?.reason, step?.rewrite].some((text) => Array.from(text ?? "").length > TEXT_MOST))
        found.push({ ...here, id: at(place), text: SAYS.long, facts: { step: place + 1, most: TEXT_MOST } });
    });
    return found;
  },
};
