import { describe, expect, test } from "vitest";
import type { Labels } from "@/core/entity";
import { History } from "@/core/history";
import type { LabelSchema } from "@/core/schema";
import { Selection } from "@/core/selection";
import { Store } from "@/core/store";
import { TextDocument } from "@/editors/text/document";
import { Work } from "@/editors/text/work";
import { Palette } from "@/host/palette";
import { readLabels, writeLabels } from "@/labels/kinds";

function bench(text: string, options: Record<string, unknown> = {}, labels: Labels = {}, link = {}) {
  const schema: LabelSchema = {
    name: "t",
    controls: [
      {
        name: "entity",
        type: "span@1",
        required: false,
        field: "text",
        options: { labels: ["A", "B"], ...options } as never,
      },
      {
        name: "link",
        type: "relation@1",
        required: false,
        field: "text",
        options: { spans: "entity", labels: ["r", "q"], ...link } as never,
      },
    ],
  };
  let next = 0;
  const newId = (): string => {
    next += 1;
    return `n${next}`;
  };
  const store = new Store(readLabels(schema, labels, newId));
  const told: string[] = [];
  const selection = new Selection(store);
  const work = new Work(
    {
      store,
      selection,
      palette: new Palette(schema.controls.slice(0, 1)),
      controls: schema.controls,
      readOnly: false,
      newId,
      notice: (said) => void told.push(said.en),
    },
    new TextDocument(text),
  );
  store.listen(
    Object.assign((_: unknown, ids: ReadonlySet<string>) => void work.changed(ids), { previews: true as const }),
  );
  const written = () => writeLabels(schema, store.all());
  return { work, store, selection, history: new History(store), written, told };
}

describe("spans", () => {
  test("are told in code points", () => {
    const { work, written } = bench("𝒳𝒳 ab");
    work.make({ start: 5, end: 7 });
    expect(written().entity).toEqual([{ start: 3, end: 5, label: "A" }]);
    expect(work.index.spots[0]).toMatchObject({ start: 5, end: 7 });
  });

  test("that may not overlap are refused, and said so", () => {
    const { work, written, told } = bench("abcdef", { overlap: "nested" });
    work.make({ start: 0, end: 3 });
    expect(work.make({ start: 2, end: 5 })).toBe(null);
    expect(work.make({ start: 0, end: 3 })).toBe(null);
    expect(work.make({ start: 1, end: 2 })).not.toBe(null);
    expect((written().entity as unknown[]).length).toBe(2);
    expect(told.length).toBe(2);
  });

  test("no more than the control takes", () => {
    const { work, told } = bench("abcdef", { max: 1 });
    work.make({ start: 0, end: 1 });
    expect(work.make({ start: 2, end: 3 })).toBe(null);
    expect(told.length).toBe(1);
  });

  test("an edge moves by words or characters, and takes the stated text along", () => {
    const labels = { entity: [{ start: 4, end: 7, label: "A", text: "big" }] };
    const { work, written } = bench("the big dog ran", {}, labels);
    const id = work.index.spots[0]!.id;
    work.stepEdge(id, "end", true, "word");
    expect(written().entity).toEqual([{ start: 4, end: 11, label: "A", text: "big dog" }]);
    work.stepEdge(id, "start", true, "word");
    expect(written().entity).toEqual([{ start: 8, end: 11, label: "A", text: "dog" }]);
    work.stepEdge(id, "start", false, "character");
    work.stepEdge(id, "end", false, "word");
    expect(written().entity).toEqual([{ start: 7, end: 7 + 4, label: "A", text: " dog" }]);
  });

  test("a dragged edge passes over places that are not allowed, and is one transaction", () => {
    const { work, written, history } = bench("aa bb cc", { overlap: "none" });
    const first = work.make({ start: 0, end: 2 })!;
    work.make({ start: 6, end: 8 });
    work.dragEdge(first, "end", 4, "word");
    work.dragEdge(first, "end", 7, "word");
    work.dropEdge(true);
    expect(written().entity).toEqual([
      { start: 0, end: 5, label: "A" },
      { start: 6, end: 8, label: "A" },
    ]);
    history.undo();
    expect((written().entity as unknown[])[0]).toEqual({ start: 0, end: 2, label: "A" });
  });

  test("a locked span stays as it is", () => {
    const { work, selection, written } = bench("aa bb");
    const id = work.make({ start: 0, end: 2 })!;
    selection.lock([id]);
    work.stepEdge(id, "end", true, "word");
    work.remove([id]);
    expect(written().entity).toEqual([{ start: 0, end: 2, label: "A" }]);
  });

  test("labelling all is one transaction", () => {
    const { work, written, history } = bench("x x x x");
    work.make({ start: 2, end: 3 });
    const matches = [0, 2, 4, 6].map((start) => ({ start, end: start + 1 }));
    expect(work.makeAll(matches, { control: "entity", label: "A" })).toEqual({ made: 3, skipped: 1 });
    expect((written().entity as unknown[]).length).toBe(4);
    history.undo();
    expect((written().entity as unknown[]).length).toBe(1);
  });

  test("one that is not in this text is kept, though it cannot be shown", () => {
    const { work, written } = bench("ab", {}, { entity: [{ start: 5, end: 9, label: "A" }] });
    expect(work.index.spots).toEqual([]);
    expect(written().entity).toEqual([{ start: 5, end: 9, label: "A" }]);
  });
});

describe("relations", () => {
  test("link spans once, follow them, and go with them", () => {
    const { work, written, store, history } = bench("aa bb cc");
    const [one, other] = [work.make({ start: 0, end: 2 })!, work.make({ start: 3, end: 5 })!];
    expect(work.link(one, one)).toBe(null);
    expect(work.link(one, other)).not.toBe(null);
    expect(work.link(one, other)).toBe(null);
    work.stepEdge(other, "end", true, "word");
    expect(written().link).toEqual([
      {
        head: { start: 0, end: 2, label: "A" },
        tail: { start: 3, end: 8, label: "A" },
        label: "r",
        direction: "one",
      },
    ]);
    work.remove([other]);
    expect(store.size).toBe(1);
    history.undo();
    expect(store.size).toBe(3);
  });

  test("turn: along, against, both, along again", () => {
    const { work, store } = bench("aa bb");
    const [one, other] = [work.make({ start: 0, end: 2 })!, work.make({ start: 3, end: 5 })!];
    const id = work.link(one, other)!;
    const seen = [0, 1, 2].map(() => {
      work.turn(id);
      const { head, direction } = store.get(id)!.value;
      return [head === one ? "along" : "against", direction];
    });
    expect(seen).toEqual([
      ["against", "one"],
      ["along", "both"],
      ["along", "one"],
    ]);
  });

  test("of one direction only turn round; of both stay", () => {
    const only = bench("aa bb", {}, {}, { direction: "both" });
    const [one, other] = [only.work.make({ start: 0, end: 2 })!, only.work.make({ start: 3, end: 5 })!];
    const id = only.work.link(one, other)!;
    only.work.turn(id);
    expect(only.store.get(id)!.value).toMatchObject({ head: one, tail: other, direction: "both" });
  });
});
