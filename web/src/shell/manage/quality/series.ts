/** The folded series of a project as what its charts draw. Pure. */

import type { ChartLabel, ChartReviews } from "@/api/types";

export interface Counted {
  readonly key: string;
  readonly count: number;
}

/** Why work was sent back, the most frequent reason first. */
export function returnReasons(reviews: readonly ChartReviews[]): readonly Counted[] {
  const counts = new Map<string, number>();
  for (const { verdict, reason, reviews: count } of reviews) {
    if (verdict === "return") counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].map(([key, count]) => ({ key, count })).sort((left, right) => right.count - left.count);
}

/** Labels by the control they answer, in the order they come in; the words of `known` that nobody gave stand with 0. */
export function labelsByControl(
  labels: readonly ChartLabel[],
  known: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly Counted[]> {
  const found = new Map<string, Counted[]>([...known.keys()].map((control) => [control, []]));
  for (const { control, value, items } of labels) {
    const row = { key: value, count: items };
    const rows = found.get(control);
    if (rows === undefined) found.set(control, [row]);
    else rows.push(row);
  }
  for (const [control, words] of known) {
    const rows = found.get(control)!;
    const given = new Set(rows.map(({ key }) => key));
    rows.push(...words.filter((word) => !given.has(word)).map((key) => ({ key, count: 0 })));
  }
  return found;
}
