import { describe, expect, test } from "vitest";
import { Running } from "@/core/machine";
import { cycled, type Effect, type Input, pointing } from "@/editors/text/gesture";

const down = (unit: number, more: Partial<Input & { is: "down" }> = {}): Input => ({
  is: "down",
  unit,
  extend: null,
  finger: false,
  tag: null,
  handle: null,
  clicks: 1,
  plain: false,
  more: false,
  links: true,
  ...more,
});
const move = (unit: number, more: { far?: boolean; over?: string } = {}): Input => ({
  is: "move",
  unit,
  far: more.far ?? true,
  over: more.over ?? null,
});
const up = (unit: number, over: string | null = null): Input => ({ is: "up", unit, over, more: false });

function played(...inputs: Input[]): { readonly effects: Effect[]; readonly at: string } {
  const effects: Effect[] = [];
  const running = new Running(pointing, (effect: Effect) => effects.push(effect));
  for (const input of inputs) running.send(input);
  return { effects, at: running.state.at };
}

describe("the pointer", () => {
  test("dragging over text draws", () => {
    const { effects, at } = played(down(3), move(3, { far: false }), move(8), move(8), move(9), up(9));
    expect(effects).toEqual([
      { do: "select", anchor: 3, focus: 8 },
      { do: "select", anchor: 3, focus: 9 },
      { do: "draw", anchor: 3, focus: 9, plain: false },
    ]);
    expect(at).toBe("rest");
  });

  test("a click picks what is there; a shaking hand does not draw", () => {
    expect(played(down(3), move(4, { far: false }), up(4)).effects).toEqual([
      { do: "pick", unit: 3, id: null, more: false },
    ]);
  });

  test("with Alt, or when nothing may be changed, it only selects", () => {
    expect(played(down(3, { plain: true }), move(8), up(8)).effects.at(-1)).toMatchObject({ do: "draw", plain: true });
  });

  test("Shift extends what is selected", () => {
    expect(played(down(9, { extend: 2 }), up(9)).effects).toEqual([
      { do: "select", anchor: 2, focus: 9 },
      { do: "draw", anchor: 2, focus: 9, plain: true },
    ]);
  });

  test("from a span's name to another span draws a link; to nowhere lets go", () => {
    const begun = [down(3, { tag: "a" }), move(8, { over: "b" })] as const;
    expect(played(...begun, up(8, "b")).effects.at(-1)).toEqual({ do: "link", from: "a", to: "b" });
    expect(played(...begun, up(8)).effects.at(-1)).toEqual({ do: "link", from: "a", to: null });
    expect(played(...begun, { is: "cancel" }).effects.at(-1)).toEqual({ do: "link", from: "a", to: null });
    expect(played(down(3, { tag: "a", links: false }), move(8), up(8)).effects).toEqual([
      { do: "pick", unit: 3, id: "a", more: false },
    ]);
  });

  test("an edge follows until it is let go, or taken back", () => {
    const begun = [down(3, { handle: { id: "a", edge: "end" } }), move(8)] as const;
    expect(played(...begun, up(8)).effects).toEqual([
      { do: "edge", id: "a", edge: "end", unit: 8 },
      { do: "edged", keep: true },
    ]);
    expect(played(...begun, { is: "cancel" }).effects.at(-1)).toEqual({ do: "edged", keep: false });
  });

  test("a finger scrolls unless it rests first", () => {
    const finger = down(3, { finger: true });
    expect(played(finger, move(8), up(8)).effects).toEqual([]);
    expect(played(finger, up(3)).effects).toEqual([{ do: "pick", unit: 3, id: null, more: false }]);
    expect(played(finger, { is: "hold" }, move(8), up(8)).effects).toEqual([
      { do: "word", unit: 3, plain: true },
      { do: "select", anchor: 3, focus: 8 },
      { do: "draw", anchor: 3, focus: 8, plain: false },
    ]);
  });

  test("clicking again in the same place goes through the spans there", () => {
    const ids = ["a", "b"];
    const first = cycled(ids, { ids: [], chosen: null });
    const second = cycled(ids, { ids, chosen: first });
    expect([first, second, cycled(ids, { ids, chosen: second })]).toEqual(["a", "b", "a"]);
    expect(cycled(["c"], { ids, chosen: "a" })).toBe("c");
    expect(cycled([], { ids, chosen: "a" })).toBe(null);
  });
});
