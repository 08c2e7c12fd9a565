/** Ranking the candidates: of two by one key, of several by dragging or by keys; ties share a place. */

import { Running } from "@/core/machine";
import { type Control, titleOf } from "@/core/schema";
import { el, fill } from "@/kit/dom";
import { type Groups, groupsIn, topOf } from "@/labels/ranking";
import type { Candidate, Candidates } from "./candidates";
import { type Block, type Desk, rove } from "./desk";
import { type DragEffect, type DragInput, type DragState, drag } from "./drag";
import { append, joined, moved, pair, placeOf, put, type Target, type Verdict, verdictOf, without } from "./order";
import { addBlockKeys, type BlockKey } from "./shared_keys";
import { SAYS } from "./words";

export class RankingBlock implements Block {
  readonly element: HTMLElement;
  readonly #desk: Desk;
  readonly #control: Control;
  readonly #cards: Candidates;
  readonly #all: readonly Candidate[];
  readonly #ties: boolean;
  readonly #paired: boolean;
  readonly #leads: boolean;
  readonly #place = el("div", { class: "gd-rank" });
  readonly #head: ReturnType<Desk["head"]>;
  readonly #dropKeys: () => void;
  readonly #drag: Running<DragState, DragInput, DragEffect>;
  readonly #chips: readonly HTMLButtonElement[];
  readonly #verdicts: ReadonlyMap<Verdict, HTMLButtonElement>;
  #at = 0;

