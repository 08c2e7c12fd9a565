import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entity } from "@/core/entity";
import { History } from "@/core/history";
import type { JsonObject } from "@/core/json";
import type { Control } from "@/core/schema";
import { Selection } from "@/core/selection";
import { Store } from "@/core/store";
import type { Text } from "@/core/words";
import { SAYS } from "@/editors/audio/words";
import { Work } from "@/editors/audio/work";
import { Palette } from "@/host/palette";

function desk(options: JsonObject, values: readonly JsonObject[] = []) {
  const control: Control = { name: "turns", type: "segment@1", required: false, field: "audio", options };
  const entities = values.map((value, at): Entity => ({ id: `s${at}`, control: "turns", value }));
  const store = new Store(entities);
  const selection = new Selection(store);
  const notices: Text[] = [];
  let made = 0;
  const work = new Work(
    {
      store,
      selection,
      palette: new Palette([control]),
      controls: [control],
      readOnly: false,
      language: "en",
      newId: () => `n${made++}`,
      notice: (text) => notices.push(text),
    },
    () => 100,
  );
  store.listen(Object.assign(() => work.changed(), { previews: true as const }));
  return { store, selection, work, notices, history: new History(store) };
}

const all = (store: Store): JsonObject[] => [...store.all()].map(({ value }) => value);

test("a segment is made, split, merged, and undone step by step", () => {
  const { store, work, history } = desk({ labels: ["speech", "music"], transcribe: true });
  const id = work.make(5.00049, 2)!;
  expect(all(store)).toEqual([{ start: 2, end: 5, label: "speech" }]);
  work.type(id, "one");
  work.type(id, "one two");
  work.rest();
  const next = work.split(id, 3, 3)!;
  expect(all(store)).toEqual([
    { start: 2, end: 3, label: "speech", text: "one" },
    { start: 3, end: 5, label: "speech", text: "two" },
  ]);
  expect(work.merge(id)).toBe(true);
  expect(store.get(next)).toBeUndefined();
  expect(all(store)).toEqual([{ start: 2, end: 5, label: "speech", text: "one two" }]);
  for (let step = 0; step < 4; step += 1) history.undo();
  expect(all(store)).toEqual([]);
  for (let step = 0; step < 4; step += 1) history.redo();
  expect(all(store)).toEqual([{ start: 2, end: 5, label: "speech", text: "one two" }]);
});

test("where segments may not overlap, a neighbour stops them", () => {
  const { store, work, notices } = desk({ overlap: "none" }, [{ start: 10, end: 20, label: "" }]);
  work.make(15, 18);
  expect(notices).toEqual([SAYS.noRoom]);
  const id = work.make(5, 12)!;
  expect(store.get(id)!.value).toEqual({ start: 5, end: 10, label: "" });
  work.nudge("s0", "start", -0.1);
  expect(store.get("s0")!.value.start).toBe(10);
  work.dragEdge(id, "start", -3);
  work.settle(true);
  expect(store.get(id)!.value.start).toBe(0);
});

test("an edge that is dragged is one step, and a cancelled drag none", () => {
  const { store, work, history } = desk({}, [{ start: 10, end: 20, label: "" }]);
  work.dragEdge("s0", "end", 15);
  work.dragEdge("s0", "end", 16.2);
  expect(store.get("s0")!.value.end).toBe(16.2);
  work.settle(false);
  expect(store.get("s0")!.value.end).toBe(20);
  work.dragEdge("s0", "end", 15);
  work.settle(true);
  expect(store.get("s0")!.value.end).toBe(15);
  history.undo();
  expect(store.get("s0")!.value.end).toBe(20);
});

test("the speaker is a field, or an attribute of that name", () => {
  const field = desk({ diarise: true, speakers: ["A", "B"] }, [{ start: 0, end: 1, label: "" }]);
  field.work.speak(["s0"], "B");
  expect(all(field.store)).toEqual([{ start: 0, end: 1, label: "", speaker: "B" }]);
  field.work.speak(["s0"], "");
  expect(all(field.store)).toEqual([{ start: 0, end: 1, label: "" }]);
  const attribute = desk({ attributes: { speaker: ["A", "B"], noise: ["yes"] } }, [
    { start: 0, end: 1, label: "", attributes: { noise: "yes" } },
  ]);
  attribute.work.speak(["s0"], "A");
  expect(all(attribute.store)).toEqual([{ start: 0, end: 1, label: "", attributes: { noise: "yes", speaker: "A" } }]);
  expect(attribute.work.index.spots[0]!.speaker).toBe("A");
  expect(attribute.work.speakers()).toEqual(["A", "B"]);
});

