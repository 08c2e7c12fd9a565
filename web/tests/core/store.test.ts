import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Entity, Transaction } from "@/core/entity";
import { fits, History } from "@/core/history";
import { Selection } from "@/core/selection";
import { type Draft, Store, withPreviews } from "@/core/store";
import { replayed } from "@/outbox/journal";

type Command =
  | { do: "put"; id: string; x: number; of: string | null }
  | { do: "patch"; id: string; x: number }
  | { do: "remove"; id: string };

const IDS = ["a", "b", "c", "d"];
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    do: fc.constant("put" as const),
    id: fc.constantFrom(...IDS),
    x: fc.nat(3),
    of: fc.constantFrom(null, "a", "b"),
  }),
  fc.record({ do: fc.constant("patch" as const), id: fc.constantFrom(...IDS), x: fc.nat(3) }),
  fc.record({ do: fc.constant("remove" as const), id: fc.constantFrom(...IDS) }),
);

type Step =
  | { kind: "transact"; commands: Command[] }
  | { kind: "preview"; commands: Command[][]; commit: boolean; keep: string | null }
  | { kind: "undo" }
  | { kind: "redo" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("transact" as const), commands: fc.array(command, { maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("preview" as const),
      commands: fc.array(fc.array(command, { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      commit: fc.boolean(),
      keep: fc.constantFrom(null, "typed"),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "undo" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "redo" as const }) },
);

function run(draft: Draft, commands: readonly Command[]): void {
  for (const one of commands) {
    if (one.do === "remove") draft.remove(one.id);
    else if (one.do === "patch") draft.patch(one.id, { x: one.x });
    else
      draft.put({
        id: one.id,
        control: "c",
        value: { x: one.x },
        ...(one.of === null || one.of === one.id ? {} : { of: one.of }),
      });
  }
}

function act(store: Store, history: History, one: Step): void {
  if (one.kind === "transact") store.transact("t", (draft) => run(draft, one.commands));
  else if (one.kind === "undo") history.undo();
  else if (one.kind === "redo") history.redo();
  else {
    for (const commands of one.commands) store.preview((draft) => run(draft, commands), one.keep);
    if (one.commit) store.commit("p");
    else if (one.keep === null) store.cancelPreview(); // else it is left open, for what comes next to settle
  }
}

function state(store: Store): { [id: string]: Entity } {
  return Object.fromEntries([...store.all()].map((entity) => [entity.id, entity]).sort());
}

describe("any sequence of commands", () => {
  test("undo all leads to the start, redo all to the end", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const store = new Store([{ id: "a", control: "c", value: { x: 9 } }]);
        const history = new History(store);
        const start = state(store);
        for (const one of steps) act(store, history, one);
        // Redo what undo left open, so that the end is the end.
        while (history.canRedo) history.redo();
        store.settle();
        const end = state(store);
        while (history.undo() !== null);
        expect(state(store)).toEqual(start);
        while (history.redo() !== null);
        expect(state(store)).toEqual(end);
      }),
      { numRuns: 400 },
    );
  });

  test("its log, replayed, is the live state", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const first: Entity[] = [{ id: "b", control: "c", value: { x: 1 } }];
        const store = new Store(first);
        const history = new History(store);
        const log: Transaction[] = [];
        store.listen((transaction) => log.push(transaction));
        for (const one of steps) act(store, history, one);
        store.settle();
        const lines = log.map(({ name, changes }, at) => ({ key: "k", seq: at + 1, name, at: 0, changes }));
        // What is on the disk is JSON.
        const again = replayed(first, JSON.parse(JSON.stringify(lines)) as typeof lines);
        expect(JSON.stringify(state(again))).toBe(JSON.stringify(state(store)));
      }),
      { numRuns: 400 },
    );
  });

  test("every transaction fits the state before it, and parts never outlive their whole", () => {
    fc.assert(
      fc.property(fc.array(fc.array(command, { maxLength: 4 }), { maxLength: 20 }), (all) => {
        const store = new Store();
        const shadow = new Store();
        store.listen((transaction) => {
          expect(fits(shadow, transaction)).toBe(true);
          shadow.apply(transaction);
        });
        for (const commands of all) {
          const before = new Set([...store.all()].map(({ id }) => id));
          store.transact("t", (draft) => run(draft, commands));
          for (const id of before) {
            if (store.get(id) !== undefined) continue;
            for (const part of store.parts(id))
              expect(commands.some((one) => one.do === "put" && one.id === part)).toBe(true);
          }
        }
      }),
    );
  });
});

