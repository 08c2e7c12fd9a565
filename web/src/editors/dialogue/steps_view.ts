/** The steps of a solution, each marked right, neutral or wrong; reasons and better wordings where they stand. */

import type { Control } from "@/core/schema";
import { el, fill } from "@/kit/dom";
import { stepsOf, written } from "@/labels/record_fields";
import {
  firstError,
  type Judged,
  type Judgements,
  judgementsIn,
  MARKS,
  type Mark,
  stopsAtError,
  unmarked,
} from "@/labels/steps";
import { type Area, area } from "./area";
import { type Block, bring, type Desk, Stops } from "./desk";
import { addBlockKeys, type BlockKey } from "./shared_keys";
import { SAYS } from "./words";

const SIGNS: { readonly [mark in Mark]: string } = { right: "✓", neutral: "○", wrong: "✗" };
const CHORDS: { readonly [mark in Mark]: readonly string[] } = {
  right: ["1", "+"],
  neutral: ["2", "0"],
  wrong: ["3", "-"],
};

interface Row {
  readonly element: HTMLElement;
  readonly text: HTMLElement;
  readonly marks: ReadonlyMap<Mark, HTMLButtonElement>;
  readonly note: HTMLElement;
  reason: Area | null;
  rewrite: Area | null;
  shown: Judged | null | undefined;
  behind: boolean;
}

export class StepsBlock implements Block {
  readonly element: HTMLElement;
  readonly #desk: Desk;
  readonly #control: Control;
  readonly #steps: readonly string[];
  readonly #stop: boolean;
  readonly #rows: readonly Row[];
  readonly #stops: Stops;
  readonly #head: ReturnType<Desk["head"]>;
  readonly #count = el("span", { class: "gd-hint", role: "status" });
  readonly #toError: HTMLButtonElement;
  readonly #dropKeys: () => void;

