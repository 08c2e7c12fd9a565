import { expect, test } from "vitest";
import { quadMachine } from "@/editors/image/ocr/tools";
import type { Effect, Input, Pointing } from "@/editors/image/tool";

const pointing = (x: number, y: number): Pointing => ({
  at: [x, y],
  raw: [x, y],
  reach: 4,
  shift: false,
  alt: false,
  mod: false,
  clicks: 1,
  pressure: 0.5,
  trail: [],
  hit: null,
});

function played(inputs: readonly Input[]): Effect[] {
  let state = quadMachine.start;
  return inputs.flatMap((input) => {
    const next = quadMachine.step(state, input);
    state = next.state;
    return [...(next.effects ?? [])];
  });
}

test("the fourth point ends a text of four points; three can be ended by hand", () => {
  const down = (x: number, y: number): Input => ({ is: "down", ...pointing(x, y) });
  const three = [down(10, 10), down(90, 14), down(88, 40)];
  const made = played([...three, down(8, 36)]).filter((effect) => effect.do === "create");
  expect(made).toEqual([
    {
      do: "create",
      value: {
        points: [
          [10, 10],
          [90, 14],
          [88, 40],
          [8, 36],
        ],
        text: "",
      },
    },
  ]);
  const ended = played([...three, { is: "finish" }]).filter((effect) => effect.do === "create");
  expect(ended).toMatchObject([{ value: { text: "" } }]);
});