describe("a store", () => {
  test("tells nobody when nothing changed", () => {
    const store = new Store([{ id: "a", control: "c", value: { x: 1 } }]);
    const told: Transaction[] = [];
    store.listen((transaction) => told.push(transaction));
    expect(store.transact("same", (draft) => draft.patch("a", { x: 1 }))).toBeNull();
    expect(
      store.transact("there and back", (draft) => {
        draft.patch("a", { x: 2 });
        draft.patch("a", { x: 1 });
      }),
    ).toBeNull();
    expect(told).toEqual([]);
  });

  test("shows previews to what draws, and logs one transaction when they are committed", () => {
    const store = new Store();
    const [drawn, logged]: [Change[][], Transaction[]] = [[], []];
    store.listen(withPreviews(({ changes }) => drawn.push([...changes])));
    store.listen((transaction) => logged.push(transaction));
    for (let x = 0; x < 5; x += 1) store.preview((draft) => draft.put({ id: "a", control: "c", value: { x } }));
    expect(drawn.length).toBe(5);
    expect(logged).toEqual([]);
    store.commit("drawn");
    expect(logged.map(({ changes }) => changes)).toEqual([
      [{ id: "a", before: null, after: { id: "a", control: "c", value: { x: 4 } } }],
    ]);
  });

  test("keeps what is being typed when something else happens, and drops what is half drawn", () => {
    const store = new Store();
    const history = new History(store);
    const show = (x: number) => (draft: Draft) => draft.put({ id: "note", control: "c", value: { x } });
    store.preview(show(1), "type");
    store.preview(show(2), "type");
    store.transact("other", (draft) => draft.put({ id: "a", control: "c", value: {} }));
    expect(store.get("note")?.value).toEqual({ x: 2 });
    store.preview((draft) => draft.put({ id: "half", control: "c", value: {} }));
    store.transact("more", (draft) => draft.patch("a", { y: 1 }));
    expect(store.get("half")).toBeUndefined();
    while (history.undo() !== null);
    expect(store.size).toBe(0);
  });

  test("takes parts away with their whole, in one step that comes back whole", () => {
    const store = new Store();
    const history = new History(store);
    store.transact("make", (draft) => {
      draft.put({ id: "mask", control: "m", value: {} });
      draft.put({ id: "tile", control: "m", value: {}, of: "mask" });
    });
    store.transact("remove", (draft) => draft.remove("mask"));
    expect(store.size).toBe(0);
    history.undo();
    expect([...store.all()].map(({ id }) => id).sort()).toEqual(["mask", "tile"]);
    expect([...store.parts("mask")]).toEqual(["tile"]);
  });

  test("does not undo what came from elsewhere", () => {
    const store = new Store();
    const history = new History(store);
    store.apply({
      name: "theirs",
      origin: "remote",
      changes: [{ id: "a", before: null, after: { id: "a", control: "c", value: {} } }],
    });
    expect(history.canUndo).toBe(false);
  });

  test("drops what is gone from the selection", () => {
    const store = new Store([{ id: "a", control: "c", value: {} }]);
    const selection = new Selection(store);
    selection.set(["a", "nowhere"]);
    expect([...selection.ids]).toEqual(["a"]);
    store.transact("remove", (draft) => draft.remove("a"));
    expect(selection.focus).toBeNull();
  });
});
