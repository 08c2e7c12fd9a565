import fc from "fast-check";
import { expect, test } from "vitest";
import { cut, drawnPlace, edged, joined, moved, SHORTEST } from "@/editors/audio/edits";
import { type Spot, SpotIndex } from "@/editors/audio/spots";

const spotsOf = (places: readonly (readonly [number, number])[], speakers: readonly string[] = []): Spot[] =>
  places.map(([start, end], at) => ({
    id: String(at),
    control: "c",
    start,
    end,
    label: "",
    speaker: speakers[at] ?? "",
    text: "",
  }));

const places = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 200 }))
    .map(([start, length]) => [start / 10, (start + length) / 10] as const),
  { maxLength: 40 },
);

test("what a stretch touches is found as by looking at every segment", () => {
  fc.assert(
    fc.property(
      places,
      fc.double({ min: 0, max: 120, noNaN: true }),
      fc.double({ min: 0.01, max: 30, noNaN: true }),
      (told, start, span) => {
        const index = new SpotIndex(spotsOf(told), false);
        const plain = index.spots.filter((spot) => spot.end > start && spot.start < start + span);
        expect(index.within(start, start + span)).toEqual(plain);
      },
    ),
  );
});

test("segments that sound at once have lanes of their own, as long as there are lanes", () => {
  fc.assert(
    fc.property(places, (told) => {
      const index = new SpotIndex(spotsOf(told), false);
      for (const one of index.spots) {
        const beside = index.within(one.start, one.end);
        for (const other of beside) {
          if (one === other || index.lane(one.id) !== index.lane(other.id)) continue;
          // Only where more than six sound at once may two share a lane.
          expect(beside.length).toBeGreaterThan(6);
        }
      }
      expect(index.lanes).toBeLessThanOrEqual(6);
    }),
  );
});

test("speakers keep their lanes", () => {
  const index = new SpotIndex(
    spotsOf(
      [
        [0, 2],
        [1, 3],
        [4, 5],
        [6, 7],
      ],
      ["甲", "乙", "乙", "甲"],
    ),
    true,
  );
  expect(["0", "1", "2", "3"].map((id) => index.lane(id))).toEqual([0, 1, 1, 0]);
  expect(index.lanes).toBe(2);
});

test("the edge of a neighbour draws, the own does not", () => {
  const index = new SpotIndex(
    spotsOf([
      [1, 2],
      [3, 4],
    ]),
    false,
  );
  expect(index.edgeNear(2.05, 0.1, null)).toBe(2);
  expect(index.edgeNear(2.05, 0.1, "0")).toBeNull();
  expect(index.edgeNear(2.5, 0.1, null)).toBeNull();
  expect(index.beside(2.5, 1)?.id).toBe("1");
  expect(index.beside(2.5, -1)?.id).toBe("0");
});

const bounds = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 990 }), fc.integer({ min: 1, max: 60 })), { maxLength: 12 })
  .map((told) => {
    const others: { start: number; end: number }[] = [];
    for (const [start, length] of [...told].sort(([one], [other]) => one - other)) {
      const from = start / 10;
      if (from >= (others.at(-1)?.end ?? 0)) others.push({ start: from, end: Math.min((start + length) / 10, 100) });
    }
    return { duration: 100, others };
  });
const times = fc.double({ min: -5, max: 110, noNaN: true });

test("what is drawn or moved lies within the recording, is long enough and touches no neighbour", () => {
  fc.assert(
    fc.property(bounds, times, times, times, (limits, from, to, then) => {
      const place = drawnPlace(from, to, limits);
      if (place === null) return;
      for (const after of [
        place,
        edged(place, "start", then, limits),
        edged(place, "end", then, limits),
        moved(place, then, limits),
      ]) {
        expect(after.start).toBeGreaterThanOrEqual(0);
        expect(after.end).toBeLessThanOrEqual(100 + 1e-9);
        expect(after.end - after.start).toBeGreaterThanOrEqual(SHORTEST - 1e-9);
        for (const other of limits.others)
          expect(after.start < other.end - 1e-9 && other.start < after.end - 1e-9).toBe(false);
        expect(Math.abs(after.start * 1000 - Math.round(after.start * 1000))).toBeLessThan(1e-6);
      }
    }),
  );
});

test("a segment cut in two and joined again is what it was, but for white space at the cut", () => {
  const value = { start: 1, end: 3, label: "speech", speaker: "甲", text: "你好，世界", attributes: { noise: "no" } };
  const parts = cut(value, 2.0004, 3)!;
  expect(parts).toEqual([
    { start: 1, end: 2, label: "speech", speaker: "甲", text: "你好，", attributes: { noise: "no" } },
    { start: 2, end: 3, label: "speech", speaker: "甲", text: "世界", attributes: { noise: "no" } },
  ]);
  expect(joined(...parts)).toEqual(value);
  expect(joined({ start: 0, end: 1, text: "good" }, { start: 1, end: 2, text: "day" })).toEqual({
    start: 0,
    end: 2,
    text: "good day",
  });
  expect(cut(value, 1.01)).toBeNull();
  expect(cut(value, 5)).toBeNull();
  expect(cut({ start: 0, end: 2, text: "all here" }, 1)).toEqual([
    { start: 0, end: 1, text: "all here" },
    { start: 1, end: 2 },
  ]);
});
