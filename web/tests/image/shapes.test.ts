import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "@/core/json";
import type { Control } from "@/core/schema";
import { frameOf, resized } from "@/editors/image/framed";
import { corners, distance, type Frame, type Point } from "@/editors/image/geometry";
import { hitOf, outlineBounds, type ShapeKind, shapeKindOf } from "@/editors/image/shape";
import { snapped } from "@/editors/image/snapping";
import { levelFor, tileAddress, tilesIn } from "@/editors/image/tiles";

function kind(type: string, options: JsonObject = {}): ShapeKind {
  const control: Control = { name: type, type: `${type}@1`, required: false, field: "image", options };
  return shapeKindOf(control)!;
}

const SKELETON = {
  points: ["head", "neck", "hand"],
  edges: [
    [0, 1],
    [1, 2],
    [1, 7],
  ],
} as const;
const SIZE = { width: 1000, height: 800 };
const SAMPLES: readonly (readonly [ShapeKind, JsonObject])[] = [
  [kind("box"), { x: 10, y: 20, width: 100, height: 50, label: "a" }],
  [kind("box"), { x: 10, y: 20, width: 100, height: 50, rotation: 30, label: "a" }],
  [kind("rotated_box"), { cx: 200, cy: 200, width: 80, height: 40, angle: 30, label: "a" }],
  [kind("ellipse"), { cx: 200, cy: 200, rx: 80, ry: 40, angle: 30, label: "a" }],
  [
    kind("polygon"),
    {
      points: [
        [10, 10],
        [60, 10],
        [40, 50],
      ],
      label: "a",
    },
  ],
  [
    kind("polyline"),
    {
      points: [
        [10, 10],
        [60, 10],
      ],
      label: "a",
    },
  ],
  [
    kind("ocr"),
    {
      points: [
        [10, 10],
        [60, 10],
        [60, 30],
        [10, 30],
      ],
      text: "hi",
    },
  ],
  [kind("keypoint"), { x: 5, y: 6, label: "a" }],
  [
    kind("skeleton", SKELETON),
    {
      points: [
        [10, 10, 2],
        [0, 0, 0],
        [40, 50, 1],
      ],
      label: "a",
    },
  ],
];

describe.each(SAMPLES.map(([shape, value]) => [shape.type, shape, value] as const))("%s", (_, shape, value) => {
  test("moves with all it has, and back to where it was", () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }), (dx, dy) => {
        const there = { ...value, ...shape.move(value, [dx, dy]) } as JsonObject;
        const [from, to] = [outlineBounds(shape.outline(value)), outlineBounds(shape.outline(there))];
        expect(to.left - from.left).toBeCloseTo(dx, 2);
        expect(to.bottom - from.bottom).toBeCloseTo(dy, 2);
        const home = { ...there, ...shape.move(there, [-dx, -dy]) } as JsonObject;
        expect(outlineBounds(shape.outline(home))).toEqual(from);
      }),
    );
  });

  test("a handle comes to where it is dragged", () => {
    for (const handle of shape.handles(value, 4)) {
      if (handle.kind === "turn" || handle.kind === "side") continue;
      const to: Point = [handle.at[0] + 7, handle.at[1] + 5];
      const next = { ...value, ...shape.drag(value, handle.name, to, false, SIZE) } as JsonObject;
      const nearest = Math.min(...shape.handles(next, 4).map(({ at }) => distance(at, to)));
      expect(nearest).toBeLessThan(0.01);
    }
  });
});

test("a frame's opposite corner stays where it is, turned or not, also when it is dragged over", () => {
  const frame: fc.Arbitrary<Frame> = fc.record({
    cx: fc.integer({ min: 100, max: 900 }),
    cy: fc.integer({ min: 100, max: 900 }),
    width: fc.integer({ min: 4, max: 200 }),
    height: fc.integer({ min: 4, max: 200 }),
    angle: fc.integer({ min: 0, max: 359 }),
  });
  const to = fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 }));
  fc.assert(
    fc.property(frame, to, fc.boolean(), (one, at, keep) => {
      const next = resized(one, "se", at, keep);
      const fixed = corners(one)[0];
      expect(Math.min(...corners(next).map((corner) => distance(corner, fixed)))).toBeLessThan(1e-6);
      expect(next.width >= 1 && next.height >= 1).toBe(true);
      if (keep && next.width > 1 && next.height > 1)
        expect(next.width / next.height).toBeCloseTo(one.width / one.height, 3);
    }),
  );
});

test("a box stays within the picture, whatever proportions it keeps", () => {
  const next = kind("box").drag({ x: 900, y: 100, width: 50, height: 100 }, "se", [1000, 700], true, SIZE);
  expect(Number(next.x) + Number(next.width)).toBeLessThanOrEqual(1000);
  expect(Number(next.y) + Number(next.height)).toBeLessThanOrEqual(800);
});

test("angles come out canonical: a box to 360, what looks the same after half a turn to 180", () => {
  const turn = (type: string, value: JsonObject, at: Point) => kind(type).drag(value, "turn", at, true, SIZE);
  expect(turn("rotated_box", { cx: 100, cy: 100, width: 40, height: 20, angle: 0 }, [50, 100]).angle).toBe(90);
  expect(turn("ellipse", { cx: 100, cy: 100, rx: 40, ry: 20, angle: 10 }, [100, 200]).angle).toBe(0);
  expect(turn("box", { x: 80, y: 90, width: 40, height: 20 }, [50, 100]).rotation).toBe(270);
  expect(turn("box", { x: 80, y: 90, width: 40, height: 20, rotation: 90 }, [100, 0]).rotation).toBeUndefined();
  expect(
    kind("box", { rotation: false })
      .handles({ x: 0, y: 0, width: 9, height: 9 }, 1)
      .some(({ kind: one }) => one === "turn"),
  ).toBe(false);
});

