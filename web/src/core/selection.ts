/** Which entities are selected, which is the one in focus, and which are hidden or locked. */

import type { Id } from "./entity";
import type { Store } from "./store";

export class Selection {
  readonly #store: Store;
  readonly #listeners = new Set<() => void>();
  #ids: ReadonlySet<Id> = new Set();
  #hidden: ReadonlySet<Id> = new Set();
  #locked: ReadonlySet<Id> = new Set();
  #hover: Id | null = null;

  constructor(store: Store) {
    this.#store = store;
    store.listen((transaction) => {
      if (transaction.changes.some(({ id, after }) => after === null && this.#ids.has(id))) {
        this.set([...this.#ids].filter((id) => store.get(id) !== undefined));
      }
    });
  }

  get ids(): ReadonlySet<Id> {
    return this.#ids;
  }

  /** The one selected last; what a detail panel shows. */
  get focus(): Id | null {
    return [...this.#ids].at(-1) ?? null;
  }

  get hover(): Id | null {
    return this.#hover;
  }

  has(id: Id): boolean {
    return this.#ids.has(id);
  }

  set(ids: Iterable<Id>): void {
    this.#ids = new Set([...ids].filter((id) => this.#store.get(id) !== undefined));
    this.#tell();
  }

  add(id: Id): void {
    this.set([...this.#ids].filter((other) => other !== id).concat(id));
  }

  toggle(id: Id): void {
    if (this.#ids.has(id)) this.set([...this.#ids].filter((other) => other !== id));
    else this.add(id);
  }

  clear(): void {
    if (this.#ids.size > 0) this.set([]);
  }

  point(id: Id | null): void {
    if (id === this.#hover) return;
    this.#hover = id;
    this.#tell();
  }

  isHidden(id: Id): boolean {
    return this.#hidden.has(id);
  }

  isLocked(id: Id): boolean {
    return this.#locked.has(id);
  }

  hide(ids: Iterable<Id>, hidden = true): void {
    this.#hidden = turned(this.#hidden, ids, hidden);
    this.#tell();
  }

  lock(ids: Iterable<Id>, locked = true): void {
    this.#locked = turned(this.#locked, ids, locked);
    this.#tell();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function turned(known: ReadonlySet<Id>, ids: Iterable<Id>, on: boolean): ReadonlySet<Id> {
  const next = new Set(known);
  for (const id of ids) {
    if (on) next.add(id);
    else next.delete(id);
  }
  return next;
}
