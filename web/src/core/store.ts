/**
 * The state of one annotation, and the only way to change it: transactions of changes with inverses.
 *
 * A tool that drags `preview`s: others see the result, nothing is logged; `commit` makes it one transaction. The store
 * keeps no history itself (`history.ts`) and knows no network (`outbox/`): both listen.
 */

import { type Change, type Entity, type Id, inverse, type Origin, type Transaction } from "./entity";
import { sameJson } from "./json";

export type Listener = (transaction: Transaction, ids: ReadonlySet<Id>) => void;

/** What code inside `transact` may do. */
export interface Draft {
  get(id: Id): Entity | undefined;
  put(entity: Entity): void;
  /** Change fields of an entity's value; `undefined` takes a field away. Nothing happens when it is not there. */
  patch(id: Id, fields: { readonly [name: string]: Entity["value"][string] | undefined }): void;
  /** Take an entity away, and whatever is part of it. */
  remove(id: Id): void;
}

export class Store {
  readonly #entities = new Map<Id, Entity>();
  readonly #parts = new Map<Id, Set<Id>>();
  readonly #listeners = new Set<Listener>();
  #preview: readonly Change[] = [];
  #keep: string | null = null;
  #version = 0;

  constructor(entities: Iterable<Entity> = []) {
    for (const entity of entities) this.#set(entity.id, entity);
  }

  /** Grows with every change, previews included. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#entities.size;
  }

  get(id: Id): Entity | undefined {
    return this.#entities.get(id);
  }

  /** All entities in the order in which they were made. */
  all(): IterableIterator<Entity> {
    return this.#entities.values();
  }

  *of(control: string): IterableIterator<Entity> {
    for (const entity of this.#entities.values()) if (entity.control === control) yield entity;
  }

  parts(id: Id): ReadonlySet<Id> {
    return this.#parts.get(id) ?? EMPTY;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Make changes that belong together. Returns null, and tells nobody, when nothing changed. */
  transact(name: string, make: (draft: Draft) => void, origin: Origin = "local"): Transaction | null {
    this.settle();
    const changes = this.#draft(make);
    if (changes.length === 0) return null;
    return this.apply({ name, origin, changes });
  }

  /** Apply changes made elsewhere: an undo, a log that is replayed, another person's. What is there already stays. */
  apply(transaction: Transaction): Transaction {
    this.settle();
    for (const { id, after } of transaction.changes) this.#set(id, after);
    this.#tell(transaction);
    return transaction;
  }

  /**
   * Show changes that are not yet made; replaces the preview before.
   *
   * Whatever interrupts it takes it back, as a half-drawn shape should be; one with a name to `keep`, such as typing, is
   * committed under it instead.
   */
  preview(make: (draft: Draft) => void, keep: string | null = null): void {
    if (this.#keep !== keep) this.settle();
    const before = this.#takeBack();
    this.#keep = keep;
    this.#preview = this.#draft(make);
    for (const { id, after } of this.#preview) this.#set(id, after);
    this.#tell({ name: "preview", origin: "local", changes: [...before, ...this.#preview] }, true);
  }

  /** Make what is previewed one transaction. */
  commit(name: string): Transaction | null {
    const changes = this.#preview;
    this.#preview = [];
    this.#keep = null;
    const real = changes.filter(({ before, after }) => !sameEntity(before, after));
    if (real.length === 0) return null;
    const transaction: Transaction = { name, origin: "local", changes: real };
    this.#tell(transaction);
    return transaction;
  }

  cancelPreview(): void {
    const changes = this.#takeBack();
    if (changes.length > 0) this.#tell({ name: "preview", origin: "local", changes }, true);
  }

  /** Something else happens: a preview to be kept is committed, any other taken back. */
  settle(): void {
    if (this.#keep === null) this.cancelPreview();
    else this.commit(this.#keep);
  }

  /** The name of the preview that will be kept, such as what is being typed. */
  get keeping(): string | null {
    return this.#keep;
  }

  get previewing(): boolean {
    return this.#preview.length > 0;
  }

  #takeBack(): Change[] {
    const back = inverse(this.#preview);
    this.#preview = [];
    this.#keep = null;
    for (const { id, after } of back) this.#set(id, after);
    return back;
  }

  #draft(make: (draft: Draft) => void): Change[] {
    const first = new Map<Id, Entity | null>();
    const now = new Map<Id, Entity | null>();
    const look = (id: Id): Entity | undefined => (now.has(id) ? (now.get(id) ?? undefined) : this.#entities.get(id));
    const set = (id: Id, after: Entity | null): void => {
      if (!first.has(id)) first.set(id, this.#entities.get(id) ?? null);
      now.set(id, after);
    };
    const remove = (id: Id): void => {
      if (look(id) === undefined) return;
      set(id, null);
      for (const part of this.#parts.get(id) ?? EMPTY) remove(part);
      for (const [part, entity] of now) if (entity?.of === id) remove(part);
    };
    make({
      get: look,
      put: (entity) => set(entity.id, entity),
      patch: (id, fields) => {
        const entity = look(id);
        if (entity === undefined) return;
        const kept = Object.entries({ ...entity.value, ...fields }).filter(([, value]) => value !== undefined);
        set(id, { ...entity, value: Object.fromEntries(kept) as Entity["value"] });
      },
      remove,
    });
    return [...now]
      .map(([id, after]) => ({ id, before: first.get(id) ?? null, after }))
      .filter(({ before, after }) => !sameEntity(before, after));
  }

  #set(id: Id, after: Entity | null): void {
    const before = this.#entities.get(id);
    if (before?.of !== undefined && before.of !== after?.of) this.#parts.get(before.of)?.delete(id);
    if (after === null) this.#entities.delete(id);
    else {
      this.#entities.set(id, after);
      if (after.of !== undefined) {
        const parts = this.#parts.get(after.of) ?? new Set();
        this.#parts.set(after.of, parts.add(id));
      }
    }
    this.#version += 1;
  }

  #tell(transaction: Transaction, preview = false): void {
    const ids = new Set(transaction.changes.map(({ id }) => id));
    for (const listener of this.#listeners) {
      if (!preview || (listener as PreviewListener).previews) listener(transaction, ids);
    }
  }
}

/** A listener that is told of previews, too: what draws. */
export type PreviewListener = Listener & { previews?: true };

export function withPreviews(listener: Listener): PreviewListener {
  return Object.assign((transaction: Transaction, ids: ReadonlySet<Id>) => listener(transaction, ids), {
    previews: true as const,
  });
}

export function sameEntity(left: Entity | null, right: Entity | null): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  return (
    left.control === right.control &&
    left.of === right.of &&
    left.from === right.from &&
    sameJson(left.value, right.value)
  );
}

const EMPTY: ReadonlySet<Id> = new Set();
