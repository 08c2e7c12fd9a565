/** What the server would refuse in a list of regions, told before it is handed in. */

import type { Entity } from "@/core/entity";
import { isObject, type Json, own } from "@/core/json";
import { attributesOf, type Control, choicesOf, holds } from "@/core/schema";
import { words } from "@/core/words";
import type { Problem } from "./kind";

const SAYS = words({
  few: { en: "At least {min} are asked for; there are {count}.", zh: "至少需要 {min} 个，现有 {count} 个。" },
  many: { en: "At most {max} are allowed; there are {count}.", zh: "最多 {max} 个，现有 {count} 个。" },
  same: {
    en: "This is marked twice with the same label. Delete one, or give it another label.",
    zh: "同一处用同一标签标了两次，请删除一个或改用其他标签。",
  },
  label: { en: "This has no label.", zh: "此项没有标签。" },
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
  identity: Identity | null = null,
): Problem[] {
  const mine = entities.filter(({ of }) => of === undefined);
  return [...counted(mine.length, control), ...repeated(mine, control, identity), ...unsaid(mine, control)];
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
  const labelled = choicesOf(control, "labels").length > 0;
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
    if (missing !== undefined)
      return [{ control: control.name, id, text: SAYS.attribute, facts: { name: missing[0] } }];
    return [];
  });
}
