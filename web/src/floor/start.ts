/** Where the work on a lease begins: an answer that came back, the best prelabel, or nothing. */

import type { Handed, Prediction } from "@/api/types";
import type { Entity, Id, Labels, Provenance } from "@/core/entity";
import { isObject } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import { readLabels } from "@/labels/kinds";

export function startOf(
  lease: Handed,
  schema: LabelSchema,
  prelabels: readonly Prediction[],
  newId: () => Id,
): Entity[] {
  const before = lease.before?.body;
  if (isObject(before)) return readLabels(schema, before as Labels, newId);
  const best = prelabels[0];
  if (best === undefined || !isObject(best.body)) return [];
  const from = (entity: Entity): Provenance => ({
    kind: "prelabel",
    name: best.model_version,
    value: entity.value,
    ...confidenceOf(entity, best.score),
  });
  return readLabels(schema, best.body as Labels, newId).map((entity) => ({ ...entity, from: from(entity) }));
}

function confidenceOf(entity: Entity, score: number | null): { confidence?: number } {
  const own = entity.value.score;
  if (typeof own === "number") return { confidence: own };
  return score === null ? {} : { confidence: score };
}

export interface Assisted {
  readonly shown: number;
  readonly kept: number;
  readonly edited: number;
  readonly rejected: number;
  readonly added: number;
}

/**
 * What became of prelabels: how many were shown, and left as they were, changed or taken away; and what was added. Parts
 * (a mask's tiles, a conversation's messages) count as what they are part of.
 */
export function assisted(start: readonly Entity[], end: Iterable<Entity>): Assisted {
  const last = [...end];
  const [before, after] = [wholes(start), wholes(last)];
  const offered = start.filter(({ from, of }) => of === undefined && from?.kind === "prelabel");
  const known = new Set(offered.map(({ id }) => id));
  let [kept, edited, added] = [0, 0, 0];
  for (const { id, of } of last) {
    if (of !== undefined) continue;
    if (!known.has(id)) added += 1;
    else if (before.get(id) === after.get(id)) kept += 1;
    else edited += 1;
  }
  return { shown: offered.length, kept, edited, rejected: offered.length - kept - edited, added };
}

/** What entities say together with their parts, whichever came first. */
function wholes(entities: readonly Entity[]): ReadonlyMap<Id, string> {
  const parts = new Map<Id, string[]>();
  for (const { id, of, value } of entities) {
    if (of === undefined) continue;
    const known = parts.get(of) ?? [];
    known.push(`${id} ${JSON.stringify(value)}`);
    parts.set(of, known);
  }
  const whole = ({ id, value }: Entity): string => [JSON.stringify(value), ...(parts.get(id) ?? []).sort()].join("\n");
  return new Map(entities.filter(({ of }) => of === undefined).map((entity) => [entity.id, whole(entity)]));
}
