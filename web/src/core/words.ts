/**
 * What people read, in English and Chinese side by side: a text that lacks one of them does not compile.
 *
 * `{name}` is filled from facts; `{count:item|items}` is the first for 1 and the second for all else. Each folder has its `words.ts`.
 */

export type Language = "en" | "zh";
export const LANGUAGES: readonly Language[] = ["zh", "en"];

export interface Text {
  readonly en: string;
  readonly zh: string;
}

export type Facts = { readonly [name: string]: string | number | Text };

export function words<T extends { readonly [key: string]: Text }>(table: T): T {
  return table;
}

/** Both forms may hold facts themselves. */
const COUNTED = /\{(\w+):((?:[^{}|]|\{\w+\})*)\|((?:[^{}|]|\{\w+\})*)\}/g;

export function say(text: Text, language: Language, facts: Facts = {}): string {
  const counted = text[language].replace(COUNTED, (whole, name: string, one: string, many: string) => {
    const fact = facts[name];
    return fact === undefined ? whole : String(fact) === "1" ? one : many;
  });
  return counted.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name];
    if (fact === undefined) return whole;
    return typeof fact === "object" ? fact[language] : String(fact);
  });
}

/** The language a person wants: what they chose, else the first of the browser's that we have, else Chinese. */
export function languageOf(chosen: string | null, browser: readonly string[]): Language {
  if (chosen === "en" || chosen === "zh") return chosen;
  for (const tag of browser) {
    const head = tag.toLowerCase().split("-")[0];
    if (head === "en" || head === "zh") return head;
  }
  return "zh";
}
