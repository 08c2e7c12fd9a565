/** Scores by criterion, with what each score means and reasons where they are asked for. */

import { type Json, own } from "@/core/json";
import { type Control, titleOf } from "@/core/schema";
import { el, fill } from "@/kit/dom";
import { type Criterion, canonicalScores, criteriaOf, missingOf, type Scored, scoresIn } from "@/labels/rubric";
import { type Area, area } from "./area";
import { type Block, bring, type Desk, Stops } from "./desk";
import { addBlockKeys, type BlockKey } from "./shared_keys";
import { SAYS } from "./words";

/** Wider scales are a number to type, not a row of buttons. */
const BUTTONS_MOST = 11;

interface Row {
  readonly criterion: Criterion;
  readonly element: HTMLElement;
  readonly scores: ReadonlyMap<number, HTMLButtonElement>;
  readonly input: HTMLInputElement | null;
  readonly opener: HTMLElement | null;
  readonly place: HTMLElement;
  reason: Area | null;
}

export class RubricBlock implements Block {
  readonly element: HTMLElement;
  readonly #desk: Desk;
  readonly #control: Control;
  readonly #rows: readonly Row[];
  readonly #stops: Stops;
  readonly #head: ReturnType<Desk["head"]>;
  readonly #count = el("span", { class: "gd-hint", role: "status" });
  readonly #dropKeys: () => void;

  constructor(desk: Desk, control: Control) {
    this.#desk = desk;
    this.#control = control;
    this.#rows = criteriaOf(control).map((criterion, at) => this.#row(criterion, at));
    this.#head = desk.head(control, this.#count);
    this.element = el(
      "section",
      { class: "gd-block", data: { control: control.name } },
      this.#head.element,
      el(
        "div",
        { class: "gd-rubric" },
        this.#rows.length === 0
          ? el("p", { class: "gd-hint" }, desk.say(SAYS.noCriteria))
          : this.#rows.map(({ element }) => element),
      ),
    );
    this.#stops = new Stops(this.#rows.map(({ element }) => element));
    this.#dropKeys = addBlockKeys(desk.surface.keys, this.element, this.#keys());
  }

  #scores(): { readonly [name: string]: Scored } {
    return scoresIn(this.#desk.answer(this.#control));
  }

  // --- Showing -----------------------------------------------------------------------------------------------------

