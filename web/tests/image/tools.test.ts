import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Machine } from "@/core/machine";
import { Running } from "@/core/machine";
import type { Point } from "@/editors/image/geometry";
import type { Effect, Hit, Input } from "@/editors/image/tool";
import { boxOf, cornersMachine, ellipseOf, slantMachine } from "@/editors/image/tools/frames";
import { keypointMachine, lineMachine, skeletonMachine } from "@/editors/image/tools/points";
import { selectMachine } from "@/editors/image/tools/select";

type More = Partial<{ shift: boolean; alt: boolean; clicks: number; hit: Hit | null; reach: number }>;

function input(is: "down" | "move" | "up", at: Point, more: More = {}): Input {
  return {
    is,
    at,
    raw: at,
    reach: 8,
    shift: false,
    alt: false,
    mod: false,
    clicks: 1,
    pressure: 0.5,
    trail: [],
    hit: null,
    ...more,
  };
}

function click(at: Point, more: More = {}): Input[] {
  return [input("move", at, more), input("down", at, more), input("up", at, more)];
}

function play<State>(
  machine: Machine<State, Input, Effect>,
  inputs: readonly Input[],
): { effects: Effect[]; state: State } {
  const effects: Effect[] = [];
  const running = new Running(machine, (effect) => effects.push(effect));
  for (const one of inputs) running.send(one);
  return { effects, state: running.state };
}

function made(effects: readonly Effect[]): unknown[] {
  return effects.flatMap((effect) => (effect.do === "create" ? [effect.value] : []));
}

describe("two corners", () => {
  const box = cornersMachine(boxOf);
  const value = { x: 10, y: 20, width: 90, height: 30 };

  test("a drag makes a box; so do two clicks, from any corner", () => {
    const drag = [input("down", [10, 20]), input("move", [60, 40]), input("up", [100, 50])];
    expect(made(play(box, drag).effects)).toEqual([value]);
    expect(made(play(box, [...click([100, 50]), ...click([10, 20])]).effects)).toEqual([value]);
  });

  test("Escape leaves nothing behind, and neither does a box without an inside", () => {
    const { effects, state } = play(box, [input("down", [10, 20]), input("move", [60, 40]), { is: "cancel" }]);
    expect(made(effects)).toEqual([]);
    expect(effects.at(-1)).toEqual({ do: "sketch", value: null });
    expect(state).toBe(box.start);
    expect(made(play(box, [input("down", [10, 20]), input("up", [300, 20])]).effects)).toEqual([]);
  });

  test("Shift makes it square", () => {
    const drag = [input("down", [10, 20]), input("up", [100, 50], { shift: true })];
    expect(made(play(box, drag).effects)).toEqual([{ x: 10, y: 20, width: 30, height: 30 }]);
  });

  test("an ellipse fills the corners", () => {
    const drag = [input("down", [0, 0]), input("up", [100, 40])];
    expect(made(play(cornersMachine(ellipseOf), drag).effects)).toEqual([{ cx: 50, cy: 20, rx: 50, ry: 20, angle: 0 }]);
  });
});

describe("a turned box", () => {
  test("three clicks: a side and how wide", () => {
    const { effects } = play(slantMachine, [...click([0, 0]), ...click([100, 0]), ...click([50, 40])]);
    expect(made(effects)).toEqual([{ cx: 50, cy: 20, width: 100, height: 40, angle: 0 }]);
  });

  test("a dragged side and a click; the angle is below 180", () => {
    const drag = [input("down", [100, 100]), input("move", [50, 50]), input("up", [0, 0])];
    const [value] = made(play(slantMachine, [...drag, ...click([0, 100])]).effects) as {
      angle: number;
      width: number;
    }[];
    expect(value!.angle).toBe(45);
    expect(value!.width).toBeCloseTo(141.421, 3);
  });
});

describe("point by point", () => {
  const corners: Point[] = [
    [0, 0],
    [100, 0],
    [100, 100],
  ];
  const drawn = corners.flatMap((at) => click(at));

  test("a polygon closes at its first point, by double click, at its last point again, or by the key", () => {
    const value = {
      points: [
        [0, 0],
        [100, 0],
        [100, 100],
      ],
    };
    const closed = lineMachine(true);
    expect(made(play(closed, [...drawn, ...click([3, 3])]).effects)).toEqual([value]);
    expect(made(play(closed, [...drawn, ...click([150, 150], { clicks: 2 })]).effects)).toEqual([value]);
    expect(made(play(closed, [...drawn, ...click([100, 100])]).effects)).toEqual([value]);
    expect(made(play(closed, [...drawn, { is: "finish" }]).effects)).toEqual([value]);
  });

  test("two points are a line, no polygon", () => {
    const two = [...click([0, 0]), ...click([100, 0]), { is: "finish" } as const];
    expect(made(play(lineMachine(true), two).effects)).toEqual([]);
    expect(made(play(lineMachine(false), two).effects)).toEqual([
      {
        points: [
          [0, 0],
          [100, 0],
        ],
      },
    ]);
  });

  test("a line passes its first point without closing", () => {
    const { effects, state } = play(lineMachine(false), [...drawn, ...click([3, 3])]);
    expect(made(effects)).toEqual([]);
    expect(state.points).toHaveLength(4);
  });

  test("the last point can be taken back", () => {
    const inputs: Input[] = [...drawn, ...click([7, 90]), { is: "back" }, { is: "finish" }];
    expect(made(play(lineMachine(true), inputs).effects)).toEqual([
      {
        points: [
          [0, 0],
          [100, 0],
          [100, 100],
        ],
      },
    ]);
  });

  test("a key point is set where the pointer is let go", () => {
    expect(
      made(play(keypointMachine, [input("down", [1, 2]), input("move", [5, 5]), input("up", [6, 7])]).effects),
    ).toEqual([{ x: 6, y: 7 }]);
  });

  test("a skeleton takes its points in order: seen, hidden, absent", () => {
    const machine = skeletonMachine({ points: ["head", "neck", "hand"].map((value) => ({ value })), edges: [] });
    const inputs: Input[] = [...click([1, 1]), ...click([2, 2], { alt: true }), { is: "skip" }];
    const { effects, state } = play(machine, inputs);
    expect(made(effects)).toEqual([
      {
        points: [
          [1, 1, 2],
          [2, 2, 1],
          [0, 0, 0],
        ],
      },
    ]);
    expect(state.points).toEqual([]);
    expect(
      effects.filter((effect) => effect.do === "next").map((effect) => effect.do === "next" && effect.place),
    ).toContain(2);
    expect(made(play(machine, [{ is: "skip" }, { is: "skip" }, { is: "skip" }]).effects)).toEqual([]);
  });
});

