import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { call, Refusal } from "@/api/call";
import { newId } from "@/core/ids";
import { DraftSync } from "@/floor/drafts";
import { post } from "@/floor/server";
import { type IndexedShelf, openShelf } from "@/outbox/indexed";
import { MemoryShelf } from "@/outbox/memory";
import type { NewParcel, OpenItem, Parcel, Shelf } from "@/outbox/model";
import { type Outcome, Sender } from "@/outbox/sender";

let names = 0;
const KEY = "1/1/1/work/5/1";

const item: OpenItem = {
  key: KEY,
  person: 1,
  org: 1,
  project: 1,
  desk: "work",
  slot: 5,
  clientId: "c",
  start: [],
  lease: {},
  schema: {},
  openedAt: 0,
};
const parcel: NewParcel = {
  person: 1,
  key: KEY,
  operation: "POST /api/v1/x",
  path: {},
  body: { client_id: "c", activity: { v: 1, waited_ms: 0 } },
  madeAt: 1000,
};
const line = { key: KEY, seq: 1, name: "t", at: 0, changes: [] };

const fresh = (): Promise<IndexedShelf> => {
  names += 1;
  return openShelf(`troubled-${names}`);
};

/** A shelf that takes no more parcels. */
const full = (shelf: IndexedShelf): IndexedShelf =>
  Object.assign(shelf, { enqueue: () => Promise.reject(new DOMException("full", "QuotaExceededError")) });

describe("a full disk", () => {
  const never = new Promise<void>(() => undefined);
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("does not keep work from the server, which gets it once", async () => {
    const shelf = await fresh();
    await shelf.open(item);
    const sent: Parcel[] = [];
    const sender = new Sender({
      shelf: full(shelf),
      person: 1,
      post: async (one) => {
        sent.push(one);
        return { kind: "done", answer: "taken" };
      },
    });
    const told: unknown[] = [];
    sender.onDelivery(({ answer }) => told.push(answer));
    const given = sender.give(parcel, never); // its log cannot be written either
    expect(sender.state.unsaved).toBe(1); // at once: the page may be closed any moment
    await vi.advanceTimersByTimeAsync(2000);
    vi.useRealTimers();
    await given;
    expect(sent.map(({ body }) => body)).toEqual([parcel.body]);
    expect(told).toEqual(["taken"]);
    expect(sender.state.unsaved).toBe(0);
    expect(await shelf.read(KEY)).toBeUndefined();
    sender.end();
  });

  test("and no network: it is told, and sent when one of them is back", async () => {
    const shelf = await fresh();
    let online = false;
    const ids = new Set<number>();
    const sender = new Sender({
      shelf: full(shelf),
      person: 1,
      post: async ({ id }): Promise<Outcome> => {
        ids.add(id);
        return online ? { kind: "done", answer: 1 } : { kind: "later", offline: true };
      },
    });
    const given = sender.give(parcel);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sender.state.unsaved).toBe(1);
    online = true;
    await vi.advanceTimersByTimeAsync(6000);
    vi.useRealTimers();
    await given;
    expect(sender.state.unsaved).toBe(0);
    expect([...ids].every((id) => id < 0)).toBe(true); // never the number of one that is on the disk
    sender.end();
  });
});

test("lines that are written after their item was settled are not kept", async () => {
  const shelf = await fresh();
  await shelf.open(item);
  await shelf.append([line]);
  const id = await shelf.enqueue(parcel);
  await shelf.append([{ ...line, seq: 2 }]);
  expect((await shelf.read(KEY))?.lines.length).toBe(2);
  await shelf.settle(id);
  await shelf.append([{ ...line, seq: 3 }]);
  const database = await shelf.ready();
  const counted = database.transaction("lines").objectStore("lines").count();
  await new Promise((done) => {
    counted.onsuccess = done;
  });
  expect(counted.result).toBe(0);
});

