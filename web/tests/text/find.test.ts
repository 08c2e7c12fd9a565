import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findAll, patternOf, type Query } from "@/editors/text/find";

const ask = (wanted: string, more: Partial<Query> = {}): Query => ({
  wanted,
  matchCase: false,
  wholeWord: false,
  expression: false,
  ...more,
});
const found = (text: string, query: Query): string[] =>
  findAll(text, query).matches.map(({ start, end }) => `${start}:${text.slice(start, end)}`);

describe("searching", () => {
  test("plainly: signs of expressions stand for themselves", () => {
    expect(found("a.c abc A.C", ask("a.c"))).toEqual(["0:a.c", "8:A.C"]);
    expect(found("a.c abc A.C", ask("a.c", { matchCase: true }))).toEqual(["0:a.c"]);
  });

  test("what is found is what was wanted, and it finds every place that indexOf finds", () => {
    const unit = fc.constantFrom("a", "b", "(", "[", "\\", ".", "中", "𝒳", "\n");
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 40 }),
        fc.string({ unit, minLength: 1, maxLength: 3 }),
        (text, wanted) => {
          const places: number[] = [];
          for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) places.push(at);
          expect(findAll(text, ask(wanted, { matchCase: true })).matches.map(({ start }) => start)).toEqual(places);
        },
      ),
    );
  });

  test("whole words, in English and in Chinese", () => {
    expect(found("cat catalog concat cat.", ask("cat", { wholeWord: true }))).toEqual(["0:cat", "19:cat"]);
    expect(found("foo_bar foo", ask("foo", { wholeWord: true }))).toEqual(["8:foo"]);
    expect(found("我在北京大学，北京很大", ask("北京", { wholeWord: true })).at(-1)).toBe("7:北京");
    expect(found("naïve naï", ask("naï", { wholeWord: true }))).toEqual(["6:naï"]);
  });

  test("by expression, over lines, never empty", () => {
    expect(found("a1\nb22", ask("\\d+$", { expression: true }))).toEqual(["1:1", "4:22"]);
    expect(found("𝒳y", ask("x*", { expression: true }))).toEqual([]);
    expect(found("𝒳𝒳", ask(".", { expression: true }))).toEqual(["0:𝒳", "2:𝒳"]);
    expect(findAll("a", ask("(", { expression: true })).state).toBe("wrong");
    expect(patternOf(ask("("))?.source).toBe("\\(");
  });

  test("so many and no more", () => {
    const { matches, more } = findAll("aaaa", ask("a"), 3);
    expect([matches.length, more]).toEqual([3, true]);
    expect(findAll("aaa", ask("a"), 3).more).toBe(false);
  });
});
