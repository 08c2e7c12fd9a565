import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Labels } from "@/core/entity";
import type { LabelSchema } from "@/core/schema";
import { readLabels } from "@/labels/kinds";
import { differences, leaves, overlap } from "@/shell/review/diff";

const control = (name: string, type: string, options = {}) => ({
  name,
  type: `${type}@1`,
  required: false,
  field: "text",
  options,
});
const schema: LabelSchema = {
  name: "t",
  controls: [
    control("kind", "classify"),
    control("names", "span"),
    control("links", "relation", { spans: "names" }),
    control("boxes", "box"),
    control("masks", "mask"),
    control("steps", "rubric"),
  ],
} as unknown as LabelSchema;

let last = 0;
const newId = (): string => {
  last += 1;
  return `e${last}`;
};
const read = (labels: Labels) => readLabels(schema, labels, newId);
const compare = (from: Labels, to: Labels) =>
  differences(schema, read(from), read(to)).map(({ kind, control: name, fields }) => [
    kind,
    name,
    ...fields.map((field) => `${field.name}: ${JSON.stringify(field.from)} → ${JSON.stringify(field.to)}`),
  ]);
const box = (x: number, y: number, label = "car", more = {}) => ({ x, y, width: 10, height: 10, label, ...more });

describe("differences", () => {
  it("tells an answer that changed, came and went", () => {
    expect(compare({ kind: "cat" }, { kind: "dog" })).toEqual([["changed", "kind", ': "cat" → "dog"']]);
    expect(compare({}, { kind: "dog" })).toEqual([["added", "kind"]]);
    expect(compare({ kind: "cat" }, {})).toEqual([["removed", "kind"]]);
    expect(compare({ kind: ["a", "b"] }, { kind: ["a"] })).toEqual([["changed", "kind", ': ["a","b"] → ["a"]']]);
  });

  it("pairs regions by overlap, not by their place in the list", () => {
    const from = { boxes: [box(0, 0), box(100, 0), box(200, 0)] };
    const to = { boxes: [box(202, 0), box(1, 0, "bus"), box(300, 0)] };
    expect(compare(from, to)).toEqual([
      ["changed", "boxes", "x: 200 → 202"],
      ["changed", "boxes", "x: 0 → 1", 'label: "car" → "bus"'],
      ["added", "boxes"],
      ["removed", "boxes"],
    ]);
  });

  it("takes the better overlap first", () => {
    const found = differences(schema, read({ boxes: [box(0, 0), box(5, 0)] }), read({ boxes: [box(4, 0), box(9, 0)] }));
    expect(found.map(({ from, to }) => [from?.value.x, to?.value.x])).toEqual([
      [5, 4],
      [undefined, 9],
      [0, undefined],
    ]);
  });

  it("tells attributes one by one", () => {
    const from = { boxes: [box(0, 0, "car", { attributes: { colour: "red", old: "yes" } })] };
    const to = { boxes: [box(0, 0, "car", { attributes: { colour: "blue", old: "yes" } })] };
    expect(compare(from, to)).toEqual([["changed", "boxes", 'attributes.colour: "red" → "blue"']]);
  });

  it("follows relations through spans that moved", () => {
    const [a, b] = [
      { start: 0, end: 5, label: "P" },
      { start: 10, end: 15, label: "O" },
    ];
    const moved = { start: 0, end: 6, label: "P" };
    const from = { names: [a, b], links: [{ head: a, tail: b, label: "works" }] };
    const to = { names: [moved, b], links: [{ head: moved, tail: b, label: "owns" }] };
    expect(compare(from, to)).toEqual([
      ["changed", "names", "end: 5 → 6"],
      ["changed", "links", 'label: "works" → "owns"'],
    ]);
  });

  it("pairs masks of one label in order, and says what of a structured answer changed", () => {
    const mask = (counts: string) => ({ label: "sky", size: [2, 2], counts });
    expect(compare({ masks: [mask("04")] }, { masks: [mask("13")] })).toEqual([["changed", "masks", "pixels: 4 → 3"]]);
    expect(
      leaves("", { truth: { score: 3 }, style: { score: 1 } }, { truth: { score: 4 }, style: { score: 1 } }),
    ).toEqual([{ name: "truth.score", from: 3, to: 4 }]);
    expect(leaves("", [{ mark: "right" }, null], [{ mark: "wrong" }, null])).toEqual([
      { name: "0.mark", from: "right", to: "wrong" },
    ]);
  });

  const boxes = fc.array(
    fc.record({
      x: fc.integer({ min: 0, max: 60 }),
      y: fc.integer({ min: 0, max: 60 }),
      width: fc.integer({ min: 1, max: 30 }),
      height: fc.integer({ min: 1, max: 30 }),
      label: fc.constantFrom("a", "b"),
    }),
    { maxLength: 12 },
  );

  it("is empty exactly when the same regions are there, and counts every region once", () => {
    fc.assert(
      fc.property(boxes, boxes, fc.integer(), (from, to, seed) => {
        const shuffled = [...from].sort(
          (one, other) => ((one.x * 31 + one.y + seed) % 7) - ((other.x * 31 + other.y + seed) % 7),
        );
        expect(compare({ boxes: from }, { boxes: shuffled })).toEqual([]);
        const found = differences(schema, read({ boxes: from }), read({ boxes: to }));
        const [added, removed] = ["added", "removed"].map((kind) => found.filter((one) => one.kind === kind).length);
        expect(from.length - removed!).toBe(to.length - added!);
      }),
    );
  });

  it("stays quick with two thousand regions moved a little", () => {
    const many = Array.from({ length: 2000 }, (_, at) => ({ start: at * 10, end: at * 10 + 8, label: "P" }));
    const found = differences(
      schema,
      read({ names: many }),
      read({ names: many.map((span) => ({ ...span, end: span.end - 1 })) }),
    );
    expect(found.length).toBe(2000);
    expect(found.every(({ kind, fields }) => kind === "changed" && fields.length === 1)).toBe(true);
  });
});

it("overlaps by intersection over union", () => {
  expect(overlap([0, 0, 2, 2], [1, 0, 3, 2])).toBeCloseTo(1 / 3);
  expect(overlap([0, 0, 1, 1], [1, 0, 2, 1])).toBe(0);
});
