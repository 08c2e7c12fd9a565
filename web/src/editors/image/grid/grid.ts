/** A grid of pictures that are classified many at once, without a framework: choose with keys or pointer, one key says. */

import type { Keymap } from "@/core/hotkeys";
import { shownChord } from "@/core/hotkeys";
import { type Choice, choiceTitle } from "@/core/schema";
import { type Facts, type Language, say, type Text } from "@/core/words";
import { hear } from "@/host/keyboard";
import { HUES } from "@/host/palette";
import { Cleanup, el, fill } from "@/kit/dom";
import { type Act, acted, begun, type Choosing, meantOf } from "./choosing";
import { GRID } from "./words";
import "./grid.css";

export interface GridItem {
  /** What it is called in the answers. */
  readonly key: string;
  /** Where its picture, as small as there is, can be loaded; null when it cannot. */
  readonly url: string | null;
  /** What was said before, or by a model. */
  readonly answer: string | null;
}

export interface GridOpening {
  readonly root: HTMLElement;
  readonly items: readonly GridItem[];
  readonly choices: readonly Choice[];
  readonly language: Language;
  readonly keys: Keymap;
  /** What the actions of classes are named under: where the question is asked elsewhere, they have its names. */
  readonly scope?: string;
  /** Told whenever answers change. */
  onAnswers?(answers: ReadonlyMap<string, string>): void;
}

export interface Grid {
  /** What is said, by key; pictures of which nothing is said are not in it. */
  readonly answers: ReadonlyMap<string, string>;
  /** The keys of those that are chosen, or the one where the keyboard is. */
  readonly meant: readonly string[];
  undo(): void;
  redo(): void;
  /** Show others in its place; answers of those that stay are kept. */
  show(items: readonly GridItem[]): void;
  focus(): void;
  end(): void;
}

export function openGrid(opening: GridOpening): Grid {
  return new Showing(opening);
}

class Showing implements Grid {
  readonly #opening: GridOpening;
  readonly #cleanup = new Cleanup();
  readonly #list: HTMLElement;
  readonly #status = el("p", { class: "gi-grid-status", role: "status" });
  readonly #chords: ReadonlyMap<string, string>;
  #items: readonly GridItem[] = [];
  #state: Choosing = begun([]);
  /** States whose answers were others, the last one at the end. */
  #past: Choosing[] = [];
  #future: Choosing[] = [];

