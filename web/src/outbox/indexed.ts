/**
 * The shelf in IndexedDB: three stores, each step one transaction with strict durability.
 *
 * A browser may close the database under an open page: its data were deleted, the disk failed, or another tab brings a
 * newer version. The next step opens it again, so that what is tried again (`journal.ts`, `sender.ts`) arrives.
 */

import type { Line, NewParcel, OpenItem, Parcel, Shelf } from "./model";

const VERSION = 1;
const NAME = "galley";

export async function openShelf(name = NAME, factory: IDBFactory = indexedDB): Promise<IndexedShelf> {
  const open = (): Promise<IDBDatabase> => {
    const asked = factory.open(name, VERSION);
    asked.onupgradeneeded = () => {
      const database = asked.result;
      database.createObjectStore("items", { keyPath: "key" });
      database.createObjectStore("lines", { keyPath: ["key", "seq"] });
      database.createObjectStore("parcels", { keyPath: "id", autoIncrement: true });
    };
    return done(asked);
  };
  const shelf = new IndexedShelf(open);
  await shelf.ready();
  return shelf;
}

type Name = "items" | "lines" | "parcels";

export class IndexedShelf implements Shelf {
  readonly #open: () => Promise<IDBDatabase>;
  #database: Promise<IDBDatabase> | null = null;
  #ended = false;

  constructor(open: () => Promise<IDBDatabase>) {
    this.#open = open;
  }

  /** The database, opened again if it was closed under us. */
  ready(): Promise<IDBDatabase> {
    if (this.#ended) return Promise.reject(new Error("the shelf is closed"));
    if (this.#database !== null) return this.#database;
    const asked = this.#open();
    const lost = (): void => {
      if (this.#database === asked) this.#database = null;
    };
    this.#database = asked;
    asked.then((database) => {
      // Another tab brings a newer version, or deletes it: let it.
      database.onversionchange = () => {
        database.close();
        lost();
      };
      database.onclose = lost;
      if (this.#ended) database.close();
    }, lost);
    return asked;
  }

  close(): void {
    this.#ended = true;
    this.#database?.then(
      (database) => database.close(),
      () => undefined,
    );
  }

  open(item: OpenItem): Promise<void> {
    return this.#change(["items", "lines"], ({ items, lines }) => {
      lines.delete(linesOf(item.key)); // lines without their item lead nowhere: the item was deleted under a page
      items.put(item);
    });
  }

  append(lines: readonly Line[]): Promise<void> {
    return this.#change(["items", "lines"], async (stores) => {
      const keys = [...new Set(lines.map(({ key }) => key))];
      const found = await Promise.all(keys.map((key) => done<IDBValidKey | undefined>(stores.items.getKey(key))));
      const open = new Set(found);
      for (const line of lines) if (open.has(line.key)) stores.lines.put(line);
    });
  }

  async read(key: string): Promise<{ item: OpenItem; lines: readonly Line[] } | undefined> {
    const stores = storesOf(await this.ready(), ["items", "lines"], "readonly");
    const [item, lines] = await Promise.all([
      done<OpenItem | undefined>(stores.items.get(key)),
      done<Line[]>(stores.lines.getAll(linesOf(key))),
    ]);
    return item === undefined ? undefined : { item, lines };
  }

  async items(person: number): Promise<readonly OpenItem[]> {
    const stores = storesOf(await this.ready(), ["items", "parcels"], "readonly");
    const [items, parcels] = await Promise.all([
      done<OpenItem[]>(stores.items.getAll()),
      done<Parcel[]>(stores.parcels.getAll()),
    ]);
    const handedIn = new Set(parcels.map(({ key }) => key));
    return items
      .filter((item) => item.person === person && !handedIn.has(item.key))
      .sort((left, right) => left.openedAt - right.openedAt);
  }

  async enqueue(parcel: NewParcel): Promise<number> {
    let asked: IDBRequest<IDBValidKey> | undefined;
    await this.#change(["parcels"], ({ parcels }) => {
      asked = parcels.add({ ...parcel, tries: 0, notBefore: 0 });
    });
    return Number(asked?.result);
  }

  async parcels(person: number): Promise<readonly Parcel[]> {
    const { parcels } = storesOf(await this.ready(), ["parcels"], "readonly");
    const all = await done<Parcel[]>(parcels.getAll());
    return all.filter((parcel) => parcel.person === person);
  }

  postpone(id: number, tries: number, notBefore: number): Promise<void> {
    return this.#edit(id, (parcel) => ({ ...parcel, tries, notBefore }));
  }

  park(id: number, why: NonNullable<Parcel["parked"]>): Promise<void> {
    return this.#edit(id, (parcel) => ({ ...parcel, parked: why }));
  }

  unpark(id: number): Promise<void> {
    return this.#edit(id, ({ parked: _, ...parcel }) => ({ ...parcel, tries: 0, notBefore: 0 }));
  }

  reopen(id: number): Promise<void> {
    return this.#change(["parcels"], ({ parcels }) => void parcels.delete(id));
  }

  settle(id: number): Promise<void> {
    return this.#change(["items", "lines", "parcels"], async (stores) => {
      const parcel = await done<Parcel | undefined>(stores.parcels.get(id));
      stores.parcels.delete(id);
      if (parcel !== undefined) {
        stores.items.delete(parcel.key);
        stores.lines.delete(linesOf(parcel.key));
      }
    });
  }

  forget(key: string): Promise<void> {
    return this.#change(["items", "lines", "parcels"], async (stores) => {
      stores.items.delete(key);
      stores.lines.delete(linesOf(key));
      for (const parcel of await done<Parcel[]>(stores.parcels.getAll())) {
        if (parcel.key === key) stores.parcels.delete(parcel.id);
      }
    });
  }

  async clear(person: number): Promise<void> {
    const keys = new Set((await this.parcels(person)).map(({ key }) => key));
    for (const { key } of await this.items(person)) keys.add(key);
    for (const key of keys) await this.forget(key);
  }

  #edit(id: number, change: (parcel: Parcel) => Parcel): Promise<void> {
    return this.#change(["parcels"], async ({ parcels }) => {
      const parcel = await done<Parcel | undefined>(parcels.get(id));
      if (parcel !== undefined) parcels.put(change(parcel));
    });
  }

  async #change(
    names: readonly Name[],
    make: (stores: Record<Name, IDBObjectStore>) => void | Promise<void>,
  ): Promise<void> {
    const stores = storesOf(await this.ready(), names, "readwrite");
    const transaction = stores[names[0]!].transaction;
    const ended = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
      transaction.onerror = () => reject(transaction.error ?? new Error("failed"));
    });
    // Not left to end by itself: that takes this page another turn, in which its tab may be killed.
    const made = Promise.resolve(make(stores)).then(() => transaction.commit());
    await Promise.all([made, ended]);
  }
}

function storesOf(
  database: IDBDatabase,
  names: readonly Name[],
  mode: IDBTransactionMode,
): Record<Name, IDBObjectStore> {
  const transaction = database.transaction([...names], mode, { durability: "strict" });
  return Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])) as Record<Name, IDBObjectStore>;
}

function linesOf(key: string): IDBKeyRange {
  return IDBKeyRange.bound([key, 0], [key, Number.MAX_SAFE_INTEGER]);
}

function done<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error ?? new Error("failed"));
  });
}
