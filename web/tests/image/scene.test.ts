import { describe, expect, test } from "vitest";
import { History } from "@/core/history";
import type { JsonObject } from "@/core/json";
import type { Control } from "@/core/schema";
import { Selection } from "@/core/selection";
import { Store } from "@/core/store";
import {
  copySelected,
  duplicate,
  type Editing,
  groupSelected,
  nudge,
  paste,
  removeSelected,
  reorder,
  ungroupSelected,
} from "@/editors/image/edit";
import { chosenBy, Scene } from "@/editors/image/scene";
import type { Surface } from "@/host/editor";
import { Palette } from "@/host/palette";

const CONTROLS: Control[] = ["box", "polygon"].map((type) => ({
  name: type,
  type: `${type}@1`,
  required: false,
  field: "image",
  options: { labels: ["a", "b"] },
}));

function open(values: {
  readonly [id: string]: JsonObject;
}): Editing & { history: History; value(id: string): JsonObject | undefined } {
  const entities = Object.entries(values).map(([id, value]) => ({
    id,
    control: "points" in value ? "polygon" : "box",
    value: { label: "a", ...value },
  }));
  const store = new Store(entities);
  const selection = new Selection(store);
  const surface = { controls: CONTROLS, store, selection, palette: new Palette(CONTROLS), language: "en" };
  // A scene asks no more of its surface than this.
  const scene = new Scene(surface as unknown as Surface);
  let count = 0;
  return {
    store,
    selection,
    scene,
    size: { width: 200, height: 100 },
    newId: () => {
      count += 1;
      return `n${count}`;
    },
    history: new History(store),
    value: (id) => store.get(id)?.value,
  };
}

const box = (x: number, y: number, more: JsonObject = {}): JsonObject => ({ x, y, width: 20, height: 10, ...more });

