/** Whether a project's items can be said many at once, in a grid of pictures. Pure. */

import { isObject, type JsonObject } from "@/core/json";
import { type Control, choicesOf, type LabelSchema, typeOf } from "@/core/schema";
import type { Prepared } from "@/floor/server";

/** What has to be known of an item. */
export type Shown = Pick<Prepared, "lease" | "schema" | "media">;

/** The question of a grid: the only required one, always asked, with one answer out of a plain list. */
export function gridControl(schema: LabelSchema): Control | null {
  const [control, ...more] = schema.controls.filter(({ required }) => required);
  if (control === undefined || more.length > 0 || control.when !== undefined) return null;
  const single = typeOf(control) === "classify" && (control.options.mode ?? "single") === "single";
  return single && choicesOf(control, "choices").length > 0 ? control : null;
}

/** Whether an item can stand in the grid: a picture with such a question. */
export function fitsGrid(item: Shown): boolean {
  const control = gridControl(item.schema);
  if (control === null) return false;
  const media = mediaOf(item, control);
  // While the server looks at it, nobody knows yet what it is.
  return media !== undefined && (media.facts?.kind ?? "image") === "image";
}

/** The picture a control is about. */
export function mediaOf({ lease, media }: Shown, control: Control): ReturnType<Prepared["media"]["get"]> {
  const content: JsonObject = isObject(lease.content) ? lease.content : {};
  const reference = content[control.field];
  return typeof reference === "string" ? media.get(reference) : undefined;
}