describe.each([
  ["in IndexedDB", fresh as () => Promise<Shelf>],
  ["in memory", async (): Promise<Shelf> => new MemoryShelf()],
])("a shelf %s", (_, make) => {
  test("keeps an item until it is answered", async () => {
    const shelf = await make();
    await shelf.append([line]); // of nothing
    await shelf.open(item);
    await shelf.append([{ ...line, seq: 2 }, line]);
    await shelf.append([{ ...line, seq: 2, name: "again" }]);
    expect((await shelf.read(KEY))?.lines.map(({ seq, name }) => [seq, name])).toEqual([
      [1, "t"],
      [2, "again"],
    ]);
    expect((await shelf.items(1)).map(({ key }) => key)).toEqual([KEY]);
    expect(await shelf.items(2)).toEqual([]);
    const id = await shelf.enqueue(parcel);
    expect(await shelf.items(1)).toEqual([]);
    await shelf.postpone(id, 3, 77);
    await shelf.park(id, { code: "x", title: "no" });
    expect(await shelf.parcels(1)).toMatchObject([{ id, tries: 3, notBefore: 77, parked: { code: "x" } }]);
    expect(await shelf.parcels(2)).toEqual([]);
    await shelf.unpark(id);
    expect(await shelf.parcels(1)).toEqual([{ ...parcel, id, tries: 0, notBefore: 0 }]);
    await shelf.reopen(id);
    expect((await shelf.items(1)).map(({ key }) => key)).toEqual([KEY]);
    await shelf.settle(await shelf.enqueue(parcel));
    expect([await shelf.read(KEY), await shelf.parcels(1)]).toEqual([undefined, []]);
    await shelf.open(item);
    await shelf.enqueue(parcel);
    await shelf.open({ ...item, key: "other", person: 2 });
    await shelf.clear(1);
    expect([await shelf.read(KEY), await shelf.parcels(1)]).toEqual([undefined, []]);
    expect((await shelf.items(2)).length).toBe(1);
    await shelf.forget("other");
    expect(await shelf.items(2)).toEqual([]);
  });
});

test("a clock that was wrong when a parcel was put off does not hold it back", async () => {
  const shelf = await fresh();
  const id = await shelf.enqueue(parcel);
  const now = 1e12;
  await shelf.postpone(id, 1, now + 3 * 86_400_000);
  const sent: number[] = [];
  const sender = new Sender({
    shelf,
    person: 1,
    post: async (one) => {
      sent.push(one.id);
      return { kind: "done", answer: 1 };
    },
    now: () => now,
  });
  await sender.kick();
  sender.end();
  expect(sent).toEqual([id]);
});

describe("what is between us and the server", () => {
  const saying = (body: string, status: number): void => {
    vi.stubGlobal("fetch", async () => new Response(body, { status }));
  };
  afterEach(() => void vi.unstubAllGlobals());
  const stored: Parcel = { ...parcel, id: 1, tries: 0, notBefore: 0 };

  test.each([
    ["a proxy that speaks JSON", '{"message":"no upstream"}', 503],
    ["a proxy that says so with a status of its own", '{"status":200,"title":"x"}', 502],
    ["the portal of a network", "<html>Pay here</html>", 403],
    ["too much", '{"code":"GLY-SRV-001","title":"slowly"}', 429],
  ])("%s decides nothing: it is sent again", async (_, body, status) => {
    saying(body, status);
    expect(await post(stored)).toMatchObject({ kind: "later" });
  });

  test("the server's own refusal is final, and told as it says", async () => {
    saying('{"code":"GLY-ANN-001","title":"No","status":422}', 422);
    expect(await post(stored)).toEqual({ kind: "refused", why: { code: "GLY-ANN-001", title: "No" } });
    const refused = await call("GET /api/v1/me", {}).catch((problem: unknown) => problem);
    expect((refused as Refusal).status).toBe(422);
  });

  test.each([
    [1000 + 5000, 5000],
    [500, 0],
    [1000 + 6 * 365 * 86_400_000, 0],
  ])("the time it waited is told only as far as it can be true", async (now, waited) => {
    const bodies: string[] = [];
    vi.stubGlobal("fetch", async (_: string, options: RequestInit) => {
      bodies.push(String(options.body));
      return new Response("{}", { status: 200 });
    });
    await post(stored, () => now);
    expect(JSON.parse(bodies[0]!).activity.waited_ms).toBe(waited);
  });

  test.each([429, 408, 503])("a draft is sent again after a %i", async (status) => {
    vi.useFakeTimers();
    let puts = 0;
    const drafts = new DraftSync({
      put: async () => {
        puts += 1;
        if (puts === 1) throw new Refusal({ code: "GLY-SRV-001", title: "", status });
        return { outcome: "kept", expected: 2 };
      },
      state: () => ({ v: 1, attempt: 1, entities: [] }),
    });
    drafts.changed();
    await vi.advanceTimersByTimeAsync(20_000);
    drafts.end();
    vi.useRealTimers();
    expect(puts).toBe(2);
  });
});

test("names are UUIDs of version 4, and no two alike", () => {
  const made = Array.from({ length: 1000 }, newId);
  expect(new Set(made).size).toBe(1000);
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
