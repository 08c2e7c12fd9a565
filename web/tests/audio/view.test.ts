import fc from "fast-check";
import { expect, test } from "vitest";
import { clockText, rulerStep, toMs } from "@/editors/audio/time";
import {
  fittedTo,
  following,
  SPAN_MIN,
  scrolled,
  settled,
  type TimeView,
  timeAt,
  timeView,
  withIn,
  xOf,
  zoomed,
} from "@/editors/audio/view";

const views = fc
  .record({
    duration: fc.double({ min: 0.1, max: 90_000, noNaN: true }),
    width: fc.integer({ min: 1, max: 8000 }),
    span: fc.double({ min: 0.001, max: 90_000, noNaN: true }),
    start: fc.double({ min: -100, max: 90_000, noNaN: true }),
  })
  .map(({ duration, width, span, start }) => timeView(duration, width, span, start));

function isInside(view: TimeView): boolean {
  return (
    view.start >= -1e-6 &&
    view.start + view.span <= view.duration + 1e-6 &&
    view.span >= Math.min(SPAN_MIN, view.duration) - 1e-9
  );
}

test("a view stays within the recording, whatever is done to it", () => {
  fc.assert(
    fc.property(views, fc.array(fc.tuple(fc.nat(4), fc.double({ min: -50, max: 50, noNaN: true }))), (first, deeds) => {
      let view = first;
      for (const [what, by] of deeds) {
        if (what === 0) view = zoomed(view, Math.exp(by / 10), view.width / 2);
        else if (what === 1) view = scrolled(view, by * 10);
        else if (what === 2) view = fittedTo(view, by, by + 3);
        else if (what === 3) view = withIn(view, Math.abs(by), Math.abs(by) + 1);
        else view = following(view, Math.abs(by) * 20);
        expect(isInside(view)).toBe(true);
      }
    }),
  );
});

test("pixels and seconds are each other's inverse", () => {
  fc.assert(
    fc.property(views, fc.double({ min: 0, max: 1, noNaN: true }), (view, share) => {
      const x = share * view.width;
      expect(xOf(view, timeAt(view, x))).toBeCloseTo(x, 3);
    }),
  );
});

test("what lies under the pointer stays there while zooming, away from the ends", () => {
  const view = timeView(7200, 1000, 60, 3000);
  for (const [factor, x] of [
    [2, 100],
    [0.5, 900],
    [8, 512],
  ] as const) {
    expect(timeAt(zoomed(view, factor, x), x)).toBeCloseTo(timeAt(view, x), 6);
  }
  expect(zoomed(view, 1e9, 10).span).toBe(SPAN_MIN);
  expect(zoomed(view, 1e-9, 10)).toMatchObject({ start: 0, span: 7200 });
});

test("following turns the page only when the playhead leaves", () => {
  const view = timeView(7200, 1000, 30, 100);
  expect(following(view, 110)).toBe(view);
  const turned = following(view, 130);
  expect(turned.start).toBeGreaterThan(125);
  expect(turned.start).toBeLessThan(130);
  expect(following(view, 20).start).toBeLessThan(20);
});

test("a stretch that is in view moves nothing", () => {
  const view = timeView(100, 1000, 10, 40);
  expect(withIn(view, 41, 49)).toBe(view);
  expect(withIn(view, 52, 53).start + 10).toBeGreaterThan(53);
  expect(withIn(view, 20, 80).start).toBeLessThanOrEqual(20);
  expect(settled({ ...view, start: 99 }).start).toBe(90);
});

test("times are told to the millisecond", () => {
  expect(toMs(1.23456)).toBe(1.235);
  expect(clockText(3725.5)).toBe("1:02:05.500");
  expect(clockText(59.9996)).toBe("1:00.000");
  expect(clockText(7200, 0)).toBe("2:00:00");
  expect(rulerStep(4)).toEqual({ step: 5, decimals: 0 });
  expect(rulerStep(0.04)).toEqual({ step: 0.05, decimals: 2 });
});
