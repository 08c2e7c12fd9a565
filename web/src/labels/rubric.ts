/** rubric: a score for each criterion, with a reason where one is asked. While somebody scores, some are missing. */

import { isObject, type Json, type JsonObject, own } from "@/core/json";
import type { Control, Title } from "@/core/schema";
import { words } from "@/core/words";
import { answerId, type LabelKind, type Problem } from "./kind";
import { written } from "./record_fields";

export interface Criterion {
  readonly name: string;
  readonly title?: Title | null;
  readonly min: number;
  readonly max: number;
  readonly levels: { readonly [score: string]: Title };
  readonly reason: "none" | "optional" | "required";
}

export interface Scored {
  readonly score?: number;
  readonly reason?: string;
}

const REASON_MOST = 5_000;
const SAYS = words({
  unscored: { en: "Not scored yet: {name}.", zh: "尚未评分：{name}。" },
  noReason: { en: "A reason is asked for: {name}.", zh: "请填写理由：{name}。" },
  longReason: { en: "The reason is too long: {name} (at most {most}).", zh: "理由过长：{name}（最多 {most} 字）。" },
});

/** The criteria as the server writes them, and as people write them in a file: what is left out is as usual. */
export function criteriaOf(control: Control): readonly Criterion[] {
  const raw = control.options.criteria;
  return (Array.isArray(raw) ? raw : []).filter(isObject).map((one) => ({
    name: String(one.name),
    title: titled(one.title),
    min: typeof one.min === "number" ? one.min : 1,
    max: typeof one.max === "number" ? one.max : 5,
    levels: levelsOf(one.levels),
    reason: one.reason === "none" || one.reason === "required" ? one.reason : "optional",
  }));
}

function levelsOf(raw: Json | undefined): { readonly [score: string]: Title } {
  if (!isObject(raw)) return {};
  return Object.fromEntries(
    Object.entries(raw).flatMap(([score, said]): [string, Title][] => {
      const title = titled(said);
      return title === null ? [] : [[score, title]];
    }),
  );
}

function titled(raw: Json | undefined): Title | null {
  if (typeof raw === "string") return raw === "" ? null : { en: raw, zh: raw };
  if (!isObject(raw)) return null;
  const [en, zh] = [String(raw.en || raw.zh || ""), String(raw.zh || raw.en || "")];
  return en === "" ? null : { en, zh };
}

export function scoresIn(value: Json | undefined): { readonly [criterion: string]: Scored } {
  return isObject(value) ? (value as unknown as { [criterion: string]: Scored }) : {};
}

/** The scores without empty reasons; undefined when nothing is said. */
export function canonicalScores(value: Json | undefined, control: Control): JsonObject | undefined {
  const said = scoresIn(value);
  const kept = criteriaOf(control).flatMap(({ name, reason: asked }): [string, JsonObject][] => {
    const { score, reason } = own(said, name) ?? {};
    const text = asked === "none" ? "" : written(reason);
    if (typeof score !== "number" && text === "") return [];
    return [[name, { ...(typeof score === "number" ? { score } : {}), ...(text === "" ? {} : { reason: text }) }]];
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** What keeps one criterion from being complete. */
export function missingOf(criterion: Criterion, scored: Scored | undefined): keyof typeof SAYS | null {
  if (typeof scored?.score !== "number") return "unscored";
  const reason = written(scored.reason);
  if (criterion.reason === "required" && reason === "") return "noReason";
  return Array.from(reason).length > REASON_MOST ? "longReason" : null;
}

export const rubric: LabelKind = {
  type: "rubric",
  regions: false,
  read: (value, { control }) => [{ id: answerId(control.name), control: control.name, value: { value } }],
  write: (entities, control) => canonicalScores(entities[0]?.value.value, control),
  problems: (entities, control) => {
    const value = canonicalScores(entities[0]?.value.value, control);
    if (value === undefined) return [];
    const said = scoresIn(value);
    return criteriaOf(control).flatMap((criterion): Problem[] => {
      const missing = missingOf(criterion, own(said, criterion.name));
      if (missing === null) return [];
      const { name, title } = criterion;
      const shown = title == null || title.en === title.zh ? (title?.en ?? name) : `${title.zh} / ${title.en}`;
      return [
        {
          control: control.name,
          id: `${answerId(control.name)}/${name}`,
          text: SAYS[missing],
          facts: { name: shown, most: REASON_MOST },
        },
      ];
    });
  },
};
