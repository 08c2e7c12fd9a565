/** What can be done to a ranking: candidates put in place, joined, moved. Pure; every candidate stands once, no group is empty. */

import type { Groups } from "@/labels/ranking";

/** Where a candidate is put: into a group, or between groups as one of its own. */
export type Target = { readonly group: number } | { readonly gap: number };

export function without(groups: Groups, name: string): Groups {
  return groups.map((group) => group.filter((one) => one !== name)).filter((group) => group.length > 0);
}

export function placeOf(groups: Groups, name: string): number {
  return groups.findIndex((group) => group.includes(name));
}

/** Behind all others. */
export function append(groups: Groups, name: string): Groups {
  return [...without(groups, name), [name]];
}

/** Put a candidate somewhere; places are those before it is taken from where it was. */
export function put(groups: Groups, name: string, target: Target): Groups {
  const place = placeOf(groups, name);
  const goes = place >= 0 && groups[place]!.length === 1;
  const rest = without(groups, name);
  if ("group" in target) {
    if (target.group === place) return groups;
    const at = target.group - (goes && target.group > place ? 1 : 0);
    return rest[at] === undefined
      ? append(groups, name)
      : rest.map((group, row) => (row === at ? [...group, name] : group));
  }
  const at = target.gap - (goes && target.gap > place ? 1 : 0);
  return [...rest.slice(0, at), [name], ...rest.slice(at)];
}

/** One place better (-1) or worse (1): out of a tie first, then past the next group. */
export function moved(groups: Groups, name: string, by: -1 | 1): Groups {
  const place = placeOf(groups, name);
  if (place < 0) return append(groups, name);
  if (groups[place]!.length > 1) return put(groups, name, { gap: by < 0 ? place : place + 1 });
  const gap = by < 0 ? place - 1 : place + 2;
  return gap < 0 || gap > groups.length ? groups : put(groups, name, { gap });
}

/** As good as the group before it; the first one, as the one behind it. In a tie already: apart again. */
export function joined(groups: Groups, name: string): Groups {
  const place = placeOf(groups, name);
  if (place < 0 || (groups.length < 2 && groups[place]!.length === 1)) return groups;
  if (groups[place]!.length > 1) return put(groups, name, { gap: place + 1 });
  return put(groups, name, { group: place === 0 ? 1 : place - 1 });
}

export type Verdict = "left" | "tie" | "right";

export function pair(left: string, right: string, verdict: Verdict): Groups {
  if (verdict === "tie") return [[left, right]];
  return verdict === "left" ? [[left], [right]] : [[right], [left]];
}

/** What a ranking of two says; a best one alone is better than the one not named. */
export function verdictOf(groups: Groups, left: string, right: string): Verdict | null {
  const [first] = groups;
  if (first === undefined) return null;
  if (first.includes(left) && first.includes(right)) return "tie";
  return first.includes(left) ? "left" : first.includes(right) ? "right" : null;
}
