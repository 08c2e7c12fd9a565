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
