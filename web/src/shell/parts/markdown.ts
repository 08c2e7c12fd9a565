/**
 * Markdown as data: the part of CommonMark (and GitHub's tables) that guidelines are written in.
 *
 * Nothing of it ever becomes HTML text: `markdown-view.tsx` makes elements of it. What is not known stays as written.
 * Every pattern is bounded, so that no text takes more than linear time: it comes from whoever writes it.
 */

export type Inline =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "code"; readonly text: string }
  | { readonly is: "strong" | "em" | "strike"; readonly of: readonly Inline[] }
  | { readonly is: "link"; readonly href: string; readonly of: readonly Inline[] }
  /** Shown by its words: the app loads nothing from elsewhere. */
  | { readonly is: "image"; readonly alt: string }
  | { readonly is: "break" };

export type Block =
  | { readonly is: "heading"; readonly level: number; readonly of: readonly Inline[] }
  | { readonly is: "paragraph"; readonly of: readonly Inline[] }
  | { readonly is: "code"; readonly language: string; readonly text: string }
  | { readonly is: "quote"; readonly of: readonly Block[] }
  | { readonly is: "list"; readonly ordered: boolean; readonly start: number; readonly items: readonly Entry[] }
  | {
      readonly is: "table";
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly Inline[])[][];
    }
  | { readonly is: "rule" };

export interface Entry {
  /** A box to tick, as `- [x]`. */
  readonly ticked?: boolean;
  readonly of: readonly Block[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*)$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const BULLET = /^( {0,3})([-*+]|\d{1,9}[.)])(\s+|$)(.*)$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const MOST_DEPTH = 12;

export function parseMarkdown(text: string): Block[] {
  return blocks(text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"), 0);
}

function blocks(lines: readonly string[], depth: number): Block[] {
  const found: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.trim() === "") at += 1;
    else at = block(lines, at, depth, found);
  }
  return found;
}

/** Reads one block from a line on; returns the line behind it. */
function block(lines: readonly string[], at: number, depth: number, found: Block[]): number {
  const line = lines[at]!;
  const fence = FENCE.exec(line);
  if (fence !== null) return fenced(lines, at, fence, found);
  const heading = HEADING.exec(line);
  if (heading !== null) {
    found.push({ is: "heading", level: heading[1]!.length, of: parseInline(headingText(heading[2]!)) });
    return at + 1;
  }
  if (RULE.test(line)) {
    found.push({ is: "rule" });
    return at + 1;
  }
  if (depth < MOST_DEPTH && QUOTE.test(line)) {
    let end = at;
    while (end < lines.length && QUOTE.test(lines[end]!)) end += 1;
    const inside = lines.slice(at, end).map((one) => QUOTE.exec(one)![1]!);
    found.push({ is: "quote", of: blocks(inside, depth + 1) });
    return end;
  }
  if (depth < MOST_DEPTH && BULLET.test(line)) return list(lines, at, depth, found);
  if (line.includes("|") && isDivider(lines[at + 1] ?? "")) {
    return table(lines, at, found);
  }
  let end = at + 1;
  while (end < lines.length && !interrupts(lines[end]!)) end += 1;
  const paragraph = lines.slice(at, end).map((one) => one.trimStart());
  found.push({ is: "paragraph", of: parseInline(paragraph.join("\n")) });
  return end;
}

