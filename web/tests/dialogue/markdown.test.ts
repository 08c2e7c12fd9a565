import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Block, blocksOf, type Inline, inlineOf } from "@/editors/dialogue/markdown";

const plain = (told: readonly Inline[]): string =>
  told.map((one) => ("inner" in one ? plain(one.inner) : one.text)).join("");

const textOf = (block: Block): string => {
  switch (block.kind) {
    case "code":
    case "math":
      return block.text;
    case "list":
      return block.items.map(({ inner }) => plain(inner)).join("\n");
    case "table":
      return block.rows.map((row) => row.map(plain).join("\t")).join("\n");
    case "rule":
      return "";
    default:
      return plain(block.inner);
  }
};

const kinds = (text: string): string[] => blocksOf(text).map(({ kind }) => kind);

describe("blocks", () => {
  test("are what models write", () => {
    expect(
      kinds("# A\ntext\nmore\n\n- one\n- two\n  more of two\n\n1. x\n> said\n\n---\n| a | b |\n|--|:-:|\n| 1 | 2 |"),
    ).toEqual(["heading", "paragraph", "list", "quote", "rule", "table"]);
    expect(blocksOf("```py\na = '**b**'\n\n# c\n```\nend")).toEqual([
      { kind: "code", language: "py", text: "a = '**b**'\n\n# c" },
      { kind: "paragraph", inner: [{ kind: "text", text: "end" }] },
    ]);
    expect(kinds("```\nnever closed\n\n# still code")).toEqual(["code"]);
  });

  test("of formulas keep every character, and one that never ends is a paragraph", () => {
    expect(blocksOf("$$\na_1 * b_2 * c\n$$")).toEqual([{ kind: "math", text: "$$\na_1 * b_2 * c\n$$" }]);
    expect(blocksOf("\\[ x_1 \\]")).toEqual([{ kind: "math", text: "\\[ x_1 \\]" }]);
    expect(kinds("$$ open\n\nnext")).toEqual(["paragraph", "paragraph"]);
  });

  test("of lists know how deep items are", () => {
    const [list] = blocksOf("1. a\n   - b\n     - c\n   - d\n2. e");
    expect(list?.kind === "list" && list.items.map(({ depth, bullet }) => [depth, bullet])).toEqual([
      [0, "1."],
      [1, "•"],
      [2, "•"],
      [1, "•"],
      [0, "2."],
    ]);
  });
});

describe("text within blocks", () => {
  test.each([
    [
      "**a *b* c**",
      [
        {
          kind: "strong",
          inner: [
            { kind: "text", text: "a " },
            { kind: "em", inner: [{ kind: "text", text: "b" }] },
            { kind: "text", text: " c" },
          ],
        },
      ],
    ],
    ["snake_case_name and 2 * 3 * 4", [{ kind: "text", text: "snake_case_name and 2 * 3 * 4" }]],
    ["it costs $5 and $10", [{ kind: "text", text: "it costs $5 and $10" }]],
    ["$a_1*b_2*c$", [{ kind: "math", text: "$a_1*b_2*c$" }]],
    ["\\(x_1\\)", [{ kind: "math", text: "\\(x_1\\)" }]],
    ["`a*b*`", [{ kind: "code", text: "a*b*" }]],
    ["\\*no\\*", [{ kind: "text", text: "*no*" }]],
    ["[x](javascript:alert(1))", [{ kind: "text", text: "[x](javascript:alert(1))" }]],
    ["[x](https://a.b/c)", [{ kind: "link", text: "x", href: "https://a.b/c" }]],
    ["<b>&amp;", [{ kind: "text", text: "<b>&amp;" }]],
  ])("%s", (text, found) => expect(inlineOf(text)).toEqual(found));
});

test("whatever is written, letters and digits are all there, in order", () => {
  const piece = fc.constantFrom(
    "**",
    "*",
    "_",
    "`",
    "```\n",
    "$",
    "$$",
    "\n",
    "\n\n",
    "# ",
    "- ",
    "1. ",
    "> ",
    "|",
    "|--|--|",
    "~~",
    "[",
    "](https://x.y)",
    "\\",
    "\\[",
    " ",
    "a",
    "字",
    "😀",
    "7",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join("");
      const letters = (said: string): string => said.replace(/https:\/\/x\.y/g, "").replace(/[^a字😀]/gu, "");
      const shown = blocksOf(text).map((block) =>
        block.kind === "code" ? `${block.language}${textOf(block)}` : textOf(block),
      );
      expect(letters(shown.join("\n"))).toBe(letters(text));
    }),
    { numRuns: 2000 },
  );
});

test.each(["*", "_", "[", "$", "`", "\\[", "**a ", "> ", "| a ", "- ", "$$\n", "1. x\n", "![", "~~", "\\("])(
  "a text of nothing but %j is read in one go",
  (piece) => {
    // Bounded patterns: a hundred thousand characters take no longer than their length says. A test that hangs has failed.
    expect(blocksOf(piece.repeat(100_000 / piece.length)).length).toBeGreaterThan(0);
  },
);
