/**
 * How likely a plan accepts a lot: exact hypergeometric numbers, the same as the server's `acceptance_probability`.
 *
 * The server tells the curve of a plan; this answers at any other place, while somebody moves along it.
 */

export interface LookAt {
  readonly sample: number;
  readonly accept: number;
}

/** ln n! by Stirling's series beyond a table. */
const TABLE: number[] = [0];
for (let n = 1; n < 64; n += 1) TABLE.push(TABLE[n - 1]! + Math.log(n));

export function lnFactorial(n: number): number {
  if (n < TABLE.length) return TABLE[n]!;
  const x = n + 1;
  return (
    (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  );
}

function lnChoose(n: number, k: number): number {
  return lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);
}

/** P(exactly `found` wrong ones in a sample) from a lot of `size` with `wrong` wrong ones. */
export function hypergeometric(found: number, size: number, wrong: number, sample: number): number {
  if (found < Math.max(0, sample - (size - wrong)) || found > Math.min(sample, wrong)) return 0;
  return Math.exp(lnChoose(wrong, found) + lnChoose(size - wrong, sample - found) - lnChoose(size, sample));
}

/** P(a lot of `size` items with `wrong` wrong ones is accepted) by a plan of one or more looks. */
export function acceptance(size: number, wrong: number, looks: readonly LookAt[]): number {
  let accepted = 0;
  // What was found so far, among those who were not accepted yet.
  let open = new Map([[0, 1]]);
  let seen = 0;
  for (const [at, look] of looks.entries()) {
    const next = new Map<number, number>();
    const most = looks.slice(at).reduce((one, { accept }) => Math.max(one, accept), 0);
    for (const [found, chance] of open) {
      const more = Math.min(look.sample - seen, wrong - found, most - found);
      for (let extra = 0; extra <= more; extra += 1) {
        const p = chance * hypergeometric(extra, size - seen, wrong - found, look.sample - seen);
        if (found + extra <= look.accept) accepted += p;
        else next.set(found + extra, (next.get(found + extra) ?? 0) + p);
      }
    }
    open = next;
    seen = look.sample;
  }
  return Math.min(accepted, 1);
}

/** Where the curve is at 95 %, 50 % and 10 %: the wrong share that is accepted with that chance, by bisection. */
export function shareAt(chance: number, size: number, looks: readonly LookAt[]): number {
  let [low, high] = [0, size];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (acceptance(size, middle, looks) >= chance) low = middle;
    else high = middle;
  }
  return low / size;
}

export interface Progress {
  readonly inspected: number;
  readonly wrong: number;
  /** Of the look that decides next. */
  readonly sample: number;
  readonly accept: number;
  /** Of the whole plan: this many reject the lot at once. */
  readonly reject: number;
  /** So many more may be wrong before the lot is lost. */
  readonly spare: number;
}

/** How an inspection stands, from marks in the order of the draw. */
export function progressOf(looks: readonly LookAt[], marks: readonly (boolean | null)[]): Progress {
  const inspected = marks.filter((mark) => mark !== null).length;
  const wrong = marks.filter((mark) => mark === true).length;
  const last = looks.at(-1) ?? { sample: 0, accept: 0 };
  const look = looks.find(({ sample, accept }) => inspected < sample && wrong <= accept) ?? last;
  return {
    inspected,
    wrong,
    sample: look.sample,
    accept: look.accept,
    reject: last.accept + 1,
    spare: Math.max(last.accept - wrong, 0),
  };
}
