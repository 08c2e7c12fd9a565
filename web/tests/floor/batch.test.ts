import "fake-indexeddb/auto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Handed, WorkAnswer } from "@/api/types";
import type { LabelSchema } from "@/core/schema";
import type { Report } from "@/floor/activity";
import { Batch, type BatchItem, sliced } from "@/floor/batch";
import type { DraftBody } from "@/floor/drafts";
import { type IndexedShelf, openShelf } from "@/outbox/indexed";
import { Sender } from "@/outbox/sender";
import { FakeServer } from "./fake_server";

vi.setConfig({ testTimeout: 20_000 });
const PLACE = { org: 1, project: 2, desk: "work" } as const;
const REPORT: Report = { v: 1, duration_ms: 100, waited_ms: 0, input: [[100, 100]] };

const span = fc.tuple(fc.nat(5000), fc.nat(5000)).map(([one, other]): [number, number] => {
  return [Math.min(one, other), Math.max(one, other)];
});
const reports = fc
  .record({ duration_ms: fc.nat(5000), input: fc.array(span), hidden: fc.array(span) })
  .map(({ duration_ms, input, hidden }): Report => {
    const within = (spans: [number, number][]): [number, number][] =>
      spans.map(([begin, end]) => [Math.min(begin, duration_ms), Math.min(end, duration_ms)]);
    return { v: 1, duration_ms, waited_ms: 0, input: within(input), hidden: within(hidden) };
  });
const length = (spans: Report["input"] = []): number => spans.reduce((sum, [begin, end]) => sum + end - begin, 0);
const moments = (spans: Report["input"] = []): number => spans.filter(([begin, end]) => begin === end).length;

describe("one report as those of several items", () => {
  test("the time and every sign of it add up, and each piece lies within its own time", () => {
    fc.assert(
      fc.property(reports, fc.integer({ min: 1, max: 50 }), (report, count) => {
        const pieces = sliced(report, count);
        expect(pieces).toHaveLength(count);
        expect(pieces.reduce((sum, { duration_ms }) => sum + duration_ms, 0)).toBe(report.duration_ms);
        for (const sign of ["input", "hidden"] as const) {
          expect(pieces.reduce((sum, piece) => sum + length(piece[sign]), 0)).toBe(length(report[sign]));
          expect(pieces.reduce((sum, piece) => sum + moments(piece[sign]), 0)).toBe(moments(report[sign]));
          for (const { duration_ms, [sign]: spans = [] } of pieces) {
            for (const [begin, end] of spans) {
              expect(begin).toBeGreaterThanOrEqual(0);
              expect(end).toBeGreaterThanOrEqual(begin);
              expect(end).toBeLessThanOrEqual(duration_ms);
            }
          }
        }
      }),
    );
  });

  test("a span over a cut is in both pieces, a moment on it in one", () => {
    const report: Report = { v: 1, duration_ms: 100, waited_ms: 0, input: [[30, 70]], pointer: [[50, 50]] };
    expect(sliced(report, 2)).toEqual([
      { v: 1, duration_ms: 50, waited_ms: 0, input: [[30, 50]], pointer: [] },
      { v: 1, duration_ms: 50, waited_ms: 0, input: [[0, 20]], pointer: [[0, 0]] },
    ]);
  });
});

let names = 0;
let shelf: IndexedShelf;
let ends: (() => void)[] = [];

beforeEach(async () => {
  names += 1;
  shelf = await openShelf(`batch-${names}`);
});

afterEach(() => {
  for (const end of ends) end();
  ends = [];
});

function at(server: FakeServer, post = server.post, device = shelf): Batch {
  const sender = new Sender({ shelf: device, person: 7, post });
  const put = (slot: number) => async (seq: number, body: DraftBody) => {
    server.drafts.set(slot, body);
    return { outcome: "stored", expected: seq + 1 };
  };
  const question = ({ controls }: LabelSchema) => controls[0] ?? null;
  const batch = new Batch({ place: PLACE, person: 7, shelf: device, sender, server, size: 4, question, put });
  ends.push(
    () => batch.end(),
    () => sender.end(),
  );
  return batch;
}

const slots = (items: readonly BatchItem[]): number[] => items.map(({ lease }) => lease.slot);
const said = (items: readonly BatchItem[]): { item: BatchItem; labels: { kind: string } }[] =>
  items.map((item) => ({ item, labels: { kind: "a" } }));

