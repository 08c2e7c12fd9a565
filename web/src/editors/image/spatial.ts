/**
 * What lies where: a hash of grids of growing cells. Each rectangle is kept at the level whose cells are at least as
 * large as it, so it is in at most four cells, and adding, moving and taking away cost the same however many there are.
 */

import { meet, type Rect } from "./geometry";

const FINEST = 32;
const LEVELS = 24;

interface Kept<Key> {
  readonly key: Key;
  readonly rect: Rect;
  readonly level: number;
  seen: number;
}

export class Spatial<Key> {
  readonly #kept = new Map<Key, Kept<Key>>();
  /** By level, then by cell. */
  readonly #cells: Map<string, Set<Kept<Key>>>[] = Array.from({ length: LEVELS }, () => new Map());
  readonly #counts: number[] = new Array(LEVELS).fill(0);
  #search = 0;

  get size(): number {
    return this.#kept.size;
  }

  rect(key: Key): Rect | undefined {
    return this.#kept.get(key)?.rect;
  }

  set(key: Key, rect: Rect): void {
    this.delete(key);
    const kept = { key, rect, level: levelOf(rect), seen: 0 };
    this.#kept.set(key, kept);
    this.#counts[kept.level]! += 1;
    const cells = this.#cells[kept.level]!;
    for (const name of cellsOf(rect, kept.level)) {
      const cell = cells.get(name);
      if (cell === undefined) cells.set(name, new Set([kept]));
      else cell.add(kept);
    }
  }

  delete(key: Key): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#counts[kept.level]! -= 1;
    const cells = this.#cells[kept.level]!;
    for (const name of cellsOf(kept.rect, kept.level)) {
      const cell = cells.get(name);
      cell?.delete(kept);
      if (cell?.size === 0) cells.delete(name);
    }
  }

  clear(): void {
    this.#kept.clear();
    for (const cells of this.#cells) cells.clear();
    this.#counts.fill(0);
  }

  /** The keys of all rectangles that touch one, in no order. */
  find(rect: Rect): Key[] {
    const found: Key[] = [];
    this.#search += 1;
    for (let level = 0; level < LEVELS; level += 1) {
      if (this.#counts[level] === 0) continue;
      const cells = this.#cells[level]!;
      const [left, top, right, bottom] = span(rect, level);
      if ((right - left + 1) * (bottom - top + 1) > cells.size) {
        for (const cell of cells.values()) this.#gather(cell, rect, found);
      } else {
        for (let y = top; y <= bottom; y += 1) {
          for (let x = left; x <= right; x += 1) {
            const cell = cells.get(`${x},${y}`);
            if (cell !== undefined) this.#gather(cell, rect, found);
          }
        }
      }
    }
    return found;
  }

  #gather(cell: Set<Kept<Key>>, rect: Rect, found: Key[]): void {
    for (const kept of cell) {
      if (kept.seen === this.#search) continue;
      kept.seen = this.#search;
      if (meet(kept.rect, rect)) found.push(kept.key);
    }
  }
}

function levelOf({ left, top, right, bottom }: Rect): number {
  const largest = Math.max(right - left, bottom - top, FINEST);
  return Math.min(Math.ceil(Math.log2(largest / FINEST)), LEVELS - 1);
}

function span(rect: Rect, level: number): [number, number, number, number] {
  const cell = FINEST * 2 ** level;
  const at = (value: number): number => Math.floor(value / cell);
  return [at(rect.left), at(rect.top), at(rect.right), at(rect.bottom)];
}

function* cellsOf(rect: Rect, level: number): Iterable<string> {
  const [left, top, right, bottom] = span(rect, level);
  for (let y = top; y <= bottom; y += 1) for (let x = left; x <= right; x += 1) yield `${x},${y}`;
}
