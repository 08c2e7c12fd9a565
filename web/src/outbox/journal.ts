/** The log of one open item: every transaction of a store, written down in order. */

import type { Entity, Transaction } from "@/core/entity";
import { Store } from "@/core/store";
import type { Line, Shelf } from "./model";

/**
 * Writes what a store does. Writing is asynchronous, but lines are written in order and together; `settled` resolves
 * when everything up to now is on the disk. A line that cannot be written is tried again and told to `onTrouble`.
 */
export class Journal {
  readonly #shelf: Shelf;
  readonly #key: string;
  readonly #now: () => number;
  readonly #onTrouble: (problem: unknown) => void;
  readonly #waiting: Line[] = [];
  #seq: number;
  #writing: Promise<void> | null = null;

  constructor(options: {
    readonly shelf: Shelf;
    readonly key: string;
    /** The last line that is written already. */
    readonly seq?: number;
    readonly now?: () => number;
    onTrouble?(problem: unknown): void;
  }) {
    this.#shelf = options.shelf;
    this.#key = options.key;
    this.#seq = options.seq ?? 0;
    this.#now = options.now ?? Date.now;
    this.#onTrouble = options.onTrouble ?? (() => undefined);
  }

  get seq(): number {
    return this.#seq;
  }

  /** Give this to `store.listen`. What is replayed is in the log already. */
  readonly hear = (transaction: Transaction): void => {
    if (transaction.origin === "replay") return;
    this.#seq += 1;
    const { name, changes } = transaction;
    this.#waiting.push({ key: this.#key, seq: this.#seq, name, at: this.#now(), changes });
    this.#writing ??= this.#write();
  };

  async settled(): Promise<void> {
    while (this.#writing !== null || this.#waiting.length > 0) {
      this.#writing ??= this.#write();
      await this.#writing;
    }
  }

  async #write(): Promise<void> {
    await Promise.resolve(); // what happens in one turn is written together
    try {
      for (let tries = 0; this.#waiting.length > 0; ) {
        const lines = [...this.#waiting];
        try {
          await this.#shelf.append(lines);
          this.#waiting.splice(0, lines.length);
          tries = 0;
        } catch (problem) {
          tries += 1;
          this.#onTrouble(problem);
          await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** tries, 5000)));
        }
      }
    } finally {
      this.#writing = null;
    }
  }
}

/** The state a log leads to. */
export function replayed(start: readonly Entity[], lines: readonly Line[]): Store {
  const store = new Store(start);
  for (const { name, changes } of lines) store.apply({ name, origin: "replay", changes });
  return store;
}
