import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Block, parseInline, parseMarkdown, plainText, safeHref } from "@/shell/parts/markdown";

const shape = (text: string): string[] => parseMarkdown(text).map(({ is }) => is);

describe("markdown", () => {
  test("has headings, lists in lists, tables, quotes, code and rules", () => {
    const text = [
      "# Rules",
      "First **bold** and `code`.",
      "",
      "- one",
      "  - inner",
      "- [x] two",
      "",
      "1. a",
      "2. b",
      "",
      "| word | means |",
      "|---|---|",
      "| a \\| b | `c` |",
      "",
      "> said",
      "",
      "```py",
      "# no heading",
      "```",
      "---",
    ].join("\n");
    expect(shape(text)).toEqual(["heading", "paragraph", "list", "list", "table", "quote", "code", "rule"]);
    const [, , list, , table, , code] = parseMarkdown(text) as [Block, Block, never, Block, never, Block, never];
    expect(
      (list as { items: { of: Block[]; ticked?: boolean }[] }).items.map(({ of }) => of.map(({ is }) => is)),
    ).toEqual([["paragraph", "list"], ["paragraph"]]);
    expect((list as { items: { ticked?: boolean }[] }).items[1]!.ticked).toBe(true);
    expect((table as { rows: never[][] }).rows[0]!.map(plainText)).toEqual(["a | b", "c"]);
    expect((code as { text: string }).text).toBe("# no heading");
  });

  test("follows only addresses that cannot run anything", () => {
    for (const bad of [
      "javascript:alert(1)",
      "JaVaScRiPt:x",
      "data:text/html,x",
      "//evil.example",
      "/\\evil",
      "vbscript:x",
    ])
      expect(safeHref(bad)).toBe("");
    for (const good of ["https://a.example", "/o/1/projects", "#there", "mailto:a@b.example"])
      expect(safeHref(good)).toBe(good);
    expect(parseInline("[x](javascript:alert(1))")[0]).toMatchObject({ is: "link", href: "" });
  });

  test("keeps names_with_underscores and stars that stand alone", () => {
    expect(plainText(parseInline("a_b_c and 2 * 3 * 4"))).toBe("a_b_c and 2 * 3 * 4");
    expect(parseInline("a_b_c")).toEqual([{ is: "text", text: "a_b_c" }]);
    expect(parseInline("**7** 中间")[0]).toMatchObject({ is: "strong" });
  });

  test("ends for every text, and loses no letter of plain words", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => void parseMarkdown(text)),
      { numRuns: 500 },
    );
    const piece = fc.constantFrom(
      "- ",
      "  ",
      "> ",
      "# ",
      "1. ",
      "\n",
      "a",
      "**",
      "`",
      "|",
      "---",
      "```",
      "[",
      "](",
      ")",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => void parseMarkdown(pieces.join(""))),
      {
        numRuns: 1000,
      },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z\u4e00-\u9fff]{1,20}$/), (word) => {
        const [first] = parseMarkdown(word);
        expect(first).toEqual({ is: "paragraph", of: [{ is: "text", text: word }] });
      }),
    );
  });
});