  show(): void {
    this.#head.show();
    const said = this.#scores();
    let count = 0;
    for (const row of this.#rows) {
      const scored = own(said, row.criterion.name);
      count += Number(missingOf(row.criterion, scored) === null);
      for (const [score, button] of row.scores) button.setAttribute("aria-checked", String(scored?.score === score));
      if (row.input !== null && document.activeElement !== row.input) row.input.value = String(scored?.score ?? "");
      const reason = scored?.reason;
      if (reason !== undefined) this.#reason(row).show(reason);
      else row.reason?.show("");
    }
    fill(this.#count, this.#desk.say(SAYS.scored, { count, all: this.#rows.length }));
  }

  redraw(): void {}

  reveal({ id }: { readonly id?: string }): void {
    const named = this.#rows.findIndex(({ criterion }) => id?.endsWith(`/${criterion.name}`));
    const said = this.#scores();
    const open = this.#rows.findIndex(({ criterion }) => missingOf(criterion, own(said, criterion.name)) !== null);
    this.#stops.go(named >= 0 ? named : Math.max(open, 0));
  }

  mark(anchors: readonly { readonly control?: string; readonly id?: string }[]): void {
    for (const { criterion, element } of this.#rows) {
      const own = anchors.some(
        ({ control, id }) => control === this.#control.name && id?.endsWith(`/${criterion.name}`),
      );
      element.classList.toggle("gd-marked", own);
    }
  }

  focus(): void {
    this.#stops.focus();
  }

  end(): void {
    this.#dropKeys();
  }

  // --- Rows --------------------------------------------------------------------------------------------------------

  #row(criterion: Criterion, at: number): Row {
    const desk = this.#desk;
    const title = titleOf(criterion, desk.surface.language);
    const wide = criterion.max - criterion.min + 1 > BUTTONS_MOST;
    const scores = new Map<number, HTMLButtonElement>();
    if (!wide)
      for (let score = criterion.min; score <= criterion.max; score += 1)
        scores.set(score, this.#button(criterion, score, at));
    const input = wide ? this.#input(criterion, title) : null;
    const optional = criterion.reason === "optional" && !desk.surface.readOnly;
    const opener = optional
      ? el(
          "button",
          {
            type: "button",
            class: "gd-link",
            title: `${desk.say(SAYS.addReason)} (R)`,
            on: { click: () => this.#openReason(at) },
          },
          `+ ${desk.say(SAYS.reason)}`,
        )
      : null;
    const place = el("div", { class: "gd-reason" }, opener);
    const element = el(
      "div",
      {
        class: "gd-criterion",
        role: "group",
        "aria-label": title,
        tabindex: "-1",
        data: { criterion: criterion.name },
        on: { focusin: () => this.#stops.enter(at) },
      },
      el("div", { class: "gd-criterion-title" }, title, input),
      wide ? null : el("div", { class: "gd-scores", role: "radiogroup", "aria-label": title }, [...scores.values()]),
      place,
    );
    const row: Row = { criterion, element, scores, input, opener, place, reason: null };
    if (criterion.reason === "required") queueMicrotask(() => this.#reason(row));
    return row;
  }

  #button(criterion: Criterion, score: number, at: number): HTMLButtonElement {
    const said = criterion.levels[String(score)]?.[this.#desk.surface.language];
    const title =
      said === undefined ? this.#desk.say(SAYS.score, { score }) : this.#desk.say(SAYS.scoreOf, { score, said });
    return el(
      "button",
      {
        type: "button",
        class: "gd-score",
        role: "radio",
        "aria-checked": "false",
        tabindex: "-1",
        title,
        "aria-label": title,
        disabled: this.#desk.surface.readOnly,
        on: { click: () => this.#score(at, score) },
      },
      el("b", {}, score),
      said === undefined ? null : el("small", {}, said),
    );
  }

  #input(criterion: Criterion, title: string): HTMLInputElement {
    const input = el("input", {
      type: "number",
      class: "gk-input gd-number-input",
      min: criterion.min,
      max: criterion.max,
      step: 1,
      readonly: this.#desk.surface.readOnly,
      "aria-label": `${title} (${criterion.min}–${criterion.max})`,
      placeholder: `${criterion.min}–${criterion.max}`,
      on: {
        input: () => {
          const score = input.value === "" ? undefined : Math.round(input.valueAsNumber);
          const fits = score === undefined || (score >= criterion.min && score <= criterion.max);
          input.setAttribute("aria-invalid", String(!fits));
          if (fits) this.#change(criterion, { score }, "score");
        },
        blur: () => this.#desk.typing.rest(),
      },
    });
    return input;
  }

  #reason(row: Row): Area {
    if (row.reason !== null) return row.reason;
    const { criterion } = row;
    const say = this.#desk.say(criterion.reason === "required" ? SAYS.reasonRequired : SAYS.reasonOptional);
    row.reason = area({
      label: this.#desk.say(SAYS.reasonFor, { name: titleOf(criterion, this.#desk.surface.language) }),
      placeholder: say,
      readOnly: this.#desk.surface.readOnly,
      typing: this.#desk.typing,
      onInput: (reason) => this.#change(criterion, { reason: reason === "" ? undefined : reason }, "reason"),
      onLeave: () => row.element.focus({ preventScroll: true }),
    });
    if (row.opener !== null) row.opener.hidden = true;
    row.place.append(row.reason.element);
    return row.reason;
  }

  #openReason(at: number): void {
    const row = this.#rows[at];
    if (row !== undefined && row.criterion.reason !== "none") bring(this.#reason(row).element);
  }

  // --- Changing ----------------------------------------------------------------------------------------------------

  #score(at: number, score: number | undefined): void {
    const row = this.#rows[at];
    if (row !== undefined) this.#change(row.criterion, { score });
  }

  /** A score by a key: then on to the reason, where one is still asked for, else to the next criterion. */
  #scoreAndGo(score: number): void {
    const row = this.#rows[this.#stops.at];
    if (row === undefined || score < row.criterion.min || score > row.criterion.max) return;
    this.#score(this.#stops.at, score);
    const missing = missingOf(row.criterion, this.#scores()[row.criterion.name]);
    if (missing === "noReason") this.#openReason(this.#stops.at);
    else this.#stops.go(this.#stops.at + 1);
  }

  #nudge(by: number): void {
    const row = this.#rows[this.#stops.at];
    if (row === undefined) return;
    const { criterion } = row;
    const now = own(this.#scores(), criterion.name)?.score;
    const next = now === undefined ? (by > 0 ? criterion.min : criterion.max) : now + by;
    this.#score(this.#stops.at, Math.min(Math.max(next, criterion.min), criterion.max));
  }

  #change(
    criterion: Criterion,
    fields: { readonly score?: number | undefined; readonly reason?: string | undefined },
    typing?: string,
  ): void {
    const said = this.#scores();
    const one = Object.fromEntries(
      Object.entries({ ...own(said, criterion.name), ...fields }).filter(([, value]) => value !== undefined),
    );
    const next = { ...said, [criterion.name]: one } as unknown as Json;
    const empty = canonicalScores(next, this.#control) === undefined;
    this.#desk.set(
      this.#control,
      empty ? undefined : next,
      typing === undefined ? undefined : `${criterion.name} ${typing}`,
    );
  }

  // --- Keys --------------------------------------------------------------------------------------------------------

  #keys(): BlockKey[] {
    const step = (by: number) => () => this.#stops.step(by, this.element);
    const moving: BlockKey[] = [
      { name: "dialogue.next", title: SAYS.next, chords: ["j", "ArrowDown"], run: step(1) },
      { name: "dialogue.previous", title: SAYS.previous, chords: ["k", "ArrowUp"], run: step(-1) },
    ];
    if (this.#desk.surface.readOnly) return moving;
    const digits = Array.from({ length: 10 }, (_, score): BlockKey => {
      const title = {
        en: SAYS.score.en.replace("{score}", String(score)),
        zh: SAYS.score.zh.replace("{score}", String(score)),
      };
      return { name: `rubric.score_${score}`, title, chords: [String(score)], run: () => this.#scoreAndGo(score) };
    });
    return [
      ...moving,
      ...digits,
      { name: "rubric.lower", title: SAYS.lower, chords: ["ArrowLeft", "-"], run: () => this.#nudge(-1) },
      { name: "rubric.higher", title: SAYS.higher, chords: ["ArrowRight", "+"], run: () => this.#nudge(1) },
      { name: "steps.reason", title: SAYS.reason, chords: ["r"], run: () => this.#openReason(this.#stops.at) },
      {
        name: "dialogue.clear",
        title: SAYS.clear,
        chords: ["Backspace"],
        run: () => this.#score(this.#stops.at, undefined),
      },
    ];
  }
}