describe("a batch of leases", () => {
  test("is filled up, those at hand first; every answer is a parcel of its own", async () => {
    const server = new FakeServer(6);
    const batch = at(server);
    expect(slots(await batch.fill())).toEqual([1, 2, 3, 4]);
    await batch.submit(said(batch.items.slice(1, 3)), REPORT);
    expect(slots(batch.items)).toEqual([1, 4]);
    await vi.waitFor(() => expect([...server.answers.keys()]).toEqual([2, 3]));
    expect(server.posts).toBe(2);
    expect(slots(await batch.fill())).toEqual([1, 4, 5, 6]);
  });

  test("an answer is handed in once, however often it is asked for", async () => {
    const server = new FakeServer(2);
    const batch = at(server);
    const answered = said(await batch.fill());
    await Promise.all([batch.submit(answered, REPORT), batch.submit(answered, REPORT)]);
    await vi.waitFor(() => expect(server.answers.size).toBe(2));
    expect(server.posts).toBe(2);
  });

  test("what is said and not handed in is kept: here at once, for other devices as a draft, with its lease", async () => {
    const server = new FakeServer(4);
    const batch = at(server);
    const [one, two, three] = await batch.fill();
    for (const [item, value] of [
      [one!, "a"],
      [one!, "b"],
      [two!, "a"],
      [three!, "a"],
      [three!, null],
    ] as const)
      batch.say(item.key, value);
    await batch.leave();
    expect([...server.held], "nothing is left to say of the third").toEqual([1, 2]);
    expect([...server.drafts.keys()]).toEqual([1, 2]);
    const told = (items: readonly BatchItem[]): unknown[] => items.map(({ lease, said: now }) => [lease.slot, now]);
    const kept = [
      [1, "b"],
      [2, "a"],
      [3, null],
      [4, null],
    ];
    const again = await at(server).fill();
    expect(told(again).sort()).toEqual(kept);
    expect((await shelf.read(one!.key))?.lines).toHaveLength(2);
    const elsewhere = await openShelf(`batch-elsewhere-${names}`);
    const there = at(server, server.post, elsewhere);
    expect(told(await there.fill()).sort()).toEqual(kept);
    await there.submit(said(there.items.slice(0, 2)), REPORT);
    await vi.waitFor(() => expect([...server.answers.keys()].sort()).toEqual([1, 2]));
    expect(await elsewhere.read(one!.key), "what arrived is kept no more").toBeUndefined();
  });

  test("what is said while nothing can be written or sent is there after the page is gone", async () => {
    const server = new FakeServer(2);
    const batch = at(server);
    const [one] = await batch.fill();
    server.online = false;
    batch.say(one!.key, "b");
    await batch.leave();
    server.online = true;
    expect((await at(server).fill()).map(({ said: now }) => now)).toEqual(["b", null]);
  });

  test("what is passed on goes with its reason, and what was said of it is not handed in", async () => {
    const server = new FakeServer(3);
    const batch = at(server);
    await batch.fill();
    batch.say(batch.items[0]!.key, "a");
    await batch.skip(batch.items.slice(0, 2), "unclear");
    expect(slots(batch.items)).toEqual([3]);
    await vi.waitFor(() => expect(server.skipped).toEqual([1, 2]));
    expect(server.answers.size).toBe(0);
  });

  test("what was begun at the bench, came back with a note or is still on its way is not shown", async () => {
    class Returning extends FakeServer {
      override async claim(count: number): Promise<WorkAnswer> {
        const told = await super.claim(count);
        const before = { slot: 3, revision: 1, body: { kind: "b" }, note: "look again" } as NonNullable<
          Handed["before"]
        >;
        return { ...told, leases: told.leases.map((lease) => (lease.slot === 3 ? { ...lease, before } : lease)) };
      }
    }
    const server = new Returning(4);
    const key = (slot: number): string => `7/1/2/work/${slot}/1`;
    const nothing = { start: [], lease: {}, schema: {}, clientId: "c", openedAt: 0 };
    await shelf.open({ ...PLACE, ...nothing, key: key(1), person: 7, slot: 1 });
    const box = { id: "x", control: "box", value: { x: 1 } };
    const changes = [{ id: "x", before: null, after: box }];
    await shelf.append([{ key: key(1), seq: 1, name: "draw", at: 0, changes }]);
    await shelf.enqueue({ person: 7, key: key(2), operation: "POST /x", path: {}, body: {}, madeAt: 0 });
    const batch = at(server, async () => ({ kind: "later", offline: true, seconds: 60 }));
    expect(slots(await batch.fill())).toEqual([4]);
    await batch.leave();
    expect([...server.held]).toEqual([1, 2, 3]);
  });

  test("what is not handed in is given back, also when one leaves while it is being claimed", async () => {
    const server = new FakeServer(5);
    const batch = at(server);
    await batch.fill();
    await batch.submit(said(batch.items.slice(0, 1)), REPORT);
    await vi.waitFor(() => expect(server.answers.size).toBe(1));
    await batch.leave();
    expect(server.held.size).toBe(0);
    const hasty = at(server);
    const filling = hasty.fill();
    await hasty.leave();
    expect(await filling).toEqual([]);
    expect(server.held.size).toBe(0);
    expect(server.open).toHaveLength(4);
  });

  test("nothing is lost when the server cannot be asked", async () => {
    const server = new FakeServer(2);
    const batch = at(server);
    await batch.fill();
    server.online = false;
    await expect(batch.fill()).rejects.toThrow();
    expect(slots(batch.items)).toEqual([1, 2]);
    await batch.leave();
    server.online = true;
    expect(slots(await at(server).fill())).toEqual([1, 2]);
  });
});
