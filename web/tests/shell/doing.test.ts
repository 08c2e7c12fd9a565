import { expect, test } from "vitest";
import { notTwice } from "@/shell/parts/doing";

test("a double click is one click, and what is asked for later is done", () => {
  let now = 0;
  const done: number[] = [];
  const once = notTwice(() => now);
  for (const at of [0, 120, 499, 700, 1200]) {
    now = at;
    once(() => done.push(at));
  }
  expect(done).toEqual([0, 700, 1200]);
});
