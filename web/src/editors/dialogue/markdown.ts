/**
 * Markdown as models write it, read lightly: enough to read an answer by, never a guess that hides a character.
 *
 * Formulas stay as they are written. Every pattern is bounded, so that no text takes more than linear time.
 */

export type Inline =
  | { readonly kind: "text" | "code" | "math"; readonly text: string }
  | { readonly kind: "strong" | "em" | "del"; readonly inner: readonly Inline[] }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

export interface Item {
  readonly depth: number;
  /** "1." or "•" */
  readonly bullet: string;
  readonly inner: readonly Inline[];
}

export type Block =
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "math"; readonly text: string }
  | { readonly kind: "heading"; readonly level: number; readonly inner: readonly Inline[] }
  | { readonly kind: "list"; readonly items: readonly Item[] }
  | { readonly kind: "quote" | "paragraph"; readonly inner: readonly Inline[] }
  | { readonly kind: "table"; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly kind: "rule" };

const FENCE = /^\s{0,12}(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^(#{1,6})[ \t]+(\S.*)$/;
const ITEM = /^([ \t]{0,40})([-*+]|\d{1,9}[.)])[ \t]+(\S.*)$/;
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/;

export function blocksOf(text: string): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const found: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    if (lines[at]!.trim() === "") {
      at += 1;
      continue;
    }
    const [block, next] = blockAt(lines, at);
    found.push(block);
    at = next;
  }
  return found;
}

function blockAt(lines: readonly string[], at: number): [Block, number] {
  const line = lines[at]!;
  return (
    fenced(lines, at) ??
    display(lines, at) ??
    (RULE.test(line) ? ([{ kind: "rule" }, at + 1] as [Block, number]) : null) ??
    heading(line, at) ??
    table(lines, at) ??
    list(lines, at) ??
    quote(lines, at) ??
    paragraph(lines, at)
  );
}

