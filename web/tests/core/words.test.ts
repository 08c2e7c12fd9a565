import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { say, type Text } from "@/core/words";

const SRC = join(import.meta.dirname, "../../src");

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

const SOURCES = files(SRC).filter((name) => !name.endsWith("api/types.ts"));

describe("every word is in both languages", () => {
  const modules = import.meta.glob<Record<string, unknown>>("../../src/**/words.ts");
  test.each(Object.keys(modules))("%s", async (name) => {
    const module = await modules[name]!();
    for (const [table, told] of Object.entries(module)) {
      if (typeof told !== "object" || told === null) continue;
      for (const [key, text] of Object.entries(told as { [key: string]: Text })) {
        if (typeof text !== "object" || !("en" in text)) continue;
        const place = `${table}.${key}`;
        expect(text.en.trim(), place).not.toBe("");
        expect(text.zh.trim(), place).not.toBe("");
        const slots = (one: string) =>
          [...one.matchAll(/\{(\w+)\}/g)]
            .map(([, slot]) => slot!)
            .filter((slot) => slot !== "en" && slot !== "zh")
            .sort();
        // A fact may be said twice in one language and once in the other.
        expect([...new Set(slots(text.zh))], place).toEqual([...new Set(slots(text.en))]);
      }
    }
  });

  test("and Chinese stands nowhere but beside its English", () => {
    const loose = SOURCES.flatMap((name) =>
      readFileSync(name, "utf8")
        .split("\n")
        .map((line, at) => ({ line, at: at + 1 }))
        .filter(
          ({ line }) =>
            /[\u4e00-\u9fff]/.test(line) &&
            !/\bzh\b/.test(line) &&
            !line.includes("// both languages:") &&
            !/^\s*(\*|\/\/|\/\*)/.test(line),
        )
        // A long text stands on the line after its `zh:`; fonts and switches name themselves.
        .filter(({ at }, _, all) => all.length > 0 && !follows(name, at))
        .map(({ line, at }) => `${name}:${at} ${line.trim()}`),
    );
    expect(loose).toEqual([]);
  });
});

describe("counted nouns", () => {
  const text: Text = { en: "{count} {count:item waits|items wait} for {who}.", zh: "{who} 有 {count} 条待处理。" };

  test.each([
    [0, "0 items wait for Bo."],
    [1, "1 item waits for Bo."],
    ["1", "1 item waits for Bo."],
    ["1,001", "1,001 items wait for Bo."],
    ["1.5", "1.5 items wait for Bo."],
  ])("%s", (count, said) => expect(say(text, "en", { count, who: "Bo" })).toBe(said));

  test("each form may hold facts, a fact may look like a form, and one that is not known stays as it is", () => {
    const whole: Text = { en: "{n:The one of {who}|All {n} of {who}}", zh: "{who}：{n}" };
    expect(say(whole, "en", { n: 1, who: "Bo" })).toBe("The one of Bo");
    expect(say(whole, "en", { n: 3, who: "{n:a|b}" })).toBe("All 3 of {n:a|b}");
    expect(say(text, "en", { who: "Bo" })).toBe("{count} {count:item waits|items wait} for Bo.");
  });

  test("no English text of the shell counts one of several", () => {
    const nouns =
      "items|answers|records|rows|files|people|questions|comments|keys|labels|checks|findings|proposals|differences|tasks|days|times";
    const loose = SOURCES.filter((name) => name.includes("/shell/")).flatMap((name) =>
      [...readFileSync(name, "utf8").matchAll(new RegExp(`\\ben: "[^"]*\\{\\w+\\} (?:${nouns})\\b[^"]*"`, "g"))].map(
        ([said]) => said,
      ),
    );
    const fine = /These \{count\} items|of the \{items\} labels|\{answers:The one/; // only said of several, or in both forms
    expect(loose.filter((said) => !fine.test(said))).toEqual([]);
  });
});

function follows(name: string, at: number): boolean {
  const before = readFileSync(name, "utf8").split("\n")[at - 2] ?? "";
  return /\bzh:\s*$/.test(before);
}
