/** What the numbers of a project say, summed up. Pure. */

import type { Graph, Hour, NodeProgress } from "@/api/types";

export interface StageLine {
  readonly key: string;
  readonly name: string;
  readonly stage: string;
  readonly open: number;
  readonly done: number;
  readonly skipped: number;
  readonly returned: number;
  readonly seconds: number | null;
  readonly days: number | null;
}

/** One line a node, in the order of the graph; what the stream lacks (days left) is kept from the board. */
export function stageLines(
  nodes: readonly NodeProgress[],
  board: readonly NodeProgress[],
  graph: Graph | null,
): readonly StageLine[] {
  const keyOf = (node: NodeProgress): string => (node.pool === "" ? node.stage : `${node.stage}/${node.pool}`);
  const order = new Map(graph?.nodes.map(({ name }, at) => [name, at]));
  // A node that is called as its kind is has no name of its own: it is called as the stage is, in either language.
  const titles = new Map(graph?.nodes.map(({ name, kind, title }) => [name, title || (name === kind ? "" : name)]));
  const days = new Map(board.map((node) => [keyOf(node), node]));
  return nodes
    .map((node) => ({
      key: keyOf(node),
      name: titles.get(node.pool) ?? "",
      stage: node.stage,
      open: node.open,
      done: node.submitted,
      skipped: node.skipped,
      returned: node.returned,
      seconds: node.seconds_per_answer ?? days.get(keyOf(node))?.seconds_per_answer ?? null,
      days: days.get(keyOf(node))?.days_left ?? null,
      at: order.get(node.pool) ?? order.size,
    }))
    .sort((left, right) => left.at - right.at)
    .map(({ at: _, ...line }) => line);
}

export interface Totals {
  readonly open: number;
  readonly done: number;
}

export function totals(lines: readonly StageLine[]): Totals {
  return lines.reduce(({ open, done }, line) => ({ open: open + line.open, done: done + line.done }), {
    open: 0,
    done: 0,
  });
}

export interface HourLine {
  readonly hour: Date;
  readonly answers: number;
  readonly reviews: number;
  readonly people: number;
}

/** The last `count` hours up to now, with those in which nobody worked. */
export function hourLines(hours: readonly Hour[], now: Date, count = 24): readonly HourLine[] {
  const start = Math.floor(now.getTime() / 3_600_000) - count + 1;
  return Array.from({ length: count }, (_, at) => {
    const hour = new Date((start + at) * 3_600_000);
    const those = hours.filter((one) => Date.parse(one.hour) === hour.getTime());
    const sum = (wanted: (stage: string) => boolean): number =>
      those.reduce((all, one) => all + (wanted(one.stage) ? one.submitted : 0), 0);
    return {
      hour,
      answers: sum((stage) => stage === "label" || stage === "adjudicate"),
      reviews: sum((stage) => stage === "review" || stage === "accept"),
      people: Math.max(0, ...those.map((one) => one.people)),
    };
  });
}
