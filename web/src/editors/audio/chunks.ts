/** The bins of a pyramid as far as they are here: chunks fetched when a view wants them, the oldest forgotten. */

import { binsIn, chunkBins, HEAD_BYTES, levelFor, type Pyramid, planned, type Request, readHead } from "./pyramid";
import type { Reader } from "./ranges";

/** Where bins come from: a file of the server's, or a sound decoded here. */
export interface BinSource {
  readonly pyramid: Pyramid;
  /** A bin's bytes begin at `offset` of `bytes`; null while they are not here. */
  find(
    level: number,
    bin: number,
  ): { readonly bytes: Uint8Array; readonly offset: number; readonly bins: number } | null;
  /** Say what is in view; bins that are missing are fetched. */
  want(start: number, end: number, secondsPerPixel: number): void;
  /** The finest level for a scale of which everything in a stretch is here, or as coarse as needs be. */
  bestLevel(start: number, end: number, secondsPerPixel: number): number;
  /** Whether all of a stretch is here at a level. */
  covers(level: number, start: number, end: number): boolean;
  end(): void;
}

const CHUNKS_MAX = 384; // six megabytes
const AT_ONCE = 2;

export class ChunkStore implements BinSource {
  readonly pyramid: Pyramid;
  readonly #reader: Reader;
  readonly #arrived: () => void;
  readonly #chunks = new Map<string, Uint8Array>();
  readonly #pending = new Set<string>();
  readonly #size: number;
  #wanted: Request[] = [];
  #running = 0;
  #ended = false;
  #failures = 0;

  private constructor(pyramid: Pyramid, reader: Reader, arrived: () => void) {
    this.pyramid = pyramid;
    this.#reader = reader;
    this.#arrived = arrived;
    this.#size = chunkBins(pyramid);
  }

  /** Read the head and, unless another source stands in, the coarsest level: so there is always something to draw. */
  static async open(reader: Reader, arrived: () => void, whole = true): Promise<ChunkStore | null> {
    const head = readHead(await reader.read(0, HEAD_BYTES));
    if (head === null) return null;
    const store = new ChunkStore(head, reader, arrived);
    const coarsest = head.levels.length - 1;
    if (!whole) return store;
    for (const request of planned(head, coarsest, { from: 0, to: head.levels[coarsest]!.bins }, () => false)) {
      await store.#fetch(request);
    }
    return store;
  }

  find(
    level: number,
    bin: number,
  ): { readonly bytes: Uint8Array; readonly offset: number; readonly bins: number } | null {
    const chunk = Math.floor(bin / this.#size);
    const bytes = this.#chunks.get(`${level}/${chunk}`);
    if (bytes === undefined) return null;
    const offset = (bin - chunk * this.#size) * this.pyramid.binBytes;
    return { bytes, offset, bins: (bytes.length - offset) / this.pyramid.binBytes };
  }

  want(start: number, end: number, secondsPerPixel: number): void {
    const level = levelFor(this.pyramid, secondsPerPixel);
    const [ahead, told] = [(end - start) / 2, this.pyramid.levels[level]!];
    const inView = this.#missing(level, binsIn(told, start, end));
    // What lies beside the view comes after what is in it.
    const beside = inView.length > 0 ? [] : this.#missing(level, binsIn(told, start - ahead / 2, end + ahead));
    this.#wanted = [...inView, ...beside];
    this.#next();
  }

  bestLevel(start: number, end: number, secondsPerPixel: number): number {
    const coarsest = this.pyramid.levels.length - 1;
    for (let level = levelFor(this.pyramid, secondsPerPixel); level < coarsest; level += 1) {
      if (this.#has(level, binsIn(this.pyramid.levels[level]!, start, end))) return level;
    }
    return coarsest;
  }

  covers(level: number, start: number, end: number): boolean {
    return this.#has(level, binsIn(this.pyramid.levels[level]!, start, end));
  }

  end(): void {
    this.#ended = true;
    this.#wanted = [];
    this.#chunks.clear();
  }

  #missing(level: number, bins: { readonly from: number; readonly to: number }): Request[] {
    return planned(this.pyramid, level, bins, (chunk) => {
      const key = `${level}/${chunk}`;
      return this.#chunks.has(key) || this.#pending.has(key);
    });
  }

  #has(level: number, bins: { readonly from: number; readonly to: number }): boolean {
    if (bins.to === bins.from) return true;
    const [first, last] = [Math.floor(bins.from / this.#size), Math.floor((bins.to - 1) / this.#size)];
    for (let chunk = first; chunk <= last; chunk += 1) if (!this.#chunks.has(`${level}/${chunk}`)) return false;
    this.#touch(level, first, last + 1);
    return true;
  }

  /** What was used last is forgotten last. */
  #touch(level: number, from: number, to: number): void {
    for (let chunk = from; chunk < to; chunk += 1) {
      const [key, bytes] = [`${level}/${chunk}`, this.#chunks.get(`${level}/${chunk}`)];
      if (bytes === undefined) continue;
      this.#chunks.delete(key);
      this.#chunks.set(key, bytes);
    }
  }

  #next(): void {
    while (!this.#ended && this.#running < AT_ONCE && this.#failures < 3) {
      const request = this.#wanted.shift();
      if (request === undefined) return;
      this.#running += 1;
      void this.#fetch(request)
        .then(() => {
          this.#failures = 0;
        })
        .catch(() => {
          this.#failures += 1; // the coarse wave stays; a dead link is not asked for without end
        })
        .finally(() => {
          this.#running -= 1;
          if (!this.#ended) {
            this.#arrived();
            this.#next();
          }
        });
    }
  }

  async #fetch({ level, from, to, begin, end }: Request): Promise<void> {
    const keys = Array.from({ length: to - from }, (_, at) => `${level}/${from + at}`);
    for (const key of keys) this.#pending.add(key);
    try {
      const bytes = new Uint8Array(await this.#reader.read(begin, end));
      const step = this.#size * this.pyramid.binBytes;
      if (!this.#ended) keys.forEach((key, at) => void this.#keep(key, bytes.subarray(at * step, (at + 1) * step)));
    } finally {
      for (const key of keys) this.#pending.delete(key);
    }
  }

  #keep(key: string, bytes: Uint8Array): void {
    this.#chunks.set(key, bytes);
    if (this.#chunks.size <= CHUNKS_MAX) return;
    const coarsest = `${this.pyramid.levels.length - 1}/`;
    for (const old of this.#chunks.keys()) {
      if (old.startsWith(coarsest)) continue;
      this.#chunks.delete(old);
      break;
    }
  }
}
