/**
 * What is different between two answers to one item, control by control and region by region.
 *
 * Regions have no identity across answers: those that say the same belong together, then those that overlap most (the
 * overlap of their extents: an interval, or the rectangle around a shape), then what is left of one label in order.
 * Relations belong together when their ends do.
 */

import type { Entity } from "@/core/entity";
import { isObject, type Json, type JsonObject, sameJson } from "@/core/json";
import { type Control, type LabelSchema, typeOf } from "@/core/schema";
import { decodeCounts } from "@/labels/mask";

export interface FieldDifference {
  /** `label`, `attributes.colour`, or where in an answer: `2.mark`; empty: the answer itself. */
  readonly name: string;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}

export interface Difference {
  readonly kind: "added" | "removed" | "changed";
  readonly control: string;
  readonly from?: Entity;
  readonly to?: Entity;
  /** What changed; empty unless `changed`. */
  readonly fields: readonly FieldDifference[];
}

/** From one answer to another: what was added, removed and changed, in the order of the schema and of the second. */
export function differences(schema: LabelSchema, from: readonly Entity[], to: readonly Entity[]): Difference[] {
  const found: Difference[] = [];
  const partner = new Map<string, string>();
  for (const control of schema.controls) {
    const mine = (side: readonly Entity[]): Entity[] =>
      wholes(side.filter((entity) => entity.control === control.name));
    found.push(...ofControl(control, mine(from), mine(to), partner));
  }
  return found;
}

function ofControl(control: Control, from: Entity[], to: Entity[], partner: Map<string, string>): Difference[] {
  const [relation, single] = [typeOf(control) === "relation", isAnswer(from, to)];
  const pairs = relation
    ? related(from, to, partner)
    : single
      ? new Map(to[0] !== undefined && from[0] !== undefined ? [[to[0].id, from[0]]] : [])
      : matched(from, to);
  for (const [id, other] of pairs) partner.set(other.id, id);
  const paired = new Set([...pairs.values()].map(({ id }) => id));
  const name = control.name;
  const there = to.flatMap((entity): Difference[] => {
    const other = pairs.get(entity.id);
    if (other === undefined) return [{ kind: "added", control: name, to: entity, fields: [] }];
    const fields = single
      ? leaves("", other.value.value, entity.value.value)
      : changedFields(other.value, entity.value, relation);
    return fields.length === 0 ? [] : [{ kind: "changed", control: name, from: other, to: entity, fields }];
  });
  const gone = from
    .filter(({ id }) => !paired.has(id))
    .map((entity): Difference => ({ kind: "removed", control: name, from: entity, fields: [] }));
  return [...there, ...gone];
}

/** Regions with their parts (a mask's tiles) as one value. */
function wholes(entities: readonly Entity[]): Entity[] {
  const parts = new Map<string, JsonObject[]>();
  for (const { of, value } of entities) if (of !== undefined) parts.set(of, [...(parts.get(of) ?? []), value]);
  return entities
    .filter(({ of }) => of === undefined)
    .map((entity) => {
      const mine = parts.get(entity.id);
      if (mine === undefined) return entity;
      const tiles = [...mine].sort((one, other) => (canonical(one) < canonical(other) ? -1 : 1));
      return { ...entity, value: { ...entity.value, tiles } };
    });
}

function isAnswer(from: readonly Entity[], to: readonly Entity[]): boolean {
  return [...from, ...to].every(({ id }) => id.startsWith("="));
}

// --- regions ---------------------------------------------------------------------------------------------------------

/** Entity of `to` -> entity of `from` it belongs to. */
export function matched(from: readonly Entity[], to: readonly Entity[]): Map<string, Entity> {
  const pairs = new Map<string, Entity>();
  const same = new Map<string, Entity[]>();
  for (const entity of from) {
    const key = canonical(entity.value);
    same.set(key, [...(same.get(key) ?? []), entity]);
  }
  const rest = to.filter((entity) => {
    const found = same.get(canonical(entity.value))?.shift();
    if (found !== undefined) pairs.set(entity.id, found);
    return found === undefined;
  });
  const used = new Set([...pairs.values()].map(({ id }) => id));
  pairOverlapping(
    from.filter(({ id }) => !used.has(id)),
    rest,
    pairs,
  );
  return pairs;
}

/** Less than this in common is no relation. */
const LEAST = 0.1;

function pairOverlapping(from: readonly Entity[], to: readonly Entity[], pairs: Map<string, Entity>): void {
  const placed = (side: readonly Entity[]): Placed[] =>
    side
      .flatMap((entity) => {
        const extent = extentOf(entity.value);
        return extent === null ? [] : [{ entity, extent }];
      })
      .sort((left, right) => left.extent[0] - right.extent[0]);
  const [mine, yours] = [placed(to), placed(from)];
  const chances: { readonly score: number; readonly to: Entity; readonly from: Entity }[] = [];
  for (const left of mine) {
    for (const right of yours) {
      if (right.extent[0] > left.extent[2]) break;
      const score = overlap(left.extent, right.extent);
      if (score < LEAST) continue;
      const bonus = left.entity.value.label === right.entity.value.label ? 0.001 : 0;
      chances.push({ score: score + bonus, to: left.entity, from: right.entity });
    }
  }
  chances.sort((left, right) => right.score - left.score);
  const [takenTo, takenFrom] = [new Set<string>(), new Set<string>()];
  for (const chance of chances) {
    if (takenTo.has(chance.to.id) || takenFrom.has(chance.from.id)) continue;
    takenTo.add(chance.to.id);
    takenFrom.add(chance.from.id);
    pairs.set(chance.to.id, chance.from);
  }
  const left = from.filter(({ id, value }) => !takenFrom.has(id) && extentOf(value) === null);
  for (const entity of to) {
    if (takenTo.has(entity.id) || extentOf(entity.value) !== null) continue;
    const at = left.findIndex(({ value }) => value.label === entity.value.label);
    if (at >= 0) pairs.set(entity.id, left.splice(at, 1)[0]!);
  }
}

