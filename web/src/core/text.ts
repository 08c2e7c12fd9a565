/** Offsets of text: code points, as in Python, against the UTF-16 code units of a browser's strings. */

/** Both ways between code points and code units, for one text; O(1) without astral characters, O(log n) with. */
export class Offsets {
  readonly #pairs: readonly number[]; // code unit of the first half of every surrogate pair
  readonly units: number;
  readonly points: number;

  constructor(text: string) {
    const pairs: number[] = [];
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit >= 0xd800 && unit <= 0xdbff) {
        const next = text.charCodeAt(at + 1);
        if (next >= 0xdc00 && next <= 0xdfff) {
          pairs.push(at);
          at += 1;
        }
      }
    }
    this.#pairs = pairs;
    this.units = text.length;
    this.points = text.length - pairs.length;
  }

  /** The code point a code unit is in. */
  point(unit: number): number {
    return unit - firstAtLeast(this.#pairs.length, (at) => this.#pairs[at]! >= unit);
  }

  /** The code unit at which a code point begins. */
  unit(point: number): number {
    // The pair number `at` begins at code point pairs[at] - at.
    return point + firstAtLeast(this.#pairs.length, (at) => this.#pairs[at]! - at >= point);
  }
}

/** The first place of a sorted row for which something holds; its length when it holds nowhere. */
export function firstAtLeast(length: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The number of code points. */
export function lengthOf(text: string): number {
  return new Offsets(text).points;
}
