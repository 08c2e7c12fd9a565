/**
 * The items in somebody's hands at one desk: the one in front of them, and the next ones, ready to be shown.
 *
 * Handing in puts the answer on the disk and shows the next item at once; the server's answer brings new leases for
 * the end of the queue. Without a network work goes on with what is here.
 */

import { Refusal, Unreachable } from "@/api/call";
import type { Handed, WorkAnswer } from "@/api/types";
import type { Entity } from "@/core/entity";
import type { Json, JsonObject } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import type { Media } from "@/host/editor";
import type { Line, NewParcel, OpenItem, Shelf } from "@/outbox/model";
import type { Sender } from "@/outbox/sender";
import type { Report } from "./activity";
import { lineTo, openItemOf, stateOf } from "./begun";
import { type FloorServer, floorServer, type Place, type Prepared } from "./server";
import { assisted } from "./start";

/** An item that can be shown: everything is here. */
export interface Ready extends Prepared {
  readonly item: OpenItem;
  /** The state as the log on this device left it. */
  readonly lines: number;
  readonly entities: readonly Entity[];
  /** Begun before, and found on this device or as a draft of another. */
  readonly restored: boolean;
}

export type Emptiness =
  | { readonly kind: "loading" }
  | { readonly kind: "nothing"; readonly retrySeconds: number | null }
  | { readonly kind: "refused"; readonly why: NonNullable<WorkAnswer["refused"]> }
  | { readonly kind: "offline" }
  | { readonly kind: "problem"; readonly problem: unknown };

export interface QueueState {
  readonly current: Ready | null;
  readonly ahead: number;
  /** What is shown next, to be opened ahead of time. */
  readonly next: Ready | null;
  readonly empty: Emptiness;
  /** Handed in from this page. */
  readonly done: number;
  /** The lease of the current item is gone: what is handed in goes to a lead. */
  readonly lost: boolean;
}

const AHEAD = 3;
/** Links of media end after an hour; those older than this are renewed. */
export const LINKS_MS = 40 * 60_000;

export class WorkQueue {
  readonly #place: Place;
  readonly #person: number;
  readonly #shelf: Shelf;
  readonly #sender: Sender;
  readonly #server: FloorServer;
  readonly #prefetch: (media: ReadonlyMap<string, Media>) => void;
  readonly #listeners = new Set<(state: QueueState) => void>();
  readonly #known = new Set<string>();
  readonly #next: Ready[] = [];
  readonly #stopSender: () => void;
  /** When the links of an item were made; those found on this device are as old as can be. */
  readonly #linked = new WeakMap<Prepared["media"], number>();
  #renewing: Promise<void> | null = null;
  #state: QueueState = { current: null, ahead: 0, next: null, empty: { kind: "loading" }, done: 0, lost: false };
  #beat: ReturnType<typeof setTimeout> | undefined;
  #ask: ReturnType<typeof setTimeout> | undefined;
  #preparing = 0;
  #ended = false;