/** x0, y0, x1, y1; intervals lie between 0 and 1 in y. */
type Extent = readonly [number, number, number, number];
interface Placed {
  readonly entity: Entity;
  readonly extent: Extent;
}

/** Points have no area; they belong together within about this many pixels. */
const POINT = 12;

/** The interval or rectangle around a region; null for what has none (a mask). */
export function extentOf(value: JsonObject): Extent | null {
  const number = (name: string): number => Number(value[name] ?? Number.NaN);
  if ("start" in value && "end" in value) return [number("start"), 0, number("end"), 1];
  if ("cx" in value) {
    const angle = (Number(value.angle ?? 0) * Math.PI) / 180;
    const half = "rx" in value ? [number("rx"), number("ry")] : [number("width") / 2, number("height") / 2];
    const [w, h] = half as [number, number];
    const [c, s] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
    const [dx, dy] =
      "rx" in value ? [Math.hypot(w * c, h * s), Math.hypot(w * s, h * c)] : [w * c + h * s, w * s + h * c];
    return [number("cx") - dx, number("cy") - dy, number("cx") + dx, number("cy") + dy];
  }
  if ("width" in value) {
    return [number("x"), number("y"), number("x") + number("width"), number("y") + number("height")];
  }
  if ("x" in value) return [number("x") - POINT, number("y") - POINT, number("x") + POINT, number("y") + POINT];
  if (Array.isArray(value.points)) return around(value.points);
  if (Array.isArray(value.tiles))
    return around(value.tiles.map((tile) => (isObject(tile) ? [tile.x ?? 0, tile.y ?? 0] : [])));
  return null;
}

function around(points: readonly Json[]): Extent | null {
  // A skeleton's absent points are [0, 0, 0].
  const there = points.filter((point): point is number[] => Array.isArray(point) && point[2] !== 0);
  if (there.length === 0) return null;
  const [xs, ys] = [there.map(([x]) => x ?? 0), there.map(([, y]) => y ?? 0)];
  const least = (all: number[]): number => all.reduce((one, other) => Math.min(one, other));
  const most = (all: number[]): number => all.reduce((one, other) => Math.max(one, other));
  return [least(xs) - 1, least(ys) - 1, most(xs) + 1, most(ys) + 1];
}

/** Intersection over union. */
export function overlap(left: Extent, right: Extent): number {
  const width = Math.min(left[2], right[2]) - Math.max(left[0], right[0]);
  const height = Math.min(left[3], right[3]) - Math.max(left[1], right[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (one: Extent): number => (one[2] - one[0]) * (one[3] - one[1]);
  return (width * height) / (area(left) + area(right) - width * height);
}

function related(from: readonly Entity[], to: readonly Entity[], partner: ReadonlyMap<string, string>) {
  const key = (head: unknown, tail: unknown): string => `${String(head)}\n${String(tail)}`;
  const known = new Map<string, Entity[]>();
  for (const entity of from) {
    const { head, tail } = entity.value;
    const ends = key(partner.get(String(head)) ?? head, partner.get(String(tail)) ?? tail);
    known.set(ends, [...(known.get(ends) ?? []), entity]);
  }
  const pairs = new Map<string, Entity>();
  for (const entity of to) {
    const found = known.get(key(entity.value.head, entity.value.tail)) ?? [];
    const at = Math.max(
      found.findIndex(({ value }) => value.label === entity.value.label),
      0,
    );
    const [other] = found.splice(at, 1);
    if (other !== undefined) pairs.set(entity.id, other);
  }
  return pairs;
}

// --- fields ----------------------------------------------------------------------------------------------------------

function changedFields(from: JsonObject, to: JsonObject, relation: boolean): FieldDifference[] {
  const found: FieldDifference[] = [];
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (relation && (name === "head" || name === "tail")) continue; // the ids of spans, which belong together
    if (sameJson(from[name], to[name])) continue;
    if (name === "tiles") found.push({ name: "pixels", from: pixels(from.tiles), to: pixels(to.tiles) });
    else if (name === "attributes") found.push(...leaves("attributes", from[name] ?? {}, to[name] ?? {}, 1));
    else found.push({ name, from: from[name], to: to[name] });
  }
  return found;
}

function pixels(tiles: Json | undefined): number {
  const counts = Array.isArray(tiles) ? tiles.map((tile) => (isObject(tile) ? String(tile.counts ?? "") : "")) : [];
  const set = (lengths: readonly number[]): number => lengths.reduce((sum, one, at) => sum + (at % 2) * one, 0);
  return counts.reduce((sum, one) => sum + set(decodeCounts(one) ?? []), 0);
}

/** The places where two values differ, so many levels deep at most. */
export function leaves(name: string, from: Json | undefined, to: Json | undefined, deep = 4): FieldDifference[] {
  if (sameJson(from, to)) return [];
  const inside = (part: string): string => (name === "" ? part : `${name}.${part}`);
  const nested = deep > 0 && ((isObject(from) && isObject(to)) || (rows(from) && rows(to)));
  if (!nested) return [{ name, from, to }];
  const [left, right] = [from as unknown as JsonObject, to as unknown as JsonObject];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => leaves(inside(key), left[key], right[key], deep - 1));
}

/** A list of objects, as steps and messages are; lists of words are compared as a whole. */
function rows(value: Json | undefined): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => isObject(one) || one === null);
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonical(one)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`)
    .join(",")}}`;
}
