import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  areaOf,
  boundsOf,
  corners,
  distance,
  distanceTo,
  grown,
  holdsPoint,
  meet,
  nearestOn,
  type Point,
  pixel,
  type Rect,
  segmentMeets,
  turned,
} from "@/editors/image/geometry";
import { Spatial } from "@/editors/image/spatial";
import {
  fineness,
  fitTo,
  kept,
  mostScale,
  onGrid,
  pinched,
  seen,
  toImage,
  toScreen,
  type View,
  zoomed,
} from "@/editors/image/view";

const near = fc.double({ min: -5000, max: 5000, noNaN: true });
const point = fc.tuple(near, near);
const size = fc.record({ width: fc.integer({ min: 20, max: 9000 }), height: fc.integer({ min: 20, max: 9000 }) });
const view: fc.Arbitrary<View> = fc.record({ scale: fc.double({ min: 0.01, max: 60, noNaN: true }), x: near, y: near });
const rect: fc.Arbitrary<Rect> = fc
  .tuple(near, near, fc.double({ min: 0, max: 3000, noNaN: true }), fc.double({ min: 0, max: 3000, noNaN: true }))
  .map(([left, top, wide, high]) => ({ left, top, right: left + wide, bottom: top + high }));

describe("geometry", () => {
  test("turning there and back comes home, and distances stay", () => {
    fc.assert(
      fc.property(point, point, fc.integer({ min: -720, max: 720 }), (at, about, degrees) => {
        const there = turned(at, about, degrees);
        expect(distance(turned(there, about, -degrees), at)).toBeLessThan(1e-6);
        expect(distance(there, about)).toBeCloseTo(distance(at, about), 5);
      }),
    );
  });

  test("angles are clockwise as seen", () => {
    const [x, y] = turned([1, 0], [0, 0], 90);
    expect([pixel(x), pixel(y)]).toEqual([0, 1]);
  });

  test("a frame holds its centre and has its area, however it is turned", () => {
    const frame = fc.record({
      cx: near,
      cy: near,
      width: fc.double({ min: 1, max: 900, noNaN: true }),
      height: fc.double({ min: 1, max: 900, noNaN: true }),
      angle: fc.integer({ min: 0, max: 359 }),
    });
    fc.assert(
      fc.property(frame, (one) => {
        const row = corners(one).flat();
        expect(areaOf(row)).toBeCloseTo(one.width * one.height, 3);
        expect(holdsPoint(row, [one.cx, one.cy])).toBe(true);
        const { left, right, top, bottom } = boundsOf(row);
        expect((left + right) / 2).toBeCloseTo(one.cx, 5);
        expect((top + bottom) / 2).toBeCloseTo(one.cy, 5);
      }),
    );
  });

  test("the nearest point of a segment is no farther than its ends", () => {
    fc.assert(
      fc.property(point, point, point, (at, from, to) => {
        const far = distance(at, nearestOn(at, from, to));
        expect(far).toBeLessThanOrEqual(Math.min(distance(at, from), distance(at, to)) + 1e-6);
      }),
    );
  });

  test("an open line does not close", () => {
    const row = [0, 0, 10, 0, 10, 10];
    expect(distanceTo(row, false, [4, 6])).toBe(6);
    expect(distanceTo(row, true, [5, 5])).toBe(0);
  });

  test("a segment meets a rectangle just when a point of it lies in there", () => {
    const whole = fc.integer({ min: -20, max: 20 });
    const box = { left: -5, top: -5, right: 5, bottom: 5 };
    fc.assert(
      fc.property(whole, whole, whole, whole, (ax, ay, bx, by) => {
        const steps = Array.from(
          { length: 401 },
          (_, at): Point => [ax + ((bx - ax) * at) / 400, ay + ((by - ay) * at) / 400],
        );
        const inside = steps.some(([x, y]) => Math.abs(x) <= 5 && Math.abs(y) <= 5);
        if (inside) expect(segmentMeets([ax, ay], [bx, by], box)).toBe(true);
        const close = steps.some(([x, y]) => Math.abs(x) <= 5.2 && Math.abs(y) <= 5.2);
        if (!close) expect(segmentMeets([ax, ay], [bx, by], box)).toBe(false);
      }),
    );
  });
});