/** The words of a heading without the marks that may close it. */
function headingText(said: string): string {
  return said
    .trim()
    .replace(/(?<=\s|^)#+$/, "")
    .trimEnd();
}

/** The line below a table's head. */
function isDivider(line: string): boolean {
  return cells(line).every((cell) => /^:?-+:?$/.test(cell));
}

function interrupts(line: string): boolean {
  return (
    line.trim() === "" ||
    FENCE.test(line) ||
    HEADING.test(line) ||
    RULE.test(line) ||
    QUOTE.test(line) ||
    BULLET.test(line)
  );
}

function fenced(lines: readonly string[], at: number, fence: RegExpExecArray, found: Block[]): number {
  const mark = fence[1]!;
  const closes = (line: string): boolean => {
    const trimmed = line.trim();
    return trimmed.length >= mark.length && [...trimmed].every((one) => one === mark[0]);
  };
  let end = at + 1;
  while (end < lines.length && !closes(lines[end]!)) end += 1;
  found.push({ is: "code", language: fence[2]!, text: lines.slice(at + 1, end).join("\n") });
  return end + 1;
}

function list(lines: readonly string[], at: number, depth: number, found: Block[]): number {
  const first = BULLET.exec(lines[at]!)!;
  const ordered = /\d/.test(first[2]!);
  const items: Entry[] = [];
  let line = at;
  while (line < lines.length) {
    const bullet = BULLET.exec(lines[line]!);
    if (bullet === null || /\d/.test(bullet[2]!) !== ordered || RULE.test(lines[line]!)) break;
    const indent = bullet[1]!.length + bullet[2]!.length + Math.min(Math.max(bullet[3]!.length, 1), 4);
    const inside = [bullet[4]!];
    line += 1;
    while (line < lines.length && belongs(lines, line, indent)) {
      inside.push(lines[line]!.slice(Math.min(indent, /^ */.exec(lines[line]!)![0].length)));
      line += 1;
    }
    const tick = /^\[([ xX])\] (.*)$/.exec(inside[0]!);
    if (tick !== null) inside[0] = tick[2]!;
    const of = blocks(inside, depth + 1);
    items.push(tick === null ? { of } : { of, ticked: tick[1] !== " " });
    while (line < lines.length && lines[line]!.trim() === "") line += 1;
  }
  found.push({ is: "list", ordered, start: ordered ? Number.parseInt(first[2]!, 10) : 1, items });
  return line;
}

/** Whether a line goes on with the item before it: indented, lazily continued, or blank before an indented one. */
function belongs(lines: readonly string[], at: number, indent: number): boolean {
  const line = lines[at]!;
  const deep = (one: string): boolean => /^ */.exec(one)![0].length >= Math.min(indent, 2);
  if (line.trim() !== "") return deep(line) || (!interrupts(line) && lines[at - 1]!.trim() !== "");
  const next = lines[filledFrom(lines)[at]!];
  return next !== undefined && deep(next);
}

const FILLED = new WeakMap<readonly string[], readonly number[]>();

/** Of each line, where the first that is not blank stands from there on. */
function filledFrom(lines: readonly string[]): readonly number[] {
  const known = FILLED.get(lines);
  if (known !== undefined) return known;
  const found: number[] = new Array(lines.length);
  for (let at = lines.length - 1, next = lines.length; at >= 0; at -= 1) {
    if (lines[at]!.trim() !== "") next = at;
    found[at] = next;
  }
  FILLED.set(lines, found);
  return found;
}

function table(lines: readonly string[], at: number, found: Block[]): number {
  const head = cells(lines[at]!).map(parseInline);
  const rows: Inline[][][] = [];
  let end = at + 2;
  while (end < lines.length && lines[end]!.includes("|") && lines[end]!.trim() !== "") {
    const row = cells(lines[end]!).map(parseInline);
    rows.push(head.map((_, place) => row[place] ?? []));
    end += 1;
  }
  found.push({ is: "table", head, rows });
  return end;
}

function cells(line: string): string[] {
  const inside = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inside.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

const SPECIAL =
  /\\([!-/:-@[-`{-~])|(?<!`)(`{1,20})([\s\S]{0,1000}?[^`])\2(?!`)|!\[([^\]]{0,300})\]\(([^)\s]{0,1000})(?:\s{1,9}"[^"]{0,300}")?\)|\[((?:[^[\]]|\[[^\]]{0,200}\]){0,300})\]\(([^)\s]{0,1000})(?:\s{1,9}"[^"]{0,300}")?\)|<(https?:\/\/[^\s<>]{1,2000})>|(\*\*|__)(?=\S)([\s\S]{0,500}?\S)\9|(\*|_)(?=\S)([\s\S]{0,500}?\S)\11(?!\w)|~~(?=\S)([\s\S]{0,500}?\S)~~|(?<! ) {2,}\n|\\\n/g;

export function parseInline(text: string, depth = 0): Inline[] {
  const found: Inline[] = [];
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) found.push({ is: "text", text: text.slice(from, to) });
  };
  for (const match of text.matchAll(SPECIAL)) {
    const one = depth < MOST_DEPTH ? inlineOf(match, text, depth) : null;
    if (one === null) continue;
    plain(match.index);
    found.push(one);
    from = match.index + match[0].length;
  }
  plain(text.length);
  return found;
}

function inlineOf(match: RegExpMatchArray, text: string, depth: number): Inline | null {
  const [whole, escaped, , code, alt, , label, href, address, bold, inBold, slant, inSlant, struck] = match;
  const inside = (of: string): Inline[] => parseInline(of, depth + 1);
  if (escaped !== undefined) return { is: "text", text: escaped };
  if (code !== undefined) return { is: "code", text: code.replaceAll("\n", " ").trim() || code };
  if (alt !== undefined) return { is: "image", alt };
  if (label !== undefined) return { is: "link", href: safeHref(href ?? ""), of: inside(label) };
  if (address !== undefined) return { is: "link", href: address, of: [{ is: "text", text: address }] };
  if (bold !== undefined) return { is: "strong", of: inside(inBold!) };
  if (slant === "_" && /\w/.test(text[match.index! - 1] ?? "")) return null; // snake_case is a word
  if (slant !== undefined) return { is: "em", of: inside(inSlant!) };
  if (struck !== undefined) return { is: "strike", of: inside(struck) };
  return whole.endsWith("\n") ? { is: "break" } : null;
}

/** An address that may be followed; "" for any other kind (`javascript:`, `data:`). */
export function safeHref(href: string): string {
  return /^(https?:\/\/|mailto:|#|\/(?![/\\]))/i.test(href) ? href : "";
}

/** The words of inline parts, without their marks. */
export function plainText(of: readonly Inline[]): string {
  return of
    .map((one) => {
      if (one.is === "text" || one.is === "code") return one.text;
      if (one.is === "image") return one.alt;
      return one.is === "break" ? " " : plainText(one.of);
    })
    .join("");
}
