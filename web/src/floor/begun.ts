/** What is kept on this device of an item that is opened, and the state its log leads to. Pure. */

import type { Entity, Id } from "@/core/entity";
import { newId } from "@/core/ids";
import type { JsonObject } from "@/core/json";
import type { Line, OpenItem } from "@/outbox/model";
import type { Place, Prepared } from "./server";
import { startOf } from "./start";

/** An item as it is first kept: nothing is done to it yet. */
export function openItemOf(prepared: Prepared, at: { place: Place; person: number; key: string }): OpenItem {
  const { lease, schema, prelabels, media } = prepared;
  const { org, project, desk } = at.place;
  return {
    key: at.key,
    person: at.person,
    org,
    project,
    desk,
    slot: lease.slot,
    clientId: `${lease.slot}.${lease.attempt}.${newId()}`,
    start: startOf(lease, schema, prelabels, newId),
    lease: lease as unknown as JsonObject,
    schema: schema as unknown as JsonObject,
    ...(media.size === 0 ? {} : { media: Object.fromEntries(media) as unknown as JsonObject }),
    openedAt: Date.now(),
  };
}

/** The state that lines lead to. */
export function stateOf(start: readonly Entity[], lines: readonly Pick<Line, "changes">[]): Map<Id, Entity> {
  const state = new Map(start.map((entity) => [entity.id, entity]));
  for (const { changes } of lines) {
    for (const { id, after } of changes) {
      if (after === null) state.delete(id);
      else state.set(id, after);
    }
  }
  return state;
}

/** From where an item starts to the state of its draft, as the first line of its log. */
export function lineTo(item: OpenItem, entities: readonly Entity[]): Line {
  const before = new Map(item.start.map((entity) => [entity.id, entity]));
  const after = new Map(entities.map((entity) => [entity.id, entity]));
  const changes = [...new Set([...before.keys(), ...after.keys()])].map((id) => ({
    id,
    before: before.get(id) ?? null,
    after: after.get(id) ?? null,
  }));
  return { key: item.key, seq: 1, name: "draft", at: item.openedAt, changes };
}
