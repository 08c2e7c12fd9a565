import "fake-indexeddb/auto";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Entity } from "@/core/entity";
import { Store } from "@/core/store";
import { type IndexedShelf, openShelf } from "@/outbox/indexed";
import { Journal, replayed } from "@/outbox/journal";
import type { NewParcel, OpenItem, Parcel } from "@/outbox/model";
import { type Outcome, Sender } from "@/outbox/sender";

let shelf: IndexedShelf;
let name = 0;

beforeEach(async () => {
  name += 1;
  shelf = await openShelf(`test-${name}`);
});

const item = (slot: number, person = 1): OpenItem => ({
  key: `${person}/1/1/work/${slot}/1`,
  person,
  org: 1,
  project: 1,
  desk: "work",
  slot,
  clientId: `c${slot}`,
  start: [],
  lease: {},
  schema: {},
  openedAt: slot,
});

const parcel = (slot: number, person = 1): NewParcel => ({
  person,
  key: item(slot, person).key,
  operation: "POST submit",
  path: {},
  body: { client_id: `c${slot}` },
  madeAt: 0,
});

const box = (id: string, x: number): Entity => ({ id, control: "c", value: { x } });

describe("the journal", () => {
  test("has on the disk, in order, what the store did, and leads back to its state", async () => {
    await shelf.open(item(1));
    const store = new Store();
    const journal = new Journal({ shelf, key: item(1).key });
    store.listen(journal.hear);
    for (let x = 0; x < 50; x += 1) store.transact("t", (draft) => draft.put(box(`b${x % 7}`, x)));
    await journal.settled();
    const kept = await shelf.read(item(1).key);
    expect(kept?.lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    expect([...replayed([], kept!.lines).all()]).toEqual([...store.all()]);
  });

  test("goes on after the last line when the page was reloaded", async () => {
    await shelf.open(item(1));
    const first = new Store();
    const one = new Journal({ shelf, key: item(1).key });
    first.listen(one.hear);
    first.transact("t", (draft) => draft.put(box("a", 1)));
    await one.settled();
    const kept = (await shelf.read(item(1).key))!;
    const second = replayed(kept.item.start, kept.lines);
    const two = new Journal({ shelf, key: item(1).key, seq: kept.lines.length });
    second.listen(two.hear);
    second.transact("t", (draft) => draft.patch("a", { x: 2 }));
    await two.settled();
    const lines = (await shelf.read(item(1).key))!.lines;
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2]);
    expect([...replayed([], lines).all()]).toEqual([box("a", 2)]);
  });

  test("tries again when the disk refuses, and tells", async () => {
    await shelf.open(item(1));
    let refusals = 3;
    const stubborn = Object.assign(Object.create(shelf) as IndexedShelf, {
      append: (lines: Parameters<IndexedShelf["append"]>[0]) => {
        refusals -= 1;
        return refusals >= 0 ? Promise.reject(new Error("quota")) : shelf.append(lines);
      },
    });
    const troubles: unknown[] = [];
    const store = new Store();
    const journal = new Journal({ shelf: stubborn, key: item(1).key, onTrouble: (problem) => troubles.push(problem) });
    store.listen(journal.hear);
    store.transact("t", (draft) => draft.put(box("a", 1)));
    await journal.settled();
    expect(troubles.length).toBe(3);
    expect((await shelf.read(item(1).key))!.lines.length).toBe(1);
  });
});

/** A server that counts by client id, and fails as it is told. */
class Server {
  readonly answers = new Map<string, number>();
  readonly order: string[] = [];

  constructor(readonly plan: ("ok" | "lost-before" | "lost-after" | "busy" | "no" | "signed-out")[]) {}

  readonly post = async (sent: Parcel): Promise<Outcome> => {
    const what = this.plan.shift() ?? "ok";
    const id = (sent.body as { client_id: string }).client_id;
    if (what === "lost-before") return { kind: "later", offline: true };
    if (what === "busy") return { kind: "later", offline: false, seconds: 0 };
    if (what === "signed-out") return { kind: "signed-out" };
    if (what === "no") return { kind: "refused", why: { code: "GLY-X-001", title: "no" } };
    if (!this.answers.has(id)) this.order.push(id);
    this.answers.set(id, (this.answers.get(id) ?? 0) + 1);
    return what === "lost-after" ? { kind: "later", offline: true } : { kind: "done", answer: id };
  };
}

