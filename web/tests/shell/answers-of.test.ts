import { describe, expect, it } from "vitest";
import { answersOf } from "@/shell/parts/answers-of";

describe("answers of an item", () => {
  const slots = [
    { id: 1, stage: "label" },
    { id: 2, stage: "review" },
    { id: 3, stage: "adjudicate" },
    { id: 4, stage: "accept" },
  ];
  const said = (slot: number, body: unknown) => ({ id: slot * 10, slot, body });

  it("are what labelers and deciders said, not what was said about it", () => {
    const revisions = [said(1, "a"), said(2, { verdict: "fix" }), said(1, "b"), said(3, "c"), said(4, "accept")];
    expect(answersOf({ slots, revisions }).map(({ body }) => body)).toEqual(["a", "b", "c"]);
  });

  it("are none when nobody answered", () => {
    expect(answersOf({ slots, revisions: [] })).toEqual([]);
  });
});
