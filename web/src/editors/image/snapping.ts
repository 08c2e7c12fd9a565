/** Setting a point onto the corners and edges of other shapes. Pure but for asking the scene what is near. */

import type { Id } from "@/core/entity";
import { distance, grown, nearestOn, type Point } from "./geometry";
import type { Shape } from "./scene";
import type { Line } from "./shape";

/** The corner within reach that is nearest, else the nearest point of an edge; null: nothing is near. */
export function snapped(point: Point, reach: number, lines: Iterable<Line>): Point | null {
  let corner: Point | null = null;
  let edge: Point | null = null;
  let [cornerFar, edgeFar] = [reach, reach];
  for (const { row, closed } of lines) {
    const count = row.length / 2;
    for (let at = 0; at < count; at += 1) {
      const here: Point = [row[2 * at]!, row[2 * at + 1]!];
      const far = distance(here, point);
      if (far <= cornerFar) [corner, cornerFar] = [here, far];
      if (at === 0 && !closed) continue;
      const last = at === 0 ? count - 1 : at - 1;
      const on = nearestOn(point, [row[2 * last]!, row[2 * last + 1]!], here);
      const off = distance(on, point);
      if (off <= edgeFar) [edge, edgeFar] = [on, off];
    }
  }
  return corner ?? edge;
}

export function snapTo(
  point: Point,
  reach: number,
  find: (rect: ReturnType<typeof grown>) => readonly Shape[],
  but: Id | null,
): Point | null {
  const [x, y] = point;
  const near = find(grown({ left: x, top: y, right: x, bottom: y }, reach)).filter(({ id }) => id !== but);
  return snapped(
    point,
    reach,
    near.flatMap(({ outline }) => outline.lines),
  );
}
