/** Shapes that are points: polygon, polyline, a line of OCR text, keypoint. */

import type { JsonObject } from "@/core/json";
import { boundsOf, type Point, pixel, type Rect } from "./geometry";
import { type Fields, type Handle, numberOf, pointsOf, type ShapeKind } from "./shape";

export type PointedType = "polygon" | "polyline" | "ocr" | "keypoint";

/** Points of one outline; the server takes no more. */
export const POINTS_MAX = 2000;

export function pointed(type: PointedType): ShapeKind {
  return type === "keypoint" ? keypoint : lined(type, type !== "polyline", type === "polyline" ? 2 : 3);
}

function lined(type: PointedType, closed: boolean, least: number): ShapeKind {
  const fields = (points: readonly (readonly number[])[]): Fields => ({
    points: points.map(([x, y]) => [pixel(x!), pixel(y!)]),
  });
  return {
    type,
    outline: (value) => ({ lines: [{ row: pointsOf(value).flatMap(([x, y]) => [x!, y!]), closed }], dots: [] }),
    handles(value, scale) {
      const points = pointsOf(value);
      const found = points.map(
        ([x, y], at): Handle => ({ name: `v${at}`, kind: "vertex", at: [x!, y!], cursor: "move" }),
      );
      if (points.length >= POINTS_MAX) return found;
      for (let at = 0; at < points.length - (closed ? 0 : 1); at += 1) {
        const [from, to] = [points[at]!, points[(at + 1) % points.length]!];
        if (Math.hypot(to[0]! - from[0]!, to[1]! - from[1]!) * scale < 28) continue;
        found.push({ name: `m${at}`, kind: "middle", at: middle(from, to), cursor: "copy" });
      }
      return found;
    },
    drag(value, handle, to) {
      const points = [...pointsOf(value)];
      const at = placeOf(handle);
      if (handle.startsWith("m")) points.splice(at + 1, 0, to);
      else if (at < points.length) points[at] = to;
      return fields(points);
    },
    move: (value, [dx, dy]) => fields(pointsOf(value).map(([x, y]) => [x! + dx, y! + dy])),
    core: (value) => boundsOf(pointsOf(value).flatMap(([x, y]) => [x!, y!])),
    without(value, handle) {
      const points = [...pointsOf(value)];
      if (!handle.startsWith("v") || points.length <= least) return null;
      points.splice(placeOf(handle), 1);
      return fields(points);
    },
    split(value, handle) {
      const points = [...pointsOf(value)];
      const at = placeOf(handle);
      const next = closed ? (at + 1) % points.length : at + 1;
      if (next >= points.length || points.length >= POINTS_MAX) return null;
      points.splice(at + 1, 0, middle(points[at]!, points[next]!));
      return { fields: fields(points), handle: `v${at + 1}` };
    },
  };
}

const keypoint: ShapeKind = {
  type: "keypoint",
  outline: (value) => ({ lines: [], dots: [{ at: spot(value), hidden: false }] }),
  handles: () => [],
  drag: (_, __, [x, y]) => ({ x: pixel(x), y: pixel(y) }),
  move: (value, [dx, dy]) => ({ x: pixel(spot(value)[0] + dx), y: pixel(spot(value)[1] + dy) }),
  core(value): Rect {
    const [x, y] = spot(value);
    return { left: x, top: y, right: x, bottom: y };
  },
};

function spot(value: JsonObject): Point {
  return [numberOf(value.x), numberOf(value.y)];
}

function middle(from: readonly number[], to: readonly number[]): Point {
  return [(from[0]! + to[0]!) / 2, (from[1]! + to[1]!) / 2];
}

/** The number in the name of a handle: `v12` -> 12. */
export function placeOf(handle: string): number {
  return Number(handle.slice(1));
}
