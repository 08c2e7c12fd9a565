import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crosses, planned, refusal, SpanIndex, type Spot, sharesUnits } from "@/editors/text/spans";

const spots = (most = 40) =>
  fc
    .array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 25 }), fc.constantFrom("A", "B")), { maxLength: most })
    .map((told) =>
      told.map(([start, length, label], at): Spot => {
        return { id: `s${at}`, control: "c", label, start, end: start + length };
      }),
    );

describe("the index of spans", () => {
  test("finds what a walk through all finds, in order", () => {
    fc.assert(
      fc.property(spots(), fc.nat(70), fc.integer({ min: 1, max: 20 }), (all, start, length) => {
        const index = new SpanIndex(all);
        const wanted = index.spots.filter((spot) => sharesUnits(spot, { start, end: start + length }));
        expect(index.within(start, start + length)).toEqual(wanted);
      }),
    );
  });

  test("spans that share a unit lie in different lanes", () => {
    fc.assert(
      fc.property(spots(), (all) => {
        const index = new SpanIndex(all);
        for (const one of all)
          for (const other of all)
            if (one !== other && sharesUnits(one, other)) expect(index.lane(one.id)).not.toBe(index.lane(other.id));
      }),
    );
  });

  test("a crowd still gets lanes of its own", () => {
    const all = Array.from({ length: 400 }, (_, at) => {
      return { id: `s${at}`, control: "c", label: "A", start: at, end: at + 3 };
    });
    const index = new SpanIndex(all);
    expect(index.lanes(100, 101)).toBe(3);
    for (const one of index.within(200, 201))
      for (const other of index.within(200, 201))
        if (one !== other) expect(index.lane(one.id)).not.toBe(index.lane(other.id));
  });

  test("the shorter of two nested spans lies closer to the text", () => {
    const index = new SpanIndex([
      { id: "outer", control: "c", label: "A", start: 0, end: 20 },
      { id: "inner", control: "c", label: "A", start: 5, end: 8 },
    ]);
    expect([index.lane("inner"), index.lane("outer")]).toEqual([0, 1]);
    expect(index.at(6).map(({ id }) => id)).toEqual(["inner", "outer"]);
    expect(index.at(20).map(({ id }) => id)).toEqual(["outer"]);
  });
});

describe("what may stand together", () => {
  const index = new SpanIndex([{ id: "a", control: "c", label: "A", start: 10, end: 20 }]);
  const why = (start: number, end: number, overlap: "none" | "nested" | "any", label = "B", id?: string) =>
    refusal(index, { control: "c", label, start, end, ...(id === undefined ? {} : { id }) }, overlap);

  test("as the control says", () => {
    expect([why(15, 25, "none"), why(15, 25, "nested"), why(15, 25, "any")]).toEqual(["overlap", "overlap", null]);
    expect([why(12, 15, "none"), why(12, 15, "nested"), why(5, 25, "nested")]).toEqual(["overlap", null, null]);
    expect([why(20, 25, "none"), why(5, 10, "none")]).toEqual([null, null]);
  });

  test("the same twice never, itself always, another control's spans do not matter", () => {
    expect(why(10, 20, "any", "A")).toBe("same");
    expect(why(10, 20, "any", "B")).toBe(null);
    expect(why(12, 18, "none", "A", "a")).toBe(null);
    expect(refusal(index, { control: "d", label: "A", start: 12, end: 15 }, "none")).toBe(null);
  });

  test("crossing is sharing without holding", () => {
    fc.assert(
      fc.property(spots(2), (all) => {
        const [one, other] = all;
        if (one === undefined || other === undefined) return;
        expect(crosses(one, other)).toBe(crosses(other, one));
        if (crosses(one, other)) expect(sharesUnits(one, other)).toBe(true);
      }),
    );
  });

  test("applying to all leaves what is there, what clashes and what is too many", () => {
    const matches = [
      { start: 0, end: 3 },
      { start: 10, end: 20 },
      { start: 18, end: 22 },
      { start: 30, end: 33 },
      { start: 40, end: 43 },
    ];
    const wanted = { control: "c", label: "A", overlap: "none", room: 2 } as const;
    const { made, skipped } = planned(index, matches, wanted);
    expect(made).toEqual([matches[0], matches[3]]);
    expect(skipped).toEqual({ same: 1, overlap: 1, many: 1 });
  });
});