  /** `leads`: the cards tell the places of this ranking. */
  constructor(desk: Desk, control: Control, cards: Candidates, leads: boolean) {
    this.#desk = desk;
    this.#control = control;
    this.#cards = cards;
    this.#all = cards.candidates;
    this.#leads = leads;
    this.#ties = control.options.ties !== false;
    this.#paired = this.#all.length === 2;
    this.#drag = new Running(drag, (effect) => this.#perform(effect));
    this.#chips = this.#all.map((candidate, at) => this.#chip(candidate, at));
    this.#verdicts = new Map(this.#paired ? this.#offered().map((verdict) => [verdict, this.#verdict(verdict)]) : []);
    const top = topOf(control);
    const clear = desk.button("✕", desk.say(SAYS.clear), () => this.#set([]), { "aria-label": desk.say(SAYS.clear) });
    clear.hidden = desk.surface.readOnly;
    const hint = this.#paired ? "" : desk.say(this.#ties ? SAYS.rankHint : SAYS.rankHintPlain);
    const told = [top === null || this.#paired ? "" : desk.say(SAYS.top, { top }), hint].filter((one) => one !== "");
    this.#head = desk.head(control, el("span", { class: "gd-hint" }, told.join(" · ")), clear);
    this.element = el(
      "section",
      { class: "gd-block gd-ranking", data: { control: control.name } },
      this.#head.element,
      this.#place,
    );
    if (this.#paired)
      fill(
        this.#place,
        el("div", { class: "gd-pair", role: "radiogroup", "aria-label": titleOf(control, desk.surface.language) }, [
          ...this.#verdicts.values(),
        ]),
      );
    this.#dropKeys = addBlockKeys(desk.surface.keys, this.element, this.#keys());
    this.#listen();
  }

  get #groups(): Groups {
    return groupsIn(this.#desk.answer(this.#control));
  }

  #set(groups: Groups): void {
    this.#desk.set(this.#control, groups.length > 0 ? groups : undefined);
  }

  // --- Showing -----------------------------------------------------------------------------------------------------

  show(): void {
    this.#head.show();
    const groups = this.#groups;
    if (this.#leads) this.#cards.badge(this.#all.map(({ id }) => this.#badge(groups, id)));
    if (this.#paired) {
      const now = verdictOf(groups, this.#all[0]!.id, this.#all[1]!.id);
      for (const [verdict, button] of this.#verdicts) button.setAttribute("aria-checked", String(verdict === now));
      rove([...this.#verdicts.values()], Math.max(now === null ? 0 : [...this.#verdicts.keys()].indexOf(now), 0));
      return;
    }
    const inside = this.#place.contains(document.activeElement);
    this.#draw(groups);
    if (inside) this.focus();
  }

  #badge(groups: Groups, id: string): string {
    const place = placeOf(groups, id);
    if (place < 0 || this.#paired) {
      const verdict = this.#paired ? verdictOf(groups, this.#all[0]!.id, this.#all[1]!.id) : null;
      if (verdict === "tie") return "=";
      return verdict !== null && place === 0 ? "★" : "";
    }
    const rank = groups.slice(0, place).flat().length + 1;
    return this.#desk.say(groups[place]!.length > 1 ? SAYS.placeTied : SAYS.place, { place: rank });
  }

  #draw(groups: Groups): void {
    const chip = (id: string): HTMLElement | undefined => this.#chips[this.#all.findIndex((one) => one.id === id)];
    const gap = (at: number): HTMLElement =>
      el("span", { class: "gd-gap", data: { gap: String(at) } }, at > 0 && at < groups.length ? "›" : "");
    const shown = groups.flatMap((group, at) => {
      const rank = groups.slice(0, at).flat().length + 1;
      const names = this.#all.filter(({ id }) => group.includes(id)).map(({ id }) => chip(id));
      const title = this.#desk.say(group.length > 1 ? SAYS.placeTied : SAYS.place, { place: rank });
      return [
        gap(at),
        el(
          "div",
          { class: "gd-group", role: "group", "aria-label": title, data: { group: String(at) } },
          el("b", { class: "gd-number" }, rank),
          names,
        ),
      ];
    });
    const left = this.#all.filter(({ id }) => placeOf(groups, id) < 0);
    const pool = el(
      "div",
      { class: "gd-pool", role: "group", "aria-label": this.#desk.say(SAYS.unranked), data: { pool: "" } },
      el("span", { class: "gd-hint" }, this.#desk.say(SAYS.unranked)),
      left.map(({ id }) => chip(id)),
    );
    fill(this.#place, shown, gap(groups.length), pool);
    rove(this.#chips, this.#at);
  }

  #chip({ letter, model }: Candidate, at: number): HTMLButtonElement {
    const title = this.#desk.say(SAYS.answer, { letter });
    return el(
      "button",
      {
        type: "button",
        class: "gd-chip gd-candidate-chip",
        data: { at: String(at) },
        on: {
          focus: () => {
            this.#at = at;
            rove(this.#chips, at);
          },
        },
      },
      el("span", { class: "gk-hidden" }, title),
      el("b", { "aria-hidden": "true" }, letter),
      model === "" ? null : el("span", { class: "gd-about" }, model),
      at < 9 ? el("kbd", { class: "gk-kbd", "aria-hidden": "true" }, at + 1) : null,
    );
  }

  redraw(): void {}

  reveal(): void {
    this.element.scrollIntoView({ block: "nearest" });
    this.focus();
  }

  mark(): void {}

  focus(): void {
    if (this.#paired)
      [...this.#verdicts.values()].find(({ tabIndex }) => tabIndex === 0)?.focus({ preventScroll: true });
    else this.#chips[this.#at]?.focus({ preventScroll: true });
  }

  end(): void {
    this.#drag.send({ kind: "cancel" });
    this.#dropKeys();
  }

  // --- Two ---------------------------------------------------------------------------------------------------------

  #offered(): readonly Verdict[] {
    return this.#ties ? ["left", "tie", "right"] : ["left", "right"];
  }

  #verdict(verdict: Verdict): HTMLButtonElement {
    const [left, right] = this.#all.map(({ letter }) => letter);
    const text = {
      left: this.#desk.say(SAYS.leftBetter, { left: left! }),
      tie: this.#desk.say(SAYS.tie),
      right: this.#desk.say(SAYS.rightBetter, { right: right! }),
    }[verdict];
    const key = { left: "1", tie: "=", right: "2" }[verdict];
    return el(
      "button",
      {
        type: "button",
        class: "gd-verdict",
        role: "radio",
        "aria-checked": "false",
        "aria-label": text,
        disabled: this.#desk.surface.readOnly,
        on: { click: () => this.#judge(verdict) },
      },
      el("span", {}, text),
      el("kbd", { class: "gk-kbd", "aria-hidden": "true" }, key),
    );
  }

  #judge(verdict: Verdict): void {
    const [left, right] = this.#all;
    if (left !== undefined && right !== undefined) this.#set(pair(left.id, right.id, verdict));
  }

  // --- Several -----------------------------------------------------------------------------------------------------

  #listen(): void {
    if (this.#paired || this.#desk.surface.readOnly) return;
    const named = (event: PointerEvent): string | undefined =>
      (event.target as Element).closest<HTMLElement>(".gd-candidate-chip")?.dataset.at;
    this.#place.addEventListener("pointerdown", (event) => {
      const name = named(event);
      if (name === undefined || event.button !== 0) return;
      this.#place.setPointerCapture(event.pointerId);
      this.#drag.send({ kind: "down", name, x: event.clientX, y: event.clientY });
    });
    this.#place.addEventListener("pointermove", (event) => {
      if (this.#drag.state.at === "rest") return;
      this.#drag.send({ kind: "move", x: event.clientX, y: event.clientY, over: this.#under(event) });
    });
    this.#place.addEventListener("pointerup", () => this.#drag.send({ kind: "up" }));
    this.#place.addEventListener("pointercancel", () => this.#drag.send({ kind: "cancel" }));
    this.#place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#drag.send({ kind: "cancel" });
    });
    // A chip pressed without a pointer (Enter, Space, a screen reader).
    this.#place.addEventListener("click", (event) => {
      const name = named(event as PointerEvent);
      if (name !== undefined && event.detail === 0) this.#perform({ kind: "click", name });
    });
  }

  #under(event: PointerEvent): Target | "pool" | null {
    const over = document.elementFromPoint(event.clientX, event.clientY);
    const found = over?.closest<HTMLElement>("[data-gap], [data-group], [data-pool]");
    if (found == null || !this.#place.contains(found)) return null;
    if (found.dataset.pool !== undefined) return "pool";
    if (found.dataset.gap !== undefined) return { gap: Number(found.dataset.gap) };
    const group = Number(found.dataset.group);
    if (this.#ties) return { group };
    const { left, width } = found.getBoundingClientRect();
    return { gap: event.clientX < left + width / 2 ? group : group + 1 };
  }

  #perform(effect: DragEffect): void {
    if (effect.kind === "end" || effect.kind === "show") {
      for (const one of this.#place.querySelectorAll(".gd-over")) one.classList.remove("gd-over");
      this.#place.classList.toggle("gd-dragging", effect.kind === "show");
    }
    if (effect.kind === "end") return;
    const at = Number(effect.name);
    const id = this.#all[at]!.id;
    this.#at = at;
    if (effect.kind === "show") {
      const { over } = effect;
      const found =
        over === null
          ? null
          : over === "pool"
            ? "[data-pool]"
            : "gap" in over
              ? `[data-gap="${over.gap}"]`
              : `[data-group="${over.group}"]`;
      if (found !== null) this.#place.querySelector(found)?.classList.add("gd-over");
    } else if (effect.kind === "drop") {
      this.#set(effect.over === "pool" ? without(this.#groups, id) : put(this.#groups, id, effect.over));
    } else {
      this.#cards.bring(at);
      if (placeOf(this.#groups, id) < 0) this.#set(append(this.#groups, id));
    }
    this.focus();
  }

  #rank(at: number): void {
    if (at < this.#all.length) this.#perform({ kind: "click", name: String(at) });
  }

  #change(make: (groups: Groups, id: string) => Groups): void {
    const id = this.#all[this.#at]?.id;
    if (id !== undefined) this.#set(make(this.#groups, id));
    this.focus();
  }

  #keys(): BlockKey[] {
    if (this.#desk.surface.readOnly) return [];
    const clear: BlockKey = {
      name: "dialogue.clear",
      title: SAYS.clear,
      chords: ["Backspace"],
      run: () => this.#set([]),
    };
    if (this.#paired) {
      const letters = { left: this.#all[0]!.letter, right: this.#all[1]!.letter };
      const filled = (text: typeof SAYS.tie): typeof SAYS.tie => ({
        en: text.en.replace(/\{(\w+)\}/g, (_, side: "left" | "right") => letters[side]),
        zh: text.zh.replace(/\{(\w+)\}/g, (_, side: "left" | "right") => letters[side]),
      });
      const verdicts: { readonly [verdict in Verdict]: BlockKey } = {
        left: { name: "ranking.left", title: filled(SAYS.leftBetter), chords: ["1"], run: () => this.#judge("left") },
        tie: { name: "ranking.tie", title: SAYS.tie, chords: ["="], run: () => this.#judge("tie") },
        right: {
          name: "ranking.right",
          title: filled(SAYS.rightBetter),
          chords: ["2"],
          run: () => this.#judge("right"),
        },
      };
      return [...this.#offered().map((verdict) => verdicts[verdict]), clear];
    }
    const digits = this.#all.slice(0, 9).map((_, at): BlockKey => {
      const title = {
        en: SAYS.rankNumber.en.replace("{number}", String(at + 1)),
        zh: SAYS.rankNumber.zh.replace("{number}", String(at + 1)),
      };
      return { name: `ranking.digit_${at + 1}`, title, chords: [String(at + 1)], run: () => this.#rank(at) };
    });
    return [
      ...digits,
      {
        name: "ranking.better",
        title: SAYS.better,
        chords: ["ArrowLeft", "ArrowUp"],
        run: () => this.#change((groups, id) => moved(groups, id, -1)),
      },
      {
        name: "ranking.worse",
        title: SAYS.worse,
        chords: ["ArrowRight", "ArrowDown"],
        run: () => this.#change((groups, id) => moved(groups, id, 1)),
      },
      {
        name: "ranking.join",
        title: SAYS.join,
        chords: ["="],
        when: () => this.#ties,
        run: () => this.#change(joined),
      },
      { ...clear, title: SAYS.unrank, run: () => this.#change(without) },
    ];
  }
}
