/** A rule in plain words. Pure. */

import type { AnnotateQualityModelRule as Rule } from "@/api/types";
import { type Language, say, type Text } from "@/core/words";
import { ACTS, MEASURES, QUAL } from "./words";

interface Condition {
  readonly measure: string;
  readonly below?: number | null;
  readonly above?: number | null;
}

export function measureName(measure: string, language: Language): string {
  const known = (MEASURES as { readonly [name: string]: Text })[measure];
  return known === undefined ? measure : known[language];
}

function conditionWords(condition: Condition, language: Language): string {
  const measure = measureName(condition.measure, language);
  const [text, value] =
    condition.below === null || condition.below === undefined
      ? [QUAL.isAbove, condition.above ?? 0]
      : [QUAL.isBelow, condition.below];
  return say(text, language, { measure, value });
}

export function sentenceOf(rule: Rule, language: Language): string {
  const conditions = (rule.conditions as readonly Condition[]).map((one) => conditionWords(one, language));
  const actions = (rule.actions as readonly { readonly do: string }[]).map((one) => {
    const known = (ACTS as { readonly [name: string]: Text })[one.do];
    return known === undefined ? one.do : known[language];
  });
  return say(QUAL.sentence, language, {
    window: rule.window ?? 0,
    least: rule.least ?? 0,
    conditions: conditions.join(QUAL.and[language]),
    actions: actions.join(QUAL.comma[language]),
  });
}
