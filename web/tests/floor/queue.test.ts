import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Entity } from "@/core/entity";
import { Store } from "@/core/store";
import { Activity } from "@/floor/activity";
import { LINKS_MS, WorkQueue } from "@/floor/queue";
import { type IndexedShelf, openShelf } from "@/outbox/indexed";
import { Journal } from "@/outbox/journal";
import { Sender } from "@/outbox/sender";
import { FakeServer } from "./fake_server";

vi.setConfig({ testTimeout: 20_000 });
const PLACE = { org: 1, project: 2, desk: "work" } as const;
const report = new Activity().report();
let names = 0;
let shelf: IndexedShelf;
let opened: { queue: WorkQueue; sender: Sender }[] = [];

beforeEach(async () => {
  names += 1;
  shelf = await openShelf(`floor-${names}`);
  opened = [];
});

afterEach(() => {
  for (const { queue, sender } of opened) {
    queue.end();
    sender.end();
  }
});

/** A page that is opened: its sender and its queue over the same device. */
async function page(server: FakeServer): Promise<{ queue: WorkQueue; sender: Sender }> {
  const sender = new Sender({ shelf, person: 7, post: server.post });
  const queue = new WorkQueue({ place: PLACE, person: 7, shelf, sender, server });
  opened.push({ queue, sender });
  await queue.start();
  return { queue, sender };
}

const crash = ({ queue, sender }: { queue: WorkQueue; sender: Sender }): void => {
  queue.end();
  sender.end();
};

const answer = (value: string): Entity => ({ id: "=kind", control: "kind", value: { value } });

/** Work on the current item as a bench does: every change is a line of its log. */
async function write(queue: WorkQueue, value: string): Promise<void> {
  const { item, entities, lines } = queue.state.current!;
  const store = new Store(entities);
  const journal = new Journal({ shelf, key: item.key, seq: lines });
  store.listen(journal.hear);
  store.transact("choose", (draft) => draft.put(answer(value)));
  await journal.settled();
}

const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 10 });

