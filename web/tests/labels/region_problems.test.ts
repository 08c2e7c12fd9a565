import { describe, expect, test } from "vitest";
import type { Labels } from "@/core/entity";
import { History } from "@/core/history";
import type { LabelSchema } from "@/core/schema";
import { Store } from "@/core/store";
import { problemsOf, readLabels, writeLabels } from "@/labels/kinds";
import { linksTo } from "@/labels/relation";

const schema = (options: object, type = "span"): LabelSchema => ({
  name: "s",
  controls: [
    { name: "part", type: `${type}@1`, required: false, field: "text", options: { labels: ["A", "B"], ...options } },
    { name: "link", type: "relation@1", required: false, field: "text", options: { spans: "part", labels: ["r"] } },
  ],
});
const span = (start: number, end: number, label = "A", more: object = {}): object => ({ start, end, label, ...more });

function counter(): () => string {
  let made = 0;
  return () => {
    made += 1;
    return `e${made}`;
  };
}

function problems(told: LabelSchema, labels: object): string[] {
  const entities = readLabels(told, labels as Labels, counter());
  return problemsOf(told, entities, { text: "abcdefgh" }).map(({ id, text }) => `${id ?? ""} ${text.en}`);
}

describe("what the server would refuse is told before", () => {
  test("the same span twice, and not the same place under another label", () => {
    expect(problems(schema({}), { part: [span(0, 2), span(0, 2, "B")] })).toEqual([]);
    expect(problems(schema({}), { part: [span(0, 2), span(0, 2)] })).toEqual([
      "e2 This is marked twice with the same label. Delete one, or give it another label.",
    ]);
  });

  test("two alike are allowed where the server allows them", () => {
    const box = { x: 1, y: 1, width: 2, height: 2, label: "A" };
    expect(problems(schema({}, "box"), { part: [box, box] })).toEqual([]);
  });

  test("too few, too many, no label, an attribute that is asked for", () => {
    expect(problems(schema({ min: 2 }), { part: [span(0, 1)] })[0]).toMatch("At least");
    expect(problems(schema({ max: 1 }), { part: [span(0, 1), span(2, 3)] })[0]).toMatch("At most");
    expect(problems(schema({}), { part: [span(0, 1, "")] })).toEqual(["e1 This has no label."]);
    const sure = { type: "choice", words: ["yes"], required: true, when: { control: "label", is: ["B"] } };
    const asking = schema({ attributes: { sure } });
    expect(problems(asking, { part: [span(0, 1)] })).toEqual([]);
    expect(problems(asking, { part: [span(0, 1, "B")] })).toEqual(["e1 This needs an answer: {name}."]);
    expect(problems(asking, { part: [span(0, 1, "B", { attributes: { sure: "yes" } })] })).toEqual([]);
  });

  test("what overlaps, nested and across, where it is not allowed", () => {
    const [one, inner, across, beside] = [span(0, 4), span(1, 3), span(2, 6), span(4, 6)];
    expect(problems(schema({}), { part: [one, inner, across] })).toEqual([]);
    expect(problems(schema({ overlap: "none" }), { part: [one, beside] })).toEqual([]);
    expect(problems(schema({ overlap: "none" }), { part: [one, inner] })[0]).toMatch("e2 This overlaps another");
    expect(problems(schema({ overlap: "nested" }), { part: [one, inner] })).toEqual([]);
    const crossing = problems(schema({ overlap: "nested" }), { part: [across, one, inner] });
    expect(crossing).toEqual([expect.stringMatching("^e1 This and another cut across")]);
    expect(problems(schema({ overlap: "none" }), { part: [one, one] })).toEqual([expect.stringMatching("twice")]);
    const turns = schema({ overlap: "none" }, "segment");
    expect(problems(turns, { part: [span(0, 1.5), span(1.5, 2)] })).toEqual([]);
    expect(problems(turns, { part: [span(0, 1.5), span(1.25, 2)] })[0]).toMatch("e2 This overlaps another");
    expect(problems(turns, { part: [span(0, 1), span(0, 1)] })[0]).toMatch("e2 This overlaps another");
  });

  test("a label that the question does not have, as models make them", () => {
    const told = schema({});
    const entities = readLabels(told, { part: [span(0, 1, "C")] } as never, counter());
    expect(problemsOf(told, entities, { text: "ab" })).toEqual([
      expect.objectContaining({ control: "part", id: "e1", facts: { label: "C" } }),
    ]);
    expect(problems(schema({ labels: [] }), { part: [span(0, 1, "")] })).toEqual([]);
  });

  test("spans beyond the text, by code points", () => {
    const told = schema({});
    const said = (start: number, end: number): number =>
      problemsOf(told, readLabels(told, { part: [span(start, end)] } as never, counter()), { text: "a👩‍👩‍👧b" }).length;
    expect([said(0, 7), said(0, 8), said(-1, 2), said(2, 2)]).toEqual([0, 1, 1, 1]);
  });

  test("shapes beyond the picture, and shapes of nothing", () => {
    const square = (left: number, right: number): object => ({
      points: [
        [left, 1],
        [right, 1],
        [right, 9],
      ],
    });
    const cases: [string, object, string[]][] = [
      ["box", { x: 90, y: 0, width: 10, height: 50 }, []],
      ["box", { x: 90, y: 0, width: 11, height: 50 }, ["outside"]],
      ["box", { x: -1, y: 0, width: 5, height: 5 }, ["outside"]],
      ["box", { x: 95, y: 40, width: 9, height: 5, rotation: 45 }, []],
      ["box", { x: 0, y: 0, width: 0, height: 5 }, ["nothing"]],
      ["box", { x: "far" }, ["nothing"]],
      ["rotated_box", { cx: 100, cy: 50, width: 9, height: 9, angle: 0 }, []],
      ["rotated_box", { cx: 101, cy: 50, width: 9, height: 9, angle: 0 }, ["outside"]],
      ["ellipse", { cx: 5, cy: 5, rx: 0, ry: 3, angle: 0 }, ["nothing"]],
      ["keypoint", { x: 100.001, y: 0 }, ["outside"]],
      ["polygon", square(5, 100), []],
      ["polygon", square(5, 100.5), ["outside"]],
      ["polygon", square(5, 5), ["nothing"]],
      ["ocr", { ...square(5, 120), text: "" }, ["outside"]],
      ["polyline", { points: [[1, 1]] }, ["nothing"]],
      ["polyline", { points: null }, ["nothing"]],
    ];
    const heard = (type: string, value: object, options: object = {}): string[] => {
      const told = schema(options, type);
      const entities = readLabels(told, { part: [{ ...value, label: "A" }] } as never, counter());
      const found = problemsOf(told, entities, { width: 100, height: 50 });
      return found.map(({ text }) => (text.en.includes("outside") ? "outside" : "nothing"));
    };
    for (const [type, value, expected] of cases)
      expect([type, value, heard(type, value)]).toEqual([type, value, expected]);
    const clipped = { outside: "clip" };
    expect(heard("box", { x: 90, y: 0, width: 11, height: 50 }, clipped)).toEqual([]);
    expect(heard("box", { x: 101, y: 0, width: 11, height: 50 }, clipped)).toEqual(["outside"]);
    expect(heard("polygon", square(5, 200), clipped)).toEqual([]);
  });

  test("the same relation twice, either way round where it goes both ways", () => {
    const [head, tail] = [span(0, 1), span(2, 3)];
    const twice = (direction: string): string[] =>
      problems(schema({}), {
        part: [head, tail],
        link: [
          { head, tail, label: "r", direction },
          { head: tail, tail: head, label: "r", direction },
        ],
      });
    expect(twice("one")).toEqual([]);
    expect(twice("both").length).toBe(1);
  });
});

test("relations go with a span they hang on, and come back with it", () => {
  const told = schema({});
  const [one, two, three] = [span(0, 1), span(2, 3), span(4, 5)];
  const link = [
    { head: one, tail: two, label: "r", direction: "one" },
    { head: two, tail: three, label: "r", direction: "one" },
  ];
  const store = new Store(readLabels(told, { part: [one, two, three], link } as never, counter()));
  const history = new History(store);
  const links = linksTo(new Set(["e1"]), store.all(), told);
  expect(links).toEqual(["e4"]);
  store.transact("remove", (draft) => {
    for (const id of ["e1", ...links]) draft.remove(id);
  });
  expect([...store.all()].map(({ id }) => id)).toEqual(["e2", "e3", "e5"]);
  history.undo();
  expect(new Set(writeLabels(told, store.all()).link as object[])).toEqual(new Set(link));
});
