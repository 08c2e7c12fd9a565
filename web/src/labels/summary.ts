/** An entity in a few words, for lists and screen readers. */

import type { Entity } from "@/core/entity";
import type { Json, JsonObject } from "@/core/json";
import { type Control, typeOf } from "@/core/schema";
import { Offsets } from "@/core/text";

/** What a region shows besides its label: the text of a span, the place of a shape, the times of a segment. */
export function summaryOf(entity: Entity, control: Control, content: JsonObject): string {
  const { value } = entity;
  switch (typeOf(control)) {
    case "span":
      return spanText(value, content[control.field]);
    case "segment":
      return `${clock(value.start)}–${clock(value.end)} ${String(value.text ?? "")}`.trim();
    case "box":
      return `${round(value.x)}, ${round(value.y)} · ${round(value.width)} × ${round(value.height)}`;
    case "rotated_box":
      return `${round(value.width)} × ${round(value.height)} · ${round(value.angle)}°`;
    case "ellipse":
      return `${round(value.rx)} × ${round(value.ry)}`;
    case "keypoint":
      return `${round(value.x)}, ${round(value.y)}`;
    case "ocr":
      return String(value.text ?? "");
    default:
      return Array.isArray(value.points) ? `${value.points.length} •` : "";
  }
}

/** Offsets of the text that was asked for last: lists ask for one text many times over. */
let last: { readonly text: string; readonly offsets: Offsets } | null = null;

function offsetsOf(text: string): Offsets {
  if (last?.text !== text) last = { text, offsets: new Offsets(text) };
  return last.offsets;
}

function spanText(value: JsonObject, text: Json | undefined): string {
  if (typeof text !== "string") return `${value.start}–${value.end}`;
  const offsets = offsetsOf(text);
  const said = text.slice(offsets.unit(Number(value.start)), offsets.unit(Number(value.end)));
  return said.length > 80 ? `${said.slice(0, 80)}…` : said;
}

function round(value: Json | undefined): string {
  const rounded = Math.round(Number(value) * 10) / 10;
  return Number.isFinite(rounded) ? String(rounded) : "?";
}

/** 75.5 as 1:15.5 */
export function clock(value: Json | undefined): string {
  const seconds = Number(value ?? 0);
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 0) return `−${clock(-seconds)}`;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return `${minutes}:${rest.toFixed(1).padStart(4, "0")}`;
}
