/** Spans over a text: which are where, which lane each is drawn in, and which may not stand beside each other. */

import type { Id } from "@/core/entity";
import { firstAtLeast } from "@/core/text";

export interface Spot {
  readonly id: Id;
  readonly control: string;
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

export type Overlap = "none" | "nested" | "any";

/** Spans in order, asked for by place in O(log n + found): an implicit interval tree over the sorted row. */
export class SpanIndex<S extends Spot = Spot> {
  /** By start; of two that begin together, the longer first. */
  readonly spots: readonly S[];
  readonly #farthest: Float64Array;
  readonly #lanes = new Map<Id, number>();

  constructor(spots: Iterable<S>) {
    this.spots = [...spots].sort(
      (left, right) => left.start - right.start || right.end - left.end || (left.id < right.id ? -1 : 1),
    );
    this.#farthest = new Float64Array(this.spots.length);
    this.#measure(0, this.spots.length);
    this.#layLanes();
  }

  /** The spans that share at least one unit with a stretch, in order. */
  within(start: number, end: number): S[] {
    const found: S[] = [];
    this.#look(0, this.spots.length, start, end, found);
    return found;
  }

  /** The spans over a place, shortest first; at a boundary those that begin there, else those that end there. */
  at(unit: number): S[] {
    const inside = this.within(unit, unit + 1);
    const hit = inside.length > 0 || unit === 0 ? inside : this.within(unit - 1, unit);
    return hit.sort((left, right) => left.end - left.start - (right.end - right.start));
  }

  lane(id: Id): number {
    return this.#lanes.get(id) ?? 0;
  }

  /** The lanes needed by the spans of a stretch. */
  lanes(start: number, end: number): number {
    let most = 0;
    for (const { id } of this.within(start, end)) most = Math.max(most, this.lane(id) + 1);
    return most;
  }

  /** The first span that begins at or behind a place. */
  from(unit: number): number {
    return firstAtLeast(this.spots.length, (at) => this.spots[at]!.start >= unit);
  }

  #measure(low: number, high: number): number {
    if (low >= high) return -1;
    const middle = (low + high) >>> 1;
    const far = Math.max(this.#measure(low, middle), this.spots[middle]!.end, this.#measure(middle + 1, high));
    this.#farthest[middle] = far;
    return far;
  }

  #look(low: number, high: number, start: number, end: number, found: S[]): void {
    if (low >= high) return;
    const middle = (low + high) >>> 1;
    if (this.#farthest[middle]! <= start) return;
    this.#look(low, middle, start, end, found);
    const spot = this.spots[middle]!;
    if (spot.start >= end) return;
    if (spot.end > start) found.push(spot);
    this.#look(middle + 1, high, start, end, found);
  }

  /** Shorter spans lie closer to the text; spans that touch no common unit share lanes. */
  #layLanes(): void {
    let [first, end] = [0, -1];
    this.spots.forEach((spot, at) => {
      if (spot.start >= end) {
        this.#layCluster(first, at);
        first = at;
      }
      end = Math.max(end, spot.end);
    });
    this.#layCluster(first, this.spots.length);
  }

  #layCluster(first: number, last: number): void {
    if (last - first < 2) return;
    const cluster = this.spots.slice(first, last);
    // Placing by length compares each with all of its lanes: for a crowd, placing from left to right is quick enough.
    if (cluster.length <= CROWD) {
      cluster.sort((left, right) => left.end - left.start - (right.end - right.start) || left.start - right.start);
    }
    const lanes: S[][] = [];
    for (const spot of cluster) {
      const free = lanes.findIndex((lane) =>
        cluster.length > CROWD
          ? lane.at(-1)!.end <= spot.start
          : lane.every((other) => other.end <= spot.start || other.start >= spot.end),
      );
      const lane = free < 0 ? lanes.length : free;
      const row = lanes[lane] ?? [];
      row.push(spot);
      lanes[lane] = row;
      if (lane > 0) this.#lanes.set(spot.id, lane);
    }
  }
}

const CROWD = 200;

export function sharesUnits(one: Stretch, other: Stretch): boolean {
  return one.start < other.end && other.start < one.end;
}

/** Whether two stretches overlap, and neither holds the other. */
export function crosses(one: Stretch, other: Stretch): boolean {
  if (!sharesUnits(one, other)) return false;
  const holds = (outer: Stretch, inner: Stretch): boolean => outer.start <= inner.start && inner.end <= outer.end;
  return !holds(one, other) && !holds(other, one);
}

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export type Refusal = "same" | "overlap" | "many" | null;

/** Why a span may not be made, or changed into this, beside the others of its control; null when it may. */
export function refusal(
  index: SpanIndex,
  wanted: Stretch & { readonly control: string; readonly label: string; readonly id?: Id },
  overlap: Overlap,
): Refusal {
  const others = index
    .within(wanted.start, wanted.end)
    .filter(({ id, control }) => id !== wanted.id && control === wanted.control);
  if (others.some((o) => o.start === wanted.start && o.end === wanted.end && o.label === wanted.label)) return "same";
  if (overlap === "none" && others.length > 0) return "overlap";
  if (overlap === "nested" && others.some((other) => crosses(other, wanted))) return "overlap";
  return null;
}

/** What applying a label to many stretches (which do not overlap each other) makes, and why the others are left. */
export function planned(
  index: SpanIndex,
  matches: readonly Stretch[],
  wanted: { readonly control: string; readonly label: string; readonly overlap: Overlap; readonly room: number },
): { readonly made: Stretch[]; readonly skipped: { same: number; overlap: number; many: number } } {
  const made: Stretch[] = [];
  const skipped = { same: 0, overlap: 0, many: 0 };
  for (const match of matches) {
    const why = made.length >= wanted.room ? "many" : refusal(index, { ...wanted, ...match }, wanted.overlap);
    if (why === null) made.push(match);
    else skipped[why] += 1;
  }
  return { made, skipped };
}
