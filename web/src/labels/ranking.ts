/** ranking: groups of candidate ids, best first; ids in one group are tied. While somebody ranks, some may be missing. */

import { isObject, type Json } from "@/core/json";
import type { Control } from "@/core/schema";
import { words } from "@/core/words";
import type { LabelKind } from "./kind";
import { byCodePoint, candidateIds } from "./record_fields";

export type Groups = readonly (readonly string[])[];

const SAYS = words({
  unranked: { en: "Not ranked yet: {count} of {all}.", zh: "尚未排序：{count} / {all}。" },
  noTop: { en: "Rank the best {top}: {count} ranked so far.", zh: "请排出前 {top} 名：已排 {count} 个。" },
  noCandidates: {
    en: "This record has no candidates that can be told apart.",
    zh: "该数据没有可区分的候选回答。",
  },
});

export function groupsIn(value: Json | undefined): Groups {
  if (!Array.isArray(value)) return [];
  return value.flatMap((group: Json) =>
    Array.isArray(group) && group.length > 0 ? [group.filter((name) => typeof name === "string")] : [],
  );
}

export function topOf(control: Control): number | null {
  const top = control.options.top;
  return typeof top === "number" && top >= 1 ? top : null;
}

/** Groups as the server keeps them: ties in order of their ids, and no group behind the first `top` candidates. */
export function canonicalGroups(groups: Groups, top: number | null): Groups {
  const kept: string[][] = [];
  let count = 0;
  for (const group of groups) {
    if (top !== null && count >= top) break;
    kept.push([...group].sort(byCodePoint));
    count += group.length;
  }
  return kept;
}

export const ranking: LabelKind = {
  type: "ranking",
  regions: false,
  read: (value, { control }) => [{ id: `=${control.name}`, control: control.name, value: { value } }],
  write: (entities, control) => {
    const groups = canonicalGroups(groupsIn(entities[0]?.value.value), topOf(control));
    return groups.length > 0 ? groups : undefined;
  },
  problems: (entities, control, content) => {
    const known = candidateIds(content[control.field]);
    if (known === null || known.length === 0) return [{ control: control.name, text: SAYS.noCandidates }];
    const groups = groupsIn(entities[0]?.value.value);
    if (groups.length === 0) return [];
    const [count, top] = [groups.flat().length, topOf(control)];
    if (count >= Math.min(known.length, top ?? known.length)) return [];
    return [
      top === null
        ? { control: control.name, text: SAYS.unranked, facts: { count: known.length - count, all: known.length } }
        : { control: control.name, text: SAYS.noTop, facts: { top: Math.min(top, known.length), count } },
    ];
  },
};

/** Whether candidates are shown without names and in an order of their own. */
export function isBlind(control: Control): boolean {
  return isObject(control.options) && control.options.blind !== false;
}
