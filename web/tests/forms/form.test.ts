// @vitest-environment jsdom
import "../host_setup";
import { beforeEach, describe, expect, test } from "vitest";
import type { Labels } from "@/core/entity";
import { History } from "@/core/history";
import { Keymap } from "@/core/hotkeys";
import type { Control, LabelSchema } from "@/core/schema";
import { Selection } from "@/core/selection";
import { Store } from "@/core/store";
import { type Language, say } from "@/core/words";
import { onForm, openForm } from "@/editors/forms/form";
import type { Editor, Surface } from "@/host/editor";
import { Palette } from "@/host/palette";
import { readLabels, writeLabels } from "@/labels/kinds";
import fixtures from "../fixtures/templates.json";

interface Fixture {
  readonly name: string;
  readonly schema: LabelSchema;
  readonly record: Labels;
  readonly labels: Labels;
}

interface Opened {
  readonly root: HTMLElement;
  readonly store: Store;
  readonly history: History;
  readonly keys: Keymap;
  readonly form: Editor;
  labels(): Labels;
}

function open(schema: LabelSchema, options: { labels?: Labels; language?: Language; readOnly?: boolean } = {}): Opened {
  let last = 0;
  const newId = (): string => {
    last += 1;
    return `r${last}`;
  };
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  const store = new Store(readLabels(schema, options.labels ?? {}, newId));
  const history = new History(store);
  const keys = new Keymap();
  const language = options.language ?? "zh";
  const surface: Surface = {
    root,
    toolbar: document.createElement("div"),
    task: { key: "t", schema, content: {}, media: () => undefined },
    controls: schema.controls.filter(onForm),
    field: "",
    store,
    history,
    selection: new Selection(store),
    keys,
    palette: new Palette([]),
    language,
    readOnly: options.readOnly === true,
    newId,
    say: (text, facts) => say(text, language, facts),
    sign: () => undefined,
    notice: () => undefined,
  };
  return { root, store, history, keys, form: openForm(surface), labels: () => writeLabels(schema, store.all()) };
}

const control = (
  name: string,
  type: string,
  options: Control["options"] = {},
  more: Partial<Control> = {},
): Control => ({
  name,
  type: `${type}@1`,
  required: true,
  field: "text",
  options,
  ...more,
});

const schema = (...controls: Control[]): LabelSchema => ({ name: "s", controls });
const click = (root: HTMLElement, selector: string): void => root.querySelector<HTMLElement>(selector)!.click();

beforeEach(() => document.body.replaceChildren());

describe.each(fixtures as unknown as readonly Fixture[])("$name", ({ schema: told, labels }) => {
  test.each(["zh", "en"] as const)("its questions are asked and show an annotation (%s)", (language) => {
    const { root, form } = open(told, { labels, language });
    for (const { name } of told.controls.filter(onForm)) {
      if (!(name in labels)) continue;
      const box = root.querySelector(`[data-control="${name}"]`);
      expect(box, name).not.toBeNull();
      expect(box!.querySelector("h3")!.textContent).not.toBe("");
      const value = labels[name];
      const field = box!.querySelector<HTMLInputElement>("textarea, input:not([type=search])");
      if (field !== null && typeof value !== "object") expect(field.value, name).toBe(String(value));
      else if (typeof value === "string")
        expect(box!.querySelector('[aria-checked="true"]')?.getAttribute("data-value"), name).toBe(value);
    }
    form.end();
    expect(root.childElementCount).toBe(0);
  });
});

describe("a form", () => {
  test("takes one choice by click and by key, and takes it back where it is not required", () => {
    const { root, labels, keys } = open(
      schema(control("mood", "classify", { choices: ["good", { value: "bad", hotkey: "b" }] }, { required: false })),
    );
    click(root, '[data-value="good"]');
    expect(labels()).toEqual({ mood: "good" });
    keys.press({ key: "b", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false });
    expect(labels()).toEqual({ mood: "bad" });
    click(root, '[data-value="bad"]');
    expect(labels()).toEqual({});
  });

  test("asks what hangs on an answer, forgets it in what is handed in, and remembers it when it is asked again", () => {
    const { root, labels } = open(
      schema(
        control("hurt", "classify", { choices: ["yes", "no"] }),
        control("where", "text", {}, { when: { control: "hurt", is: ["yes"] } }),
      ),
    );
    expect(root.querySelector('[data-control="where"]')).toBeNull();
    click(root, '[data-value="yes"]');
    const area = root.querySelector<HTMLTextAreaElement>('[data-control="where"] textarea')!;
    area.value = "arm";
    area.dispatchEvent(new Event("input"));
    click(root, '[data-value="no"]');
    expect(labels()).toEqual({ hurt: "no" });
    click(root, '[data-value="yes"]');
    expect(labels()).toEqual({ hurt: "yes", where: "arm" });
  });

  test("undoes a stretch of typing as one, and keeps the field while somebody types in it", () => {
    const { root, history, labels } = open(schema(control("note", "text")));
    const area = root.querySelector("textarea")!;
    for (const text of ["a", "ab", "abc"]) {
      area.value = text;
      area.dispatchEvent(new Event("input"));
      expect(root.querySelector("textarea")).toBe(area);
    }
    expect(history.canUndo).toBe(false);
    area.dispatchEvent(new Event("focusout", { bubbles: true }));
    expect(labels()).toEqual({ note: "abc" });
    history.undo();
    expect([labels(), area.value]).toEqual([{}, ""]);
    expect(history.canUndo).toBe(false);
  });

  test("keeps paths of a taxonomy as the server does: no beginnings of other paths, sorted", () => {
    const { root, labels } = open(
      schema(
        control("topic", "classify", {
          mode: "hierarchical",
          choices: [{ value: "animal", children: ["cat", "dog"] }, "stone"],
        }),
      ),
    );
    const pick = (text: string): void =>
      [...root.querySelectorAll<HTMLElement>(".gf-pick")].find((one) => one.textContent === text)!.click();
    pick("stone");
    pick("animal");
    click(root, ".gf-twist");
    pick("dog");
    pick("cat");
    expect(labels()).toEqual({ topic: [["animal", "cat"], ["animal", "dog"], ["stone"]] });
  });

  test("finds one of many by its title in either language", () => {
    const choices = Array.from({ length: 50 }, (_, at) => ({
      value: `v${at}`,
      title: { en: `name ${at}`, zh: `名称${at}` },
    }));
    const { root } = open(schema(control("class", "classify", { choices })));
    const search = root.querySelector<HTMLInputElement>("input[type=search]")!;
    search.value = "名称49";
    search.dispatchEvent(new Event("input"));
    const shown = [...root.querySelectorAll<HTMLElement>(".gf-choice")].filter((button) => !button.hidden);
    expect(shown.map((button) => button.dataset.value)).toEqual(["v49"]);
  });

  test("changes nothing when it may only be read", () => {
    const { root, labels } = open(schema(control("mood", "classify", { choices: ["a", "b"] })), {
      labels: { mood: "a" },
      readOnly: true,
    });
    click(root, '[data-value="b"]');
    expect(labels()).toEqual({ mood: "a" });
  });

  test("leaves nothing behind: no key, no listener", () => {
    const { form, keys } = open(schema(control("mood", "classify", { choices: ["a", "b"] }), control("note", "text")));
    expect(keys.actions.length).toBeGreaterThan(0);
    form.end();
    expect(keys.actions).toEqual([]);
  });
});
