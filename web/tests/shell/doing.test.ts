import { expect, test } from "vitest";
import { notTwice } from "@/shell/parts/doing";

test("a double click is one click, and what is asked for later, or is something else, is done", () => {
  let now = 0;
  const done: unknown[] = [];
  const once = notTwice(() => now);
  for (const [at, given] of [
    [0, { state: "paused" }],
    [120, { state: "paused" }],
    [300, { state: "open" }],
    [400, { state: "open" }],
    [810, { state: "open" }],
    [820, undefined],
    [830, undefined],
  ] as const) {
    now = at;
    once(given, () => done.push([at, given]));
  }
  expect(done).toEqual([
    [0, { state: "paused" }],
    [300, { state: "open" }],
    [810, { state: "open" }],
    [820, undefined],
  ]);
});