describe("a queue of work", () => {
  test("takes over the new token of an item that was given again after its lease ran out", async () => {
    const server = new FakeServer(6);
    const { queue } = await page(server);
    const { current } = queue.state;
    server.tokens = "again";
    await queue.refill();
    expect(queue.state.current).toBe(current);
    expect(current?.lease.token).toBe("again1");
    await queue.submit({ kind: "a" }, [answer("a")], report);
    await eventually(() => expect(server.answers.get(1)).toBeDefined());
    expect(queue.state.current?.lease.token).toBe("again2");
  });

  test("shows the next item before the server has answered, and has it twice never", async () => {
    const server = new FakeServer(6);
    const { queue } = await page(server);
    expect(queue.state).toMatchObject({ current: { lease: { slot: 1 } }, next: { lease: { slot: 2 } }, ahead: 3 });
    let open = (): void => undefined;
    server.gate = new Promise((done) => {
      open = done;
    });
    const given = queue.submit({ kind: "a" }, [answer("a")], report);
    expect(queue.state.current?.lease.slot).toBe(2); // in the same turn
    await given;
    await queue.submit({ kind: "a" }, [answer("a")], report);
    expect(queue.state).toMatchObject({ current: { lease: { slot: 3 } }, done: 2 });
    expect(server.answers.size).toBe(0);
    expect((await shelf.parcels(7)).length).toBe(2);
    open();
    await eventually(() => expect(server.answers.size).toBe(2));
    const seen = [1, 2];
    for (let more = 0; more < 4; more += 1) {
      await eventually(() => expect(queue.state.current).not.toBeNull());
      seen.push(queue.state.current!.lease.slot);
      await queue.submit({ kind: "a" }, [answer("a")], report);
    }
    await eventually(() => expect(server.answers.size).toBe(6));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    await eventually(() => expect(queue.state.empty.kind).toBe("nothing"));
  });

  test("has as many ahead after an answer as at the start: whoever is quick is not kept waiting", async () => {
    const server = new FakeServer(12);
    const { queue } = await page(server);
    const { ahead } = queue.state;
    for (let done = 1; done <= 6; done += 1) {
      await queue.submit({ kind: "a" }, [answer("a")], report);
      await eventually(() => expect(server.answers.size).toBe(done));
      await eventually(() => expect(queue.state.ahead).toBe(ahead));
    }
    expect(server.held.size).toBe(ahead + 1);
  });

  test("does not ask for what an answer has brought meanwhile", async () => {
    const server = new FakeServer(20);
    const { queue } = await page(server);
    const asked = vi.spyOn(queue, "refill");
    let open = (): void => undefined;
    server.gate = new Promise((done) => {
      open = done;
    });
    for (let done = 0; done < 4; done += 1) await queue.submit({ kind: "a" }, [answer("a")], report);
    expect(queue.state.current).toBeNull();
    open();
    await eventually(() => expect(queue.state.current).not.toBeNull());
    await new Promise((done) => setTimeout(done, 400));
    expect(asked).not.toHaveBeenCalled();
    expect(queue.state).toMatchObject({ current: { lease: { slot: 5 } }, done: 4 });
  });

  test("is where it was when the page died in the middle of an item", async () => {
    const server = new FakeServer(3);
    const first = await page(server);
    await write(first.queue, "b");
    crash(first);
    const { queue } = await page(server);
    expect(queue.state.current).toMatchObject({ lease: { slot: 1 }, restored: true, lines: 1 });
    expect(queue.state.current?.entities).toEqual([answer("b")]);
  });

  test("says that something was restored only if there was something", async () => {
    const server = new FakeServer(3);
    const first = await page(server);
    crash(first);
    const { queue } = await page(server);
    expect(queue.state.current).toMatchObject({ lease: { slot: 1 }, restored: false, lines: 0 });
  });

  test("has no item twice when the disk refuses the one after it", async () => {
    const server = new FakeServer(3);
    const { open } = shelf;
    vi.spyOn(shelf, "open").mockImplementation((item) =>
      item.key.includes("/work/2/")
        ? Promise.reject(new DOMException("full", "QuotaExceededError"))
        : open.call(shelf, item),
    );
    const { queue } = await page(server);
    expect(queue.state).toMatchObject({ current: { lease: { slot: 1 } }, next: null });
    vi.mocked(shelf.open).mockRestore();
    await queue.refill();
    const seen: number[] = [];
    while (queue.state.current !== null) {
      seen.push(queue.state.current.lease.slot);
      await queue.submit({ kind: "a" }, [answer("a")], report);
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  test("does not show again what was handed in and not sent when the page died", async () => {
    const server = new FakeServer(3);
    const first = await page(server);
    server.gate = new Promise(() => undefined); // the server is busy for ever
    await write(first.queue, "a");
    await first.queue.submit({ kind: "a" }, [answer("a")], report);
    crash(first);
    server.gate = Promise.resolve();
    server.loseAnswers = 1; // and then takes it without anybody hearing of it
    const { queue } = await page(server);
    expect(queue.state.empty.kind).not.toBe("nothing");
    await eventually(() => expect(queue.state.current?.lease.slot).toBe(2));
    await eventually(() => expect(server.answers.size).toBe(1));
    await eventually(async () => expect(await shelf.parcels(7)).toEqual([]));
    expect(await shelf.read("7/1/2/work/1/1")).toBeUndefined();
  });

  test("goes on without a network with what is here, and sends in order when it is back", async () => {
    const server = new FakeServer(8);
    const { queue, sender } = await page(server);
    server.online = false;
    for (let done = 0; done < 4; done += 1) await queue.submit({ kind: "a" }, [answer("a")], report);
    await eventually(() => expect(queue.state).toMatchObject({ current: null, empty: { kind: "offline" }, done: 4 }));
    expect(sender.state.offline).toBe(true);
    expect(server.answers.size).toBe(0);
    server.online = true;
    await sender.kick();
    await eventually(() => expect([...server.answers.keys()]).toEqual([1, 2, 3, 4]));
    await eventually(() => expect(queue.state.current?.lease.slot).toBe(5));
  });

  test("opens what this device has when the page is opened without a network", async () => {
    const server = new FakeServer(2);
    const first = await page(server);
    await write(first.queue, "b");
    crash(first);
    server.online = false;
    const { queue } = await page(server);
    expect(queue.state.current).toMatchObject({ lease: { slot: 1 }, restored: true, entities: [answer("b")] });
  });

  test("tells that the lease of the item in front is lost, and hands it in all the same", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const server = new FakeServer(2);
      const { queue } = await page(server);
      server.held.delete(1);
      await vi.advanceTimersByTimeAsync(61_000);
      expect(queue.state.lost).toBe(true);
      await queue.submit({ kind: "a" }, [answer("a")], report);
      expect(queue.state).toMatchObject({ lost: false, current: { lease: { slot: 2 } } });
    } finally {
      vi.useRealTimers();
    }
  });

  test("skips without counting it as done", async () => {
    const server = new FakeServer(3);
    const { queue } = await page(server);
    await queue.finish("POST /x/skip", { slot: 1, token: "t1", reason: "broken" }, { done: false });
    expect(queue.state).toMatchObject({ done: 0, current: { lease: { slot: 2 } } });
    await eventually(() => expect(server.skipped).toEqual([1]));
  });

  test("gives back what was not begun, and keeps what was", async () => {
    const server = new FakeServer(4);
    const first = await page(server);
    await write(first.queue, "a");
    expect(await first.queue.leave(false)).toBe(3);
    expect([...server.held]).toEqual([1]);
    expect((await shelf.items(7)).map(({ slot }) => slot)).toEqual([1]);
    first.sender.end();
    const second = await page(server);
    expect(await second.queue.leave(true)).toBe(4);
    expect([...server.held]).toEqual([]);
    expect(await shelf.items(7)).toEqual([]);
  });

  test("goes on with the draft of another device, as the first line of a log of its own", async () => {
    const server = new FakeServer(2);
    server.drafts.set(1, { v: 1, attempt: 1, entities: [answer("b")] });
    const first = await page(server);
    expect(first.queue.state.current).toMatchObject({ restored: true, entities: [answer("b")], lines: 1 });
    await write(first.queue, "a");
    crash(first);
    const { queue } = await page(server);
    expect(queue.state.current).toMatchObject({ entities: [answer("a")], lines: 2 });
  });

  test("leaves nothing on the device when all items are done", async () => {
    const server = new FakeServer(200);
    const { queue } = await page(server);
    for (let done = 0; done < 200; done += 1) {
      await eventually(() => expect(queue.state.current).not.toBeNull());
      await queue.submit({ kind: "a" }, [answer("a")], report);
    }
    await eventually(() => expect(server.answers.size).toBe(200));
    await eventually(async () => expect(await shelf.parcels(7)).toEqual([]));
    expect(await shelf.items(7)).toEqual([]);
    expect(queue.state.ahead).toBe(0);
  });
});

describe("links of media", () => {
  const link = (queue: WorkQueue): string | undefined => queue.state.current?.media.get("blob:1")?.url;

  test("are renewed when they grow old, for all items at hand in one request, in the maps editors hold", async () => {
    const server = new FakeServer(3);
    for (const slot of [1, 3]) server.pictures.set(slot, "ready");
    const { queue } = await page(server);
    const held = queue.state.current!.media;
    await queue.renewMedia();
    expect(server.renewed).toEqual([]);
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + LINKS_MS + 1);
    try {
      await queue.renewMedia();
      expect(server.renewed).toEqual([[1, 3]]);
      expect(held.get("blob:1")?.url).toBe("/media/1.1");
      await queue.renewMedia();
      expect(server.renewed.length).toBe(1);
    } finally {
      clock.mockRestore();
    }
  });

  test("are asked for again while the server still makes what belongs to them", async () => {
    const server = new FakeServer(2);
    server.pictures.set(1, "making");
    const { queue } = await page(server);
    await queue.renewMedia();
    server.pictures.set(1, "ready");
    await queue.renewMedia();
    await queue.renewMedia();
    expect(server.renewed).toEqual([[1], [1]]);
    expect(queue.state.current?.media.get("blob:1")?.facts?.state).toBe("ready");
  });

  test("are renewed at once when something does not load; without a network they stay", async () => {
    const server = new FakeServer(1);
    server.pictures.set(1, "ready");
    const { queue } = await page(server);
    const lost = queue.state.current!;
    await Promise.all([queue.renewMedia(lost), queue.renewMedia()]);
    expect(server.renewed).toEqual([[1]]);
    expect(link(queue)).toBe("/media/1.1");
    server.online = false;
    await queue.renewMedia(lost);
    expect(link(queue)).toBe("/media/1.1");
  });
});
