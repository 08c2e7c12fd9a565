import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entity, Labels } from "@/core/entity";
import { own, sameJson } from "@/core/json";
import { asked, type Control, choicesIn, holds, type LabelSchema } from "@/core/schema";
import { labelled } from "@/editors/dialogue/message_edit";
import { Palette } from "@/host/palette";
import { canonicalMessage } from "@/labels/dialogue";
import { problemsOf, readLabels, writeLabels } from "@/labels/kinds";
import { regionProblems } from "@/labels/region_problems";
import { canonicalScores } from "@/labels/rubric";

/** What every object has, and what breaks selectors, ids and markup. */
const NAMES = [
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "__defineGetter__"],
  ...['"]', "a b", "a.b#c", "'", "\\", "<img src=x onerror=alert(1)>", "\ud800", "#{x}", "1", "=", "a/b"],
];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" }));

const control = (of: string, more: Partial<Control> = {}): Control => ({
  ...{ name: of, type: "classify@1", required: true, field: "text", options: { choices: NAMES } },
  ...more,
});

const told = (pairs: readonly (readonly [string, unknown])[]): Labels => Object.fromEntries(pairs) as Labels;

test("answers come back as they went, whatever controls and words are called", () => {
  const schemas = fc.uniqueArray(name, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(schemas, name, (names, word) => {
      const schema: LabelSchema = {
        name: "s",
        controls: names.map((one) => control(one, { options: { choices: [word] } })),
      };
      const labels = JSON.parse(JSON.stringify(told(names.map((one) => [one, word])))) as Labels;
      const entities = readLabels(schema, labels, () => "id");
      expect(entities).toHaveLength(names.length);
      expect(sameJson(writeLabels(schema, entities), labels)).toBe(true);
      expect(problemsOf(schema, entities, {})).toEqual([]);
      expect(readLabels(schema, {}, () => "id")).toEqual([]);
      expect(problemsOf(schema, [], {}).map((one) => one.control)).toEqual(names);
    }),
  );
});

test("conditions look at what was said, never at what all objects have", () => {
  for (const one of NAMES) {
    expect(holds({ control: one, answered: true }, {})).toBe(false);
    expect(holds({ control: one, is: ["a"] }, told([[one, "a"]]))).toBe(true);
    const schema: LabelSchema = {
      name: "s",
      controls: [control(one), control("then", { when: { control: one, answered: true } })],
    };
    expect(asked(schema, {}).map((shown) => shown.name)).toEqual([one]);
    expect(asked(schema, told([[one, "a"]]))).toHaveLength(2);
  }
});

test("attributes, criteria and labels of messages may be called anything", () => {
  for (const one of NAMES) {
    const attributes = told([[one, { type: "text", required: true }]]);
    const boxes = control("box", { type: "box@1", options: { attributes } });
    const box = (said: Labels): Entity => ({
      id: "a",
      control: "box",
      value: { x: 1, y: 1, width: 2, height: 2, attributes: said },
    });
    expect(regionProblems([box({})], boxes, {})).toHaveLength(1);
    expect(regionProblems([box(told([[one, "said"]]))], boxes, {})).toEqual([]);
    const rubric = control("rubric", { options: { criteria: [{ name: one }] } });
    expect(canonicalScores({}, rubric)).toBeUndefined();
    const scores = canonicalScores(told([[one, { score: 3 }]]), rubric)!;
    expect(own(scores, one)).toEqual({ score: 3 });
    const label = { name: one, words: [{ value: one }], roles: [], multi: false };
    const message = canonicalMessage(labelled({ role: "user", content: "a" }, label, one), [label]);
    expect(own(message.labels as Labels, one)).toBe(one);
    expect(canonicalMessage({ role: "user", content: "a" }, [label]).labels).toBeUndefined();
  }
});

test("ten thousand words have colours at once, and a colour is the value of one property", () => {
  const many = Array.from({ length: 10_000 }, (_, at) => `word ${at}`);
  const palette = new Palette([control("c", { type: "box@1", options: { labels: [...NAMES, ...many] } })]);
  expect(new Set([...NAMES, ...many].map((one) => palette.color("c", one))).size).toBe(12);
  expect(palette.color("constructor", "toString")).toBe("#6b7280");
});

test("a colour is a colour: nothing of a schema is fetched or calculated by the style of a page", () => {
  const color = (said: unknown): string | undefined => choicesIn([{ value: "a", color: said } as never])[0]!.color;
  const good = ["#fff", "#0072b2", "#0072b2cc", "red", "RebeccaPurple", "rgb(1, 2, 3)", "hsl(120 50% 50% / 0.5)"];
  expect(good.map(color)).toEqual(good);
  const bad = [
    ...[
      "url(https://evil.example/a)",
      "url(/api/v1/me)",
      "red; position: fixed",
      "var(--g-bg)",
      "env(a)",
      "red url(a)",
    ],
    ...[
      "image-set('a' 1x)",
      "attr(href)",
      "calc(1px)",
      "expression(alert(1))",
      "/**/",
      "",
      7,
      null,
      {},
      "#".repeat(99),
    ],
    ...["red\n}", "rgb(url(a))"],
  ];
  expect(bad.map(color)).toEqual(bad.map(() => undefined));
});