  constructor(desk: Desk, control: Control) {
    this.#desk = desk;
    this.#control = control;
    this.#steps = stepsOf(desk.surface.task.content[control.field]) ?? [];
    this.#stop = stopsAtError(control);
    this.#rows = this.#steps.map((step, at) => this.#row(step, at));
    this.#toError = desk.button(desk.say(SAYS.toError), `${desk.say(SAYS.toError)} (E)`, () => this.#jumpToError());
    const toOpen = desk.button(desk.say(SAYS.toOpen), `${desk.say(SAYS.toOpen)} (N)`, () => this.#jumpToOpen());
    this.#head = desk.head(control, this.#count, this.#toError, desk.surface.readOnly ? null : toOpen);
    const nothing = desk.say(SAYS.noSteps, { field: control.field });
    this.element = el(
      "section",
      { class: "gd-block", data: { control: control.name } },
      this.#head.element,
      this.#rows.length === 0
        ? el("p", { class: "gd-hint" }, nothing)
        : el(
            "div",
            { class: "gd-steps", role: "list" },
            this.#rows.map(({ element }) => element),
          ),
    );
    this.#stops = new Stops(this.#rows.map(({ element }) => element));
    this.#dropKeys = addBlockKeys(desk.surface.keys, this.element, this.#keys());
  }

  #judged(): Judgements {
    const said = judgementsIn(this.#desk.answer(this.#control));
    return this.#steps.map((_, at) => said[at] ?? null);
  }

  // --- Showing -----------------------------------------------------------------------------------------------------

  show(): void {
    const judged = this.#judged();
    const error = firstError(judged);
    const open = unmarked(judged, judged.length, this.#stop);
    const due = this.#stop && error >= 0 ? error + 1 : judged.length;
    this.#head.show();
    fill(this.#count, this.#desk.say(SAYS.marked, { count: due - open.length, all: due }));
    this.#toError.disabled = error < 0;
    for (const [at, row] of this.#rows.entries())
      this.#show(row, at, judged[at]!, this.#stop && error >= 0 && at > error);
  }

  #show(row: Row, at: number, judged: Judged | null, behind: boolean): void {
    if (row.shown === judged && row.behind === behind) return;
    row.shown = judged;
    row.behind = behind;
    row.element.className = `gd-card gd-step${behind ? " gd-behind" : judged?.mark === undefined ? "" : ` gd-${judged.mark}`}${row.element.classList.contains("gd-marked") ? " gd-marked" : ""}`;
    row.element.title = behind ? this.#desk.say(SAYS.behind) : "";
    for (const [mark, button] of row.marks) {
      button.setAttribute("aria-checked", String(!behind && judged?.mark === mark));
      button.disabled = behind || this.#desk.surface.readOnly;
    }
    row.note.hidden = behind;
    if (judged?.reason !== undefined) this.#reason(row, at).show(judged.reason);
    else row.reason?.show("");
    const rewrite = judged?.rewrite;
    if (rewrite !== undefined) this.#rewrite(row, at).show(rewrite);
    else if (row.rewrite !== null && document.activeElement !== row.rewrite.element) this.#dropRewrite(row);
    row.text.classList.toggle("gd-replaced", rewrite !== undefined);
  }

  redraw(): void {
    for (const [at, { text }] of this.#rows.entries()) fill(text, this.#desk.rich(this.#steps[at]!));
  }

  reveal({ id }: { readonly id?: string }): void {
    const named = Number(id?.split("/")[1] ?? Number.NaN);
    const open = unmarked(this.#judged(), this.#steps.length, this.#stop)[0];
    this.#stops.go(Number.isInteger(named) ? named : (open ?? this.#stops.at));
  }

  mark(anchors: readonly { readonly id?: string }[]): void {
    const places = new Set(anchors.map(({ id }) => Number(id?.split("/")[1] ?? Number.NaN)));
    for (const [at, { element }] of this.#rows.entries()) element.classList.toggle("gd-marked", places.has(at));
  }

  focus(): void {
    this.#stops.focus();
  }

  end(): void {
    this.#dropKeys();
  }

  // --- Rows --------------------------------------------------------------------------------------------------------

  #row(step: string, at: number): Row {
    const desk = this.#desk;
    const marks = new Map(MARKS.map((mark) => [mark, this.#button(mark, at)] as const));
    const note = el("div", { class: "gd-note" });
    const text = el("div", { class: "gd-step-text" }, desk.rich(step));
    const number = desk.say(SAYS.step, { number: at + 1 });
    const tools = desk.surface.readOnly
      ? null
      : el(
          "div",
          { class: "gd-tools gd-shy" },
          this.#tool("💬", SAYS.reason, "steps.reason", () => this.#openReason(at)),
          this.#tool("✎", SAYS.rewrite, "steps.rewrite", () => this.#openRewrite(at)),
        );
    const element = el(
      "div",
      {
        class: "gd-card gd-step",
        role: "listitem",
        tabindex: "-1",
        "aria-label": number,
        on: { focusin: () => this.#stops.enter(at) },
      },
      el(
        "div",
        { class: "gd-step-side" },
        el("div", { class: "gd-step-top" }, el("b", { class: "gd-number" }, at + 1), tools),
        el("div", { class: "gd-marks", role: "radiogroup", "aria-label": number }, [...marks.values()]),
      ),
      el("div", { class: "gd-step-main" }, text, note),
    );
    return { element, text, marks, note, reason: null, rewrite: null, shown: undefined, behind: false };
  }

  #button(mark: Mark, at: number): HTMLButtonElement {
    const title = `${this.#desk.say(SAYS[mark])} (${CHORDS[mark].join(" ")})`;
    return el(
      "button",
      {
        type: "button",
        class: `gd-mark gd-mark-${mark}`,
        role: "radio",
        "aria-checked": "false",
        tabindex: "-1",
        title,
        "aria-label": this.#desk.say(SAYS[mark]),
        on: { click: () => this.#mark(at, mark, false) },
      },
      SIGNS[mark],
    );
  }

  #tool(text: string, title: typeof SAYS.reason, action: string, run: () => void): HTMLElement {
    const told = this.#desk.say(title);
    const keyed = action === "steps.reason" ? `${told} (R)` : `${told} (W)`;
    return el(
      "button",
      { type: "button", class: "gd-tool", title: keyed, "aria-label": told, tabindex: "-1", on: { click: run } },
      text,
    );
  }

  #reason(row: Row, at: number): Area {
    row.reason ??= this.#note(row, SAYS.reason, (text) => this.#change(at, { reason: text }, "reason"), at);
    return row.reason;
  }

  #rewrite(row: Row, at: number): Area {
    const label = this.#desk.say(SAYS.rewriteOf, { number: at + 1 });
    row.rewrite ??= this.#note(
      row,
      { en: label, zh: label },
      (text) => this.#change(at, { rewrite: this.#better(at, text) }, "rewrite"),
      at,
    );
    return row.rewrite;
  }

  #dropRewrite(row: Row): void {
    row.rewrite?.element.parentElement?.remove();
    row.rewrite = null;
  }

  #note(row: Row, title: typeof SAYS.reason, onInput: (text: string) => void, at: number): Area {
    const label = this.#desk.say(title);
    const made = area({
      label,
      readOnly: this.#desk.surface.readOnly,
      typing: this.#desk.typing,
      onInput,
      onLeave: () => this.#stops.go(at),
    });
    row.note.append(el("label", { class: "gd-field" }, el("span", { class: "gd-label-name" }, label), made.element));
    return made;
  }

  /** The same wording is no rewrite. */
  #better(at: number, text: string): string | undefined {
    return written(text) === written(this.#steps[at]!) ? undefined : text;
  }

  #openReason(at: number): void {
    const row = this.#rows[at];
    if (row !== undefined && !row.behind) bring(this.#reason(row, at).element);
  }

  #openRewrite(at: number): void {
    const row = this.#rows[at];
    if (row === undefined || row.behind) return;
    const field = this.#rewrite(row, at);
    if (field.element.value === "") field.show(this.#steps[at]!);
    bring(field.element);
  }

  // --- Changing ----------------------------------------------------------------------------------------------------

  #mark(at: number, mark: Mark, on: boolean): void {
    const row = this.#rows[at];
    if (row === undefined || row.behind) return;
    this.#desk.typing.rest();
    const same = row.shown?.mark === mark;
    if (!same) this.#change(at, { mark });
    else if (!on) this.#change(at, { mark: undefined });
    if (on && !(this.#stop && mark === "wrong")) this.#stops.go(at + 1);
  }

  #change(at: number, fields: { readonly [name in keyof Judged]: Judged[name] | undefined }, typing?: string): void {
    const next = this.#judged().map((step, place) => {
      if (place !== at) return step;
      const kept = Object.entries({ ...step, ...fields }).filter(([, value]) => value !== undefined && value !== "");
      return kept.length > 0 ? (Object.fromEntries(kept) as Judged) : null;
    });
    const said = next.some((step) => step !== null);
    this.#desk.set(
      this.#control,
      said ? (next as never) : undefined,
      typing === undefined ? undefined : `${at} ${typing}`,
    );
  }

