/** The worked examples of a guideline: the section that a heading names so. */

import { parseMarkdown, plainText } from "../parts/markdown";

const EXAMPLES = /example|示例|样例|例子|范例/i; // both languages: what people head such a part with

/** The text without its section of examples, and that section. */
export function splitExamples(text: string): readonly [string, string] {
  const lines = text.split("\n");
  const level = (line: string): number => /^(#{1,6})\s/.exec(line)?.[1]?.length ?? 0;
  const at = lines.findIndex((line) => level(line) > 0 && EXAMPLES.test(headingText(line)));
  if (at < 0) return [text, ""];
  const deep = level(lines[at]!);
  const behind = lines.findIndex((line, place) => place > at && level(line) > 0 && level(line) <= deep);
  const end = behind < 0 ? lines.length : behind;
  return [[...lines.slice(0, at), ...lines.slice(end)].join("\n"), lines.slice(at + 1, end).join("\n")];
}

function headingText(line: string): string {
  const [first] = parseMarkdown(line);
  return first?.is === "heading" ? plainText(first.of) : "";
}
