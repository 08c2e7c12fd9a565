/**
 * A document cut into blocks that are laid out one by one: its lines, and pieces of lines that are very long.
 *
 * Offsets here and everywhere in this folder are UTF-16 code units; `document.ts` turns them into code points and back.
 */

import { firstAtLeast } from "@/core/text";

/** A line longer than this is shown in pieces, so that one line of a megabyte costs no more than a book. */
export const PIECE = 1200;

export class Blocks {
  readonly #text: string;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;

  constructor(text: string, piece = PIECE) {
    this.#text = text;
    const [starts, ends]: [number[], number[]] = [[], []];
    const add = (start: number, end: number): void => {
      starts.push(start);
      ends.push(end);
    };
    let start = 0;
    for (let at = 0; at <= text.length; at += 1) {
      const end = at === text.length ? at : endsLine(text, at) ? at : -1;
      if (end < 0) continue;
      cut(text, start, end, piece, add);
      if (text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF) at += 1;
      start = at + 1;
    }
    this.#starts = Int32Array.from(starts);
    this.#ends = Int32Array.from(ends);
  }

  get count(): number {
    return this.#starts.length;
  }

  start(block: number): number {
    return this.#starts[block]!;
  }

  /** Where its shown text ends; what ends the line is behind it. */
  end(block: number): number {
    return this.#ends[block]!;
  }

  textOf(block: number): string {
    return this.#text.slice(this.start(block), this.end(block));
  }

  /** Whether a block goes on the line of the one before it. */
  continues(block: number): boolean {
    return block > 0 && this.end(block - 1) === this.start(block);
  }

  /** The block a place is in: of two pieces that touch there, the later. */
  at(unit: number): number {
    return Math.max(0, firstAtLeast(this.count, (block) => this.#starts[block]! > unit) - 1);
  }

  /** The first and the last block of the line a block is part of. */
  line(block: number): readonly [first: number, last: number] {
    let [first, last] = [block, block];
    while (this.continues(first)) first -= 1;
    while (last + 1 < this.count && this.continues(last + 1)) last += 1;
    return [first, last];
  }
}

const [LF, CR] = [0x0a, 0x0d];

function endsLine(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === LF || unit === CR || unit === 0x2028 || unit === 0x2029 || unit === 0x85;
}

function cut(text: string, start: number, end: number, piece: number, add: (start: number, end: number) => void): void {
  let from = start;
  while (end - from > piece * 1.25) {
    const to = breakBefore(text, from, from + piece);
    add(from, to);
    from = to;
  }
  add(from, end);
}

/** A good place to break a long line: behind white space or a sentence's end, never within a character. */
function breakBefore(text: string, from: number, limit: number): number {
  const lowest = from + Math.floor((limit - from) / 2);
  for (let at = limit; at > lowest; at -= 1) {
    if (BREAKS.test(text[at - 1]!) && !continuesCharacter(text, at)) return at;
  }
  let at = limit;
  while (at > lowest && continuesCharacter(text, at)) at -= 1;
  if (at > lowest) return at;
  return text.charCodeAt(limit) >= 0xdc00 && text.charCodeAt(limit) <= 0xdfff ? limit - 1 : limit;
}

const BREAKS = /[\s。！？；，、]/u;

/** Whether what begins at a unit belongs to the character before it. */
export function continuesCharacter(text: string, unit: number): boolean {
  const code = text.charCodeAt(unit);
  if (code < 0x300) return false;
  if (code >= 0xdc00 && code <= 0xdfff) return true;
  if (code === 0x200d || text.charCodeAt(unit - 1) === 0x200d) return true;
  return /^(?:\p{M}|\p{Emoji_Modifier})/u.test(text.slice(unit, unit + 2));
}
