/** Bins as what is drawn: the least and the greatest of every column of pixels. Pure. */

import type { BinSource } from "./chunks";

export interface Columns {
  /** For each column and channel least and greatest, -128 to 127; least > greatest where nothing is known. */
  readonly values: Int8Array;
  readonly channels: number;
  readonly count: number;
}

export interface Stretch {
  /** The second at the left of the first column. */
  readonly start: number;
  readonly perColumn: number;
  readonly count: number;
}

/** The wave of a stretch from the bins of a level. A column narrower than a bin has that bin's values. */
export function columnsOf(source: BinSource, level: number, { start, perColumn, count }: Stretch): Columns {
  const { rows, levels } = source.pyramid;
  const { seconds, bins } = levels[level]!;
  const values = new Int8Array(count * rows * 2);
  for (let column = 0; column < count; column += 1) {
    const base = column * rows * 2;
    for (let row = 0; row < rows; row += 1) {
      values[base + row * 2] = 127;
      values[base + row * 2 + 1] = -128;
    }
    const from = Math.floor((start + column * perColumn) / seconds + 1e-9);
    const to = Math.min(Math.max(Math.ceil((start + (column + 1) * perColumn) / seconds - 1e-9), from + 1), bins);
    for (let bin = Math.max(from, 0); bin < to; bin += 1) {
      const found = source.find(level, bin);
      if (found === null) continue;
      for (let row = 0; row < rows; row += 1) {
        const at = found.offset + row * 2;
        const [low, high] = [signed(found.bytes[at]!), signed(found.bytes[at + 1]!)];
        if (low < values[base + row * 2]!) values[base + row * 2] = low;
        if (high > values[base + row * 2 + 1]!) values[base + row * 2 + 1] = high;
      }
    }
  }
  return { values, channels: rows, count };
}

function signed(byte: number): number {
  return byte > 127 ? byte - 256 : byte;
}
