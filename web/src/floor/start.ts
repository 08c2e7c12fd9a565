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

/** What became of prelabels: how many were shown, and left as they were, changed or taken away; and what was added. */
export function assisted(start: readonly Entity[], end: Iterable<Entity>): Assisted {
  const offered = new Map(start.filter(({ from }) => from?.kind === "prelabel").map((entity) => [entity.id, entity]));
  let [kept, edited, added] = [0, 0, 0];
  for (const entity of end) {
    const first = offered.get(entity.id);
    if (first === undefined) added += 1;
    else if (JSON.stringify(first.value) === JSON.stringify(entity.value)) kept += 1;
    else edited += 1;
  }
  return { shown: offered.size, kept, edited, rejected: offered.size - kept - edited, added };
}
