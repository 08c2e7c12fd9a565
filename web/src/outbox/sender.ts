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
   * Keep a parcel, and send it as soon as may be. Resolves when it is on the disk; a disk that is full, or gone, is tried
   * again for as long as the page is there.
   */
  async give(parcel: NewParcel): Promise<number> {
    const id = await this.#kept(parcel);
    void this.kick();
    return id;
  }

  async #kept(parcel: NewParcel): Promise<number> {
    let unsaved = false;
    for (let tries = 0; ; tries += 1) {
      try {
        const id = await this.#shelf.enqueue(parcel);
        if (unsaved) this.#tell({ unsaved: this.#state.unsaved - 1 });
        return id;
      } catch (problem) {
        if (this.#ended) throw problem;
        if (!unsaved) this.#tell({ unsaved: this.#state.unsaved + 1 });
        unsaved = true;
        await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** tries, 5000)));
      }
    }
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
      const due = waiting.find(({ notBefore }) => notBefore <= this.#now());
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
        const seconds = outcome.seconds ?? Math.min(FIRST_SECONDS * 2 ** Math.min(due.tries, 10), MOST_SECONDS);
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