describe("the spatial index", () => {
  test("finds what a look at every rectangle finds, after any changes", () => {
    const change = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.option(rect));
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 120 }),
        fc.array(rect, { minLength: 1, maxLength: 8 }),
        (changes, asked) => {
          const [index, plain] = [new Spatial<number>(), new Map<number, Rect>()];
          for (const [key, place] of changes) {
            if (place === null) {
              index.delete(key);
              plain.delete(key);
            } else {
              index.set(key, place);
              plain.set(key, place);
            }
          }
          expect(index.size).toBe(plain.size);
          for (const wanted of asked) {
            const all = [...plain].filter(([, place]) => meet(place, wanted)).map(([key]) => key);
            expect(index.find(wanted).sort((a, b) => a - b)).toEqual(all.sort((a, b) => a - b));
          }
        },
      ),
    );
  });
});

describe("the view", () => {
  test("screen and picture are each other's way back", () => {
    fc.assert(
      fc.property(view, point, (one, at) => {
        const back = toImage(one, toScreen(one, at));
        expect(back[0]).toBeCloseTo(at[0], 4);
        expect(back[1]).toBeCloseTo(at[1], 4);
      }),
    );
  });

  test("what is under the pointer stays there when zooming", () => {
    fc.assert(
      fc.property(view, fc.double({ min: 0.2, max: 5, noNaN: true }), point, (one, factor, about) => {
        const [before, after] = [toImage(one, about), toImage(zoomed(one, factor, about, 0.001), about)];
        expect(after[0]).toBeCloseTo(before[0], 3);
        expect(after[1]).toBeCloseTo(before[1], 3);
      }),
    );
  });

  test("a fitted rectangle is seen whole", () => {
    fc.assert(
      fc.property(rect, size, (wanted, stage) => {
        const all = grown(seen(fitTo(wanted, stage, 8, 64), stage), 1e-3);
        expect(all.left <= wanted.left && all.right >= wanted.right).toBe(true);
        expect(all.top <= wanted.top && all.bottom >= wanted.bottom).toBe(true);
      }),
    );
  });

  test("tiny pictures are blown up until they can be read, others at most four times", () => {
    const across = (side: number): number => side * mostScale({ width: side, height: side / 2 });
    expect([8, 16, 28, 64, 80].map(across)).toEqual([320, 320, 320, 320, 320]);
    expect([1, 100, 320, 9000].map((side) => mostScale({ width: side, height: side }))).toEqual([64, 4, 4, 4]);
  });

  test("some of the picture stays on the stage wherever the view is moved", () => {
    fc.assert(
      fc.property(view, size, size, (one, image, stage) => {
        const shown = seen(kept(one, image, stage), stage);
        expect(meet(shown, { left: 0, top: 0, right: image.width, bottom: image.height })).toBe(true);
      }),
    );
  });

  test("two fingers that only move, pan; that part, zoom", () => {
    const one: View = { scale: 2, x: 10, y: 20 };
    expect(
      pinched(
        one,
        [
          [0, 0],
          [100, 0],
        ],
        [
          [30, 5],
          [130, 5],
        ],
        0.1,
      ),
    ).toEqual({ scale: 2, x: 40, y: 25 });
    expect(
      pinched(
        one,
        [
          [0, 0],
          [100, 0],
        ],
        [
          [-50, 0],
          [150, 0],
        ],
        0.1,
      ).scale,
    ).toBe(4);
  });

  test("points are set as finely as one can see", () => {
    expect([fineness(1), fineness(4), fineness(20)]).toEqual([1, 0.5, 0.1]);
    expect(onGrid([10.26, 3.74], 1)).toEqual([10, 4]);
    expect(onGrid([10.26, 3.74], 4)).toEqual([10.5, 3.5]);
    expect(onGrid([10.26, 3.74], 20)).toEqual([10.3, 3.7]);
  });
});
