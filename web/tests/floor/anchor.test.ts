import { expect, it } from "vitest";
import type { LabelSchema } from "@/core/schema";
import { anchorTo } from "@/floor/anchor";

const schema = {
  name: "t",
  controls: [
    { name: "names", type: "span@1", required: false, field: "text", options: {} },
    { name: "talk", type: "segment@1", required: false, field: "audio", options: {} },
  ],
} as LabelSchema;

it("points at a question, a span by place and stretch, a segment in milliseconds, a shape by place", () => {
  const answer = { id: "=kind", control: "kind", value: { value: "cat" } };
  const first = { id: "a", control: "names", value: { start: 0, end: 4, label: "P" } };
  const second = { id: "b", control: "names", value: { start: 7, end: 9, label: "P" } };
  const segment = { id: "c", control: "talk", value: { start: 1.5, end: 2, label: "x" } };
  const box = { id: "d", control: "boxes", value: { x: 1, y: 2, width: 3, height: 4, label: "car" } };
  const tile = { id: "t", control: "names", value: {}, of: "a" };
  const all = [answer, first, tile, second, segment, box];
  expect(anchorTo(answer, all, schema)).toEqual({ control: "kind" });
  expect(anchorTo(second, all, schema)).toEqual({ control: "names", region: "1", start: 7, end: 9, unit: "text" });
  expect(anchorTo(segment, all, schema)).toEqual({
    control: "talk",
    region: "0",
    start: 1500,
    end: 2000,
    unit: "time",
  });
  expect(anchorTo(box, all, schema)).toEqual({ control: "boxes", region: "0" });
});
