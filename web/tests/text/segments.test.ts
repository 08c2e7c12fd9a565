import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Segments, snapFor } from "@/editors/text/segments";

const graphemes = new Intl.Segmenter("zh", { granularity: "grapheme" });

describe("characters", () => {
  test("a step goes over a whole character, both ways", () => {
    const text = "a👩‍👩‍👧e\u0301\r\n𝒳שׁ";
    const segments = new Segments(text);
    const breaks = [...graphemes.segment(text)].map(({ index }) => index);
    const there: number[] = [];
    for (let at = 0; at < text.length; at = segments.next(at, "character")) there.push(at);
    expect(there).toEqual(breaks);
    const back: number[] = [];
    for (let at = text.length; at > 0; ) {
      at = segments.previous(at, "character");
      back.unshift(at);
    }
    expect(back).toEqual(breaks);
  });

  test("in the middle of a long text it is as at its beginning", () => {
    const unit = "word 👩‍👩‍👧 e\u0301x, ";
    const text = unit.repeat(2000);
    const segments = new Segments(text);
    fc.assert(
      fc.property(fc.nat(1999), fc.nat(unit.length - 1), (repeat, place) => {
        const [far, near] = [
          new Segments(text).next(repeat * unit.length + place, "character"),
          segments.next(place, "character"),
        ];
        expect(far - repeat * unit.length).toBe(near);
      }),
    );
  });
});

describe("words", () => {
  test("a step goes behind the next word, or before the last", () => {
    const segments = new Segments("The quick, brown fox.");
    expect([0, 3, 9].map((at) => segments.next(at, "word"))).toEqual([3, 9, 16]);
    expect([21, 17, 10].map((at) => segments.previous(at, "word"))).toEqual([17, 11, 4]);
  });

  test("Chinese words come from the dictionary", () => {
    const segments = new Segments("我在北京大学学习");
    expect(segments.snapped(3, 4, "word")).toEqual([2, 4]);
    expect(segments.snapped(2, 3, "character")).toEqual([2, 3]);
  });

  test("what is drawn roughly means whole words, without the space around", () => {
    const text = "Ada Lovelace was born";
    const segments = new Segments(text);
    expect(segments.snapped(1, 7, "word")).toEqual([0, 12]);
    expect(segments.snapped(7, 1, "word")).toEqual([0, 12]);
    expect(segments.snapped(3, 13, "word")).toEqual([4, 12]);
    expect(segments.snapped(5, 5, "word")).toEqual([4, 12]);
    expect(segments.snapped(12, 12, "word")).toEqual([4, 12]);
    expect(segments.snapped(3, 4, "word")).toBe(null);
    expect(segments.snapped(3, 13, "character")).toEqual([4, 12]);
  });

  test("snapping never cuts a character, never widens beyond words, and is done once", () => {
    const unit = fc.constantFrom("a", "b", " ", "中", "文", "𝒳", "e\u0301", "👍🏽", ".", "\n");
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 30 }),
        fc.nat(),
        fc.nat(),
        fc.constantFrom("character", "word"),
        (text, a, b, kind) => {
          const segments = new Segments(text);
          const snap = kind as "character" | "word";
          const found = segments.snapped(a % (text.length + 1), b % (text.length + 1), snap);
          if (found === null) return;
          expect(found[0]).toBeLessThan(found[1]);
          expect(text.slice(...found)).toBe(text.slice(...found).trim());
          expect(segments.snapped(found[0], found[1], snap)).toEqual(found);
          expect(segments.isBreak(found[0], "character") && segments.isBreak(found[1], "character")).toBe(true);
        },
      ),
    );
  });

  test("one line of a megabyte answers from a small window", () => {
    const text = "汉字𝒳word".repeat(150_000);
    const segments = new Segments(text);
    const at = 700_000 - (700_000 % 8);
    expect(segments.next(at, "character")).toBe(at + 1);
    expect(segments.around(at + 4, "word").word).toBe(true);
  });

  test("Chinese begins with characters, English with words", () => {
    expect([snapFor("今天天气很好"), snapFor("A fine day"), snapFor("")]).toEqual(["character", "word", "word"]);
  });
});
