/** What a desk asks of the server, and how parcels are posted. */

import { call, Refusal, Unreachable } from "@/api/call";
import type { Handed, Prediction, WorkAnswer } from "@/api/types";
import { type Json, own } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import type { Media } from "@/host/editor";
import type { Desk, Parcel } from "@/outbox/model";
import type { Outcome } from "@/outbox/sender";
import { type DraftBody, DraftDesk } from "./drafts";
import { outcomeOf } from "./verdicts";

export interface Place {
  readonly org: number;
  readonly project: number;
  readonly desk: Desk;
}

/** What is needed to show a lease at once. */
export interface Prepared {
  readonly lease: Handed;
  readonly schema: LabelSchema;
  /** Its entries are replaced when links are renewed. */
  readonly media: Map<string, Media>;
  readonly prelabels: readonly Prediction[];
}

export function claim(place: Place, count: number): Promise<WorkAnswer> {
  const { org, project, desk } = place;
  return call(`POST /api/v1/orgs/{org}/projects/{project}/${desk}/claim`, { path: { org, project }, body: { count } });
}

export async function renew(place: Place): Promise<{ readonly slots: readonly number[]; readonly seconds: number }> {
  const { org, project, desk } = place;
  return call(`POST /api/v1/orgs/{org}/projects/{project}/${desk}/renew`, { path: { org, project } });
}

/** What a queue asks of the server. */
export interface FloorServer {
  claim(count: number): Promise<WorkAnswer>;
  renew(): Promise<{ readonly slots: readonly number[]; readonly seconds: number }>;
  prepare(leases: readonly Handed[]): Promise<Prepared[]>;
  /** New links and facts of what leases show, by slot; links end after an hour. */
  media(leases: readonly Handed[]): Promise<ReadonlyMap<number, Map<string, Media>>>;
  /** Unfinished work that was kept on the server, from here or another device. */
  draft(lease: Handed): Promise<DraftBody | null>;
  /** Give a lease back; whether it was still held. */
  release(lease: Handed): Promise<boolean>;
}

export function floorServer(place: Place): FloorServer {
  const preparer = new Preparer(place);
  const drafts = new DraftDesk(place);
  const { org, project, desk } = place;
  return {
    claim: (count) => claim(place, count),
    renew: () => renew(place),
    prepare: (leases) => preparer.prepare(leases),
    media: (leases) => preparer.media(leases),
    draft: (lease) => drafts.of(lease),
    release: ({ slot, token }) =>
      call(`POST /api/v1/orgs/{org}/projects/{project}/${desk}/release`, {
        path: { org, project },
        body: { slot, token },
      }).then(({ released }) => released),
  };
}

/** Fetches schemas once, and pictures and prelabels of leases ahead of time. */
class Preparer {
  readonly #place: Place;
  readonly #schemas = new Map<number, Promise<LabelSchema>>();

  constructor(place: Place) {
    this.#place = place;
  }

  schema(version: number): Promise<LabelSchema> {
    const known = this.#schemas.get(version);
    if (known !== undefined) return known;
    const { org, project } = this.#place;
    const asked = call("GET /api/v1/orgs/{org}/projects/{project}/schemas/{version}", {
      path: { org, project, version },
    }).then(({ schema }) => schema as unknown as LabelSchema);
    asked.catch(() => this.#schemas.delete(version));
    this.#schemas.set(version, asked);
    return asked;
  }

  async prepare(leases: readonly Handed[]): Promise<Prepared[]> {
    if (leases.length === 0) return [];
    const [prelabels, media, schemas] = await Promise.all([
      this.#prelabels(leases),
      this.media(leases),
      Promise.all(leases.map((lease) => this.schema(lease.schema_version))),
    ]);
    return leases.map((lease, at) => ({
      lease,
      schema: schemas[at]!,
      media: media.get(lease.slot) ?? new Map(),
      prelabels: own(prelabels, lease.item) ?? [],
    }));
  }

  async #prelabels(leases: readonly Handed[]): Promise<{ [item: string]: Prediction[] }> {
    if (this.#place.desk !== "work") return {};
    const { org, project } = this.#place;
    const items = [...new Set(leases.map(({ item }) => item))];
    // Help that cannot be had is no reason to keep the work back.
    return call("POST /api/v1/orgs/{org}/projects/{project}/predictions/for", {
      path: { org, project },
      body: { items },
    }).catch((problem: unknown) => {
      if (problem instanceof Refusal || problem instanceof Unreachable) return {};
      throw problem;
    });
  }

  /** One request for all of them; none when no item has any. */
  async media(leases: readonly Handed[]): Promise<ReadonlyMap<number, Map<string, Media>>> {
    const slots = leases.filter(({ content }) => JSON.stringify(content ?? null).includes('"blob:'));
    if (slots.length === 0) return new Map();
    const { org, project, desk } = this.#place;
    const found = await call(`POST /api/v1/orgs/{org}/projects/{project}/${desk}/media`, {
      path: { org, project },
      body: { slots: slots.map(({ slot }) => slot) },
    });
    const media = (reference: string): Media => {
      const [url, facts] = [found.links[reference]!, found.facts[reference]];
      return facts === undefined ? { url } : { url, facts };
    };
    return new Map(
      Object.entries(found.slots).map(([slot, references]) => [
        Number(slot),
        new Map(references.filter((one) => one in found.links).map((one) => [one, media(one)])),
      ]),
    );
  }
}

/** Post a parcel; says what became of it and never raises. */
export async function post(parcel: Parcel, now: () => number = Date.now): Promise<Outcome> {
  try {
    const answer = await call(parcel.operation as "POST /api/v1/orgs/{org}/projects/{project}/work/submit", {
      path: parcel.path as { org: number; project: number },
      body: waited(parcel, now()) as never,
      // Submissions have a client_id of their own; the rest is kept from being done twice by this.
      once: `parcel-${parcel.person}-${parcel.madeAt}-${parcel.id}`,
    });
    return outcomeOf(answer);
  } catch (problem) {
    if (problem instanceof Unreachable) return { kind: "later", offline: true };
    if (!(problem instanceof Refusal)) throw problem;
    if (problem.status === 401) return { kind: "signed-out" };
    if (problem.passing) {
      return {
        kind: "later",
        offline: false,
        ...(problem.retrySeconds === null ? {} : { seconds: problem.retrySeconds }),
      };
    }
    const { code, title, hint } = problem.problem;
    return { kind: "refused", why: { code, title, ...(hint === undefined ? {} : { hint }) } };
  }
}

/** As much as a report may say it waited (`galley.annotate.time`). */
const WAITED_MS_MAX = 31 * 24 * 3600 * 1000;

/**
 * The body with the time it waited on this device, which is no working time: by the clock of the device, and only if
 * that can be true, since it may have been set meanwhile.
 */
function waited(parcel: Parcel, now: number): Json {
  const body = parcel.body as { readonly [name: string]: Json };
  const activity = body.activity;
  if (typeof activity !== "object" || activity === null || Array.isArray(activity)) return body;
  return {
    ...body,
    activity: { ...activity, waited_ms: now - parcel.madeAt < WAITED_MS_MAX ? Math.max(now - parcel.madeAt, 0) : 0 },
  };
}