async function drained(sender: Sender, done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200 && !(await done()); tries += 1) {
    await sender.kick();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe("the sender", () => {
  const plan = fc.array(
    fc.constantFrom("ok", "lost-before", "lost-after", "busy", "signed-out") as fc.Arbitrary<
      "ok" | "lost-before" | "lost-after" | "busy" | "signed-out"
    >,
    { maxLength: 12 },
  );

  test("brings everything exactly once and in order, whatever the network does", async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 1, max: 5 }), async (troubles, count) => {
        name += 1;
        const here = await openShelf(`test-${name}`);
        const server = new Server(troubles);
        let now = 0;
        const tick = (): number => (now += 100_000); // every look is later than any wait
        const sender = new Sender({ shelf: here, person: 1, post: server.post, now: tick });
        for (let slot = 1; slot <= count; slot += 1) {
          await here.open(item(slot));
          await sender.give(parcel(slot));
        }
        await drained(sender, async () => (await here.parcels(1)).length === 0);
        sender.end();
        expect([...server.answers.keys()].sort()).toEqual(Array.from({ length: count }, (_, at) => `c${at + 1}`));
        expect(server.order).toEqual([...server.order].sort());
        expect(await here.items(1)).toEqual([]);
        here.close();
      }),
      { numRuns: 60 },
    );
  });

  test("goes on after the tab was killed at any moment", async () => {
    const server = new Server(["lost-after"]);
    await shelf.open(item(1));
    await shelf.enqueue(parcel(1));
    const killed = new Sender({ shelf, person: 1, post: server.post });
    await killed.kick();
    killed.end();
    const again = await openShelf(`test-${name}`);
    const sender = new Sender({ shelf: again, person: 1, post: server.post, now: () => Number.MAX_SAFE_INTEGER });
    await sender.kick();
    sender.end();
    expect(server.order).toEqual(["c1"]);
    expect(await again.parcels(1)).toEqual([]);
  });

  test("keeps what is refused, and sends the others", async () => {
    const server = new Server(["no", "ok"]);
    const sender = new Sender({ shelf, person: 1, post: server.post });
    for (const slot of [1, 2]) {
      await shelf.open(item(slot));
      await shelf.enqueue(parcel(slot));
    }
    await sender.kick();
    const [kept] = await shelf.parcels(1);
    expect(kept?.parked?.code).toBe("GLY-X-001");
    expect((await shelf.read(item(1).key))?.item.slot).toBe(1);
    expect(server.order).toEqual(["c2"]);
    expect(sender.state).toEqual({ waiting: 0, parked: 1, offline: false, signedOut: false, unsaved: 0 });
    await shelf.unpark(kept!.id);
    await sender.kick();
    expect(server.order).toEqual(["c2", "c1"]);
    sender.end();
  });

  test("waits for somebody to sign in, and sends nothing of another person", async () => {
    const server = new Server(["signed-out"]);
    const sender = new Sender({ shelf, person: 1, post: server.post });
    await shelf.enqueue(parcel(1));
    await shelf.enqueue(parcel(9, 2));
    await sender.kick();
    expect(sender.state.signedOut).toBe(true);
    expect(server.order).toEqual([]);
    await sender.kick();
    expect(server.order).toEqual(["c1"]);
    expect((await shelf.parcels(2)).length).toBe(1);
    sender.end();
  });

  test("sends each parcel once when two tabs are open", async () => {
    const server = new Server([]);
    let last: Promise<unknown> = Promise.resolve();
    const alone = <T>(work: () => Promise<T>): Promise<T> => {
      const mine = last.then(work, work);
      last = mine;
      return mine;
    };
    const tabs = [1, 2].map(() => new Sender({ shelf, person: 1, post: server.post, alone }));
    for (let slot = 1; slot <= 10; slot += 1) await tabs[slot % 2]!.give(parcel(slot));
    await Promise.all(tabs.map((tab) => tab.kick()));
    for (const tab of tabs) tab.end();
    expect([...server.answers.values()]).toEqual(Array(10).fill(1));
  });
});

describe("the shelf", () => {
  test("does not offer an item again that was handed in, nor another person's", async () => {
    for (const [slot, person] of [
      [1, 1],
      [2, 1],
      [3, 2],
    ] as const)
      await shelf.open(item(slot, person));
    await shelf.enqueue(parcel(1));
    expect((await shelf.items(1)).map(({ slot }) => slot)).toEqual([2]);
  });
});
