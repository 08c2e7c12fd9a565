/** How a span looks: its colour, the name in its lane, what is told when the pointer rests on it. */

import { isObject } from "@/core/json";
import { choiceTitle } from "@/core/schema";
import type { Surface } from "@/host/editor";
import { labelsOf } from "@/host/palette";
import type { PaintedSpan } from "./painter";
import type { Spot } from "./spans";
import { SAYS } from "./words";
import type { Work } from "./work";

export function lookOf(surface: Surface, work: Work, spot: Spot): PaintedSpan {
  const { say, language, store, palette } = surface;
  const entity = store.get(spot.id);
  const control = work.spans.find(({ name }) => name === spot.control);
  const choice = control === undefined ? undefined : labelsOf(control).find(({ value }) => value === spot.label);
  const label = choice === undefined || spot.label === "" ? spot.label : choiceTitle(choice, language);
  const attributes = entity !== undefined && isObject(entity.value.attributes) ? entity.value.attributes : {};
  const said = Object.entries(attributes).map(([name, value]) => `${name}: ${written(value)}`);
  const from = entity?.from;
  const told = [
    label || say(SAYS.noLabel),
    ...said,
    ...(from === undefined ? [] : [say(from.kind === "prelabel" ? SAYS.prelabel : SAYS.before, { name: from.name })]),
    ...(from?.confidence === undefined ? [] : [say(SAYS.confidence, { percent: Math.round(from.confidence * 100) })]),
  ];
  return {
    color: palette.color(spot.control, spot.label),
    name: said.length > 0 ? `${label} ·${said.length}` : label,
    title: told.join("\n"),
    dashed: from?.kind === "prelabel",
  };
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
