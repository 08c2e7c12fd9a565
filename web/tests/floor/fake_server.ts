/** A server with one queue of items, as far as a desk sees it: leases, answers that count once, drafts. */

import { Unreachable } from "@/api/call";
import type { Handed, WorkAnswer } from "@/api/types";
import type { LabelSchema } from "@/core/schema";
import type { DraftBody } from "@/floor/drafts";
import type { FloorServer, Prepared } from "@/floor/server";
import type { Media, MediaFacts } from "@/host/editor";
import type { Parcel } from "@/outbox/model";
import type { Outcome } from "@/outbox/sender";

export const SCHEMA: LabelSchema = {
  name: "s",
  controls: [{ name: "kind", type: "classify@1", required: true, field: "text", options: { choices: ["a", "b"] } }],
};

export class FakeServer implements FloorServer {
  readonly open: number[];
  readonly held = new Set<number>();
  /** slot -> client_id of the answers that were taken; an answer sent again is known. */
  readonly answers = new Map<number, string>();
  readonly skipped: number[] = [];
  readonly drafts = new Map<number, DraftBody>();
  online = true;
  /** Slots with a picture, and what is known of it. */
  readonly pictures = new Map<number, MediaFacts["state"]>();
  /** The slots of each request for new links. */
  readonly renewed: number[][] = [];
  /** Answers wait until somebody lets them go. */
  gate: Promise<void> = Promise.resolve();
  posts = 0;
  /** What the tokens of leases begin with. */
  tokens = "t";
  /** Lose the answer of the next posts: done, and nobody knows. */
  loseAnswers = 0;

  constructor(count: number) {
    this.open = Array.from({ length: count }, (_, at) => at + 1);
  }

  async claim(count: number): Promise<WorkAnswer> {
    this.#reach();
    while (this.held.size < count && this.open.length > 0) this.held.add(this.open.shift()!);
    return this.#told();
  }

  async renew(): Promise<{ slots: number[]; seconds: number }> {
    this.#reach();
    return { slots: [...this.held], seconds: 600 };
  }

  async prepare(leases: readonly Handed[]): Promise<Prepared[]> {
    this.#reach();
    return leases.map((lease) => ({ lease, schema: SCHEMA, media: this.#linksOf(lease.slot), prelabels: [] }));
  }

  async media(leases: readonly Handed[]): Promise<ReadonlyMap<number, Map<string, Media>>> {
    this.#reach();
    this.renewed.push(leases.map(({ slot }) => slot));
    return new Map(leases.map(({ slot }) => [slot, this.#linksOf(slot)]));
  }

  async draft(lease: Handed): Promise<DraftBody | null> {
    return this.drafts.get(lease.slot) ?? null;
  }

  async release(lease: Handed): Promise<boolean> {
    this.#reach();
    const had = this.held.delete(lease.slot);
    if (had) this.open.unshift(lease.slot);
    return had;
  }

  post = async (parcel: Parcel): Promise<Outcome> => {
    this.posts += 1;
    await this.gate;
    if (!this.online) return { kind: "later", offline: true };
    const body = parcel.body as unknown as { slot: number; client_id: string; next?: number };
    this.held.delete(body.slot);
    if (parcel.operation.endsWith("/skip")) this.skipped.push(body.slot);
    else if (!this.answers.has(body.slot)) this.answers.set(body.slot, body.client_id);
    else if (this.answers.get(body.slot) !== body.client_id) throw new Error(`slot ${body.slot} was answered twice`);
    if (this.loseAnswers > 0) {
      this.loseAnswers -= 1;
      return { kind: "later", offline: true, seconds: 0.01 };
    }
    return { kind: "done", answer: body.next === undefined ? { replacement: 0 } : await this.claim(body.next) };
  };

  #linksOf(slot: number): Map<string, Media> {
    const state = this.pictures.get(slot);
    if (state === undefined) return new Map();
    return new Map([["blob:1", { url: `/media/${slot}.${this.renewed.length}`, facts: { state } }]]);
  }

  #reach(): void {
    if (!this.online) throw new Unreachable("offline");
  }

  #told(): WorkAnswer {
    return {
      receipt: null,
      leases: [...this.held].map((slot) => ({ ...leaseOf(slot), token: `${this.tokens}${slot}` })),
      label_schema: "",
      guideline: null,
      refused: null,
      retry_seconds: 1,
    };
  }
}

export function leaseOf(slot: number): Handed {
  return {
    slot,
    item: `i${slot}`,
    slot_no: 1,
    target: null,
    stage: "label",
    pool: "",
    attempt: 1,
    token: `t${slot}`,
    until: "2030-01-01T00:00:00Z",
    schema_version: 1,
    label_schema: "",
    guideline_version: 1,
    content: { text: `text ${slot}` },
    before: null,
  };
}
