import { describe, expect, test } from "vitest";
import type { Control, LabelSchema } from "@/core/schema";
import type { Media, MediaFacts } from "@/host/editor";
import { fitsGrid, gridControl } from "@/shell/work/grid-fit";
import { leaseOf } from "../floor/fake_server";

const kind: Control = {
  name: "kind",
  type: "classify@1",
  required: true,
  field: "image",
  options: { mode: "single", choices: ["square", "other"] },
};
const boxes: Control = { name: "box", type: "box@1", required: false, field: "image", options: { labels: ["a"] } };
const schema = (...controls: Control[]): LabelSchema => ({ name: "s", controls });

describe("which projects have a grid", () => {
  test("those with one required question of one answer; what else may be said does not matter", () => {
    expect(gridControl(schema(kind))).toBe(kind);
    expect(gridControl(schema(boxes, kind))).toBe(kind);
    expect(gridControl(schema({ ...kind, options: { choices: ["a"] } }))).not.toBeNull();
  });

  test.each([
    ["nothing is asked", schema()],
    ["nothing is required", schema({ ...kind, required: false })],
    ["something else is required", schema({ ...boxes, required: true })],
    ["two things are required", schema(kind, { ...boxes, required: true })],
    ["several answers may be given", schema({ ...kind, options: { mode: "multi", choices: ["a", "b"] } })],
    ["it is a taxonomy", schema({ ...kind, options: { mode: "hierarchical", choices: ["a", "b"] } })],
    ["it is asked only at times", schema({ ...kind, when: { control: "box", answered: true } })],
    ["there is nothing to choose", schema({ ...kind, options: {} })],
  ])("not when %s", (_, told) => {
    expect(gridControl(told)).toBeNull();
  });
});

describe("which items stand in a grid", () => {
  const item = (content: unknown, facts?: Partial<MediaFacts>) => {
    const media: Media = { url: "/p", ...(facts === undefined ? {} : { facts: facts as MediaFacts }) };
    return { schema: schema(kind), lease: { ...leaseOf(1), content }, media: new Map([["blob:1", media]]) };
  };

  test("pictures, and media of which nothing is known yet", () => {
    expect(fitsGrid(item({ image: "blob:1" }, { kind: "image", state: "ready" }))).toBe(true);
    expect(fitsGrid(item({ image: "blob:1" }))).toBe(true);
  });

  test("not sounds, texts and what is missing", () => {
    expect(fitsGrid(item({ image: "blob:1" }, { kind: "audio", state: "ready" }))).toBe(false);
    expect(fitsGrid(item({ image: "a text" }))).toBe(false);
    expect(fitsGrid(item({ image: 3 }))).toBe(false);
    expect(fitsGrid(item(null))).toBe(false);
    expect(fitsGrid({ ...item({ image: "blob:1" }), schema: schema(boxes) })).toBe(false);
  });
});