describe("the scene", () => {
  test("follows the store: previews, undo, what goes", () => {
    const { scene, store, history } = open({ a: box(0, 0), b: box(50, 50) });
    const at = (x: number, y: number): string[] => scene.hits([x, y], 1).map(({ id }) => id);
    expect(at(10, 5)).toEqual(["a"]);
    store.preview((draft) => draft.patch("a", { x: 100 }));
    expect([at(10, 5), at(110, 5)]).toEqual([[], ["a"]]);
    store.cancelPreview();
    expect(at(10, 5)).toEqual(["a"]);
    store.transact("delete", (draft) => draft.remove("a"));
    expect([at(10, 5), scene.size]).toEqual([[], 1]);
    history.undo();
    expect([at(10, 5), scene.size]).toEqual([["a"], 2]);
  });

  test("tells the places to paint again: where it was and where it is", () => {
    const { scene, store } = open({ a: box(0, 0) });
    const told: number[] = [];
    scene.listen((dirty) => told.push(...dirty.map(({ rect }) => rect.left)));
    store.transact("move", (draft) => draft.patch("a", { x: 100 }));
    expect(told).toEqual([0, 100]);
  });

  test("lines win over insides, small insides over large, and z over order", () => {
    const { scene, store } = open({
      large: { x: 0, y: 0, width: 200, height: 100 },
      small: box(40, 40),
      twin: box(40, 40),
    });
    const best = (x: number, y: number): string => scene.hits([x, y], 2)[0]!.id;
    expect(best(50, 45)).toBe("twin");
    expect(best(0, 45)).toBe("large");
    store.transact("z", (draft) => draft.patch("small", { z: 1 }));
    expect(best(50, 45)).toBe("small");
  });

  test("what is hidden is not found, until it is shown", () => {
    const { scene, selection } = open({ a: box(0, 0) });
    selection.hide(["a"]);
    expect(scene.hits([10, 5], 1)).toEqual([]);
    selection.hide(["a"], false);
    expect(scene.hits([10, 5], 1)).toHaveLength(1);
  });

  test("a prelabel is a guess until its value is changed", () => {
    const { scene, store } = open({});
    const value = box(0, 0, { label: "a" });
    const from = { kind: "prelabel", name: "m", confidence: 0.87, value } as const;
    store.transact("in", (draft) => draft.put({ id: "p", control: "box", value, from }));
    expect(scene.get("p")).toMatchObject({ guessed: true, caption: "a 87%" });
    store.transact("move", (draft) => draft.patch("p", { x: 3 }));
    expect(scene.get("p")!.guessed).toBe(false);
  });

  test("a touching band takes what it crosses, not what merely has it in its bounds", () => {
    const { scene } = open({
      a: {
        points: [
          [0, 0],
          [100, 0],
          [0, 100],
        ],
      },
    });
    const chosen = (left: number, top: number, touching: boolean): boolean =>
      chosenBy({ left, top, right: left + 10, bottom: top + 10 }, scene.get("a")!, touching);
    expect([chosen(80, 80, true), chosen(10, 10, true), chosen(45, 45, true), chosen(10, 10, false)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe("edits", () => {
  test("moving stops at the picture's edge, together", () => {
    const editing = open({ a: box(5, 5), b: box(100, 50) });
    editing.selection.set(["a", "b"]);
    nudge(editing, [-50, -2]);
    expect([editing.value("a")!.x, editing.value("b")!.x, editing.value("a")!.y]).toEqual([0, 95, 3]);
    editing.history.undo();
    expect(editing.value("a")!.x).toBe(5);
  });

  test("what is locked or hidden is neither moved nor deleted", () => {
    const editing = open({ a: box(5, 5), b: box(100, 50) });
    editing.selection.set(["a", "b"]);
    editing.selection.lock(["a"]);
    nudge(editing, [1, 0]);
    expect(removeSelected(editing)).toBe(1);
    expect([editing.value("a")!.x, editing.value("b")]).toEqual([5, undefined]);
  });

  test("copies lie beside, are selected, and groups become groups of their own", () => {
    const editing = open({ a: box(5, 5, { group: "g1" }), b: box(50, 5, { group: "g1" }), c: box(80, 80) });
    editing.selection.set(["a", "b"]);
    const made = duplicate(editing, 10);
    expect([...editing.selection.ids]).toEqual(made);
    expect(editing.value(made[0]!)).toEqual({ ...box(15, 15), label: "a", group: "g2" });
    expect(editing.value(made[1]!)!.group).toBe("g2");
    editing.selection.set(["c"]);
    copySelected(editing);
    paste(editing, 4);
    const [twice] = paste(editing, 4);
    expect(editing.value(twice!)).toMatchObject({ x: 88, y: 88 });
  });

  test("groups are made, found and dissolved", () => {
    const editing = open({ a: box(0, 0), b: box(50, 0), c: box(100, 0) });
    editing.selection.set(["a", "c"]);
    groupSelected(editing);
    expect([...editing.scene.groupOf("a")].sort()).toEqual(["a", "c"]);
    expect(editing.scene.groupOf("b")).toEqual(["b"]);
    ungroupSelected(editing);
    expect(editing.scene.groupOf("a")).toEqual(["a"]);
    expect(editing.value("a")).not.toHaveProperty("group");
  });

  test("to the front and to the back; a z of zero is not written", () => {
    const editing = open({ a: box(0, 0), b: box(0, 0, { z: 4 }), c: box(0, 0) });
    editing.selection.set(["a"]);
    reorder(editing, true);
    expect(editing.value("a")!.z).toBe(5);
    editing.selection.set(["b"]);
    reorder(editing, false);
    expect(editing.value("b")!.z).toBe(-1);
    editing.selection.set(["a", "b"]);
    expect(editing.scene.find({ left: 0, top: 0, right: 200, bottom: 100 }).map(({ id }) => id)).toEqual([
      "b",
      "c",
      "a",
    ]);
  });
});
