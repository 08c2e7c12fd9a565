/** relation: links between spans. As an entity an end is the id of its span, so that a link follows a span that moves. */

import type { Entity, Id } from "@/core/entity";
import { isObject, type Json, type JsonObject, sameJson } from "@/core/json";
import type { LabelKind } from "./kind";

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
};

function identity(span: Entity): JsonObject {
  const { start = 0, end = 0, label = "" } = span.value;
  return { start, end, label };
}