test("vertices are put in and taken out, down to what is still a shape", () => {
  const polygon = kind("polygon");
  const value: JsonObject = {
    points: [
      [0, 0],
      [100, 0],
      [100, 100],
    ],
  };
  const split = polygon.split!(value, "v2")!;
  expect(split.fields.points).toEqual([
    [0, 0],
    [100, 0],
    [100, 100],
    [50, 50],
  ]);
  expect(split.handle).toBe("v3");
  expect(polygon.drag(value, "m0", [50, -10], false, SIZE).points).toEqual([
    [0, 0],
    [50, -10],
    [100, 0],
    [100, 100],
  ]);
  expect(polygon.without!(value, "v0")).toBeNull();
  expect(polygon.without!({ points: split.fields.points! }, "v1")!.points).toEqual([
    [0, 0],
    [100, 100],
    [50, 50],
  ]);
  expect(
    kind("polyline").split!(
      {
        points: [
          [0, 0],
          [10, 0],
        ],
      },
      "v1",
    ),
  ).toBeNull();
});

test("a skeleton draws the edges whose both points are there, and keeps absent ones at zero", () => {
  const skeleton = kind("skeleton", SKELETON);
  const value: JsonObject = {
    points: [
      [10, 10, 2],
      [20, 20, 1],
      [0, 0, 0],
    ],
  };
  expect(skeleton.outline(value).lines).toHaveLength(1);
  expect(skeleton.outline(value).dots.map(({ hidden }) => hidden)).toEqual([false, true]);
  expect(skeleton.move(value, [5, 5]).points).toEqual([
    [15, 15, 2],
    [25, 25, 1],
    [0, 0, 0],
  ]);
  expect(skeleton.turnPoint!(value, "v0").points).toEqual([
    [10, 10, 1],
    [20, 20, 1],
    [0, 0, 0],
  ]);
  expect(skeleton.without!(value, "v0")!.points).toEqual([
    [0, 0, 0],
    [20, 20, 1],
    [0, 0, 0],
  ]);
  expect(
    skeleton.without!(
      {
        points: [
          [0, 0, 0],
          [20, 20, 1],
          [0, 0, 0],
        ],
      },
      "v1",
    ),
  ).toBeNull();
});

test("a line is hit on itself; a closed one within, too, with its area", () => {
  const polygon = kind("polygon").outline({
    points: [
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ],
  });
  expect(hitOf(polygon, [50, 2], 4)).toEqual({ on: true, area: 10_000 });
  expect(hitOf(polygon, [50, 50], 4)).toEqual({ on: false, area: 10_000 });
  expect(hitOf(polygon, [110, 50], 4)).toBeNull();
  expect(
    hitOf(
      kind("polyline").outline({
        points: [
          [0, 0],
          [100, 0],
          [100, 100],
        ],
      }),
      [60, 40],
      4,
    ),
  ).toBeNull();
});

test("corners are snapped to before edges, and nothing beyond reach", () => {
  const lines = [{ row: [0, 0, 100, 0, 100, 100], closed: false }];
  expect(snapped([97, 4], 6, lines)).toEqual([100, 0]);
  expect(snapped([50, 4], 6, lines)).toEqual([50, 0]);
  expect(snapped([50, 50], 6, lines)).toBeNull();
});

describe("tiles", () => {
  const image = { width: 8660, height: 5774 };
  const sizes = [271, 542, 1083, 2165, 4330, 8660].map((width) => ({
    width,
    height: Math.ceil((width * 5774) / 8660),
  }));

  test("the template is filled", () => {
    expect(tileAddress("/t/{level}/{x}_{y}?v=1", { level: 3, x: 12, y: 4 })).toBe("/t/3/12_4?v=1");
  });

  test("the level has a pixel for each of the screen's", () => {
    expect(levelFor(sizes, 1)).toBe(5);
    expect(levelFor(sizes, 3)).toBe(5);
    expect(levelFor(sizes, 0.5)).toBe(4);
    expect(levelFor(sizes, 0.4)).toBe(4);
    expect(levelFor(sizes, 0.01)).toBe(0);
  });

  test("every pixel that is seen is in a tile, and each tile comes once, those in the middle first", () => {
    const part = fc.tuple(
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    );
    fc.assert(
      fc.property(part, part, fc.integer({ min: 0, max: 5 }), ([x, wide], [y, high], level) => {
        const rect = { left: x * 8660, top: y * 5774, right: (x + wide) * 8660, bottom: (y + high) * 5774 };
        const found = tilesIn(rect, level, sizes[level]!, image, 512);
        expect(new Set(found.map((tile) => `${tile.x},${tile.y}`)).size).toBe(found.length);
        const size = sizes[level]!;
        for (const [px, py] of [
          [rect.left, rect.top],
          [Math.min(rect.right, 8659), Math.min(rect.bottom, 5773)],
        ]) {
          const [tx, ty] = [
            Math.floor(((px! / 8660) * size.width) / 512),
            Math.floor(((py! / 5774) * size.height) / 512),
          ];
          expect(found.some((tile) => tile.x === tx && tile.y === ty)).toBe(true);
        }
      }),
    );
  });

  test("nothing is fetched for what lies beside the picture", () => {
    expect(tilesIn({ left: -500, top: 0, right: -1, bottom: 99 }, 5, sizes[5]!, image, 512)).toEqual([]);
  });

  test("frames of values are what the values say", () => {
    expect(frameOf("box", { x: 10, y: 20, width: 30, height: 40 })).toEqual({
      cx: 25,
      cy: 40,
      width: 30,
      height: 40,
      angle: 0,
    });
  });
});
