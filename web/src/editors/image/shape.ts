/** What a label type's value looks like on the picture, and how it is moved, resized and its points are changed. Pure. */

import { isObject, type Json, type JsonObject } from "@/core/json";
import { type Control, typeOf } from "@/core/schema";
import { framed } from "./framed";
import {
  areaOf,
  boundsOf,
  distance,
  distanceTo,
  holdsPoint,
  joined,
  type Point,
  type Rect,
  type Size,
} from "./geometry";
import { pointed } from "./pointed";
import { skeletal } from "./skeletal";

export interface Line {
  readonly row: readonly number[];
  readonly closed: boolean;
}

export interface Dot {
  readonly at: Point;
  /** Seen, or there but hidden behind something. */
  readonly hidden: boolean;
}

/** Lines and dots in image pixels. */
export interface Outline {
  readonly lines: readonly Line[];
  readonly dots: readonly Dot[];
}

/** A place to take a shape by. `middle` makes a new vertex, `turn` rotates. */
export interface Handle {
  readonly name: string;
  readonly kind: "corner" | "side" | "turn" | "vertex" | "middle";
  readonly at: Point;
  readonly cursor: string;
  /** Filled with the shape's colour: a skeleton's point that is seen. */
  readonly solid?: boolean;
}

/** Fields of a value that change; `undefined` takes one away. */
export type Fields = { readonly [name: string]: Json | undefined };

export interface ShapeKind {
  readonly type: string;
  outline(value: JsonObject): Outline;
  handles(value: JsonObject, scale: number): readonly Handle[];
  /** A handle dragged to a point; `keep`: the proportions, or turns by 15°. The value is the one at the drag's start. */
  drag(value: JsonObject, handle: string, to: Point, keep: boolean, size: Size): Fields;
  move(value: JsonObject, by: Point): Fields;
  /** What of a value must stay within the picture when it moves. */
  core(value: JsonObject): Rect;
  /** Without a vertex; null when it would not be a shape any more. */
  without?(value: JsonObject, handle: string): Fields | null;
  /** With a vertex after the one given. */
  split?(value: JsonObject, handle: string): { readonly fields: Fields; readonly handle: string } | null;
  /** The next state of a point (seen, hidden, absent). */
  turnPoint?(value: JsonObject, handle: string): Fields;
}

/** The shape kind of a control; undefined when its regions are no vector shapes. */
export function shapeKindOf(control: Control): ShapeKind | undefined {
  const type = typeOf(control);
  if (type === "box" || type === "rotated_box" || type === "ellipse") return framed(type, control);
  if (type === "polygon" || type === "polyline" || type === "ocr" || type === "keypoint") return pointed(type);
  if (type === "skeleton") return skeletal(control);
  return undefined;
}

export function outlineBounds(outline: Outline): Rect {
  let found: Rect = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { row } of outline.lines) found = joined(found, boundsOf(row));
  for (const { at } of outline.dots) found = joined(found, { left: at[0], top: at[1], right: at[0], bottom: at[1] });
  return found;
}

/** How a point hits an outline: on its line, within it, or not at all. The smaller the area, the better within. */
export function hitOf(outline: Outline, point: Point, reach: number): { on: boolean; area: number } | null {
  for (const { at } of outline.dots) if (distance(at, point) <= reach * 1.5) return { on: true, area: 0 };
  for (const { row, closed } of outline.lines) {
    if (distanceTo(row, closed, point) <= reach) return { on: true, area: closed ? areaOf(row) : 0 };
  }
  for (const { row, closed } of outline.lines) {
    if (closed && holdsPoint(row, point)) return { on: false, area: areaOf(row) };
  }
  return null;
}

export function numberOf(value: Json | undefined, other = 0): number {
  return typeof value === "number" && Number.isFinite(value) ? value : other;
}

/** The `points` of a value as far as they are points. */
export function pointsOf(value: JsonObject): readonly (readonly number[])[] {
  return Array.isArray(value.points)
    ? value.points.filter(isRow).map((point) => point.map((one) => numberOf(one)))
    : [];
}

function isRow(point: Json): point is readonly Json[] {
  return Array.isArray(point) && point.length >= 2;
}

export function hasGroup(value: JsonObject): string | null {
  return typeof value.group === "string" && value.group !== "" ? value.group : null;
}

/** The label a value carries. */
export function labelOf(value: JsonObject): string {
  return isObject(value) && typeof value.label === "string" ? value.label : "";
}
