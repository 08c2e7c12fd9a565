/**
 * Many leases at once, for a grid: claimed together, each handed in as a parcel of its own, the rest given back.
 *
 * Answers of the grid are on the disk once they are handed in, not before: what is not handed in is a key press.
 */

import type { Prediction } from "@/api/types";
import { isObject, type Json } from "@/core/json";
import type { NewParcel, Shelf } from "@/outbox/model";
import type { Sender } from "@/outbox/sender";
import type { Report } from "./activity";
import { type FloorServer, floorServer, type Place, type Prepared } from "./server";

export interface BatchItem extends Prepared {
  readonly key: string;
}

export interface Answered {
  readonly item: BatchItem;
  readonly labels: { readonly [control: string]: Json };
}

export class Batch {
  readonly #place: Place;
  readonly #person: number;
  readonly #shelf: Shelf;
  readonly #sender: Sender;
  readonly #server: FloorServer;
  readonly #size: number;
  /** Handed in from here: neither shown nor handed in again, whatever the server says in between. */
  readonly #given = new Set<string>();
  #items: readonly BatchItem[] = [];
  #filling: Promise<unknown> = Promise.resolve();
  #beat: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(options: {
    readonly place: Place;
    readonly person: number;
    readonly shelf: Shelf;
    readonly sender: Sender;
    readonly server?: FloorServer;
    /** How many one holds at once; the server gives no more than 50. */
    readonly size?: number;
  }) {
    this.#place = options.place;
    this.#person = options.person;
    this.#shelf = options.shelf;
    this.#sender = options.sender;
    this.#server = options.server ?? floorServer(options.place);
    this.#size = options.size ?? 24;
  }

  get items(): readonly BatchItem[] {
    return this.#items;
  }

  /** Claim as many as there is room for; those at hand stay first. Raises when the server cannot be asked. */
  fill(): Promise<readonly BatchItem[]> {
    const filled = this.#filling.then(() => this.#fill());
    this.#filling = filled.catch(() => undefined); // broad: told to who asked for it
    return filled;
  }

  async #fill(): Promise<readonly BatchItem[]> {
    if (this.#ended) return [];
    await this.#sender.kick(); // what is handed in comes first: the server must not hand it out again
    const { leases } = await this.#server.claim(this.#size);
    const handedIn = new Set((await this.#shelf.parcels(this.#person)).map(({ key }) => key));
    const held = new Set(leases.map((lease) => this.#keyOf(lease)));
    const stay = this.#items.filter(({ key }) => held.has(key));
    const known = new Set([...stay.map(({ key }) => key), ...handedIn]);
    // What came back with a note is worked on where the note stands.
    const fresh = leases.filter(
      (lease) => !known.has(this.#keyOf(lease)) && !lease.before?.reason && !lease.before?.note,
    );
    const found: BatchItem[] = [];
    for (const prepared of await this.#server.prepare(fresh)) {
      const key = this.#keyOf(prepared.lease);
      // What was begun at the bench is finished there.
      if (((await this.#shelf.read(key))?.lines.length ?? 0) === 0) found.push({ ...prepared, key });
    }
    if (this.#ended) await this.#release(found);
    else this.#items = [...stay, ...found].filter(({ key }) => !this.#given.has(key));
    this.#keep(60);
    return this.#items;
  }

  /** Hand answers in, each by itself and once; resolves when all are on the disk. */
  async submit(answered: readonly Answered[], activity: Report): Promise<void> {
    const { org, project, desk } = this.#place;
    const news = answered.filter(({ item }) => !this.#given.has(item.key));
    for (const { item } of news) this.#given.add(item.key);
    this.#items = this.#items.filter(({ key }) => !this.#given.has(key));
    const reports = sliced(activity, news.length);
    for (const [at, { item, labels }] of news.entries()) {
      const { lease, key } = item;
      const help = helpOf(item.prelabels, lease.before === null, labels);
      const parcel: NewParcel = {
        person: this.#person,
        key,
        operation: `POST /api/v1/orgs/{org}/projects/{project}/${desk}/submit`,
        path: { org, project },
        body: {
          slot: lease.slot,
          token: lease.token,
          labels,
          client_id: crypto.randomUUID(),
          activity: { ...reports[at]!, ...help } as unknown as Json,
          guideline_version: lease.guideline_version,
          next: 0,
        },
        madeAt: Date.now(),
      };
      await this.#sender.give(parcel);
    }
  }

  /** Give back what is not handed in; resolves when the server has it, or cannot be asked. */
  async leave(): Promise<void> {
    const held = this.#items;
    this.end();
    await this.#release(held);
    await this.#filling;
  }

  end(): void {
    this.#ended = true;
    this.#items = [];
    clearTimeout(this.#beat);
  }

  async #release(items: readonly BatchItem[]): Promise<void> {
    const release = ({ lease }: BatchItem): Promise<boolean> => this.#server.release(lease);
    await Promise.all(items.map((item) => release(item).catch(() => false))); // broad: a lease runs out by itself
  }

  #keyOf(lease: Prepared["lease"]): string {
    const { org, project, desk } = this.#place;
    return `${this.#person}/${org}/${project}/${desk}/${lease.slot}/${lease.attempt}`;
  }

  #keep(seconds: number): void {
    clearTimeout(this.#beat);
    if (this.#ended) return;
    this.#beat = setTimeout(async () => {
      const told = await this.#server.renew().catch(() => null); // broad: the network will be back
      this.#keep(told === null ? 15 : Math.max(told.seconds / 3, 15));
    }, seconds * 1000);
  }
}

type Span = readonly [number, number];

/** One report as those of several items: the time is cut into as many equal pieces, so that none counts twice. */
export function sliced(report: Report, count: number): Report[] {
  const { v, duration_ms, waited_ms, ...signs } = report;
  const at = (place: number): number => Math.round((duration_ms * place) / count);
  const pieceOf = (moment: number): number => {
    const found = Array.from({ length: count }, (_, place) => place).findIndex((place) => moment < at(place + 1));
    return found < 0 ? count - 1 : found; // the key that handed in was pressed at the very end
  };
  return Array.from({ length: count }, (_, place) => {
    const [from, to] = [at(place), at(place + 1)];
    const within = ([begin, end]: Span): boolean =>
      begin === end ? pieceOf(begin) === place : from < to && begin < to && end > from;
    const cut = Object.entries(signs).map(([sign, spans]): [string, Span[]] => [
      sign,
      ((spans ?? []) as readonly Span[])
        .filter(within)
        .map(([begin, end]) => [Math.max(begin, from) - from, Math.min(end, to) - from]),
    ]);
    return { v, duration_ms: to - from, waited_ms, ...Object.fromEntries(cut) };
  });
}

function helpOf(prelabels: readonly Prediction[], first: boolean, labels: Answered["labels"]): object {
  const best = first ? prelabels[0]?.body : undefined;
  if (!isObject(best)) return {};
  const kept = Object.entries(labels).every(([name, value]) => best[name] === value);
  return { assisted: { shown: 1, kept: kept ? 1 : 0, edited: kept ? 0 : 1, rejected: 0, added: 0 } };
}
