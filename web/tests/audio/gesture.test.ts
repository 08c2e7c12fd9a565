import { expect, test } from "vitest";
import { Running } from "@/core/machine";
import { type Effect, handling, type Input, type Target } from "@/editors/audio/gesture";

function run(...inputs: readonly Input[]): { readonly effects: Effect[]; readonly at: string } {
  const effects: Effect[] = [];
  const running = new Running(handling, (effect: Effect) => effects.push(effect));
  for (const input of inputs) running.send(input);
  return { effects, at: running.state.at };
}

const down = (target: Target, more: Partial<Input & { is: "down" }> = {}): Input => ({
  is: "down",
  time: 1,
  target,
  draws: true,
  pans: false,
  movable: false,
  ...more,
});
const move = (time: number, far = true): Input => ({ is: "move", time, far });
const up = (time: number): Input => ({ is: "up", time, more: false });
const WAVE: Target = { on: "wave", id: "s" };

test("a click picks what is there and goes to the time", () => {
  expect(run(down(WAVE), move(1.01, false), up(1.01)).effects).toEqual([
    { do: "pick", id: "s", more: false },
    { do: "seek", time: 1 },
  ]);
});

test("dragging on the wave draws", () => {
  const { effects, at } = run(down(WAVE), move(2), move(3), up(3));
  expect(effects.map((effect) => effect.do === "draw" && [effect.from, effect.to, effect.keep])).toEqual([
    [1, 2, false],
    [1, 3, false],
    [1, 3, true],
  ]);
  expect(at).toBe("rest");
});

test("where nothing may be drawn, dragging does nothing", () => {
  expect(run(down(WAVE, { draws: false }), move(2), up(2)).effects.filter((effect) => effect.do === "draw")).toEqual(
    [],
  );
});

test("a finger scrolls", () => {
  expect(run(down(WAVE, { pans: true }), move(2), up(2)).effects).toEqual([{ do: "pan", time: 2, grip: 1 }]);
});

test("an edge follows the pointer, and goes back when the drag is cancelled", () => {
  const edge: Target = { on: "edge", id: "s", edge: "end" };
  expect(run(down(edge), move(2), up(2)).effects.at(-1)).toEqual({ do: "settle", keep: true });
  expect(run(down(edge), move(2), { is: "cancel" }).effects.at(-1)).toEqual({ do: "settle", keep: false });
});

test("the bar of a selected segment moves it, of another one picks it", () => {
  const bar: Target = { on: "bar", id: "s" };
  expect(run(down(bar, { draws: false, movable: true }), move(2)).effects).toEqual([{ do: "shift", id: "s", by: 1 }]);
  expect(run(down(bar, { draws: false }), move(2), up(2)).effects).toEqual([{ do: "pick", id: "s", more: false }]);
});

test("the ruler scrubs", () => {
  const { effects } = run(down({ on: "ruler" }), move(4), up(4));
  expect(effects).toEqual([
    { do: "seek", time: 1 },
    { do: "seek", time: 4 },
  ]);
});
