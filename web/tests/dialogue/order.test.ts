import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Running } from "@/core/machine";
import { candidatesOf } from "@/editors/dialogue/candidates";
import { type DragEffect, drag } from "@/editors/dialogue/drag";
import { append, joined, moved, pair, put, verdictOf, without } from "@/editors/dialogue/order";
import { seedOf, shuffled } from "@/editors/dialogue/seeded";
import type { Groups } from "@/labels/ranking";

describe("a ranking", () => {
  const three: Groups = [["a"], ["b", "c"], ["d"]];

  test("moves candidates out of ties first, then past groups", () => {
    expect(moved(three, "c", -1)).toEqual([["a"], ["c"], ["b"], ["d"]]);
    expect(moved(three, "c", 1)).toEqual([["a"], ["b"], ["c"], ["d"]]);
    expect(moved(three, "d", -1)).toEqual([["a"], ["d"], ["b", "c"]]);
    expect(moved(three, "a", 1)).toEqual([["b", "c"], ["a"], ["d"]]);
    expect(moved(three, "a", -1)).toEqual(three);
    expect(moved(three, "d", 1)).toEqual(three);
    expect(moved(three, "e", 1)).toEqual([...three, ["e"]]);
  });

  test("ties and parts", () => {
    expect(joined(three, "d")).toEqual([["a"], ["b", "c", "d"]]);
    expect(joined(three, "a")).toEqual([["b", "c", "a"], ["d"]]);
    expect(joined(three, "b")).toEqual([["a"], ["c"], ["b"], ["d"]]);
    expect(joined([["a"]], "a")).toEqual([["a"]]);
  });

  test("puts what is dragged where it is dropped, by the places as they were seen", () => {
    expect(put(three, "a", { group: 2 })).toEqual([
      ["b", "c"],
      ["d", "a"],
    ]);
    expect(put(three, "a", { gap: 3 })).toEqual([["b", "c"], ["d"], ["a"]]);
    expect(put(three, "d", { gap: 0 })).toEqual([["d"], ["a"], ["b", "c"]]);
    expect(put(three, "b", { gap: 2 })).toEqual([["a"], ["c"], ["b"], ["d"]]);
    expect(put(three, "b", { group: 1 })).toEqual(three);
    expect(put(three, "e", { group: 0 })).toEqual([["a", "e"], ["b", "c"], ["d"]]);
    expect(without(three, "a")).toEqual([["b", "c"], ["d"]]);
  });

  test("of two says which is better", () => {
    for (const verdict of ["left", "tie", "right"] as const)
      expect(verdictOf(pair("x", "y", verdict), "x", "y")).toBe(verdict);
    expect(verdictOf([["y"]], "x", "y")).toBe("right");
    expect(verdictOf([], "x", "y")).toBe(null);
  });

  test("never loses or doubles a candidate, and has no empty group", () => {
    const name = fc.constantFrom("a", "b", "c", "d", "e");
    const at = fc.nat({ max: 6 });
    const step = fc.oneof(
      name.map((one) => (groups: Groups) => append(groups, one)),
      fc.tuple(name, fc.constantFrom<-1 | 1>(-1, 1)).map(
        ([one, by]) =>
          (groups: Groups) =>
            moved(groups, one, by),
      ),
      name.map((one) => (groups: Groups) => joined(groups, one)),
      fc.tuple(name, at, fc.boolean()).map(
        ([one, place, gap]) =>
          (groups: Groups) =>
            put(groups, one, gap ? { gap: place } : { group: place }),
      ),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let groups: Groups = [];
        for (const make of steps) {
          const before = groups.flat();
          groups = make(groups);
          expect(new Set(groups.flat()).size).toBe(groups.flat().length);
          expect(groups.every((group) => group.length > 0)).toBe(true);
          expect(before.every((one) => groups.flat().includes(one))).toBe(true);
        }
      }),
    );
  });
});

describe("a blind order", () => {
  const field = [
    { id: "x", content: "1", model: "m" },
    { id: "y", content: "2", model: "n" },
    { id: "z", content: "3" },
  ];

  test("is the same for the same item, and all orders come about equally often", () => {
    const ids = (key: string): string =>
      candidatesOf(field, key, true)!
        .map(({ id }) => id)
        .join("");
    expect(ids("item 1")).toBe(ids("item 1"));
    const counts = new Map<string, number>();
    for (let at = 0; at < 6000; at += 1) counts.set(ids(`item ${at}`), (counts.get(ids(`item ${at}`)) ?? 0) + 1);
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150); // five standard deviations
  });

  test("names nobody; an open one is the record's and does", () => {
    expect(candidatesOf(field, "k", true)!.map(({ model }) => model)).toEqual(["", "", ""]);
    expect(candidatesOf(field, "k", false)!.map(({ id, letter, model }) => [id, letter, model])).toEqual([
      ["x", "A", "m"],
      ["y", "B", "n"],
      ["z", "C", "z"],
    ]);
  });

  test("has every place once", () => {
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.string(), (count, key) => {
        const order = shuffled(count, seedOf(key));
        expect([...order].sort((left, right) => left - right)).toEqual(Array.from({ length: count }, (_, at) => at));
      }),
    );
  });
});

test("a press that does not move is a click; one that moves drops where it ends, or nowhere", () => {
  const told: DragEffect[] = [];
  const running = new Running(drag, (effect) => told.push(effect));
  const at = (x: number) => ({ x, y: 0 });
  running.send({ kind: "down", name: "1", ...at(0) });
  running.send({ kind: "move", ...at(3), over: "pool" });
  running.send({ kind: "up" });
  expect(told.splice(0)).toEqual([{ kind: "click", name: "1" }]);
  running.send({ kind: "down", name: "1", ...at(0) });
  running.send({ kind: "move", ...at(9), over: { gap: 0 } });
  running.send({ kind: "up" });
  expect(told.splice(0).map(({ kind }) => kind)).toEqual(["show", "end", "drop"]);
  running.send({ kind: "down", name: "1", ...at(0) });
  running.send({ kind: "move", ...at(9), over: null });
  running.send({ kind: "up" });
  running.send({ kind: "move", ...at(20), over: "pool" });
  expect(told.splice(0).map(({ kind }) => kind)).toEqual(["show", "end"]);
  running.send({ kind: "down", name: "1", ...at(0) });
  running.send({ kind: "move", ...at(9), over: "pool" });
  running.send({ kind: "cancel" });
  expect(told.map(({ kind }) => kind)).toEqual(["show", "end"]);
});
