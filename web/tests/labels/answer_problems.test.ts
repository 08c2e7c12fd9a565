import { describe, expect, test } from "vitest";
import type { Labels } from "@/core/entity";
import type { LabelSchema } from "@/core/schema";
import { problemsOf, readLabels, writeLabels } from "@/labels/kinds";

const schema = (type: string, options: object = {}, required = false): LabelSchema => ({
  name: "s",
  controls: [{ name: "q", type: `${type}@1`, required, field: "text", options: options as never }],
});

/** The first words of what is told of an answer. */
function told(type: string, value: unknown, options: object = {}): string[] {
  const asked = schema(type, options);
  const entities = readLabels(asked, { q: value } as Labels, () => "id");
  return problemsOf(asked, entities, {}).map(({ text }) => text.en.split(" ").slice(0, 2).join(" "));
}

describe("answers the server would refuse are told before", () => {
  test("one of several, or several", () => {
    const choices = { choices: ["a", { value: "b" }] };
    expect(told("classify", "a", choices)).toEqual([]);
    expect([told("classify", "z", choices), told("classify", ["a"], choices)]).toEqual([
      ["This question"],
      ["This question"],
    ]);
    const several = { ...choices, mode: "multi", min: 1, max: 1 };
    expect(told("classify", ["b"], several)).toEqual([]);
    expect([told("classify", "b", several), told("classify", ["b", "z"], several)]).toEqual([
      ["This question"],
      ["This question"],
    ]);
    expect([told("classify", [], several), told("classify", ["a", "b"], several)]).toEqual([
      ["Choose at"],
      ["Choose at"],
    ]);
  });

  test("places in a taxonomy", () => {
    const tree = { mode: "hierarchical", choices: ["a", { value: "b", children: ["c", "d"] }], max: 1 };
    expect([told("classify", [["a"]], tree), told("classify", [["b"], ["b", "c"]], tree)]).toEqual([[], []]);
    for (const bad of ["a", [["z"]], [["b", "z"]], [[]], ["b"], [["a", "c"]]])
      expect(told("classify", bad, tree)).toEqual(["This question"]);
    expect(
      told(
        "classify",
        [
          ["b", "c"],
          ["b", "d"],
        ],
        tree,
      ),
    ).toEqual(["Choose at"]);
    expect(told("classify", [["b"]], { ...tree, leaves_only: true })).toEqual(["Choose one"]);
  });

  test("numbers, stars, dates, texts", () => {
    const within = { min: 0, max: 9 };
    expect([told("number", 0, within), told("number", 9, within), told("number", 1e99)]).toEqual([[], [], []]);
    expect([told("number", -1, within), told("number", 10, within), told("number", "3", within)]).toEqual([
      ["At least"],
      ["At most"],
      ["This answer"],
    ]);
    expect([told("rating", 5), told("rating", 6), told("rating", 2.5), told("rating", 6, { max: 7 })]).toEqual([
      [],
      ["This answer"],
      ["This answer"],
      [],
    ]);
    expect([told("date", "2026-02-28"), told("date", "28.2.26"), told("date", { year: 1 })]).toEqual([
      [],
      ["This answer"],
      ["This answer"],
    ]);
    const days = { min: "2026-01-01", max: "2026-12-31" };
    expect([
      told("date", "2025-12-31", days),
      told("date", "2026-12-31", days),
      told("date", "2027-01-01", days),
    ]).toEqual([["At least"], [], ["At most"]]);
    expect(told("date", "2026-12-31T23:59", { ...days, time: true, min: "", max: "2026-12-31T23:59" })).toEqual([]);
    expect([
      told("text", "  "),
      told("text", "👩‍👩‍👧", { max_length: 5 }),
      told("text", "ab", { max_length: 1 }),
    ]).toEqual([["Write at"], [], ["Write at"]]);
    expect([told("transcript", ""), told("transcript", 5), told("text", ["x"])]).toEqual([
      [],
      ["This answer"],
      ["This answer"],
    ]);
  });
});

test("an answer of a type that nobody here knows stays as it came", () => {
  const strange = schema("hologram");
  const labels = { q: { depth: [1, { x: null }] } } as unknown as Labels;
  const entities = readLabels(strange, labels, () => "id");
  expect(writeLabels(strange, entities)).toEqual(labels);
  expect(problemsOf(strange, entities, {})).toEqual([]);
  expect(problemsOf(strange, [], {})).toEqual([]);
  expect(problemsOf(schema("hologram", {}, true), [], {})[0]?.text.en).toContain("cannot be edited here");
  expect(problemsOf(schema("hologram", {}, true), entities, {})).toEqual([]);
});