describe("select", () => {
  const machine = selectMachine(false);
  const hit: Hit = { id: "a", locked: false };

  test("a press selects, a drag moves and is committed once", () => {
    const { effects } = play(machine, [
      input("down", [10, 10], { hit }),
      input("move", [11, 10]),
      input("move", [30, 15]),
      input("up", [30, 15]),
    ]);
    expect(effects).toEqual([{ do: "select", id: "a", how: "press" }, { do: "move", by: [20, 5] }, { do: "commit" }]);
  });

  test("a locked shape is not moved: a band is drawn", () => {
    const inputs = [input("down", [10, 10], { hit: { id: "a", locked: true } }), input("move", [30, 30])];
    expect(play(machine, inputs).effects.map((effect) => effect.do)).toEqual(["select", "marquee"]);
    const readOnly = play(selectMachine(true), [input("down", [10, 10], { hit }), input("move", [30, 30])]);
    expect(readOnly.effects.map((effect) => effect.do)).toEqual(["select", "marquee"]);
  });

  test("a band to the right takes what is within, to the left what it touches; Shift adds", () => {
    const band = (to: Point, shift: boolean): Effect | undefined =>
      play(machine, [
        input("down", [50, 50], { shift }),
        input("move", to, { shift }),
        input("up", to, { shift }),
      ]).effects.at(-1);
    expect(band([90, 90], false)).toEqual({
      do: "choose",
      rect: { left: 50, top: 50, right: 90, bottom: 90 },
      add: false,
      touching: false,
    });
    expect(band([10, 10], true)).toMatchObject({ add: true, touching: true });
  });

  test("a handle is dragged from where it is; pressing it alone takes it in hand; twice takes the point out", () => {
    const handle = { name: "v1", kind: "vertex" as const, at: [10, 10] as Point, cursor: "move" };
    const on: More = { hit: { id: "a", locked: false, handle } };
    const drag = play(machine, [input("down", [10, 10], on), input("move", [30, 30]), input("up", [30, 30])]).effects;
    expect(drag).toEqual([{ do: "drag", id: "a", handle: "v1", to: [30, 30], keep: false }, { do: "commit" }]);
    expect(play(machine, [input("down", [10, 10], on), input("up", [10, 10])]).effects).toEqual([
      { do: "take handle", handle: "v1" },
    ]);
    expect(play(machine, [input("down", [10, 10], { ...on, clicks: 2 })]).effects).toEqual([
      { do: "remove point", id: "a", handle: "v1" },
    ]);
  });

  test("Escape during a drag aborts it", () => {
    const { effects, state } = play(machine, [
      input("down", [10, 10], { hit }),
      input("move", [40, 40]),
      { is: "cancel" },
    ]);
    expect(effects.map((effect) => effect.do)).toContain("abort");
    expect(state).toEqual(machine.start);
  });
});

test("whatever comes, a cancelled machine is at its start, and the sketch is gone", () => {
  const machines = [
    cornersMachine(boxOf),
    slantMachine,
    lineMachine(true),
    lineMachine(false),
    keypointMachine,
  ] as Machine<unknown, Input, Effect>[];
  const at = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }));
  const some = fc.oneof(
    fc
      .tuple(fc.constantFrom("down", "move", "up"), at, fc.constantFrom(1, 2))
      .map(([is, place, clicks]) => input(is as "down", place, { clicks })),
    fc.constantFrom<Input>({ is: "finish" }, { is: "back" }, { is: "skip" }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...machines), fc.array(some, { maxLength: 30 }), (machine, inputs) => {
      const { effects, state } = play(machine, [...inputs, { is: "cancel" }]);
      expect(state).toEqual(machine.start);
      const sketches = effects.filter((effect) => effect.do === "sketch");
      expect(sketches.length === 0 || (sketches.at(-1) as { value: unknown }).value === null).toBe(true);
    }),
  );
});
