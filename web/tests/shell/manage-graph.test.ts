import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NodeProgress, RunPicture } from "@/api/types";
import { filtersOf, queryOf, searchOf } from "@/shell/manage/explorer/filters";
import { reasons, stageBoxes } from "@/shell/manage/lines/picture";
import { hourLines, stageLines, totals } from "@/shell/manage/overview/stages";
import { drawn, graphOf, planOf } from "@/shell/manage/parts/graph";
import { diff, indented, newlined } from "@/shell/manage/parts/typing";
import { byDay } from "@/shell/manage/people/days";
import { sentenceOf } from "@/shell/manage/quality/sentence";
import { exampleOf } from "@/shell/manage/schema/example";

const plans = fc.record({
  overlap: fc.integer({ min: 1, max: 10 }),
  review: fc.integer({ min: 0, max: 100 }),
  accept: fc.boolean(),
});

describe("stages", () => {
  test("a plan becomes a graph and is found again in it", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(planOf(JSON.parse(JSON.stringify(graphOf(plan))))).toEqual(plan);
      }),
    );
  });

  test("every way leads from a node that is there to one that is there; every outcome has its way", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const graph = graphOf(plan);
        const names = new Set([...graph.nodes.map(({ name }) => name), "end"]);
        for (const { from, to } of graph.edges ?? []) {
          expect(names.has(from)).toBe(true);
          expect(names.has(to ?? "end")).toBe(true);
        }
        const outcomes = (graph.edges ?? []).map(({ from, on }) => `${from} ${on}`);
        expect(new Set(outcomes).size).toBe(outcomes.length);
        const { boxes, ways } = drawn(graph);
        const places = boxes.map(({ column, row }) => `${column} ${row}`);
        expect(new Set(places).size).toBe(places.length);
        const column = new Map(boxes.map((box) => [box.name, box.column]));
        for (const way of ways) if (!way.back) expect(column.get(way.to)).toBeGreaterThan(column.get(way.from)!);
      }),
    );
  });

  test("a graph made by hand is no plan", () => {
    expect(planOf({ nodes: [{ kind: "annotate", name: "mine" }], edges: [] })).toBeNull();
    expect(planOf(null)).toBeNull();
  });
});

describe("writing", () => {
  const line = fc.stringMatching(/^[ a-z:-]{0,12}$/);
  const text = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => lines.join("\n"));

  test("the difference holds both texts", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diff(before, after);
        const without = (kind: string) =>
          lines
            .filter((one) => one.kind !== kind)
            .map((one) => one.text)
            .join("\n");
        expect(without("added")).toBe(before);
        expect(without("removed")).toBe(after);
      }),
    );
  });

  test("in and out again is as it was", () => {
    fc.assert(
      fc.property(text, (told) => {
        const into = indented(told, 0, told.length, false);
        if (told.length > 0) expect(indented(into.text, 0, into.text.length, true).text).toBe(told);
      }),
    );
  });

  test("Enter keeps the indent, and goes deeper after a colon", () => {
    expect(newlined("  a: 1", 6, 6)).toEqual({ text: "  a: 1\n  ", caret: 9 });
    expect(newlined("controls:", 9, 9)).toEqual({ text: "controls:\n  ", caret: 12 });
  });
});

describe("filters", () => {
  test("what stands in the address is read back", () => {
    const filters = filtersOf(new URLSearchParams("status=done&control=topic&value=news&differing=1"));
    expect(filtersOf(new URLSearchParams(searchOf(filters)))).toEqual(filters);
    expect(queryOf(filters)).toEqual({ status: "done", control: "topic", value: "news", differing: true });
  });

  test("a question without its answer is no filter, nor is a state nobody knows", () => {
    expect(queryOf(filtersOf(new URLSearchParams("control=topic&status=odd")))).toEqual({});
  });
});

describe("progress", () => {
  const node = (stage: string, pool: string, open: number, submitted: number): NodeProgress => ({
    stage,
    pool,
    open,
    submitted,
    skipped: 0,
    void: 0,
    returned: 0,
    seconds_per_answer: null,
    days_left: null,
  });

  test("stages stand in the order of the graph, days left come from the board", () => {
    const graph = graphOf({ overlap: 1, review: 100, accept: false });
    const nodes = [node("review", "review", 3, 1), node("label", "annotate", 5, 9)];
    const lines = stageLines(nodes, [{ ...nodes[1]!, days_left: 2 }], graph);
    expect(lines.map(({ key }) => key)).toEqual(["label/annotate", "review/review"]);
    expect(lines[0]!.days).toBe(2);
    expect(totals(lines)).toEqual({ open: 8, done: 10 });
    expect(lines.map(({ name }) => name)).toEqual(["", ""]);
    const named = { nodes: [{ kind: "annotate" as const, name: "first" }], edges: [] };
    expect(stageLines([node("label", "first", 1, 0)], [], named)[0]!.name).toBe("first");
  });

  test("hours without work are there as nothing", () => {
    const now = new Date("2026-03-01T10:20:00Z");
    const hour = { hour: "2026-03-01T09:00:00Z", stage: "label", people: 2, submitted: 7 } as never;
    expect(hourLines([hour], now, 3).map(({ answers }) => answers)).toEqual([0, 7, 0]);
  });

  test("days between are filled in", () => {
    expect(byDay([{ day: "2026-02-27" }, { day: "2026-03-02" }]).map(({ day }) => day)).toEqual([
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
      "2026-03-02",
    ]);
  });
});

test("a line's picture: what was dropped, the slowest, what waits for people", () => {
  const picture = {
    stages: [
      { stage: "collect", status: "done", records_in: 10, records_out: 10, records_per_second: 5 },
      { stage: "clean", status: "done", records_in: 10, records_out: 7, records_per_second: 1 },
    ],
    slowest: "clean",
    open_answers: 4,
    steps: [{ step: 1, op: "dedup", counts: {}, reasons: { "drop twice": 2, "edit turned": 5, "drop empty": 1 } }],
  } as unknown as RunPicture;
  const boxes = stageBoxes(picture);
  expect(boxes.map(({ name }) => name)).toEqual(["collect", "clean", "annotate", "assess", "release"]);
  expect(boxes[1]).toMatchObject({ dropped: 3, slowest: true });
  expect(boxes[2]).toMatchObject({ waits: true, status: "pending" });
  expect(reasons(picture)).toEqual([
    { code: "twice", failed: false, step: "dedup", count: 2 },
    { code: "empty", failed: false, step: "dedup", count: 1 },
  ]);
});

test("a rule reads as a sentence in both languages", () => {
  const rule = {
    name: "gold",
    collector: "gold",
    conditions: [{ measure: "high", below: 0.8, above: null }],
    actions: [{ do: "tell_lead" }],
    window: 60,
    least: 5,
  } as never;
  expect(sentenceOf(rule, "en")).toBe(
    "Of the last 60 judged, from 5 on: when the share, at best, is below 0.8, then the lead is told.",
  );
  expect(sentenceOf(rule, "zh")).toContain("0.8");
});

test("an example record has every field that is asked about", () => {
  const schema = {
    name: "x",
    controls: [
      { name: "a", type: "box@1", field: "photo", required: true, options: {} },
      { name: "b", type: "classify@1", field: "text", required: true, options: {} },
    ],
  };
  expect(Object.keys(exampleOf(schema))).toEqual(["photo", "text"]);
});