  constructor(opening: GridOpening) {
    this.#opening = opening;
    this.#chords = chordsOf(opening.choices);
    this.#list = el("div", {
      class: "gi-grid-list",
      role: "listbox",
      tabindex: "0",
      "aria-multiselectable": "true",
      "aria-label": this.#say(GRID.pictures),
    });
    const hint = el("p", { class: "gi-grid-hint" }, this.#say(GRID.hint));
    fill(opening.root, el("div", { class: "gi-grid" }, this.#classes(), this.#status, this.#list, hint));
    this.#cleanup.add(() => fill(opening.root));
    this.#listen();
    this.#keys();
    this.#showChords();
    this.#cleanup.add(opening.keys.listen(() => this.#showChords()));
    this.show(opening.items);
  }

  get answers(): ReadonlyMap<string, string> {
    const said = this.#state.answers.flatMap((answer, at): [string, string][] =>
      answer === null ? [] : [[this.#items[at]!.key, answer]],
    );
    return new Map(said);
  }

  get meant(): readonly string[] {
    return meantOf(this.#state).map((at) => this.#items[at]!.key);
  }

  undo(): void {
    this.#step(this.#past, this.#future);
  }

  redo(): void {
    this.#step(this.#future, this.#past);
  }

  #step(from: Choosing[], to: Choosing[]): void {
    const before = from.pop();
    if (before === undefined) return;
    to.push(this.#state);
    this.#state = before;
    this.#draw();
    this.#tell();
  }

  show(items: readonly GridItem[]): void {
    const known = this.answers;
    this.#items = items;
    this.#state = begun(items.map(({ key, answer }) => known.get(key) ?? answer));
    [this.#past, this.#future] = [[], []]; // of other pictures
    fill(this.#list, items.map(cellOf));
    this.#draw();
    this.#tell();
  }

  focus(): void {
    this.#list.focus({ preventScroll: true });
  }

  end(): void {
    this.#cleanup.run();
  }

  #act(act: Act): void {
    const before = this.#state;
    this.#state = acted(before, act);
    this.#draw();
    if (this.#state.answers !== before.answers) {
      this.#past.push(before);
      this.#future = [];
      this.#tell();
    }
    if (this.#state.focus !== before.focus)
      this.#list.children[this.#state.focus]?.scrollIntoView({ block: "nearest" });
  }

  #classes(): HTMLElement {
    const { choices, language } = this.#opening;
    const buttons = choices.map((choice) => {
      const button = el(
        "button",
        { type: "button", class: "gi-grid-class" },
        el("i", { class: "gi-grid-swatch", style: { background: this.#color(choice.value) } }),
        choiceTitle(choice, language),
        el("kbd", { class: "gk-kbd", data: { action: this.#nameOf(choice) }, hidden: true }),
      );
      button.addEventListener("click", () => {
        this.#act({ do: "assign", value: choice.value });
        this.focus();
      });
      return button;
    });
    return el("div", { class: "gi-grid-classes", role: "group", "aria-label": this.#say(GRID.classes) }, buttons);
  }

  #listen(): void {
    this.#cleanup.listen(this.#list, "click", (event) => {
      const cell = event.target instanceof Element ? event.target.closest(".gi-cell") : null;
      const at = cell === null ? -1 : [...this.#list.children].indexOf(cell);
      if (at < 0) return;
      const how = event.shiftKey ? "extend" : event.ctrlKey || event.metaKey ? "toggle" : "one";
      this.#act({ do: "pick", at, how });
    });
    this.#cleanup.listen(this.#opening.root, "keydown", (event) => {
      hear(this.#opening.keys, event);
    });
  }

  #keys(): void {
    const { keys, choices } = this.#opening;
    const add = (name: string, title: Text, chords: readonly string[], run: () => void): void => {
      this.#cleanup.add(keys.add({ name: `grid.${name}`, title, chords, group: GRID.keys }, run));
    };
    const go = (name: string, title: Text, chord: string, by: () => number): void => {
      const extend = chord.startsWith("Shift+");
      add(name, title, [chord], () => this.#act({ do: "go", by: by(), extend }));
    };
    const across = (): number => this.#columns();
    go("left", GRID.left, "ArrowLeft", () => -1);
    go("right", GRID.right, "ArrowRight", () => 1);
    go("up", GRID.up, "ArrowUp", () => -across());
    go("down", GRID.down, "ArrowDown", across);
    go("extend_left", GRID.extendLeft, "Shift+ArrowLeft", () => -1);
    go("extend_right", GRID.extendRight, "Shift+ArrowRight", () => 1);
    go("extend_up", GRID.extendUp, "Shift+ArrowUp", () => -across());
    go("extend_down", GRID.extendDown, "Shift+ArrowDown", across);
    add("toggle", GRID.toggle, ["Space"], () => this.#act({ do: "toggle" }));
    add("all", GRID.all, ["Mod+a"], () => this.#act({ do: "all" }));
    add("none", GRID.none, ["Escape"], () => this.#act({ do: "none" }));
    add("clear", GRID.clear, ["Delete", "Backspace"], () => this.#act({ do: "assign", value: null }));
    for (const choice of choices) {
      const chord = this.#chords.get(choice.value);
      const title = { en: choiceTitle(choice, "en"), zh: choiceTitle(choice, "zh") };
      const run = (): void => this.#act({ do: "assign", value: choice.value });
      const name = this.#nameOf(choice);
      const chords = chord === undefined ? [] : [chord];
      this.#cleanup.add(keys.add({ name, title, chords, group: GRID.keys }, run));
    }
  }

  #nameOf({ value }: Choice): string {
    return `${this.#opening.scope ?? "grid.class"}.${value}`;
  }

  /** The chord of each class as it is now: people may give it another one. */
  #showChords(): void {
    for (const shown of this.#opening.root.querySelectorAll<HTMLElement>("kbd[data-action]")) {
      const [chord] = this.#opening.keys.chords(shown.dataset.action ?? "");
      shown.textContent = chord === undefined ? "" : shownChord(chord);
      shown.hidden = chord === undefined;
    }
  }

  /** How many pictures stand in a row. */
  #columns(): number {
    const cells = [...this.#list.children] as HTMLElement[];
    const top = cells[0]?.offsetTop;
    const below = cells.findIndex((cell) => cell.offsetTop !== top);
    return below < 0 ? Math.max(cells.length, 1) : below;
  }

  #draw(): void {
    const { focus, chosen, answers } = this.#state;
    const titles = new Map(this.#opening.choices.map((one) => [one.value, choiceTitle(one, this.#opening.language)]));
    for (const [at, cell] of ([...this.#list.children] as HTMLElement[]).entries()) {
      const answer = answers[at] ?? null;
      const said = answer === null ? this.#say(GRID.open) : (titles.get(answer) ?? answer);
      cell.classList.toggle("gi-cell-focus", at === focus);
      cell.classList.toggle("gi-cell-open", answer === null);
      cell.setAttribute("aria-selected", String(chosen.has(at)));
      cell.style.setProperty("--gi-class", answer === null ? "transparent" : this.#color(answer));
      cell.querySelector(".gi-cell-said")!.textContent = said;
    }
    this.#list.setAttribute("aria-activedescendant", this.#list.children[focus]?.id ?? "");
    const count = answers.filter((answer) => answer !== null).length;
    this.#status.textContent = this.#say(GRID.said, { count, all: answers.length, chosen: chosen.size });
  }

  #color(value: string): string {
    const at = this.#opening.choices.findIndex((choice) => choice.value === value);
    return this.#opening.choices[at]?.color || HUES[Math.max(at, 0) % HUES.length]!;
  }

  #tell(): void {
    this.#opening.onAnswers?.(this.answers);
  }

  #say(text: Text, facts?: Facts): string {
    return say(text, this.#opening.language, facts);
  }
}

function cellOf({ key, url }: GridItem, at: number): HTMLElement {
  const picture =
    url === null
      ? el("span", { class: "gi-cell-none", "aria-hidden": "true" }, "—")
      : el("img", { src: url, alt: "", draggable: "false", loading: "lazy", decoding: "async" });
  const place = el("span", { class: "gi-cell-number" }, at + 1);
  return el(
    "div",
    { class: "gi-cell", role: "option", id: `gi-cell-${at}`, data: { key } },
    picture,
    place,
    " ", // between the words of its name
    el("span", { class: "gi-cell-said" }),
  );
}

/** The key of each class: its own, else the next digit that is nobody's. */
function chordsOf(choices: readonly Choice[]): ReadonlyMap<string, string> {
  const own = new Set(choices.flatMap(({ hotkey }) => (hotkey ? [hotkey.toLowerCase()] : [])));
  const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].filter((digit) => !own.has(digit));
  return new Map(
    choices.flatMap(({ value, hotkey }): [string, string][] => {
      const chord = hotkey ? hotkey.toLowerCase() : digits.shift();
      return chord === undefined ? [] : [[value, chord]];
    }),
  );
}
