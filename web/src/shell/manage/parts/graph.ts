/** Graphs of stages: the usual ones out of a few choices, the choices back out of a graph, and where its nodes are drawn. */

import type { Graph } from "@/api/types";

export interface Plan {
  /** Opinions an item. */
  readonly overlap: number;
  /** The share of answers a second person looks at, in percent. */
  readonly review: number;
  /** Whether the client accepts at the end. */
  readonly accept: boolean;
}

export const SIMPLE: Plan = { overlap: 1, review: 0, accept: false };

/** One opinion or several with consensus, then review of all or of a share, then acceptance. */
export function graphOf(plan: Plan): Graph {
  const nodes: Graph["nodes"] = [{ kind: "annotate", name: "annotate", overlap: plan.overlap }];
  const edges: { from: string; to: string; on: string }[] = [];
  const after: string[] = [...(plan.review > 0 ? ["review"] : []), ...(plan.accept ? ["accept"] : []), "end"];
  const entry = plan.review > 0 && plan.review < 100 ? "sample" : after[0]!;
  if (plan.overlap > 1) {
    nodes.push({ kind: "consensus", name: "consensus" }, { kind: "adjudicate", name: "adjudicate" });
    edges.push(
      { from: "annotate", to: "consensus", on: "done" },
      { from: "consensus", to: entry, on: "agree" },
      { from: "consensus", to: "adjudicate", on: "disagree" },
      { from: "adjudicate", to: entry, on: "done" },
    );
  } else edges.push({ from: "annotate", to: entry, on: "done" });
  if (entry === "sample") {
    nodes.push({ kind: "router", name: "sample", branches: [{ on: "check", percent: plan.review }, { on: "pass" }] });
    edges.push({ from: "sample", to: "review", on: "check" }, { from: "sample", to: after[1]!, on: "pass" });
  }
  if (plan.review > 0) {
    nodes.push({ kind: "review", name: "review" });
    edges.push({ from: "review", to: after[1]!, on: "done" }, { from: "review", to: "annotate", on: "return" });
  }
  if (plan.accept) {
    nodes.push({ kind: "accept", name: "accept" });
    edges.push({ from: "accept", to: "end", on: "done" }, { from: "accept", to: "annotate", on: "return" });
  }
  return { nodes, edges };
}

/** The choices that make this graph; null when it was made by hand. */
export function planOf(graph: Graph | null | undefined): Plan | null {
  if (graph === null || graph === undefined) return null;
  const of = (kind: string) => graph.nodes.find((node) => node.kind === kind);
  const first = of("annotate");
  const router = of("router");
  const share = router?.kind === "router" ? (router.branches[0]?.percent ?? 0) : 100;
  const plan: Plan = {
    overlap: first?.kind === "annotate" ? (first.overlap ?? 1) : 1,
    review: of("review") === undefined ? 0 : share,
    accept: of("accept") !== undefined,
  };
  const made = graphOf(plan);
  const kinds = (one: Graph): string => one.nodes.map(({ kind, name }) => `${kind} ${name}`).join();
  const ways = (one: Graph): string =>
    (one.edges ?? [])
      .map(({ from, to = "end", on = "done" }) => `${from} ${on} ${to}`)
      .sort()
      .join();
  return kinds(made) === kinds(graph) && ways(made) === ways(graph) ? plan : null;
}

export interface Box {
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly column: number;
  readonly row: number;
}

export interface Way {
  readonly from: string;
  readonly to: string;
  readonly on: string;
  /** Leads to a column before: drawn below. */
  readonly back: boolean;
  /** Leads past columns: drawn above. */
  readonly over: boolean;
}

export interface Drawing {
  readonly boxes: readonly Box[];
  readonly ways: readonly Way[];
  readonly columns: number;
  readonly rows: number;
}

/** Where the nodes stand: each as far right as the longest way to it that does not lead back. */
export function drawn(graph: Graph): Drawing {
  const order = new Map(graph.nodes.map(({ name }, at) => [name, at]));
  order.set("end", graph.nodes.length);
  const ways = (graph.edges ?? []).map(({ from, to = "end", on = "done" }) => ({
    from,
    to,
    on,
    back: (order.get(to) ?? 0) <= (order.get(from) ?? 0),
  }));
  const column = new Map([...order.keys()].map((name) => [name, 0]));
  for (let round = 0; round < order.size; round += 1) {
    for (const { from, to, back } of ways) {
      if (!back) column.set(to, Math.max(column.get(to) ?? 0, (column.get(from) ?? 0) + 1));
    }
  }
  const filled = new Map<number, number>();
  const box = (name: string, kind: string, title: string): Box => {
    const at = column.get(name) ?? 0;
    const row = filled.get(at) ?? 0;
    filled.set(at, row + 1);
    return { name, kind, title, column: at, row };
  };
  const boxes = graph.nodes.map(({ name, kind, title }) => box(name, kind, title || name));
  boxes.push(box("end", "end", "end"));
  const far = ({ from, to }: { from: string; to: string }): boolean =>
    (column.get(to) ?? 0) - (column.get(from) ?? 0) > 1;
  return {
    boxes,
    ways: ways.map((way) => ({ ...way, over: !way.back && far(way) })),
    columns: Math.max(...boxes.map((one) => one.column)) + 1,
    rows: Math.max(...filled.values()),
  };
}
