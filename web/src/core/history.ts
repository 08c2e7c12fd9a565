/** Undo and redo: the local transactions of a store, in order. What others did meanwhile is not undone. */

import { type Change, inverse, type Transaction } from "./entity";
import { type Store, sameEntity } from "./store";

const DEPTH = 1000;

export class History {
  readonly #store: Store;
  readonly #done: Transaction[] = [];
  readonly #undone: Transaction[] = [];
  #mine = false;
  readonly #stop: () => void;

  constructor(store: Store) {
    this.#store = store;
    this.#stop = store.listen((transaction) => this.#hear(transaction));
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Take the last transaction back; returns it, or null when there is none. */
  undo(): Transaction | null {
    this.#store.settle();
    const last = this.#done.pop();
    if (last === undefined) return null;
    this.#undone.push(last);
    this.#run(`undo ${last.name}`, inverse(last.changes));
    return last;
  }

  redo(): Transaction | null {
    this.#store.settle();
    const last = this.#undone.pop();
    if (last === undefined) return null;
    this.#done.push(last);
    this.#run(`redo ${last.name}`, last.changes);
    return last;
  }

  /** Forget everything: another item is shown. */
  clear(): void {
    this.#done.length = 0;
    this.#undone.length = 0;
  }

  end(): void {
    this.#stop();
  }

  #run(name: string, changes: readonly Change[]): void {
    this.#mine = true;
    try {
      this.#store.apply({ name, origin: "local", changes });
    } finally {
      this.#mine = false;
    }
  }

  #hear(transaction: Transaction): void {
    if (this.#mine || transaction.origin !== "local") return;
    this.#undone.length = 0;
    this.#done.push(transaction);
    if (this.#done.length > DEPTH) this.#done.shift();
  }
}

/** Whether a transaction still fits a store: everything is as the transaction found it. */
export function fits(store: Store, transaction: Transaction): boolean {
  return transaction.changes.every(({ id, before }) => sameEntity(store.get(id) ?? null, before));
}
