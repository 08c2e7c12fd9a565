/**
 * Every label type the workbench knows. One that is missing here, as extensions of a server bring, is shown as it is and
 * cannot be changed; what was said of it is handed in as it came.
 */

import type { Entity, Id, Labels } from "@/core/entity";
import { type Json, type JsonObject, own } from "@/core/json";
import { asked, type Control, type LabelSchema, typeOf } from "@/core/schema";
import { words } from "@/core/words";
import { checking, classified, dated, numbered, rated, saidWithin } from "./answer_problems";
import { dialogue } from "./dialogue";
import { answer, type LabelKind, type Problem, regions } from "./kind";
import { mask } from "./mask";
import { ocr } from "./ocr";
import { ranking } from "./ranking";
import { spanIdentity } from "./region_problems";
import { relation } from "./relation";
import { rubric } from "./rubric";
import { steps } from "./steps";

const KINDS: ReadonlyMap<string, LabelKind> = new Map(
  [
    answer("classify", checking(classified)),
    answer("text", checking(saidWithin(1, 20_000))),
    answer("transcript", checking(saidWithin(0, 100_000))),
    answer("number", checking(numbered)),
    answer("rating", checking(rated)),
    answer("date", checking(dated)),
    ranking,
    rubric,
    steps,
    dialogue,
    regions("span", undefined, spanIdentity),
    regions("box"),
    regions("rotated_box"),
    regions("polygon"),
    regions("polyline"),
    regions("ellipse"),
    regions("keypoint"),
    regions("skeleton"),
    mask,
    ocr,
    regions("segment", (left, right) => Number(left.start) - Number(right.start)),
    relation,
  ].map((kind) => [kind.type, kind]),
);

const UNKNOWN = answer("");

export function kindOf(control: Control): LabelKind | undefined {
  return KINDS.get(typeOf(control));
}

/** The entities of an annotation, controls in the schema's order. */
export function readLabels(schema: LabelSchema, labels: Labels, newId: () => Id): Entity[] {
  const found: Entity[] = [];
  for (const control of schema.controls) {
    const value = own(labels, control.name);
    if (value !== undefined && value !== null) {
      found.push(...(kindOf(control) ?? UNKNOWN).read(value, { control, newId, others: found }));
    }
  }
  return found;
}

/** The annotation that entities make; what is not asked is left out, an empty list is an answer. */
export function writeLabels(schema: LabelSchema, entities: Iterable<Entity>): Labels {
  const all = new Map<Id, Entity>();
  const byControl = new Map<string, Entity[]>();
  for (const entity of entities) {
    all.set(entity.id, entity);
    const known = byControl.get(entity.control);
    if (known === undefined) byControl.set(entity.control, [entity]);
    else known.push(entity);
  }
  const said = new Map<string, Json>();
  for (const control of schema.controls) {
    const value = (kindOf(control) ?? UNKNOWN).write(byControl.get(control.name) ?? [], control, all);
    if (value !== undefined && value !== null) said.set(control.name, value);
  }
  const shown = new Set(asked(schema, Object.fromEntries(said)).map(({ name }) => name));
  return Object.fromEntries([...said].filter(([name]) => shown.has(name)));
}

const SAYS = words({
  missing: { en: "This question needs an answer.", zh: "此项必填。" },
  unknown: {
    en: "This question needs an answer, but its label type cannot be edited here: {type}. Tell who manages the project.",
    zh: "此项必填，但此处无法编辑该标签类型：{type}。请联系项目管理员。",
  },
});

/** Everything that keeps an annotation from being submitted, in the schema's order. */
export function problemsOf(schema: LabelSchema, entities: readonly Entity[], content: JsonObject): Problem[] {
  const labels = writeLabels(schema, entities);
  return asked(schema, labels).flatMap((control): Problem[] => {
    const kind = kindOf(control);
    if (control.required && own(labels, control.name) === undefined) {
      if (kind === undefined) return [{ control: control.name, text: SAYS.unknown, facts: { type: control.type } }];
      return [{ control: control.name, text: SAYS.missing }];
    }
    const mine = entities.filter((entity) => entity.control === control.name);
    return kind?.problems?.(mine, control, content) ?? [];
  });
}
