/** Heights of blocks, guessed or measured: where each begins, and which is at a place, in O(log n). */

export class Heights {
  readonly #heights: Float64Array;
  readonly #sums: Float64Array; // a Fenwick tree
  readonly #top: number;

  constructor(heights: ArrayLike<number>) {
    const count = heights.length;
    this.#heights = Float64Array.from(heights);
    this.#sums = new Float64Array(count + 1);
    for (let at = 1; at <= count; at += 1) {
      this.#sums[at]! += this.#heights[at - 1]!;
      const parent = at + (at & -at);
      if (parent <= count) this.#sums[parent]! += this.#sums[at]!;
    }
    let top = 1;
    while (top * 2 <= count) top *= 2;
    this.#top = top;
  }

  get count(): number {
    return this.#heights.length;
  }

  get total(): number {
    return this.top(this.count);
  }

  height(block: number): number {
    return this.#heights[block]!;
  }

  /** Set a height; returns by how much it changed. */
  set(block: number, height: number): number {
    const change = height - this.#heights[block]!;
    if (change === 0) return 0;
    this.#heights[block] = height;
    for (let at = block + 1; at <= this.count; at += at & -at) this.#sums[at]! += change;
    return change;
  }

  /** Where a block begins: the heights of all before it. */
  top(block: number): number {
    let sum = 0;
    for (let at = Math.min(block, this.count); at > 0; at -= at & -at) sum += this.#sums[at]!;
    return sum;
  }

  /** The block at a place from the top; the first or last one outside. */
  at(place: number): number {
    let [block, left] = [0, place];
    for (let step = this.#top; step > 0; step >>= 1) {
      const next = block + step;
      if (next <= this.count && this.#sums[next]! <= left) {
        block = next;
        left -= this.#sums[next]!;
      }
    }
    return Math.max(0, Math.min(block, this.count - 1));
  }
}
