/**
 * Unfinished work on the server, so that it can be gone on with on another device.
 *
 * The log on this device stays the truth; a draft is the whole state every few seconds, and is only read when this
 * device knows nothing of the lease.
 */

import { call, Refusal, Unreachable } from "@/api/call";
import type { Handed } from "@/api/types";
import type { Entity } from "@/core/entity";
import { isObject, type Json } from "@/core/json";
import type { Place } from "./server";

/** What a draft holds. */
export interface DraftBody {
  readonly v: 1;
  readonly attempt: number;
  readonly entities: readonly Entity[];
}

/** Which slots of a desk have drafts is asked for once; each is read when its lease is opened. */
export class DraftDesk {
  readonly #place: Place;
  #heads: Promise<ReadonlySet<number>> | null = null;

  constructor(place: Place) {
    this.#place = place;
  }

  async of(lease: Handed): Promise<DraftBody | null> {
    const { org, project, desk } = this.#place;
    try {
      this.#heads ??= this.#ask();
      if (!(await this.#heads).has(lease.slot)) return null;
      const { pieces } = await call(`GET /api/v1/orgs/{org}/projects/{project}/${desk}/drafts/{slot}`, {
        path: { org, project, slot: lease.slot },
      });
      return readDraft(pieces.at(-1)?.body as Json | undefined, lease.attempt);
    } catch (problem) {
      this.#heads = null;
      if (problem instanceof Refusal || problem instanceof Unreachable) return null; // work begins without it
      throw problem;
    }
  }

  async #ask(): Promise<ReadonlySet<number>> {
    const { org, project, desk } = this.#place;
    const { items } = await call(`GET /api/v1/orgs/{org}/projects/{project}/${desk}/drafts`, {
      path: { org, project },
      query: { limit: 200 },
    });
    return new Set(items.filter(({ held }) => held).map(({ slot }) => slot));
  }
}

/** A draft of this attempt, or null: an earlier attempt's came back as `before`. */
export function readDraft(body: Json | undefined, attempt: number): DraftBody | null {
  if (!isObject(body) || body.v !== 1 || body.attempt !== attempt || !Array.isArray(body.entities)) return null;
  return body as unknown as DraftBody;
}

const AFTER_MS = 4_000;

export type Put = (seq: number, body: DraftBody) => Promise<{ readonly outcome: string; readonly expected: number }>;

/** Sends the state of one item some seconds after it changed; what cannot be sent is left out, the device has it. */
export class DraftSync {
  readonly #put: Put;
  readonly #state: () => DraftBody;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #least = 1;
  #changed = false;
  #sending: Promise<void> | null = null;
  #ended = false;

  constructor(options: { readonly put: Put; readonly now?: () => number; state(): DraftBody }) {
    this.#put = options.put;
    this.#state = options.state;
    this.#now = options.now ?? Date.now;
  }

  changed(): void {
    this.#changed = true;
    if (!this.#ended) this.#timer ??= setTimeout(() => void this.send(), AFTER_MS);
  }

  async send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#ended || !this.#changed) return;
    this.#sending ??= this.#sendNow().finally(() => {
      this.#sending = null;
      if (this.#changed) this.changed();
    });
    await this.#sending;
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  async #sendNow(): Promise<void> {
    this.#changed = false;
    try {
      // Whole pieces need only be newer: the time orders those of several devices.
      let seq = Math.max(this.#now(), this.#least);
      for (let tries = 0; tries < 2; tries += 1) {
        const { outcome, expected } = await this.#put(seq, this.#state());
        this.#least = expected;
        if (outcome === "submitted" || outcome === "foreign") this.#ended = true;
        if (outcome !== "known") return;
        seq = expected;
      }
    } catch (problem) {
      if (problem instanceof Refusal && problem.status !== 401 && !problem.passing) this.#ended = true;
      else if (!(problem instanceof Refusal || problem instanceof Unreachable)) throw problem;
      else this.#changed = true;
    }
  }
}

export function putDraft(place: Place, slot: number): Put {
  const { org, project, desk } = place;
  return (seq, body) =>
    call(`PUT /api/v1/orgs/{org}/projects/{project}/${desk}/drafts/{slot}`, {
      path: { org, project, slot },
      body: { seq, whole: true, body },
    });
}
