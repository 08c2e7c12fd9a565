/** Skeletons: named points of a template, joined by its edges. A point is absent (0), hidden (1) or seen (2). */

import type { Json, JsonObject } from "@/core/json";
import { type Choice, type Control, choicesOf } from "@/core/schema";
import { boundsOf, pixel } from "./geometry";
import { placeOf } from "./pointed";
import { type Dot, type Fields, type Handle, type Line, pointsOf, type ShapeKind } from "./shape";

export interface Template {
  readonly points: readonly Choice[];
  readonly edges: readonly (readonly [number, number])[];
}

export function templateOf(control: Control): Template {
  const points = choicesOf(control, "points");
  const raw: Json | undefined = control.options.edges;
  const edges = (Array.isArray(raw) ? raw : []).flatMap((edge: Json): (readonly [number, number])[] => {
    if (!Array.isArray(edge)) return [];
    const [from, to] = [Number(edge[0]), Number(edge[1])];
    return from in points && to in points ? [[from, to]] : [];
  });
  return { points, edges };
}

export function skeletal(control: Control): ShapeKind {
  const { edges } = templateOf(control);
  const there = (value: JsonObject) => pointsOf(value).map(([x, y, v = 2]) => ({ x: x!, y: y!, v }));
  const fields = (points: readonly { x: number; y: number; v: number }[]): Fields => ({
    points: points.map(({ x, y, v }) => (v === 0 ? [0, 0, 0] : [pixel(x), pixel(y), v])),
  });
  return {
    type: "skeleton",
    outline(value) {
      const points = there(value);
      const lines = edges.flatMap(([from, to]): Line[] => {
        const [one, other] = [points[from], points[to]];
        if (one === undefined || other === undefined || one.v === 0 || other.v === 0) return [];
        return [{ row: [one.x, one.y, other.x, other.y], closed: false }];
      });
      const dots = points.flatMap(({ x, y, v }): Dot[] => (v === 0 ? [] : [{ at: [x, y], hidden: v === 1 }]));
      return { lines, dots };
    },
    handles: (value) =>
      there(value).flatMap(({ x, y, v }, at): Handle[] =>
        v === 0 ? [] : [{ name: `v${at}`, kind: "vertex", at: [x, y], cursor: "move", solid: v === 2 }],
      ),
    drag(value, handle, [x, y]) {
      const at = placeOf(handle);
      return fields(there(value).map((point, place) => (place === at ? { x, y, v: point.v || 2 } : point)));
    },
    move: (value, [dx, dy]) => fields(there(value).map(({ x, y, v }) => ({ x: x + dx, y: y + dy, v }))),
    core: (value) => boundsOf(there(value).flatMap(({ x, y, v }) => (v === 0 ? [] : [x, y]))),
    without(value, handle) {
      const points = there(value);
      const at = placeOf(handle);
      if (points.filter(({ v }) => v > 0).length <= 1) return null;
      return fields(points.map((point, place) => (place === at ? { x: 0, y: 0, v: 0 } : point)));
    },
    turnPoint(value, handle) {
      const at = placeOf(handle);
      return fields(
        there(value).map((point, place) => (place === at ? { ...point, v: point.v === 2 ? 1 : 2 } : point)),
      );
    },
  };
}
