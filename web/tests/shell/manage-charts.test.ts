import { describe, expect, test } from "vitest";
import type { Thumbnail } from "@/api/types";
import { againIn } from "@/shell/manage/explorer/thumbnails";
import { labelsByControl, returnReasons } from "@/shell/manage/quality/series";
import { ticks } from "@/shell/parts/charts/scale";

describe("series of charts", () => {
  test("reasons of returned work over all days, the most frequent first", () => {
    const of = (day: string, verdict: string, reason: string, reviews: number) => ({ day, verdict, reason, reviews });
    const told = [of("1", "return", "missing", 2), of("2", "return", "wrong", 5), of("2", "return", "missing", 4)];
    expect(returnReasons([...told, of("2", "accept", "", 90)])).toEqual([
      { key: "missing", count: 6 },
      { key: "wrong", count: 5 },
    ]);
  });

  test("labels stand by their control; words nobody gave stand with nothing", () => {
    const of = (control: string, value: string, items: number) => ({ control, value, items });
    const known = new Map([["mood", ["good", "bad", "odd"]]]);
    const found = labelsByControl([of("mood", "bad", 7), of("place", "city", 3), of("mood", "good", 2)], known);
    expect([...found]).toEqual([
      [
        "mood",
        [
          { key: "bad", count: 7 },
          { key: "good", count: 2 },
          { key: "odd", count: 0 },
        ],
      ],
      ["place", [{ key: "city", count: 3 }]],
    ]);
  });
});

describe("marks of counts", () => {
  test("they are whole, and reach what is counted", () => {
    expect(ticks(0, 1, 4, 1)).toEqual([0, 1]);
    expect(ticks(0, 3, 4, 1)).toEqual([0, 1, 2, 3]);
    for (let most = 1; most < 400; most += 1) {
      const marks = ticks(0, most, 4, 1);
      expect([marks.every(Number.isInteger), marks[marks.length - 1]! >= most]).toEqual([true, true]);
    }
  });
});

describe("small pictures", () => {
  const one = (state: Thumbnail["state"]): Thumbnail => ({ reference: "blob:1", state });

  test("those being made are asked for again, ever less often", () => {
    const told = { a: one("ready"), b: one("making") };
    expect([1, 2, 3, 9].map((times) => againIn(told, times))).toEqual([1000, 2000, 4000, 15_000]);
    expect(againIn({ a: one("waiting") }, 1)).toBe(1000);
  });

  test("what is there or failed is not asked for again", () => {
    expect(againIn({ a: one("ready"), b: one("failed") }, 1)).toBe(false);
    expect(againIn({}, 1)).toBe(false);
    expect(againIn(undefined, 0)).toBe(false);
  });
});
