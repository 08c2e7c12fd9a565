/** Segments in order of time: which are in view, where they lie when several sound at once, what is beside them. Pure. */

import type { Id } from "@/core/entity";
import { firstAtLeast } from "@/core/text";

export interface Spot {
  readonly id: Id;
  readonly control: string;
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly speaker: string;
  readonly text: string;
}

/** Speakers beyond this many share the lanes. */
const LANES_MAX = 6;

export class SpotIndex {
  /** In order of time. */
  readonly spots: readonly Spot[];
  readonly #places = new Map<Id, number>();
  readonly #reach: Float64Array; // the latest end of all spots up to here
  readonly #lanes: Uint8Array;
  /** How many lanes they need, at least one. */
  readonly lanes: number;

  constructor(spots: readonly Spot[], bySpeaker: boolean) {
    this.spots = [...spots].sort((one, other) => one.start - other.start || one.end - other.end);
    this.#reach = new Float64Array(this.spots.length);
    this.#lanes = new Uint8Array(this.spots.length);
    let reach = Number.NEGATIVE_INFINITY;
    for (const [at, spot] of this.spots.entries()) {
      this.#places.set(spot.id, at);
      reach = Math.max(reach, spot.end);
      this.#reach[at] = reach;
    }
    this.lanes = this.#spread(bySpeaker);
  }

  place(id: Id): number {
    return this.#places.get(id) ?? -1;
  }

  lane(id: Id): number {
    return this.#lanes[this.place(id)] ?? 0;
  }

  /** Those that a stretch touches. */
  within(start: number, end: number): readonly Spot[] {
    const first = firstAtLeast(this.spots.length, (at) => this.#reach[at]! > start);
    const after = firstAtLeast(this.spots.length, (at) => this.spots[at]!.start >= end);
    return this.spots.slice(first, after).filter((spot) => spot.end > start);
  }

  /** Those that sound at a time, the shortest first. */
  at(time: number): readonly Spot[] {
    const found = this.within(time, time + 0.0005).filter((spot) => spot.start <= time + 1e-9);
    return [...found].sort((one, other) => one.end - one.start - (other.end - other.start));
  }

  /** The next segment that begins after a time; the last that began before it. */
  beside(time: number, by: 1 | -1): Spot | undefined {
    if (by > 0) return this.spots[firstAtLeast(this.spots.length, (at) => this.spots[at]!.start > time + 1e-9)];
    return this.spots[firstAtLeast(this.spots.length, (at) => this.spots[at]!.start >= time - 1e-9) - 1];
  }

  /** The edge of another segment nearest to a time, within a reach. */
  edgeNear(time: number, reach: number, but: Id | null): number | null {
    let best: number | null = null;
    for (const spot of this.within(time - reach - 0.001, time + reach + 0.001)) {
      if (spot.id === but) continue;
      for (const edge of [spot.start, spot.end]) {
        if (Math.abs(edge - time) <= Math.min(reach, best === null ? reach : Math.abs(best - time))) best = edge;
      }
    }
    return best;
  }

  /** One lane a speaker as far as there is room; else the first lane that is free. */
  #spread(bySpeaker: boolean): number {
    const names = bySpeaker ? [...new Set(this.spots.map(({ speaker }) => speaker))].slice(0, LANES_MAX) : [""];
    const home = new Map(names.map((name, at) => [name, at]));
    const ends: number[] = [];
    let lanes = Math.max(bySpeaker ? names.length : 1, 1);
    for (const [at, spot] of this.spots.entries()) {
      const own = bySpeaker ? (home.get(spot.speaker) ?? 0) : 0;
      let lane = own;
      for (let turn = 0; turn < LANES_MAX && (ends[lane] ?? 0) > spot.start + 1e-9; turn += 1)
        lane = (lane + 1) % LANES_MAX;
      ends[lane] = Math.max(ends[lane] ?? 0, spot.end);
      this.#lanes[at] = lane;
      lanes = Math.max(lanes, lane + 1);
    }
    return lanes;
  }
}