function fenced(lines: readonly string[], at: number): [Block, number] | null {
  const open = FENCE.exec(lines[at]!);
  if (open === null) return null;
  const close = open[1]!;
  let end = at + 1;
  while (end < lines.length && !(lines[end]!.trim().startsWith(close) && /^[`~]+$/.test(lines[end]!.trim()))) end += 1;
  return [{ kind: "code", language: open[2]!.trim(), text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

/** A formula on lines of its own: $$ … $$ or \[ … \]. One that never ends is a paragraph. */
function display(lines: readonly string[], at: number): [Block, number] | null {
  const first = lines[at]!.trim();
  const close = first.startsWith("$$") ? "$$" : first.startsWith("\\[") ? "\\]" : null;
  if (close === null) return null;
  for (let end = at; end < Math.min(lines.length, at + 200); end += 1) {
    const line = lines[end]!.trimEnd();
    if (end > at && line.trim() === "") return null;
    const closed = line.endsWith(close) && (end > at || line.trim().length >= 4);
    if (closed) return [{ kind: "math", text: lines.slice(at, end + 1).join("\n") }, end + 1];
  }
  return null;
}

function heading(line: string, at: number): [Block, number] | null {
  const found = HEADING.exec(line);
  if (found === null) return null;
  return [
    { kind: "heading", level: found[1]!.length, inner: inlineOf(found[2]!.replace(/[ \t]#{1,6}[ \t]*$/, "")) },
    at + 1,
  ];
}

function table(lines: readonly string[], at: number): [Block, number] | null {
  if (!lines[at]!.includes("|") || at + 1 >= lines.length) return null;
  if (!lines[at + 1]!.includes("-") || !lines[at + 1]!.includes("|") || !isDivider(lines[at + 1]!)) return null;
  let end = at + 2;
  while (end < lines.length && lines[end]!.includes("|")) end += 1;
  const rows = [lines[at]!, ...lines.slice(at + 2, end)].map((line) => cells(line).map((cell) => inlineOf(cell)));
  return [{ kind: "table", rows }, end];
}

/** The line below a table's head. */
function isDivider(line: string): boolean {
  return cells(line).every((cell) => /^:?-+:?$/.test(cell));
}

function cells(line: string): readonly string[] {
  const trimmed = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return trimmed.split("|").map((cell) => cell.trim());
}

function list(lines: readonly string[], at: number): [Block, number] | null {
  if (!ITEM.test(lines[at]!)) return null;
  const items: { depth: number; bullet: string; text: string }[] = [];
  const indents: number[] = [];
  let end = at;
  for (; end < lines.length; end += 1) {
    const line = lines[end]!;
    const found = ITEM.exec(line);
    if (found !== null && !RULE.test(line)) {
      const indent = found[1]!.replaceAll("\t", "    ").length;
      while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop();
      items.push({ depth: indents.length, bullet: /\d/.test(found[2]!) ? found[2]! : "•", text: found[3]! });
      indents.push(indent);
    } else if (/^\s+\S/.test(line) && !FENCE.test(line) && !RULE.test(line)) {
      items.at(-1)!.text += `\n${line.trim()}`; // the item goes on
    } else if (!(line.trim() === "" && ITEM.test(lines[end + 1] ?? ""))) {
      break;
    }
  }
  return [{ kind: "list", items: items.map(({ text, ...item }) => ({ ...item, inner: inlineOf(text) })) }, end];
}

function quote(lines: readonly string[], at: number): [Block, number] | null {
  let end = at;
  while (end < lines.length && /^\s{0,3}>/.test(lines[end]!)) end += 1;
  if (end === at) return null;
  const said = lines.slice(at, end).map((line) => line.replace(/^\s{0,3}> ?/, ""));
  return [{ kind: "quote", inner: inlineOf(said.join("\n")) }, end];
}

function paragraph(lines: readonly string[], at: number): [Block, number] {
  let end = at + 1;
  while (end < lines.length && lines[end]!.trim() !== "" && !starts(lines[end]!)) end += 1;
  return [{ kind: "paragraph", inner: inlineOf(lines.slice(at, end).join("\n")) }, end];
}

/** Whether a line begins something other than more of a paragraph. */
function starts(line: string): boolean {
  return (
    FENCE.test(line) ||
    HEADING.test(line) ||
    ITEM.test(line) ||
    RULE.test(line) ||
    /^\s{0,3}>|^\s*(?:\$\$|\\\[)/.test(line)
  );
}

const INLINE = new RegExp(
  [
    "(?<code>`[^`\\n]{1,2000}`)",
    "(?<math>\\$\\$[^$]{1,2000}\\$\\$|\\$(?![\\s$])[^$\\n]{0,500}[^$\\s]\\$(?!\\d)|\\\\\\([^\\n]{1,500}?\\\\\\)|\\\\\\[[^\\n]{1,500}?\\\\\\])",
    "\\\\(?<plain>[\\\\`*_{}[\\]#+\\-.!~>|])",
    "\\*\\*(?=\\S)(?<strong>(?:[^*\\n]|\\*(?!\\*)){1,500}?)\\*\\*",
    "(?<![\\w*])\\*(?=[^\\s*])(?<em>[^*\\n]{1,500})\\*(?![\\w*])",
    "(?<!\\w)_(?=[^\\s_])(?<under>[^_\\n]{1,500})_(?!\\w)",
    "~~(?<del>[^~\\n]{1,500})~~",
    "!?\\[(?<label>[^\\]\\n]{1,300})\\]\\((?<href>https?://[^\\s)]{1,1000})\\)",
  ].join("|"),
  "gu",
);

const DEEPEST = 4;

export function inlineOf(text: string, depth = 0): Inline[] {
  const found: Inline[] = [];
  let [from, plain] = [0, ""];
  const rest = (): void => {
    if (plain !== "") found.push({ kind: "text", text: plain });
    plain = "";
  };
  for (const match of text.matchAll(INLINE)) {
    plain += text.slice(from, match.index);
    from = match.index + match[0].length;
    const { code, math, plain: escaped, strong, em, under, del, label, href } = match.groups!;
    if (escaped !== undefined) {
      plain += escaped;
      continue;
    }
    rest();
    const inner = strong ?? em ?? under ?? del;
    if (code !== undefined) found.push({ kind: "code", text: code.slice(1, -1) });
    else if (math !== undefined) found.push({ kind: "math", text: math });
    else if (label !== undefined) found.push({ kind: "link", text: label, href: href! });
    else if (inner !== undefined) {
      const kind = strong !== undefined ? "strong" : del !== undefined ? "del" : "em";
      found.push({ kind, inner: depth < DEEPEST ? inlineOf(inner, depth + 1) : [{ kind: "text", text: inner }] });
    }
  }
  plain += text.slice(from);
  rest();
  return found;
}
