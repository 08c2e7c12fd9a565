/** relation: links between spans. As an entity an end is the id of its span, so that a link follows a span that moves. */

import type { Entity, Id } from "@/core/entity";
import { isObject, type Json, type JsonObject, sameJson } from "@/core/json";
import { type LabelSchema, typeOf } from "@/core/schema";
import type { LabelKind } from "./kind";
import { repeated } from "./region_problems";

export const relation: LabelKind = {
  type: "relation",
  regions: false,
  read: (value, { control, newId, others }) => {
    const find = (end: Json | undefined): Id | undefined =>
      others.find((span) => span.control === control.options.spans && isObject(end) && sameJson(identity(span), end))
        ?.id;
    return (Array.isArray(value) ? value : []).filter(isObject).flatMap((item): Entity[] => {
      const [head, tail] = [find(item.head), find(item.tail)];
      if (head === undefined || tail === undefined) return [];
      return [{ id: newId(), control: control.name, value: { ...item, head, tail } }];
    });
  },
  write: (entities, _, all) =>
    entities.flatMap((entity): JsonObject[] => {
      const [head, tail] = [all.get(String(entity.value.head)), all.get(String(entity.value.tail))];
      if (head === undefined || tail === undefined) return [];
      return [{ ...entity.value, head: identity(head), tail: identity(tail) }];
    }),
  problems: (entities, control) =>
    repeated(entities, control, ({ value }) => {
      const ends = [String(value.head), String(value.tail)];
      const both = value.direction === "both";
      return JSON.stringify([both ? ends.sort() : ends, both, value.label ?? ""]);
    }),
};

/** Relations that lose an end when these go: they go with them, in the same transaction. */
export function linksTo(ids: ReadonlySet<Id>, entities: Iterable<Entity>, schema: LabelSchema): Id[] {
  const relations = new Set(schema.controls.filter((one) => typeOf(one) === "relation").map(({ name }) => name));
  if (relations.size === 0) return [];
  return [...entities].flatMap(({ id, control, value }) =>
    relations.has(control) && !ids.has(id) && (ids.has(String(value.head)) || ids.has(String(value.tail))) ? [id] : [],
  );
}

function identity(span: Entity): JsonObject {
  const { start = 0, end = 0, label = "" } = span.value;
  return { start, end, label };
}
