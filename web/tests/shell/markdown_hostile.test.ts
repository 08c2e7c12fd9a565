import { describe, expect, test } from "vitest";
import { blocksOf } from "@/editors/dialogue/markdown";
import { type Block, type Inline, parseMarkdown, safeHref } from "@/shell/parts/markdown";

const N = 20_000;

/** Texts for which a careless pattern looks at every pair of places: minutes instead of moments. */
const SLOW: { readonly [name: string]: string } = {
  stars: "*a ".repeat(N),
  bold: "**a ".repeat(N),
  ticks: "`a ``b ".repeat(N / 2),
  brackets: "[".repeat(N),
  links: "[a](".repeat(N),
  pictures: "![a](".repeat(N),
  nested: "[[a]".repeat(N),
  heading: `# a${" ".repeat(N)}b`,
  divider: `a|b\n-${" ".repeat(N)}x|-`,
  "divider's beginning": `a|b\n${" ".repeat(N)}x|-`,
  blanks: `- a\n${"\n".repeat(N)}  b`,
  "items apart": "- a\n\n".repeat(N),
  struck: "~~a ".repeat(N),
  underscores: "_a ".repeat(N),
  quotes: ">".repeat(N),
  "many ticks": `${"`".repeat(N)}a`,
  spaces: `a${" ".repeat(N)}b`,
  formulas: "$a ".repeat(N),
  rule: `${"- ".repeat(N)}x`,
};

describe("a text that is made to take long", () => {
  test.each(Object.entries(SLOW))("%s", { timeout: 20_000 }, (_, text) => {
    // The runner stops what is not done in time: without bounds some of these take minutes at the length that is allowed.
    expect(parseMarkdown(text).length).toBeGreaterThan(0);
    expect(blocksOf(text).length).toBeGreaterThan(0);
  });
});

function hrefs(found: unknown): string[] {
  if (Array.isArray(found)) return found.flatMap(hrefs);
  if (typeof found !== "object" || found === null) return [];
  const here = "href" in found ? [String((found as { readonly href: unknown }).href)] : [];
  return [...here, ...Object.values(found).flatMap(hrefs)];
}

test("no link of a guideline or a message leads to a script, however it is written", () => {
  const addresses = [
    ...[
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "\u0001javascript:alert(1)",
      "java\tscript:alert(1)",
      "vbscript:a",
    ],
    ...[
      "data:text/html,<script>alert(1)</script>",
      "blob:https://x/y",
      "file:///etc/passwd",
      "//evil.example",
      "/\\evil",
    ],
    ...["&#106;avascript:alert(1)", "https:javascript:alert(1)", "filesystem:a", "view-source:a"],
  ];
  for (const address of addresses) {
    expect(safeHref(address), address).toBe("");
    for (const text of [`[a](${address})`, `<${address}>`, `![a](${address})`, `[**a**](${address} "t")`]) {
      const found: (Block | unknown)[] = [...parseMarkdown(text), ...blocksOf(text)];
      for (const href of hrefs(found)) expect(href === "" || /^https?:\/\//.test(href), `${text} ${href}`).toBe(true);
    }
  }
});

test("HTML and entities stay as they are written", () => {
  const html = "<img src=x onerror=alert(1)><script>alert(1)</script>&lt;b&gt;";
  const [block] = parseMarkdown(html) as [Extract<Block, { is: "paragraph" }>];
  expect(block.of.map((one: Inline) => (one.is === "text" ? one.text : one.is)).join("")).toBe(html);
});

test("headings lose the marks that close them, and tables keep their dividers", () => {
  const headings = ["# a", "## a ##", "# a#", "# #", "#  a  #  "].map((line) => parseMarkdown(line)[0]);
  const words = headings.map(
    (one) => (one as { readonly of: readonly { readonly text?: string }[] }).of[0]?.text ?? "",
  );
  expect(words).toEqual(["a", "a", "a#", "", "a"]);
  const dividers = ["-|-", "|:-:|--:|", " | - | - | ", ":--|:--"];
  expect(dividers.map((line) => parseMarkdown(`a|b\n${line}\n1|2`)[0]?.is)).toEqual(dividers.map(() => "table"));
  expect(["- b|", "||", "a|-", "-:-|-"].map((line) => parseMarkdown(`a|b\n${line}`)[0]?.is)).not.toContain("table");
});
