/** Sends parcels in order until they are answered: through dead networks, restarts and expired sessions. */

import type { NewParcel, Parcel, Shelf } from "./model";

/** What became of sending one parcel. */
export type Outcome =
  | { readonly kind: "done"; readonly answer: unknown }
  /** It may arrive later: no network, a server that restarts, too much at the moment. */
  | { readonly kind: "later"; readonly seconds?: number; readonly offline: boolean }
  /** Nobody is signed in, or somebody else. */
  | { readonly kind: "signed-out" }
  | { readonly kind: "refused"; readonly why: NonNullable<Parcel["parked"]> };

export interface Delivery {
  readonly parcel: Parcel;
  readonly answer: unknown;
}

export interface SenderState {
  readonly waiting: number;
  readonly parked: number;
  readonly offline: boolean;
  readonly signedOut: boolean;
  /** Handed in and not even on the disk yet: it would be lost if the page closed. */
  readonly unsaved: number;
}

const FIRST_SECONDS = 1;
const MOST_SECONDS = 30;
/** However long a server asks to be left alone. */
const LONGEST_SECONDS = 600;
/** How long a parcel waits for the log of its item. */
const LOG_MS = 2000;

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export class Sender {
  readonly #shelf: Shelf;
  readonly #person: number;
  readonly #post: (parcel: Parcel) => Promise<Outcome>;
  readonly #alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly #now: () => number;
  readonly #onDelivery = new Set<(delivery: Delivery) => void>();
  readonly #onState = new Set<(state: SenderState) => void>();
  #state: SenderState = { waiting: 0, parked: 0, offline: false, signedOut: false, unsaved: 0 };
  #draining: Promise<void> | null = null;
  #again = false;
  /** Numbers of parcels that never were on the disk. */
  #past = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(options: {
    readonly shelf: Shelf;
    readonly person: number;
    post(parcel: Parcel): Promise<Outcome>;
    /** Runs one at a time among all tabs of the browser (`navigator.locks`). */
    alone?<T>(work: () => Promise<T>): Promise<T>;
    now?(): number;
  }) {
    this.#shelf = options.shelf;
    this.#person = options.person;
    this.#post = options.post;
    this.#alone = options.alone ?? ((work) => work());
    this.#now = options.now ?? Date.now;
  }

  get state(): SenderState {
    return this.#state;
  }

  onDelivery(handler: (delivery: Delivery) => void): () => void {
    this.#onDelivery.add(handler);
    return () => this.#onDelivery.delete(handler);
  }

  onState(handler: (state: SenderState) => void): () => void {
    this.#onState.add(handler);
    return () => this.#onState.delete(handler);
  }

  /**
   * Keep a parcel, and send it as soon as may be. Resolves when it is on the disk, or with the server: a disk that is
   * full, or gone, is tried again for as long as the page is there, and what it does not take is sent past it. The log
   * of its item (`logged`) comes first, unless that disk keeps it waiting.
   */
  async give(parcel: NewParcel, logged: Promise<void> = Promise.resolve()): Promise<void> {
    this.#tell({ unsaved: this.#state.unsaved + 1 });
    try {
      await Promise.race([logged, after(LOG_MS)]);
      await this.#kept(parcel);
    } finally {
      this.#tell({ unsaved: this.#state.unsaved - 1 });
    }
    void this.kick();
  }

  async #kept(parcel: NewParcel): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.#shelf.enqueue(parcel);
        return;
      } catch (problem) {
        if (this.#ended) throw problem;
        if (await this.#sentPast(parcel, tries)) return;
        await after(Math.min(100 * 2 ** tries, 5000));
      }
    }
  }

  async #sentPast(parcel: NewParcel, tries: number): Promise<boolean> {
    this.#past -= 1;
    const whole: Parcel = { ...parcel, id: this.#past, tries, notBefore: 0 };
    const outcome = await this.#alone(() => this.#post(whole));
    if (outcome.kind !== "done") return false;
    await this.#shelf.forget(parcel.key).catch(() => undefined); // broad: what stays is known to be answered
    for (const handler of this.#onDelivery) handler({ parcel: whole, answer: outcome.answer });
    return true;
  }

  /** Send what is due now: something was handed in, the network is back, somebody signed in. */
  kick(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    clearTimeout(this.#timer);
    this.#again = true;
    this.#draining ??= this.#drainAll().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  async #drainAll(): Promise<void> {
    while (this.#again && !this.#ended) {
      this.#again = false;
      const next = await this.#drained();
      if (next !== null && !this.#ended) {
        this.#timer = setTimeout(() => void this.kick(), Math.max(next - this.#now(), 50));
      }
    }
  }

  /** When to look again, or null; a shelf that cannot be read is read again later. */
  async #drained(): Promise<number | null> {
    try {
      const next = await this.#alone(() => this.#drain());
      await this.#count();
      return next;
    } catch {
      return this.#now() + MOST_SECONDS * 1000; // broad: what could not be read or settled is still there, and counts once
    }
  }

  /** Sends what is due; returns when to look again, or null when nothing waits. */
  async #drain(): Promise<number | null> {
    for (;;) {
      const waiting = (await this.#shelf.parcels(this.#person)).filter(({ parked }) => parked === undefined);
      const now = this.#now();
      // Nothing waits longer than that by itself: a clock that was wrong was set right meanwhile.
      const due = waiting.find(({ notBefore }) => notBefore <= now || notBefore > now + LONGEST_SECONDS * 1000);
      if (due === undefined)
        return waiting.length === 0 ? null : Math.min(...waiting.map(({ notBefore }) => notBefore));
      const outcome = await this.#post(due);
      if (outcome.kind === "done") {
        await this.#shelf.settle(due.id);
        this.#tell({ offline: false, signedOut: false });
        for (const handler of this.#onDelivery) handler({ parcel: due, answer: outcome.answer });
      } else if (outcome.kind === "refused") {
        await this.#shelf.park(due.id, outcome.why);
        this.#tell({ offline: false });
      } else if (outcome.kind === "signed-out") {
        this.#tell({ signedOut: true, offline: false });
        return null; // until somebody signs in
      } else {
        const seconds =
          outcome.seconds === undefined
            ? Math.min(FIRST_SECONDS * 2 ** Math.min(due.tries, 10), MOST_SECONDS)
            : Math.min(outcome.seconds, LONGEST_SECONDS);
        const again = this.#now() + seconds * 1000;
        // Without a network nothing else arrives either: the first stays the first, and is due whenever somebody
        // knows that the network is back. A server that is busy is asked for the others.
        await this.#shelf.postpone(due.id, due.tries + 1, outcome.offline ? due.notBefore : again);
        this.#tell({ offline: outcome.offline });
        if (outcome.offline) return again;
      }
    }
  }

  async #count(): Promise<void> {
    const parcels = await this.#shelf.parcels(this.#person);
    const parked = parcels.filter((parcel) => parcel.parked !== undefined).length;
    this.#tell({ waiting: parcels.length - parked, parked });
  }

  #tell(change: Partial<SenderState>): void {
    this.#state = { ...this.#state, ...change };
    for (const handler of this.#onState) handler(this.#state);
  }
}
