import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Blocks, continuesCharacter } from "@/editors/text/blocks";
import { Heights } from "@/editors/text/heights";

const text = fc.string({
  unit: fc.constantFrom(
    "a",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\t",
    "中",
    "。",
    "𝒳",
    "e\u0301",
    "👩‍👩‍👧",
    "ש",
    "\ud800",
  ),
  maxLength: 60,
});

describe("blocks", () => {
  test("lines end at every kind of line end; CRLF is one", () => {
    const blocks = new Blocks("a\r\nb\rc\n\nd\u2028");
    expect(Array.from({ length: blocks.count }, (_, at) => blocks.textOf(at))).toEqual(["a", "b", "c", "", "d", ""]);
  });

  test("an empty text is one empty block", () => {
    const blocks = new Blocks("");
    expect([blocks.count, blocks.start(0), blocks.end(0)]).toEqual([1, 0, 0]);
  });

  test("nothing is lost: what lies between blocks is line ends only", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 12 }), (told, piece) => {
        const blocks = new Blocks(told, piece);
        let rebuilt = "";
        for (let at = 0; at < blocks.count; at += 1) {
          const next = at + 1 < blocks.count ? blocks.start(at + 1) : told.length;
          const between = told.slice(blocks.end(at), next);
          expect(between).toMatch(/^(\r\n|[\n\r\u2028])?$/);
          expect(blocks.continues(at + 1)).toBe(at + 1 < blocks.count && between === "");
          rebuilt += blocks.textOf(at) + between;
        }
        expect(rebuilt).toBe(told);
      }),
    );
  });

  test("every place is in the block that holds it", () => {
    fc.assert(
      fc.property(text, fc.nat(), (told, any) => {
        const blocks = new Blocks(told, 8);
        const unit = any % (told.length + 1);
        const block = blocks.at(unit);
        expect(blocks.start(block)).toBeLessThanOrEqual(unit);
        if (block + 1 < blocks.count) expect(blocks.start(block + 1)).toBeGreaterThan(unit);
      }),
    );
  });

  test("a line of a megabyte is cut in pieces, never within a character", () => {
    const line = "中e\u0301👍🏽𝒳".repeat(130_000);
    const blocks = new Blocks(line);
    expect(blocks.count).toBeGreaterThan(500);
    for (let at = 1; at < blocks.count; at += 1) {
      expect(continuesCharacter(line, blocks.start(at))).toBe(false);
      expect(blocks.end(at - 1) - blocks.start(at - 1)).toBeLessThanOrEqual(1500);
    }
    expect(blocks.line(5)).toEqual([0, blocks.count - 1]);
  });

  test("marks without end are still cut", () => {
    const blocks = new Blocks(`a${"\u0301".repeat(10_000)}`);
    expect(blocks.count).toBeGreaterThan(3);
  });

  test("long lines are cut behind white space where there is some", () => {
    const line = "word ".repeat(1000);
    const blocks = new Blocks(line);
    for (let at = 1; at < blocks.count; at += 1) expect(line[blocks.start(at) - 1]).toBe(" ");
  });
});

describe("heights", () => {
  const heights = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 });

  test("tops are sums, and the block at a place is the one that covers it", () => {
    fc.assert(
      fc.property(heights, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 90 }))), (first, changes) => {
        const now = [...first];
        const tree = new Heights(first);
        for (const [any, height] of changes) {
          const at = any % now.length;
          expect(tree.set(at, height)).toBe(height - now[at]!);
          now[at] = height;
        }
        let sum = 0;
        for (const [at, height] of now.entries()) {
          expect(tree.top(at)).toBe(sum);
          expect(tree.at(sum)).toBe(at);
          expect(tree.at(sum + height - 0.5)).toBe(at);
          sum += height;
        }
        expect(tree.total).toBe(sum);
        expect([tree.at(-5), tree.at(sum + 5)]).toEqual([0, now.length - 1]);
      }),
    );
  });
});
