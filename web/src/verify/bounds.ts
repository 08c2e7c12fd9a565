/**
 * Exact bounds for finite populations, in integers only: two verifiers in two languages cannot disagree.
 *
 * A population of N items holds E errors, a uniform sample of m shows k of them; k is hypergeometric(N, E, m).
 */

export interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

/** A decimal number exactly as written, or `n/d`: 0.05 is 1/20, not the nearest binary fraction. */
export function exact(number: number | string): Fraction {
  const text = String(number);
  const ratio = /^(-?\d+)\/(\d+)$/.exec(text);
  if (ratio !== null) return reduced(BigInt(ratio[1]!), BigInt(ratio[2]!));
  const [, sign, whole, part = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  if (whole === undefined || Math.abs(Number(power)) > 400) throw new RangeError(`${text} is no decimal number`);
  const digits = BigInt(`${sign}${whole}${part}`);
  const shift = Number(power) - part.length;
  return shift >= 0 ? reduced(digits * 10n ** BigInt(shift), 1n) : reduced(digits, 10n ** BigInt(-shift));
}

function reduced(top: bigint, bottom: bigint): Fraction {
  if (bottom === 0n) throw new RangeError("a fraction over 0");
  let [left, right] = [top < 0n ? -top : top, bottom];
  while (right > 0n) [left, right] = [right, left % right];
  return left === 0n ? { top: 0n, bottom: 1n } : { top: top / left, bottom: bottom / left };
}

export const times = (left: Fraction, right: Fraction): Fraction =>
  reduced(left.top * right.top, left.bottom * right.bottom);
export const minus = (left: Fraction, right: Fraction): Fraction =>
  reduced(left.top * right.bottom - right.top * left.bottom, left.bottom * right.bottom);
export const ONE: Fraction = { top: 1n, bottom: 1n };
export const ZERO: Fraction = { top: 0n, bottom: 1n };

export function fractionText({ top, bottom }: Fraction): string {
  return bottom === 1n ? String(top) : `${top}/${bottom}`;
}

/** floor(fraction · count) */
export function floorTimes(fraction: Fraction, count: number): number {
  const product = fraction.top * BigInt(count);
  const whole = product / fraction.bottom;
  return Number(product < 0n && whole * fraction.bottom !== product ? whole - 1n : whole);
}

/** The errors a list may hold at that accuracy: floor((1 - accuracy) · items). */
export function errorBudget(items: number, accuracy: number | string): number {
  return floorTimes(minus(ONE, exact(accuracy)), items);
}

export function choose(of: number, take: number): bigint {
  if (take < 0 || take > of) return 0n;
  const least = Math.min(take, of - take);
  let ways = 1n;
  for (let step = 1; step <= least; step += 1) ways = (ways * BigInt(of - least + step)) / BigInt(step);
  return ways;
}

interface Draw {
  readonly population: number;
  readonly errors: number;
  readonly sample: number;
}

/** In how many samples 0, 1, 2 … errors show, from the least that can show upwards. */
function* ways({ population, errors, sample }: Draw): Generator<readonly [number, bigint]> {
  const right = population - errors;
  let seen = Math.max(0, sample - right);
  let term = choose(errors, seen) * choose(right, sample - seen);
  yield [seen, term];
  for (; seen < Math.min(errors, sample); seen += 1) {
    // C(E, i+1)·C(N-E, m-i-1) from C(E, i)·C(N-E, m-i); the division is exact.
    term =
      (term * BigInt(errors - seen) * BigInt(sample - seen)) / (BigInt(seen + 1) * BigInt(right - sample + seen + 1));
    yield [seen + 1, term];
  }
}

/** Whether P(at most `wrong` errors show) <= alpha. */
export function atMost(wrong: number, draw: Draw, alpha: Fraction): boolean {
  let total = 0n;
  for (const [seen, term] of ways(draw)) {
    if (seen > wrong) break;
    total += term;
  }
  return total * alpha.bottom <= alpha.top * choose(draw.population, draw.sample);
}

/** The most errors a sample may show and still prove "at most `budget` errors"; -1: no sample may. */
export function acceptanceNumber(population: number, budget: number, sample: number, alpha: Fraction): number {
  if (budget < 0) return -1;
  if (budget + 1 > population) return sample;
  const limit = (alpha.top * choose(population, sample)) / alpha.bottom;
  let [total, last] = [0n, 0];
  for (const [seen, term] of ways({ population, errors: budget + 1, sample })) {
    total += term;
    if (total > limit) return seen - 1;
    last = seen;
  }
  return last;
}

/** The exact upper bound on the population's errors: the largest E with P(k <= wrong | E) > alpha. */
export function upperErrors(population: number, sample: number, wrong: number, alpha: Fraction): number {
  let [low, high] = [wrong, population - (sample - wrong)];
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    if (atMost(wrong, { population, errors: middle, sample }, alpha)) high = middle - 1;
    else low = middle;
  }
  return low;
}