  constructor(options: {
    readonly place: Place;
    readonly person: number;
    readonly shelf: Shelf;
    readonly sender: Sender;
    readonly server?: FloorServer;
    /** Told of the media of every item that will be shown. */
    readonly prefetch?: (media: ReadonlyMap<string, Media>) => void;
  }) {
    this.#place = options.place;
    this.#person = options.person;
    this.#shelf = options.shelf;
    this.#sender = options.sender;
    this.#server = options.server ?? floorServer(options.place);
    this.#prefetch = options.prefetch ?? (() => undefined);
    this.#stopSender = options.sender.onDelivery(({ parcel, answer }) => {
      const { org, project, desk } = this.#place;
      if (!parcel.key.startsWith(`${this.#person}/${org}/${project}/${desk}/`)) return;
      this.#take(answer as WorkAnswer).catch(() => this.#later(2)); // broad: asked for again, and told there
    });
  }

  get state(): QueueState {
    return this.#state;
  }

  get place(): Place {
    return this.#place;
  }

  listen(listener: (state: QueueState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    await this.#sender.kick(); // answers from before come first: the server must not hand the same items out again
    await this.refill();
    this.#heartbeat(60);
  }

  /** Ask the server for what is missing. */
  async refill(): Promise<void> {
    clearTimeout(this.#ask);
    try {
      await this.#take(await this.#server.claim(AHEAD + 1));
    } catch (problem) {
      await this.#restore();
      if (this.#state.current === null) {
        const offline = problem instanceof Unreachable;
        this.#tell({ empty: offline ? { kind: "offline" } : { kind: "problem", problem } });
      }
      this.#later(5);
    }
  }

  /**
   * Hand an answer in; the next item is current when this returns, and the answer is on the disk when it resolves.
   * `logged` resolves when the log of the item is.
   */
  async submit(labels: Json, entities: Iterable<Entity>, activity: Report, logged?: Promise<void>): Promise<void> {
    const ready = this.#state.current;
    if (ready === null) return;
    const { org, project, desk } = this.#place;
    const { lease, item } = ready;
    const help = assisted(item.start, entities);
    const parcel: NewParcel = {
      person: this.#person,
      key: item.key,
      operation: `POST /api/v1/orgs/{org}/projects/{project}/${desk}/submit`,
      path: { org, project },
      body: {
        slot: lease.slot,
        token: lease.token,
        labels,
        client_id: item.clientId,
        activity: { ...activity, ...(help.shown > 0 ? { assisted: help } : {}) } as unknown as Json,
        guideline_version: lease.guideline_version,
        next: AHEAD + 1, // leases held count as given, the one now in front among them
      },
      madeAt: Date.now(),
    };
    this.#advance(true);
    await this.#sender.give(parcel, logged);
  }

  /** Finish the current item in another way (a verdict, a skip): the parcel is kept and the next item shown. */
  async finish(
    operation: string,
    body: JsonObject,
    options: {
      readonly path?: { readonly [name: string]: number };
      /** Whether it counts as done here; a skip does not. */
      readonly done?: boolean;
      readonly logged?: Promise<void>;
    } = {},
  ): Promise<void> {
    const ready = this.#state.current;
    if (ready === null) return;
    const { org, project } = this.#place;
    const parcel: NewParcel = {
      person: this.#person,
      key: ready.item.key,
      operation,
      path: { org, project, ...options.path },
      body,
      madeAt: Date.now(),
    };
    this.#advance(options.done !== false);
    await this.#sender.give(parcel, options.logged);
  }

  /**
   * Give everything back that has not been begun, and the current item, too, if `current`; what is begun stays on this
   * device, and its lease runs out by itself. Returns how many were given back.
   */
  async leave(current: boolean): Promise<number> {
    const held = [...(current && this.#state.current !== null ? [this.#state.current] : []), ...this.#next];
    let count = 0;
    for (const { lease, item } of held) {
      const known = await this.#shelf.read(item.key);
      const begun = (known?.lines.length ?? 0) > 0;
      if (begun && item.key !== this.#state.current?.item.key) continue;
      if (await this.#server.release(lease)) count += 1;
      await this.#shelf.forget(item.key);
    }
    this.end();
    return count;
  }

  /**
   * Ask for new links of what the items at hand show, where they grow old or something is still being made; of `lost`,
   * whose media do not load, at once. The maps that are known hold the new ones; without a network nothing changes.
   */
  async renewMedia(lost: Ready | null = null): Promise<void> {
    while (this.#renewing !== null) await this.#renewing;
    const at = [...(this.#state.current === null ? [] : [this.#state.current]), ...this.#next];
    const old = at.filter((ready) => ready.media.size > 0 && (ready === lost || this.#isStale(ready)));
    if (old.length === 0 || this.#ended) return;
    this.#renewing = this.#renewNow(old).finally(() => {
      this.#renewing = null;
    });
    await this.#renewing;
  }

  #isStale({ media }: Ready): boolean {
    if (Date.now() - (this.#linked.get(media) ?? 0) > LINKS_MS) return true;
    return [...media.values()].some(({ facts }) => facts?.state === "waiting" || facts?.state === "making");
  }

  async #renewNow(old: readonly Ready[]): Promise<void> {
    try {
      const found = await this.#server.media(old.map(({ lease }) => lease));
      for (const { lease, media } of old) {
        const fresh = found.get(lease.slot);
        if (fresh === undefined) continue;
        for (const [reference, one] of fresh) media.set(reference, one);
        this.#linked.set(media, Date.now());
      }
    } catch (problem) {
      // What is at hand stays; a lease that is gone is told by the heartbeat.
      if (!(problem instanceof Unreachable || problem instanceof Refusal)) throw problem;
    }
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#beat);
    clearTimeout(this.#ask);
    this.#stopSender();
  }

  #advance(done: boolean): void {
    const current = this.#next.shift() ?? null;
    this.#tell({
      current,
      lost: false,
      ahead: this.#next.length,
      next: this.#next[0] ?? null,
      done: this.#state.done + (done ? 1 : 0),
      ...(current === null ? { empty: { kind: "loading" } as const } : {}),
    });
    // What is handed in brings the next ones by itself: asked for only if it did not within a moment.
    if (current === null) this.#later(0.2, () => this.#state.current === null);
  }

  /** Leases as the server told them, those held already included. */
  async #take(answer: WorkAnswer): Promise<void> {
    if (this.#ended || !Array.isArray(answer?.leases)) {
      if (!this.#ended) this.#later(0);
      return;
    }
    // What is handed in and not sent yet is done: the server does not know, and tells of it again.
    const handedIn = new Set((await this.#shelf.parcels(this.#person)).map(({ key }) => key));
    this.#renewed(answer.leases);
    const fresh = answer.leases.filter((lease) => {
      const key = this.#keyOf(lease);
      return !this.#known.has(key) && !handedIn.has(key);
    });
    const coming = new Set(fresh.map((lease) => this.#keyOf(lease)));
    for (const key of coming) this.#known.add(key);
    this.#preparing += 1;
    try {
      for (const prepared of await this.#server.prepare(fresh)) {
        this.#linked.set(prepared.media, Date.now());
        this.#add(await this.#opened(prepared));
        coming.delete(this.#keyOf(prepared.lease));
      }
    } catch (problem) {
      for (const key of coming) this.#known.delete(key);
      throw problem;
    } finally {
      this.#preparing -= 1;
    }
    if (this.#state.current !== null || this.#preparing > 0) return; // another answer is bringing some
    if (answer.refused !== null) this.#tell({ empty: { kind: "refused", why: answer.refused } });
    else this.#tell({ empty: { kind: "nothing", retrySeconds: answer.retry_seconds } });
    this.#later(answer.retry_seconds ?? 10);
  }

  /** What is at hand and was given again, under another token, after its lease ran out: the maps that are known hold it. */
  #renewed(leases: readonly Handed[]): void {
    const told = new Map(leases.map((lease) => [this.#keyOf(lease), lease]));
    for (const { item, lease } of [...(this.#state.current === null ? [] : [this.#state.current]), ...this.#next]) {
      const now = told.get(item.key);
      if (now !== undefined) Object.assign(lease, { token: now.token, until: now.until });
      if (now !== undefined && item === this.#state.current?.item && this.#state.lost) this.#tell({ lost: false });
    }
  }

  async #opened(prepared: Prepared): Promise<Ready> {
    const key = this.#keyOf(prepared.lease);
    const known = await this.#shelf.read(key);
    if (known !== undefined) return this.#replayed(prepared, known.item, known.lines);
    const draft = await this.#server.draft(prepared.lease);
    const item = openItemOf(prepared, { place: this.#place, person: this.#person, key });
    await this.#shelf.open(item);
    if (draft === null) return { ...prepared, item, lines: 0, entities: item.start, restored: false };
    await this.#shelf.append([lineTo(item, draft.entities)]);
    return { ...prepared, item, lines: 1, entities: draft.entities, restored: true };
  }

  #replayed(prepared: Prepared, item: OpenItem, lines: readonly Line[]): Ready {
    return {
      ...prepared,
      item,
      lines: lines.length,
      entities: [...stateOf(item.start, lines).values()],
      restored: lines.length > 0,
    };
  }

  /** Without the server: what this device still has open here. */
  async #restore(): Promise<void> {
    const { org, project, desk } = this.#place;
    for (const item of await this.#shelf.items(this.#person)) {
      if (item.org !== org || item.project !== project || item.desk !== desk || this.#known.has(item.key)) continue;
      this.#known.add(item.key);
      const known = await this.#shelf.read(item.key);
      const prepared: Prepared = {
        lease: item.lease as unknown as Handed,
        schema: item.schema as unknown as LabelSchema,
        media: new Map(Object.entries((item.media ?? {}) as unknown as { [reference: string]: Media })),
        prelabels: [],
      };
      if (known !== undefined) this.#add(this.#replayed(prepared, item, known.lines));
    }
  }

  #add(ready: Ready): void {
    if (this.#ended) return;
    this.#prefetch(ready.media);
    if (this.#state.current === null) this.#tell({ current: ready, lost: false });
    else this.#next.push(ready);
    this.#tell({ ahead: this.#next.length, next: this.#next[0] ?? null });
  }

  #keyOf(lease: Handed): string {
    const { org, project, desk } = this.#place;
    return `${this.#person}/${org}/${project}/${desk}/${lease.slot}/${lease.attempt}`;
  }

  #heartbeat(seconds: number): void {
    clearTimeout(this.#beat);
    if (this.#ended) return;
    this.#beat = setTimeout(async () => {
      try {
        const held = await this.#server.renew();
        const current = this.#state.current;
        if (current !== null) this.#tell({ lost: !held.slots.includes(current.lease.slot) });
        await this.renewMedia();
        this.#heartbeat(Math.max(held.seconds / 3, 15));
      } catch {
        this.#heartbeat(15); // broad: the network will be back; work goes on without it
      }
    }, seconds * 1000);
  }

  #later(seconds: number, still: () => boolean = () => true): void {
    clearTimeout(this.#ask);
    if (!this.#ended) this.#ask = setTimeout(() => void (still() && this.refill()), seconds * 1000);
  }

  #tell(change: Partial<QueueState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}
