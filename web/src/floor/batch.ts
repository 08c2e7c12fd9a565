/**
 * Many leases at once, for a grid: claimed together, each handed in as a parcel of its own.
 *
 * What is said of an item is a line of its log on this device, and a draft on the server, as at the bench: who comes
 * back, to the grid or to the bench, here or elsewhere, finds it. Only what nothing was said of is given back.
 */

import type { Handed, Prediction } from "@/api/types";
import type { Entity } from "@/core/entity";
import { newId } from "@/core/ids";
import { isObject, type Json } from "@/core/json";
import type { Control, LabelSchema } from "@/core/schema";
import { answerId } from "@/labels/kind";
import { Journal } from "@/outbox/journal";
import type { NewParcel, OpenItem, Shelf } from "@/outbox/model";
import type { Sender } from "@/outbox/sender";
import type { Report } from "./activity";
import { lineTo, openItemOf, stateOf } from "./begun";
import { DraftSync, type Put, putDraft } from "./drafts";
import { type FloorServer, floorServer, type Place, type Prepared } from "./server";

export interface BatchItem extends Prepared {
  readonly key: string;
  /** What was said to the question before: here or on another device, in an answer that came back, by a model. */
  readonly said: Json | null;
}

/** What is said of one item, on its way to the disk and to the server. */
interface Saying {
  readonly item: OpenItem;
  readonly question: Control | null;
  readonly journal: Journal;
  readonly draft: DraftSync;
  entities: ReadonlyMap<string, Entity>;
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
  readonly #question: (schema: LabelSchema) => Control | null;
  readonly #put: (slot: number) => Put;
  readonly #onTrouble: (problem: unknown) => void;
  readonly #onLost: (count: number) => void;
  readonly #sayings = new Map<string, Saying>();
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
    /** The one question of a schema that is answered here; null: it is none for this. */
    question(schema: LabelSchema): Control | null;
    /** How drafts are sent. */
    readonly put?: (slot: number) => Put;
    /** The disk does not take what was said. */
    onTrouble?(problem: unknown): void;
    /** How many of the leases at hand are gone: what is handed in of them goes to a lead. */
    onLost?(count: number): void;
  }) {
    this.#place = options.place;
    this.#person = options.person;
    this.#shelf = options.shelf;
    this.#sender = options.sender;
    this.#server = options.server ?? floorServer(options.place);
    this.#size = options.size ?? 24;
    this.#question = options.question;
    this.#put = options.put ?? ((slot) => putDraft(options.place, slot));
    this.#onTrouble = options.onTrouble ?? (() => undefined);
    this.#onLost = options.onLost ?? (() => undefined);
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
      const opened = await this.#open(prepared);
      if (opened !== null) found.push(opened);
    }
    if (this.#ended) await this.#release(found);
    else this.#items = [...stay, ...found].filter(({ key }) => !this.#given.has(key));
    this.#keep(60);
    return this.#items;
  }

  /** An item with what was said of it; null: more was begun at the bench than can be shown here, and is finished there. */
  async #open(prepared: Prepared): Promise<BatchItem | null> {
    const key = this.#keyOf(prepared.lease);
    const question = this.#question(prepared.schema);
    const known = await this.#shelf.read(key);
    const item = known?.item ?? openItemOf(prepared, { place: this.#place, person: this.#person, key });
    let lines = known?.lines ?? [];
    if (known === undefined) {
      const draft = await this.#server.draft(prepared.lease);
      if (draft !== null) lines = [lineTo(item, draft.entities)];
    }
    const entities = stateOf(item.start, lines);
    if (lines.length > 0 && !onlySaid(item, entities, question)) return null;
    if (known === undefined) {
      await this.#shelf.open(item);
      if (lines.length > 0) await this.#shelf.append(lines);
    }
    this.#sayings.set(key, this.#sayingOf(item, prepared.lease, { question, entities, seq: lines.length }));
    const answer = question === null ? undefined : entities.get(answerId(question.name));
    return { ...prepared, key, said: answer?.value.value ?? null };
  }

  #sayingOf(item: OpenItem, lease: Handed, begun: Pick<Saying, "question" | "entities"> & { seq: number }): Saying {
    const { seq, ...state } = begun;
    const journal = new Journal({ shelf: this.#shelf, key: item.key, seq, onTrouble: this.#onTrouble });
    const draft = new DraftSync({
      put: this.#put(lease.slot),
      state: () => ({ v: 1, attempt: lease.attempt, entities: [...saying.entities.values()] }),
    });
    const saying: Saying = { item, journal, draft, ...state };
    return saying;
  }

  /** Say what an item is, or take it back (null); what is said already changes nothing. */
  say(key: string, value: Json | null): void {
    const saying = this.#sayings.get(key);
    if (saying === undefined || saying.question === null || this.#given.has(key)) return;
    const { name: control } = saying.question;
    const id = answerId(control);
    const before = saying.entities.get(id) ?? null;
    if (same(before?.value.value ?? null, value)) return;
    const after: Entity | null = value === null ? null : { ...(before ?? { id, control }), value: { value } };
    const entities = new Map(saying.entities);
    if (after === null) entities.delete(id);
    else entities.set(id, after);
    saying.entities = entities;
    saying.journal.hear({ name: "choose", origin: "local", changes: [{ id, before, after }] });
    saying.draft.changed();
  }

  /** Send the drafts that changed: the page may be gone soon. */
  async keep(): Promise<void> {
    await Promise.all([...this.#sayings.values()].map(({ draft }) => draft.send()));
  }

  /** Hand answers in, each by itself and once; resolves when all are on the disk. */
  async submit(answered: readonly Answered[], activity: Report): Promise<void> {
    const news = this.#take(answered);
    const reports = sliced(activity, news.length);
    for (const [at, { item, labels }] of news.entries()) {
      const { lease, key } = item;
      const help = helpOf(item.prelabels, lease.before === null, labels);
      await this.#give(item, "submit", {
        labels,
        client_id: this.#sayings.get(key)?.item.clientId ?? newId(),
        activity: { ...reports[at]!, ...help } as unknown as Json,
        guideline_version: lease.guideline_version,
        next: 0,
      });
    }
  }

  /** Pass items on with a reason; resolves when all of it is on the disk. */
  async skip(items: readonly BatchItem[], reason: string): Promise<void> {
    for (const { item } of this.#take(items.map((item) => ({ item })))) await this.#give(item, "skip", { reason });
  }

  /** Those of them that are still at hand, which they are no more. */
  #take<T extends { readonly item: BatchItem }>(wanted: readonly T[]): readonly T[] {
    const news = wanted.filter(({ item }) => !this.#given.has(item.key));
    for (const { item } of news) this.#given.add(item.key);
    this.#items = this.#items.filter(({ key }) => !this.#given.has(key));
    return news;
  }

  async #give(
    { key, lease }: BatchItem,
    how: "submit" | "skip",
    body: { readonly [name: string]: Json },
  ): Promise<void> {
    const { org, project, desk } = this.#place;
    const saying = this.#sayings.get(key);
    saying?.draft.end();
    const parcel: NewParcel = {
      person: this.#person,
      key,
      operation: `POST /api/v1/orgs/{org}/projects/{project}/${desk}/${how}`,
      path: { org, project },
      body: { slot: lease.slot, token: lease.token, ...body },
      madeAt: Date.now(),
    };
    this.#sayings.delete(key);
    await this.#sender.give(parcel, saying?.journal.settled());
  }

  /**
   * Give back what nothing was said of, and send what was said as drafts, whose leases run out by themselves; resolves
   * when the server has it, or cannot be asked.
   */
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
    await Promise.all(items.map((item) => this.#releaseOne(item)));
  }

  async #releaseOne({ key, lease }: BatchItem): Promise<void> {
    const saying = this.#sayings.get(key);
    await saying?.journal.settled();
    if (saying !== undefined && isBegun(saying)) {
      await saying.draft.send();
      return saying.draft.end();
    }
    saying?.draft.end();
    await this.#shelf.forget(key); // before the bench, which may open next, keeps it anew
    await this.#server.release(lease).catch(() => false); // broad: a lease runs out by itself
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
      if (told !== null && !this.#ended)
        this.#onLost(this.#items.filter(({ lease }) => !told.slots.includes(lease.slot)).length);
      this.#keep(told === null ? 15 : Math.max(told.seconds / 3, 15));
    }, seconds * 1000);
  }
}

function same(one: Json, other: Json): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether something is said that was not there when the work on it started. */
function isBegun({ item, question, entities }: Pick<Saying, "item" | "question" | "entities">): boolean {
  if (question === null) return false;
  const id = answerId(question.name);
  const first = item.start.find((entity) => entity.id === id);
  return !same(first?.value.value ?? null, entities.get(id)?.value.value ?? null);
}

/** Whether nothing differs from where the work started but the answer to the question. */
function onlySaid(item: OpenItem, entities: ReadonlyMap<string, Entity>, question: Control | null): boolean {
  if (question === null) return false;
  const id = answerId(question.name);
  const others = (all: Iterable<Entity>): Json =>
    [...all]
      .filter((entity) => entity.id !== id)
      .map((entity) => JSON.stringify(entity))
      .sort();
  return same(others(item.start), others(entities.values()));
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