  // --- Keys --------------------------------------------------------------------------------------------------------

  #jumpToError(): void {
    const error = firstError(this.#judged());
    if (error >= 0) this.#stops.go(error);
  }

  #jumpToOpen(): void {
    const open = unmarked(this.#judged(), this.#steps.length, this.#stop);
    const next = open.find((at) => at > this.#stops.at) ?? open[0];
    if (next !== undefined) this.#stops.go(next);
  }

  #keys(): BlockKey[] {
    const step = (by: number) => () => this.#stops.step(by, this.element);
    const moving: BlockKey[] = [
      { name: "dialogue.next", title: SAYS.next, chords: ["j", "ArrowDown"], run: step(1) },
      { name: "dialogue.previous", title: SAYS.previous, chords: ["k", "ArrowUp"], run: step(-1) },
      { name: "steps.error", title: SAYS.toError, chords: ["e"], run: () => this.#jumpToError() },
    ];
    if (this.#desk.surface.readOnly) return moving;
    return [
      ...moving,
      ...MARKS.map(
        (mark): BlockKey => ({
          name: `steps.${mark}`,
          title: SAYS[mark],
          chords: CHORDS[mark],
          run: () => this.#mark(this.#stops.at, mark, true),
        }),
      ),
      { name: "steps.open", title: SAYS.toOpen, chords: ["n"], run: () => this.#jumpToOpen() },
      { name: "steps.reason", title: SAYS.reason, chords: ["r"], run: () => this.#openReason(this.#stops.at) },
      { name: "steps.rewrite", title: SAYS.rewrite, chords: ["w"], run: () => this.#openRewrite(this.#stops.at) },
      {
        name: "dialogue.clear",
        title: SAYS.clear,
        chords: ["Backspace"],
        run: () => this.#change(this.#stops.at, { mark: undefined }),
      },
    ];
  }
}
