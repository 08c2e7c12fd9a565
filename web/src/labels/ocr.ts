/**
 * ocr: text in a picture. The list's order is the reading order; while somebody works, each region has an `order` of its
 * own, so that one that is moved changes no other. Regions without one, drawn since, come last, as they were drawn.
 */

import type { Entity } from "@/core/entity";
import { isObject } from "@/core/json";
import { type LabelKind, regions } from "./kind";

/** Regions in reading order. */
export function inReadingOrder(entities: readonly Entity[]): Entity[] {
  return entities.filter(({ of }) => of === undefined).sort((one, other) => placeOf(one) - placeOf(other) || 0);
}

function placeOf({ value }: Entity): number {
  return typeof value.order === "number" ? value.order : Number.MAX_VALUE;
}

/**
 * The `order` that moves a region to a place among the others, in reading order without it: one number, between its
 * neighbours'. Null when the neighbours have none to lie between: all are to be numbered anew.
 */
export function orderAt(others: readonly Entity[], place: number): number | null {
  const [before, after] = [others[place - 1]?.value.order, others[place]?.value.order];
  if (others[place - 1] === undefined) return typeof after === "number" ? after - 1 : others.length === 0 ? 0 : null;
  if (typeof before !== "number") return null;
  if (others[place] === undefined) return before + 1;
  if (typeof after !== "number") return null;
  const middle = (before + after) / 2;
  return before < middle && middle < after ? middle : null;
}

export const ocr: LabelKind = {
  ...regions("ocr"),
  read: (value, { control, newId }) =>
    (Array.isArray(value) ? value : [])
      .filter(isObject)
      .map((item, order) => ({ id: newId(), control: control.name, value: { ...item, order } })),
  write: (entities) =>
    inReadingOrder(entities).map(({ value }) => {
      const { order: _, ...item } = value;
      return item;
    }),
};
