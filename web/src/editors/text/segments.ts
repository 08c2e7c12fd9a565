/**
 * Characters and words of a text, as readers see them: grapheme clusters and words of Unicode, Chinese ones from the
 * dictionary of `Intl.Segmenter`. Only a small window around a place is cut, so that any document answers at once.
 */

export type Snap = "character" | "word";

interface Cut {
  readonly from: number;
  readonly to: number;
  /** Every boundary, both ends included. */
  readonly breaks: readonly number[];
  /** Whether the segment behind a boundary is a word. */
  readonly words: readonly boolean[];
}

const REACH = 240;
const SAFE = 60;

export class Segments {
  readonly #text: string;
  readonly #cutters: { readonly [kind in Snap]: Intl.Segmenter };
  readonly #last: { [kind in Snap]?: Cut } = {};

  constructor(text: string) {
    this.#text = text;
    this.#cutters = {
      character: new Intl.Segmenter("zh", { granularity: "grapheme" }),
      word: new Intl.Segmenter("zh", { granularity: "word" }),
    };
  }

  /** The segment a place is in: at a boundary, the one behind it. */
  around(unit: number, kind: Snap): { readonly start: number; readonly end: number; readonly word: boolean } {
    const cut = this.#cut(unit, kind);
    let at = 0;
    while (at + 2 < cut.breaks.length && cut.breaks[at + 1]! <= unit) at += 1;
    return { start: cut.breaks[at]!, end: cut.breaks[at + 1] ?? cut.to, word: cut.words[at] ?? false };
  }

  isBreak(unit: number, kind: Snap): boolean {
    if (unit <= 0 || unit >= this.#text.length) return true;
    return this.around(unit, kind).start === unit;
  }

  /** The next place for a caret: behind this character, or behind the next word. */
  next(unit: number, kind: Snap): number {
    for (let at = unit; at < this.#text.length; ) {
      const { start, end, word } = this.around(at, kind);
      if (kind === "character" || (word && end > unit && start >= at)) return end;
      if (word && end > unit) return end;
      at = Math.max(end, at + 1);
    }
    return this.#text.length;
  }

  /** The place before: in front of the character, or of the word. */
  previous(unit: number, kind: Snap): number {
    for (let at = unit; at > 0; ) {
      const { start, word } = this.around(at - 1, kind);
      if (kind === "character" || word) return start;
      at = Math.min(start, at - 1);
    }
    return 0;
  }

  /** What is meant by a drawn stretch: whole characters, or whole words without the white space around them. */
  snapped(from: number, to: number, kind: Snap): readonly [start: number, end: number] | null {
    let [start, end] = from <= to ? [from, to] : [to, from];
    if (start === end) {
      const [mine, before] = [this.around(start, kind), start > 0 ? this.around(start - 1, kind) : null];
      const hit = mine.word ? mine : before?.word === true && before.end === start ? before : null;
      if (kind === "character" || hit === null) return null;
      return [hit.start, hit.end];
    }
    if (!this.isBreak(start, kind)) start = this.around(start, kind).start;
    if (!this.isBreak(end, kind)) end = this.around(end, kind).end;
    while (start < end && SPACE.test(this.#text[start]!)) start += 1;
    while (end > start && SPACE.test(this.#text[end - 1]!)) end -= 1;
    return start < end ? [start, end] : null;
  }

  #cut(unit: number, kind: Snap): Cut {
    const [text, last] = [this.#text, this.#last[kind]];
    if (last !== undefined && fits(last, unit, text.length)) return last;
    const from = safeBefore(text, Math.max(0, unit - REACH), Math.max(0, unit - SAFE));
    const to = safeBehind(text, Math.min(text.length, unit + REACH), Math.min(text.length, unit + SAFE));
    const breaks: number[] = [];
    const words: boolean[] = [];
    for (const { index, isWordLike } of this.#cutters[kind].segment(text.slice(from, to))) {
      breaks.push(from + index);
      words.push(isWordLike === true);
    }
    breaks.push(to);
    const made = { from, to, breaks, words };
    this.#last[kind] = made;
    return made;
  }
}

const SPACE = /\s/u;

function fits({ from, to }: Cut, unit: number, length: number): boolean {
  return (from === 0 || unit - from >= SAFE) && (to === length || to - unit >= SAFE);
}

/** A place to begin a cut at: before white space if there is some, never within a surrogate pair. */
function safeBefore(text: string, lowest: number, highest: number): number {
  if (lowest === 0) return 0;
  for (let at = highest; at > lowest; at -= 1) if (SPACE.test(text[at]!)) return at;
  return isLow(text, lowest) ? lowest - 1 : lowest;
}

function safeBehind(text: string, highest: number, lowest: number): number {
  if (highest === text.length) return highest;
  for (let at = lowest; at < highest; at += 1) if (SPACE.test(text[at]!)) return at;
  return isLow(text, highest) ? highest + 1 : highest;
}

function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Which way of snapping suits a text at first: words where they are written apart, characters in Chinese. */
export function snapFor(text: string): Snap {
  const sample = text.slice(0, 4000);
  const wide = sample.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu)?.length ?? 0;
  return wide * 4 > sample.length ? "character" : "word";
}
