/** What a person did to one item and when, as the rule `active_time@1` takes it (`docs/reference/active-time.md`). */

export type Sign = "input" | "pointer" | "scroll" | "media";
type Interval = [number, number];

/** Events less than this apart are one interval. */
const JOIN_MS = 1000;
const MOST_INTERVALS = 4000;

export interface Report {
  readonly v: 1;
  readonly duration_ms: number;
  readonly waited_ms: number;
  readonly input?: readonly Interval[];
  readonly pointer?: readonly Interval[];
  readonly scroll?: readonly Interval[];
  readonly media?: readonly Interval[];
  readonly hidden?: readonly Interval[];
  readonly blurred?: readonly Interval[];
}

export class Activity {
  readonly #now: () => number;
  readonly #from: number;
  readonly #signs = new Map<Sign | "hidden" | "blurred", Interval[]>();
  readonly #open = new Map<"hidden" | "blurred", number>();

  /** Begins when the item is shown. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#from = now();
  }

  sign(sign: Sign): void {
    this.#add(sign, this.#at(), this.#at());
  }

  /** The page is hidden, or another window has the keyboard. */
  away(how: "hidden" | "blurred", away: boolean): void {
    const since = this.#open.get(how);
    if (away && since === undefined) this.#open.set(how, this.#at());
    if (!away && since !== undefined) {
      this.#open.delete(how);
      this.#add(how, since, this.#at());
    }
  }

  /** The report when the work ends now; `waited_ms` is filled in when it is sent. */
  report(): Report {
    for (const [how, since] of this.#open) this.#add(how, since, this.#at());
    this.#open.clear();
    const signs = Object.fromEntries([...this.#signs].map(([sign, told]) => [sign, told.slice(0, MOST_INTERVALS)]));
    return { v: 1, duration_ms: this.#at(), waited_ms: 0, ...signs };
  }

  #at(): number {
    return Math.max(Math.round(this.#now() - this.#from), 0);
  }

  #add(sign: Sign | "hidden" | "blurred", from: number, to: number): void {
    const told = this.#signs.get(sign) ?? [];
    const last = told.at(-1);
    if (last !== undefined && from - last[1] < JOIN_MS) last[1] = Math.max(last[1], to);
    else told.push([from, to]);
    this.#signs.set(sign, told);
  }
}
