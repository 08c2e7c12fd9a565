import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Running } from "@/core/machine";
import {
  answerOf,
  areaOf,
  bestOf,
  frameOf,
  pictureNumbers,
  promptNumbers,
  runsAbove,
} from "@/editors/image/assist/model/frame";
import { type PromptEffect, type PromptInput, promptMachine, promptsOf } from "@/editors/image/assist/model/prompting";
import type { PictureModel } from "@/host/editor";

const size = (most: number) =>
  fc.record({ width: fc.integer({ min: 1, max: most }), height: fc.integer({ min: 1, max: most }) });
const SAM: PictureModel["picture"] = {
  side: 1024,
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
  channels: "rgb",
  layout: "nchw",
  padded: true,
};

describe("the frame a model sees", () => {
  test("has the longer side, nearly the proportions, and no side of nothing", () => {
    fc.assert(
      fc.property(size(20_000), fc.integer({ min: 64, max: 2048 }), (picture, side) => {
        const frame = frameOf(picture, side);
        expect(Math.max(frame.width, frame.height)).toBe(side);
        expect(Math.min(frame.width, frame.height)).toBeGreaterThanOrEqual(1);
        const scale = side / Math.max(picture.width, picture.height);
        expect(Math.abs(frame.width - picture.width * scale)).toBeLessThanOrEqual(0.5 + (frame.width === 1 ? 1 : 0));
        expect(Math.abs(frame.height - picture.height * scale)).toBeLessThanOrEqual(0.5 + (frame.height === 1 ? 1 : 0));
        const answer = answerOf(picture, frame);
        expect(answer.width * answer.height).toBeLessThanOrEqual(side * side);
      }),
    );
  });

  test("the same for a picture that was decoded no larger than it", () => {
    fc.assert(
      fc.property(size(9000), (picture) => {
        const scale = Math.min(1, 1024 / Math.max(picture.width, picture.height));
        const decoded = {
          width: Math.max(Math.round(picture.width * scale), 1),
          height: Math.max(Math.round(picture.height * scale), 1),
        };
        expect(frameOf(decoded, 1024)).toEqual(frameOf(picture, 1024));
      }),
    );
  });
});

