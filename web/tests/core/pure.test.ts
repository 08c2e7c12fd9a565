import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chordOf, Keymap, shownChord } from "@/core/hotkeys";
import { sameJson } from "@/core/json";
import { Running } from "@/core/machine";
import { asked, attributesOf, choicesOf, holds, type LabelSchema } from "@/core/schema";
import { Offsets } from "@/core/text";
import { languageOf, say } from "@/core/words";

describe("offsets", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 60 });

  test("are code points as Python counts them", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const offsets = new Offsets(text);
        const points = [...text];
        expect(offsets.points).toBe(points.length);
        let unit = 0;
        points.forEach((point, at) => {
          expect(offsets.unit(at)).toBe(unit);
          expect(offsets.point(unit)).toBe(at);
          unit += point.length;
        });
        expect(offsets.unit(points.length)).toBe(text.length);
        expect(offsets.point(text.length)).toBe(points.length);
      }),
    );
  });

  test("inside a pair belong to the pair's end, and never go backwards", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const offsets = new Offsets(text);
        let before = 0;
        for (let unit = 0; unit <= text.length; unit += 1) {
          expect(offsets.point(unit)).toBeGreaterThanOrEqual(before);
          before = offsets.point(unit);
        }
      }),
    );
  });
});

describe("hotkeys", () => {
  const press = (key: string, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...held,
  });
  const action = (name: string, chords: string[], inFields = false) => ({
    name,
    title: { en: name, zh: name },
    chords,
    inFields,
  });

  test("are written one way", () => {
    expect(chordOf(press("Z", { ctrlKey: true, shiftKey: true }))).toBe("Mod+Shift+z");
    expect(chordOf(press("z", { metaKey: true }))).toBe("Mod+z");
    expect(chordOf(press("?", { shiftKey: true }))).toBe("?");
    expect(chordOf(press(" "))).toBe("Space");
    expect(chordOf(press("Shift", { shiftKey: true }))).toBeNull();
    expect(chordOf({ ...press("a"), isComposing: true })).toBeNull();
    expect(shownChord("Mod+Shift+z")).toBe("Ctrl+Shift+Z");
    expect(shownChord("Mod++")).toBe("Ctrl++");
  });

  test("are remapped, and say what they clash with", () => {
    const ran: string[] = [];
    const keys = new Keymap();
    keys.add(action("a", ["1"]), () => ran.push("a"));
    keys.add(action("b", ["2"]), () => ran.push("b"));
    keys.remap({ a: ["2"] });
    expect([...keys.conflicts()]).toEqual([["2", ["a", "b"]]]);
    keys.press(press("1"));
    keys.press(press("2"));
    expect(ran).toEqual(["b"]); // added later, heard first
  });

  test("leave plain letters to whoever types", () => {
    const ran: string[] = [];
    const keys = new Keymap();
    keys.add(action("label", ["a"]), () => ran.push("label"));
    keys.add(action("submit", ["Mod+Enter"], true), () => ran.push("submit"));
    keys.press(press("a"), true);
    keys.press(press("Enter", { ctrlKey: true }), true);
    expect(ran).toEqual(["submit"]);
  });
});

describe("schemas", () => {
  const schema: LabelSchema = {
    name: "s",
    controls: [
      { name: "hurt", type: "classify@1", required: true, field: "text", options: { choices: ["yes", "no"] } },
      {
        name: "where",
        type: "classify@1",
        required: true,
        field: "text",
        options: {},
        when: { control: "hurt", is: ["yes"] },
      },
      {
        name: "how",
        type: "text@1",
        required: true,
        field: "text",
        options: {},
        when: { control: "where", answered: true },
      },
    ],
  };

  test("ask what hangs on answers, and nothing that hangs on what is hidden", () => {
    const names = (answers: { [name: string]: string }) => asked(schema, answers).map(({ name }) => name);
    expect(names({})).toEqual(["hurt"]);
    expect(names({ hurt: "yes" })).toEqual(["hurt", "where"]);
    expect(names({ hurt: "yes", where: "arm" })).toEqual(["hurt", "where", "how"]);
    expect(names({ hurt: "no", where: "arm" })).toEqual(["hurt"]);
  });

  test("combine conditions", () => {
    const answers = { a: ["x", "y"], b: [{ label: "car" }] };
    expect(
      holds(
        {
          all: [
            { control: "a", is: ["y"] },
            { control: "b", is: ["car"] },
          ],
        },
        answers,
      ),
    ).toBe(true);
    expect(holds({ any: [{ control: "a", is: ["z"] }, { not: { control: "c", answered: true } }] }, answers)).toBe(
      true,
    );
    expect(holds({ not: { control: "b", answered: true } }, answers)).toBe(false);
  });

  test("have choices and attributes in either way of writing", () => {
    const control = { name: "c", type: "box@1", required: true, field: "image" };
    expect(
      choicesOf({ ...control, options: { labels: ["car", 3, { value: "bus", children: ["tram"] }] } }, "labels"),
    ).toEqual([{ value: "car" }, { value: "3" }, { value: "bus", children: [{ value: "tram" }] }]);
    const told = attributesOf({
      ...control,
      options: { attributes: { colour: ["red"], note: [], sure: { type: "boolean" } } },
    });
    expect([...told.values()].map(({ type }) => type)).toEqual(["choice", "text", "boolean"]);
  });
});

describe("small things", () => {
  test("JSON is the same whatever the order of its keys", () => {
    expect(sameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    expect(sameJson({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(sameJson([1], { 0: 1 })).toBe(false);
  });

  test("words are filled, in the language that was chosen or is the browser's", () => {
    expect(say({ en: "{n} of {m}", zh: "共 {m}" }, "en", { n: 1, m: 2 })).toBe("1 of 2");
    expect(languageOf(null, ["fr", "en-GB"])).toBe("en");
    expect(languageOf("zh", ["en"])).toBe("zh");
    expect(languageOf(null, ["fr"])).toBe("zh");
  });

  test("a machine steps and has its effects performed", () => {
    const seen: string[] = [];
    const running = new Running<number, number, string>(
      { name: "count", start: 0, step: (state, input) => ({ state: state + input, effects: [`+${input}`] }) },
      (effect) => seen.push(effect),
    );
    running.send(2);
    running.send(3);
    expect([running.state, seen]).toEqual([5, ["+2", "+3"]]);
  });
});
