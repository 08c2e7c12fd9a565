/**
 * Where in an answer a comment points, as the server keeps it: the control, the place of the region in the control's
 * list (from 0; regions have no ids there), and the stretch of text or time it covers.
 */

import type { Anchor as Told } from "@/api/types";
import type { Entity } from "@/core/entity";
import type { LabelSchema } from "@/core/schema";

export function anchorTo(entity: Entity, entities: Iterable<Entity>, schema: LabelSchema): Told {
  const { control, value, id } = entity;
  if (id.startsWith("=")) return { control };
  const place = [...entities].filter((one) => one.control === control && one.of === undefined).indexOf(entity);
  const region = place < 0 ? {} : { region: String(place) };
  const [start, end] = [Number(value.start), Number(value.end)];
  if (!Number.isFinite(start) || !Number.isFinite(end)) return { control, ...region };
  const type = schema.controls.find(({ name }) => name === control)?.type ?? "";
  if (type.startsWith("segment@")) {
    return { control, ...region, start: Math.round(start * 1000), end: Math.round(end * 1000), unit: "time" };
  }
  return { control, ...region, start, end, unit: "text" };
}
