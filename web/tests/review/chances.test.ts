import { describe, expect, it } from "vitest";
import { acceptance, hypergeometric, lnFactorial, progressOf, shareAt } from "@/shell/review/lots/chances";

describe("chances", () => {
  it("counts small lots by hand", () => {
    // Lot of 10 with 2 wrong, sample of 3: C(8,3)/C(10,3) = 56/120, C(2,1)C(8,2)/120 = 56/120, 8/120.
    expect(hypergeometric(0, 10, 2, 3)).toBeCloseTo(56 / 120, 12);
    expect(hypergeometric(1, 10, 2, 3)).toBeCloseTo(56 / 120, 12);
    expect(hypergeometric(2, 10, 2, 3)).toBeCloseTo(8 / 120, 12);
    expect(hypergeometric(3, 10, 2, 3)).toBe(0);
    expect(acceptance(10, 2, [{ sample: 3, accept: 1 }])).toBeCloseTo(112 / 120, 12);
    expect(acceptance(10, 0, [{ sample: 3, accept: 0 }])).toBe(1);
    expect(acceptance(10, 10, [{ sample: 3, accept: 2 }])).toBe(0);
  });

  it("knows factorials beyond its table", () => {
    const summed = Array.from({ length: 170 }, (_, n) => Math.log(n + 1)).reduce((sum, one) => sum + one);
    expect(lnFactorial(170)).toBeCloseTo(summed, 9);
  });

  it("has the values of ISO 2859-1 tables X (single sampling, normal), lots being large", () => {
    // Code letter J, n = 80, Ac = 2 (AQL 1.0): 95 % at 1.03 %, 10 % at 6.52 %. K, n = 125, Ac = 3: 1.10 %, 5.27 %.
    const big = 1_000_000;
    expect(acceptance(big, 10_300, [{ sample: 80, accept: 2 }])).toBeCloseTo(0.95, 2);
    expect(acceptance(big, 65_200, [{ sample: 80, accept: 2 }])).toBeCloseTo(0.1, 2);
    expect(shareAt(0.95, big, [{ sample: 125, accept: 3 }])).toBeCloseTo(0.011, 3);
    expect(shareAt(0.1, big, [{ sample: 125, accept: 3 }])).toBeCloseTo(0.0527, 3);
  });

  it("adds up over two looks: what the first accepts, and what the second does of the rest", () => {
    const [early, last] = [
      { sample: 3, accept: 0 },
      { sample: 6, accept: 1 },
    ];
    // By hand, lot of 10 with 2 wrong: P(0 in 3) + P(1 in 3) · P(0 in the next 3 | 7 left, 1 wrong).
    const expected = 56 / 120 + (56 / 120) * (4 / 7);
    expect(acceptance(10, 2, [early, last])).toBeCloseTo(expected, 12);
    expect(acceptance(10, 2, [early, last])).toBeGreaterThan(acceptance(10, 2, [last]));
  });

  it("falls as lots get worse", () => {
    const looks = [{ sample: 50, accept: 1 }];
    const curve = Array.from({ length: 60 }, (_, wrong) => acceptance(500, wrong, looks));
    expect(curve.every((chance, at) => at === 0 || chance <= curve[at - 1]! + 1e-12)).toBe(true);
  });

  it("tells how an inspection stands", () => {
    const looks = [
      { sample: 4, accept: 0 },
      { sample: 10, accept: 2 },
    ];
    expect(progressOf(looks, [false, false, null, null])).toMatchObject({
      inspected: 2,
      wrong: 0,
      sample: 4,
      accept: 0,
      reject: 3,
      spare: 2,
    });
    expect(progressOf(looks, [false, true, null, null])).toMatchObject({
      inspected: 2,
      wrong: 1,
      sample: 10,
      accept: 2,
      spare: 1,
    });
  });
});