test("what is locked stays, what is hidden is not drawn", () => {
  const { store, selection, work, notices } = desk({}, [{ start: 0, end: 4, label: "" }]);
  selection.lock(["s0"]);
  work.setEdge("s0", "end", 2);
  work.dragEdge("s0", "end", 2);
  expect(work.split("s0", 2)).toBeNull();
  expect(notices.length).toBe(3);
  expect(all(store)).toEqual([{ start: 0, end: 4, label: "" }]);
  selection.hide(["s0"]);
  work.changed();
  expect(work.index.spots).toEqual([]);
});

test("the next one of another speaker that talks over it is not merged", () => {
  const { work, store } = desk({ diarise: true }, [
    { start: 0, end: 4, label: "", speaker: "A" },
    { start: 2, end: 3, label: "", speaker: "B" },
    { start: 5, end: 6, label: "", speaker: "A" },
  ]);
  work.merge("s0");
  expect(all(store)).toEqual([
    { start: 0, end: 6, label: "", speaker: "A" },
    { start: 2, end: 3, label: "", speaker: "B" },
  ]);
});

interface Told {
  readonly id: string;
  readonly which: number;
  readonly from: number;
  readonly to: number;
}

const DEEDS: { readonly [what: string]: (work: Work, told: Told) => void } = {
  make: (work, { from, to }) => void work.make(from, to),
  edge: (work, { id, which, from }) => work.setEdge(id, which % 2 === 0 ? "start" : "end", from),
  drag(work, { id, which, to }) {
    work.dragEdge(id, which % 2 === 0 ? "start" : "end", to);
    work.settle(which % 3 > 0);
  },
  move(work, { id, which, to }) {
    work.dragWhole(id, to);
    work.settle(which % 3 > 0);
  },
  split: (work, { id, which, from }) => void work.split(id, from, which),
  merge: (work, { id }) => void work.merge(id),
  speak: (work, { id, which }) => work.speak([id], which % 2 === 0 ? "甲" : ""),
  type(work, { id, which }) {
    if (work.has(id)) work.type(id, String(which));
    work.rest();
  },
  remove: (work, { id }) => work.remove([id]),
};

const deeds = fc.array(
  fc.record({
    what: fc.constantFrom(...Object.keys(DEEDS)),
    which: fc.nat(30),
    from: fc.double({ min: -5, max: 110, noNaN: true }),
    to: fc.double({ min: -5, max: 110, noNaN: true }),
  }),
  { maxLength: 30 },
);

function expectWhole(work: Work, apart: boolean): void {
  const { spots } = work.index;
  for (const [at, { start, end }] of spots.entries()) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(100);
    expect(end - start).toBeGreaterThanOrEqual(0.02 - 1e-9);
    if (apart && at > 0) expect(start).toBeGreaterThanOrEqual(spots[at - 1]!.end);
  }
}

test("whatever is done, segments are whole, apart where they must be, and it can be undone and done again", () => {
  fc.assert(
    fc.property(fc.boolean(), deeds, (apart, done) => {
      const options = { transcribe: true, diarise: true, labels: ["a", "b"], overlap: apart ? "none" : "any" };
      const { store, work, history } = desk(options);
      for (const told of done) {
        DEEDS[told.what]!(work, { ...told, id: [...store.all()][told.which % 5]?.id ?? "none" });
        expectWhole(work, apart);
      }
      const values = () => new Map([...store.all()].map((entity) => [entity.id, entity.value]));
      const live = values();
      while (history.undo() !== null);
      expect(all(store)).toEqual([]);
      while (history.redo() !== null);
      expect(values()).toEqual(live);
    }),
    { numRuns: 300 },
  );
});
