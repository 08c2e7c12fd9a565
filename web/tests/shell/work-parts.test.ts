import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeskStage, MyProject } from "@/api/types";
import { Keymap } from "@/core/hotkeys";
import type { LabelSchema } from "@/core/schema";
import { concerns, deskPath, dutiesOf, nextDuty } from "@/shell/home/next-up";
import { splitExamples } from "@/shell/work/examples";
import { collide, withChord } from "@/shell/work/hotkeys";
import { diffLines } from "@/shell/work/line-diff";
import { problemSays } from "@/shell/work/problem-says";

const desk = (about: Partial<DeskStage>): DeskStage => ({
  desk: "work",
  stage: "label",
  open: 0,
  held: 0,
  lease_until: null,
  returned: 0,
  assigned: 0,
  ...about,
});

const project = (id: number, desks: DeskStage[], about: Partial<MyProject> = {}): MyProject => ({
  id,
  name: `p${id}`,
  line: "",
  state: "open",
  due_at: null,
  guideline_version: 1,
  schema_version: 1,
  desks,
  drafts: 0,
  standing: null,
  mine: null,
  ...about,
});

describe("what to do next", () => {
  const next = (projects: MyProject[]) => nextDuty(projects.flatMap((one) => dutiesOf(1, one)));

  test("what came back, then what is open, then what waits and is due first", () => {
    const [open, held, back] = [desk({ open: 9 }), desk({ open: 9, held: 2 }), desk({ held: 1, returned: 1 })];
    expect(next([project(1, [open]), project(2, [held]), project(3, [back])])).toMatchObject({
      project: { id: 3 },
      why: "returned",
    });
    expect(next([project(1, [open]), project(2, [held])])).toMatchObject({ project: { id: 2 }, why: "held" });
    const due = project(3, [open], { due_at: "2030-01-01T00:00:00Z" });
    expect(next([project(1, [open]), due])).toMatchObject({ project: { id: 3 }, why: "open" });
    expect(next([project(1, [desk({})])])).toBeNull();
  });

  test("a project concerns somebody who finds work, a draft or a word about themselves there", () => {
    const one = (about: Partial<DeskStage>, more: Partial<MyProject> = {}): boolean =>
      concerns(project(1, [desk({}), desk(about)], more));
    expect(one({})).toBe(false);
    expect([one({ open: 1 }), one({ held: 1 }), one({ returned: 1 }), one({ assigned: 1 })]).not.toContain(false);
    expect(one({}, { drafts: 1 })).toBe(true);
    expect(concerns(project(1, [], { standing: { kind: "paused" } as never }))).toBe(true);
  });

  test("nothing in a project that is paused, or that hands one nothing", () => {
    expect(next([project(1, [desk({ open: 1 })], { state: "paused" })])).toBeNull();
    const standing = { state: "paused", until: null, reason: "lead" } as const;
    expect(next([project(1, [desk({ returned: 1 })], { standing })])).toBeNull();
  });

  test("a desk's page is where its area has it", () => {
    expect(["work", "adjudications", "reviews", "acceptances"].map((one) => deskPath(1, 2, one))).toEqual(
      ["work", "adjudicate", "review", "accept"].map((page) => `/o/1/p/2/${page}`),
    );
  });
});

describe("what changed in a text", () => {
  const line = fc.constantFrom("a", "b", "c", "");
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));

  test("leads from the one to the other, for any two", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const of = (kinds: string[]): string =>
          lines
            .filter(({ is }) => kinds.includes(is))
            .map((one) => one.text)
            .join("\n");
        expect(of(["same", "gone"])).toBe(before);
        expect(of(["same", "new"])).toBe(after);
        if (before === after) expect(lines.every(({ is }) => is === "same")).toBe(true);
      }),
    );
  });

  test("keeps the longest common run", () => {
    expect(diffLines("a\nb\nc", "a\nx\nc").map(({ is }) => is)).toEqual(["same", "gone", "new", "same"]);
  });
});

describe("worked examples", () => {
  test("are the section with that heading, up to the next as high", () => {
    const text = "# Rule\nmark\n## 示例\n- one\n### more\n- two\n## End\nlast";
    expect(splitExamples(text)).toEqual(["# Rule\nmark\n## End\nlast", "- one\n### more\n- two"]);
    expect(splitExamples("# Rule\nfor example this")).toEqual(["# Rule\nfor example this", ""]);
  });
});

describe("remapped keys", () => {
  test("what is as it came is not kept", () => {
    const keys = new Keymap();
    keys.add({ name: "x", title: { en: "", zh: "" }, chords: ["a"] }, () => undefined);
    const some = withChord({}, keys, "x", "F8");
    expect(some).toEqual({ x: ["F8"] });
    expect(withChord(some, keys, "x", "a")).toEqual({});
    expect(withChord(some, keys, "x", null)).toEqual({ x: [] });
  });
});

describe("chords with several meanings", () => {
  const title = { en: "x", zh: "x" };
  const of = (...names: string[]): Keymap => {
    const keys = new Keymap();
    for (const name of names) keys.add({ name, title, chords: ["Delete"] }, () => undefined);
    return keys;
  };

  test("places share them, one place does not, and what somebody chose is told", () => {
    expect(collide(of("image.remove", "regions.remove"), ["image.remove", "regions.remove"])).toBe(false);
    expect(collide(of("image.remove", "image.back"), ["image.remove", "image.back"])).toBe(true);
    const keys = of("image.remove", "regions.remove");
    keys.remap({ "regions.remove": ["Delete"] });
    expect(collide(keys, ["image.remove", "regions.remove"])).toBe(true);
  });
});

describe("what keeps an answer back", () => {
  test("is said with the question's title in the language", () => {
    const schema = {
      format: "galley-labels/1",
      controls: [{ name: "kind", type: "classify@1", field: "text", title: { en: "Kind", zh: "种类" }, options: {} }],
    } as unknown as LabelSchema;
    const text = { en: "Say something.", zh: "此项必填。" };
    expect(problemSays(schema, { control: "kind", text }, "zh")).toBe("种类：此项必填。");
    expect(problemSays(schema, { control: "gone", text }, "en")).toBe("gone: Say something.");
  });
});