describe("a picture's numbers", () => {
  test.each(["nchw", "nhwc", "chw", "hwc"] as const)("%s: every pixel is where the layout has it", (layout) => {
    fc.assert(
      fc.property(size(6), fc.boolean(), fc.boolean(), (frame, padded, red) => {
        const side = Math.max(frame.width, frame.height);
        const told = { ...SAM, side, layout, padded, channels: red ? "rgb" : "bgr" } as const;
        const rgba = Uint8ClampedArray.from({ length: frame.width * frame.height * 4 }, (_, at) => (at * 37) % 256);
        const { data, dims } = pictureNumbers(rgba, frame, told);
        const wanted = (x: number, y: number, channel: number): number => {
          if (x >= frame.width || y >= frame.height) return 0;
          const byte = rgba[(y * frame.width + x) * 4 + (red ? channel : 2 - channel)]!;
          return (byte - told.mean[channel]!) / told.std[channel]!;
        };
        const [height = 0, width = 0] = padded ? [side, side] : [frame.height, frame.width];
        const planar = layout.endsWith("chw");
        expect(dims).toEqual([
          ...(layout.startsWith("n") ? [1] : []),
          ...(planar ? [3, height, width] : [height, width, 3]),
        ]);
        expect(data).toHaveLength(3 * height * width);
        for (const [place, got] of data.entries()) {
          const [x, y, channel] = planar
            ? [place % width, Math.floor(place / width) % height, Math.floor(place / (height * width))]
            : [Math.floor(place / 3) % width, Math.floor(place / 3 / width), place % 3];
          expect(got).toBeCloseTo(wanted(x, y, channel), 4);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test("points and boxes are told in pixels of the frame; where there is no box a point stands that counts for nothing", () => {
  const picture = { width: 2048, height: 1024 };
  const frame = frameOf(picture, 1024);
  const points = [
    { at: [100, 200] as const, on: true },
    { at: [2048, 1024] as const, on: false },
  ];
  const plain = promptNumbers({ points, box: null }, picture, frame);
  expect([...plain.coords.data]).toEqual([50, 100, 1024, 512, 0, 0]);
  expect([...plain.labels.data]).toEqual([1, 0, -1]);
  expect([plain.coords.dims, plain.labels.dims]).toEqual([
    [1, 3, 2],
    [1, 3],
  ]);
  const boxed = promptNumbers({ points: [], box: { left: 2, top: 4, right: 6, bottom: 8 } }, picture, frame);
  expect([...boxed.coords.data]).toEqual([1, 2, 3, 4]);
  expect([...boxed.labels.data]).toEqual([2, 3]);
});

test("of four masks a lone click takes the best but the first, anything clearer the first; of others the best", () => {
  const click = { points: [{ at: [1, 1] as const, on: true }], box: null };
  const box = { points: [], box: { left: 0, top: 0, right: 2, bottom: 2 } };
  expect(bestOf([0.99, 0.5, 0.8, 0.7], click)).toBe(2);
  expect(bestOf([0.1, 0.5, 0.8, 0.7], box)).toBe(0);
  expect(bestOf([0.1, 0.5, 0.3], box)).toBe(1);
  expect(bestOf([0.1], click)).toBe(0);
});

describe("logits as runs", () => {
  const logits = fc.integer({ min: 1, max: 12 }).chain((width) =>
    fc.integer({ min: 1, max: 12 }).chain((height) =>
      fc.record({
        from: fc.constant({ width, height }),
        values: fc.array(fc.constantFrom(-3, -1, -0.25, 0.25, 1, 3), {
          minLength: width * height,
          maxLength: width * height,
        }),
      }),
    ),
  );

  test("of the same size: exactly the cells above 0, in order and never touching", () => {
    fc.assert(
      fc.property(logits, ({ from, values }) => {
        const runs = runsAbove(values, from, from);
        const seen = new Set<number>();
        for (let at = 0; at < runs.length; at += 3) {
          const [y, begin, end] = [runs[at]!, runs[at + 1]!, runs[at + 2]!];
          expect(end).toBeGreaterThan(begin);
          if (at > 0 && runs[at - 3] === y) expect(begin).toBeGreaterThan(runs[at - 1]!);
          for (let x = begin; x < end; x += 1) seen.add(y * from.width + x);
        }
        expect([...seen].sort((one, other) => one - other)).toEqual(
          values.flatMap((value, at) => (value > 0 ? [at] : [])),
        );
        expect(areaOf(runs)).toBe(seen.size);
      }),
    );
  });

  test("of another size: as a bilinear sample at the middle of every pixel says", () => {
    fc.assert(
      fc.property(logits, size(40), ({ from, values }, picture) => {
        const cell = (x: number, y: number): number => values[y * from.width + x]!;
        const sample = (x: number, y: number): number => {
          const [fx, fy] = [
            Math.min(Math.max(((x + 0.5) * from.width) / picture.width - 0.5, 0), from.width - 1),
            Math.min(Math.max(((y + 0.5) * from.height) / picture.height - 0.5, 0), from.height - 1),
          ];
          const [left, top] = [Math.floor(fx), Math.floor(fy)];
          const [right, bottom] = [Math.min(left + 1, from.width - 1), Math.min(top + 1, from.height - 1)];
          const above = cell(left, top) * (1 - (fx - left)) + cell(right, top) * (fx - left);
          const below = cell(left, bottom) * (1 - (fx - left)) + cell(right, bottom) * (fx - left);
          return above * (1 - (fy - top)) + below * (fy - top);
        };
        const on = new Set<number>();
        const runs = runsAbove(values, from, picture);
        for (let at = 0; at < runs.length; at += 3)
          for (let x = runs[at + 1]!; x < runs[at + 2]!; x += 1) on.add(runs[at]! * picture.width + x);
        for (let y = 0; y < picture.height; y += 1) {
          for (let x = 0; x < picture.width; x += 1) {
            const value = sample(x, y);
            if (Math.abs(value) > 1e-5) expect(on.has(y * picture.width + x)).toBe(value > 0);
          }
        }
      }),
    );
  });

  test("NaN is nothing", () => {
    expect(runsAbove([Number.NaN, Number.NaN], { width: 2, height: 1 }, { width: 4, height: 2 })).toHaveLength(0);
  });
});

describe("saying what is meant", () => {
  const input = (is: "down" | "move" | "up", x: number, y: number, more: object = {}): PromptInput =>
    ({
      is,
      at: [x, y],
      raw: [x, y],
      reach: 2,
      shift: false,
      alt: false,
      mod: false,
      clicks: 1,
      pressure: 0.5,
      trail: [],
      hit: null,
      ...more,
    }) as PromptInput;

  function play(inputs: readonly PromptInput[]): { effects: PromptEffect[]; state: ReturnType<typeof promptsOf> } {
    const effects: PromptEffect[] = [];
    const running = new Running(promptMachine, (effect: PromptEffect) => effects.push(effect));
    for (const one of inputs) running.send(one);
    return { effects, state: promptsOf(running.state) };
  }
  const asked = (effects: PromptEffect[]): PromptEffect[] => effects.filter((effect) => effect.do === "ask");

  test("a click is a point, with Alt one that is not meant; a drag is a box; the last box counts", () => {
    const { state, effects } = play([
      input("down", 5, 5),
      input("up", 5, 6),
      input("down", 9, 9, { alt: true }),
      input("up", 9, 9, { alt: true }),
      input("down", 20, 20),
      input("move", 10, 12),
      input("up", 10, 12),
      { is: "corner", at: [1, 1] },
      { is: "corner", at: [30, 40] },
    ]);
    expect(state).toEqual({
      points: [
        { at: [5, 5], on: true },
        { at: [9, 9], on: false },
      ],
      box: { left: 1, top: 1, right: 30, bottom: 40 },
    });
    expect(asked(effects).map((effect) => effect.do === "ask" && effect.first)).toEqual([true, false, false, false]);
  });

  test("each is taken back, and with the first nothing is left; Escape drops all, Enter takes it", () => {
    const points = [input("down", 5, 5), input("up", 5, 5), input("down", 8, 8), input("up", 8, 8)];
    const back = play([...points, { is: "back" }]);
    expect(back.state.points).toEqual([{ at: [5, 5], on: true }]);
    expect(play([...points, { is: "back" }, { is: "back" }]).effects.at(-1)).toEqual({ do: "drop" });
    expect(play([...points, { is: "cancel" }]).effects.at(-1)).toEqual({ do: "drop" });
    expect(play([...points, { is: "finish" }]).effects.at(-1)).toEqual({ do: "accept" });
    expect(play([{ is: "finish" }]).effects).toEqual([]);
  });

  test("whatever is done: what is asked last is what was said, and taking back as often as said leaves nothing", () => {
    const place = fc.integer({ min: 0, max: 60 });
    const any: fc.Arbitrary<PromptInput> = fc.oneof(
      fc
        .tuple(fc.constantFrom("down", "move", "up" as const), place, place, fc.boolean())
        .map(([is, x, y, alt]) => input(is as "down", x, y, { alt })),
      fc.tuple(place, place).map(([x, y]): PromptInput => ({ is: "corner", at: [x, y] })),
      fc.constantFrom<PromptInput>({ is: "back" }, { is: "cancel" }, { is: "finish" }, { is: "skip" }),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), (inputs) => {
        let last: unknown = null;
        const running = new Running(promptMachine, (effect: PromptEffect) => {
          if (effect.do === "ask") last = effect.prompts;
          else if (effect.do !== "frame") last = null;
        });
        for (const one of inputs) running.send(one);
        const said = promptsOf(running.state);
        expect(last).toEqual(running.state.said.length === 0 ? null : said);
        for (let times = running.state.said.length + 1; times > 0; times -= 1) running.send({ is: "back" });
        expect(running.state).toEqual(promptMachine.start);
      }),
    );
  });
});
