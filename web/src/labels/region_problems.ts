/** What the server would refuse in a list of regions, told before it is handed in. */

import type { Entity } from "@/core/entity";
import { isObject, type Json, type JsonObject, own } from "@/core/json";
import { attributesOf, type Control, choicesOf, holds, typeOf } from "@/core/schema";
import { words } from "@/core/words";
import type { Problem } from "./kind";
import { placeProblems } from "./place_problems";

const SAYS = words({
  few: { en: "At least {min} are asked for; there are {count}.", zh: "至少需要 {min} 个，现有 {count} 个。" },
  many: { en: "At most {max} are allowed; there are {count}.", zh: "最多 {max} 个，现有 {count} 个。" },
  same: {
    en: "This is marked twice with the same label. Delete one, or give it another label.",
    zh: "同一处用同一标签标了两次，请删除一个或改用其他标签。",
  },
  label: { en: "This has no label.", zh: "此项没有标签。" },
  strange: {
    en: "This question has no such label: {label}. Give it another.",
    zh: "该控件没有这个标签：{label}，请改用其他标签。",
  },
  overlap: {
    en: "This overlaps another, which is not allowed here. Change where it begins or ends, or delete it.",
    zh: "此项与另一项重叠，此处不允许。请调整起止位置或删除。",
  },
  cross: {
    en: "This and another cut across each other; here one may only lie within the other.",
    zh: "此项与另一项交叉，此处只允许一项完全位于另一项之内。",
  },
  attribute: { en: "This needs an answer: {name}.", zh: "此属性必填：{name}。" },
});

/** What makes a region the same as another of its control; null: two may be alike. */
export type Identity = (entity: Entity) => string;

export function spanIdentity({ value }: Entity): string {
  return JSON.stringify([value.start, value.end, value.label ?? ""]);
}

export function regionProblems(
  entities: readonly Entity[],
  control: Control,
  content: JsonObject,
  identity: Identity | null = null,
): Problem[] {
  const mine = entities.filter(({ of }) => of === undefined);
  return [
    ...counted(mine.length, control),
    ...repeated(mine, control, identity),
    ...unsaid(mine, control),
    ...placeProblems(mine, control, content),
    ...overlapping(mine, control),
  ];
}

/** Stretches that overlap in a way their control does not allow: the later of each two. The same place twice is told elsewhere. */
function overlapping(entities: readonly Entity[], control: Control): Problem[] {
  const { overlap } = control.options;
  if (!["span", "segment"].includes(typeOf(control)) || (overlap !== "none" && overlap !== "nested")) return [];
  const stretches = entities
    .map(({ id, value }) => ({ id, start: Number(value.start), end: Number(value.end), label: value.label }))
    .sort((one, other) => one.start - other.start || other.end - one.end);
  const found: Problem[] = [];
  /** Those that contain the place we are at, outermost first. */
  const around: typeof stretches = [];
  for (const next of stretches) {
    while (around.length > 0 && around.at(-1)!.end <= next.start) around.pop();
    const outer = around.at(-1);
    const clashes = outer !== undefined && (overlap === "none" || next.end > outer.end);
    const twice = outer?.start === next.start && outer.end === next.end && outer.label === next.label;
    if (!clashes) around.push(next);
    else if (!twice || typeOf(control) === "segment")
      found.push({ control: control.name, id: next.id, text: overlap === "none" ? SAYS.overlap : SAYS.cross });
  }
  return found;
}

function counted(count: number, control: Control): Problem[] {
  const { min, max } = control.options;
  if (typeof min === "number" && count < min) return [{ control: control.name, text: SAYS.few, facts: { min, count } }];
  if (typeof max === "number" && count > max)
    return [{ control: control.name, text: SAYS.many, facts: { max, count } }];
  return [];
}

export function repeated(entities: readonly Entity[], control: Control, identity: Identity | null): Problem[] {
  if (identity === null) return [];
  const seen = new Set<string>();
  return entities.flatMap((entity): Problem[] => {
    const said = identity(entity);
    if (seen.has(said)) return [{ control: control.name, id: entity.id, text: SAYS.same }];
    seen.add(said);
    return [];
  });
}

/** Labels and attributes that are asked for and not said. */
function unsaid(entities: readonly Entity[], control: Control): Problem[] {
  const offered = new Set(choicesOf(control, "labels").map((choice) => choice.value));
  const labelled = offered.size > 0;
  const required = [...attributesOf(control)].filter(([, { required: asked }]) => asked === true);
  if (!labelled && required.length === 0) return [];
  return entities.flatMap(({ id, value }): Problem[] => {
    const said: { readonly [name: string]: Json | undefined } = {
      ...(isObject(value.attributes) ? value.attributes : {}),
      label: value.label,
    };
    const missing = required.find(
      ([name, { when }]) => own(said, name) === undefined && (when === undefined || holds(when, said)),
    );
    if (labelled && (value.label ?? "") === "") return [{ control: control.name, id, text: SAYS.label }];
    if (labelled && !offered.has(String(value.label)))
      return [{ control: control.name, id, text: SAYS.strange, facts: { label: String(value.label) } }];
    if (missing !== undefined)
      return [{ control: control.name, id, text: SAYS.attribute, facts: { name: missing[0] } }];
    return [];
  });
}
