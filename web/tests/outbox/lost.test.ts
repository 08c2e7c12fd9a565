import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Store } from "@/core/store";
import { type IndexedShelf, openShelf } from "@/outbox/indexed";
import { Journal } from "@/outbox/journal";
import type { NewParcel, OpenItem } from "@/outbox/model";
import { Sender } from "@/outbox/sender";

let shelf: IndexedShelf;
let name = "";
let count = 0;

beforeEach(async () => {
  count += 1;
  name = `lost-${count}`;
  shelf = await openShelf(name);
});

const item = (slot: number, person = 1): OpenItem => ({
  ...{ key: `${person}/1/1/work/${slot}/1`, person, org: 1, project: 1, desk: "work", slot, clientId: `c${slot}` },
  ...{ start: [], lease: {}, schema: {}, openedAt: slot },
});

const parcel = (slot: number, person = 1): NewParcel => ({
  ...{ person, key: item(slot, person).key, operation: "POST submit", path: {}, body: { slot }, madeAt: 0 },
});

function asked(request: IDBOpenDBRequest): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

test("every step is told to end as soon as all of it is asked for, so that it needs no more turns of its page", async () => {
  const told = vi.spyOn(IDBTransaction.prototype, "commit");
  const line = { key: item(1).key, seq: 1, name: "t", at: 0, changes: [] };
  const steps = [
    () => shelf.open(item(1)),
    () => shelf.append([line]),
    () => shelf.enqueue(parcel(1)),
    () => shelf.postpone(1, 1, 0),
    () => shelf.settle(1),
    () => shelf.forget(item(1).key),
  ];
  for (const [at, step] of steps.entries()) {
    await step();
    expect(told).toHaveBeenCalledTimes(at + 1);
  }
  told.mockRestore();
});

describe("a database that goes away under an open page", () => {
  test("is deleted in another tab, which need not wait, and made again by the next step", async () => {
    await shelf.open(item(1));
    await asked(indexedDB.deleteDatabase(name));
    expect(await shelf.read(item(1).key)).toBeUndefined();
    await shelf.enqueue(parcel(1));
    expect(await shelf.parcels(1)).toHaveLength(1);
  });

  test("keeps what is done after it was deleted, and no item is made of lines without their beginning", async () => {
    await shelf.open(item(1));
    const store = new Store();
    const journal = new Journal({ shelf, key: item(1).key });
    store.listen(journal.hear);
    await asked(indexedDB.deleteDatabase(name));
    store.transact("t", (draft) => draft.put({ id: "a", control: "c", value: {} }));
    await journal.settled();
    expect(await shelf.read(item(1).key)).toBeUndefined();
    await shelf.open(item(1)); // the page was loaded again, and the lease handed out again
    expect((await shelf.read(item(1).key))?.lines).toEqual([]);
  });

  test("makes way for a newer version in another tab, and does not take it back", async () => {
    await shelf.enqueue(parcel(1));
    const newer = await asked(indexedDB.open(name, 2));
    await expect(shelf.parcels(1)).rejects.toMatchObject({ name: "VersionError" });
    expect(newer.version).toBe(2);
    newer.close();
  });

  test("is not opened again once it was closed for good", async () => {
    shelf.close();
    await expect(shelf.parcels(1)).rejects.toThrow("closed");
  });
});

describe("a disk that is full", () => {
  test("loses no answer: it is told, tried again and sent once", async () => {
    let full = 3;
    const told: number[] = [];
    const sent: unknown[] = [];
    const stubborn = new Proxy(shelf, {
      get: (target, key) => {
        if (key === "enqueue" && full > 0) {
          return () => {
            full -= 1;
            return Promise.reject(new DOMException("full", "QuotaExceededError"));
          };
        }
        const found = Reflect.get(target, key);
        return typeof found === "function" ? found.bind(target) : found;
      },
    });
    const post = async ({ body }: { readonly body: unknown }) => {
      sent.push(body);
      return { kind: "done", answer: null } as const;
    };
    const sender = new Sender({ shelf: stubborn, person: 1, post });
    sender.onState(({ unsaved }) => told.push(unsaved));
    await sender.give(parcel(1));
    await sender.kick();
    expect(sent).toEqual([{ slot: 1 }]);
    expect([told[0], sender.state.unsaved]).toEqual([1, 0]);
    sender.end();
  });

  test("or that cannot be read, stops no sending for good", async () => {
    let broken = true;
    const stubborn = new Proxy(shelf, {
      get: (target, key) => {
        if (key === "parcels" && broken) return () => Promise.reject(new DOMException("gone", "InvalidStateError"));
        const found = Reflect.get(target, key);
        return typeof found === "function" ? found.bind(target) : found;
      },
    });
    await shelf.enqueue(parcel(1));
    let sent = 0;
    const post = async () => {
      sent += 1;
      return { kind: "done", answer: null } as const;
    };
    const sender = new Sender({ shelf: stubborn, person: 1, post });
    await sender.kick();
    broken = false;
    await sender.kick();
    expect(sent).toBe(1);
    sender.end();
  });
});

test("what is kept of one person is taken away without touching another's", async () => {
  for (const person of [1, 2]) {
    for (const slot of [1, 2]) await shelf.open(item(slot, person));
    const change = { id: "a", before: null, after: null };
    await shelf.append([{ key: item(1, person).key, seq: 1, name: "t", at: 0, changes: [change] }]);
    await shelf.enqueue(parcel(2, person));
  }
  await shelf.clear(1);
  expect([await shelf.items(1), await shelf.parcels(1), await shelf.read(item(2).key)]).toEqual([[], [], undefined]);
  expect([(await shelf.items(2)).length, (await shelf.parcels(2)).length]).toEqual([1, 1]);
  expect((await shelf.read(item(1, 2).key))?.lines).toHaveLength(1);
});
