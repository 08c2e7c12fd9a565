/** One segment as a row, and typing in it. */

import type { Id } from "@/core/entity";
import type { Surface } from "@/host/editor";
import { el, fill } from "@/kit/dom";
import type { Spot } from "./spots";
import { clockText } from "./time";
import { SAYS } from "./words";
import { speakerPlace, type Work } from "./work";

/** Typing is one step when it rests for a moment or the row is left. */
const REST_MS = 700;
const MOST_HEIGHT = 240;
const LEAVING = /^(Enter|Tab|Escape|F\d+)$/;

export interface RowProps {
  readonly surface: Surface;
  readonly work: Work;
  readonly listId: string;
  /** Somebody went into the row. */
  onEnter(id: Id): void;
  onPlay(id: Id): void;
}

export class SegmentRow {
  readonly element: HTMLElement;
  readonly #id: Id;
  readonly #props: RowProps;
  readonly #time: HTMLButtonElement;
  readonly #label: HTMLElement;
  readonly #area: HTMLTextAreaElement | null;
  readonly #speaker: HTMLInputElement | HTMLSelectElement | null;
  #composing = false;
  #timer = 0;
  #typing = false;
  #told = "";

  constructor(id: Id, props: RowProps) {
    this.#id = id;
    this.#props = props;
    const { work } = props;
    const spot = work.spot(id);
    const control = spot === null ? null : work.controlOf(spot);
    this.#time = el("button", { type: "button", class: "ga-row-time", on: { click: () => props.onPlay(id) } });
    this.#label = el("span", { class: "ga-row-label" });
    const place = control === null ? null : speakerPlace(control);
    this.#speaker = place === null ? null : this.#speakerField(place.words);
    this.#area = control?.options.transcribe === true ? this.#textArea() : null;
    this.element = el(
      "div",
      {
        class: `ga-row${this.#area === null ? " ga-row-plain" : ""}`,
        role: "listitem",
        data: { id },
        on: {
          pointerenter: () => props.surface.selection.point(id),
          pointerleave: () => props.surface.selection.point(null),
          click: (event) => {
            if (event.target === this.element || event.target === this.#label) props.onEnter(id);
          },
        },
      },
      this.#time,
      this.#label,
      this.#speaker,
      this.#area,
    );
  }

  end(): void {
    this.rest();
    this.element.remove();
  }

  show(spot: Spot, place: { readonly at: number; readonly count: number; readonly playing: boolean }): void {
    const { surface, work } = this.#props;
    const { say, selection, palette } = surface;
    this.element.classList.toggle("ga-playing", place.playing);
    this.element.classList.toggle("ga-on", selection.has(spot.id));
    this.element.classList.toggle("ga-hover", selection.hover === spot.id);
    const entity = surface.store.get(spot.id);
    const locked = selection.isLocked(spot.id);
    const told = JSON.stringify([spot, place.at, place.count, locked, entity?.from?.confidence, work.speakers()]);
    if (told === this.#told) return;
    this.#told = told;
    this.element.setAttribute("aria-posinset", String(place.at + 1));
    this.element.setAttribute("aria-setsize", String(place.count));
    const [from, to] = [clockText(spot.start), clockText(spot.end)];
    fill(this.#time, el("span", {}, from), " ", el("span", {}, to));
    this.#time.title = say(SAYS.playRow, { from, to });
    this.element.style.setProperty("--ga-color", palette.color(spot.control, spot.label));
    const sure = entity?.from?.kind === "prelabel" ? ` ✦${percent(entity.from.confidence)}` : "";
    this.element.classList.toggle("ga-dashed", sure !== "");
    const title = work.labelTitle(spot);
    fill(this.#label, `${title}${sure}`);
    this.#label.hidden = title === "" && sure === "";
    this.#label.title = sure === "" ? title : say(SAYS.prelabel, { name: entity?.from?.name ?? "" });
    this.#showSpeaker(spot, locked);
    if (this.#area === null) return;
    this.#area.readOnly = surface.readOnly || locked;
    this.#area.setAttribute("aria-label", say(SAYS.textOf, { from, to }));
    if (this.#composing || this.#area.value === spot.text) return;
    this.#area.value = spot.text;
    this.#grow();
  }

  write(): void {
    (this.#area ?? this.#time).focus({ preventScroll: true });
    this.#area?.setSelectionRange(this.#area.value.length, this.#area.value.length);
  }

  /** What was typed becomes one step. */
  rest(): void {
    clearTimeout(this.#timer);
    if (!this.#typing) return;
    this.#typing = false;
    this.#props.work.rest();
  }

  #textArea(): HTMLTextAreaElement {
    const { surface, work, onEnter } = this.#props;
    const typed = (): void => {
      this.#grow();
      if (this.#composing) return; // half a syllable is no text
      this.#typing = true;
      work.type(this.#id, area.value);
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.rest(), REST_MS);
    };
    const area = el("textarea", {
      class: "ga-row-text",
      rows: 1,
      spellcheck: "false",
      lang: "",
      readonly: surface.readOnly,
      on: {
        input: typed,
        focus: () => onEnter(this.#id),
        blur: () => this.rest(),
        compositionstart: () => {
          this.#composing = true;
        },
        compositionend: () => {
          this.#composing = false;
          typed();
        },
        keydown: (event) => {
          // Safari tells of the key that ended a composition as if it were a plain one.
          if (event.keyCode === 229) event.stopPropagation();
          // A chord may change something, which would take back what is only shown so far.
          else if (event.ctrlKey || event.metaKey || event.altKey || LEAVING.test(event.key)) this.rest();
        },
      },
    });
    queueMicrotask(() => this.#grow());
    return area;
  }

  #grow(): void {
    const area = this.#area;
    if (area === null || !area.isConnected) return;
    const before = area.style.height;
    area.style.height = "auto";
    const height = `${Math.min(area.scrollHeight + 2, MOST_HEIGHT)}px`;
    area.style.height = height;
    area.style.overflowY = area.scrollHeight + 2 > MOST_HEIGHT ? "auto" : "hidden";
    if (height !== before) this.element.dispatchEvent(new CustomEvent("ga-grown", { bubbles: true }));
  }

  #speakerField(words: readonly string[]): HTMLInputElement | HTMLSelectElement {
    const { surface, work, listId } = this.#props;
    const set = (event: Event): void =>
      work.speak([this.#id], (event.target as HTMLInputElement | HTMLSelectElement).value.trim());
    const common = { class: "ga-row-speaker", "aria-label": surface.say(SAYS.speaker), disabled: surface.readOnly };
    if (words.length > 0) {
      return el(
        "select",
        { ...common, on: { change: set } },
        el("option", { value: "" }, surface.say(SAYS.noSpeaker)),
        words.map((word) => el("option", { value: word }, word)),
      );
    }
    return el("input", {
      ...common,
      type: "text",
      list: listId,
      maxlength: 64,
      placeholder: surface.say(SAYS.speaker),
      on: { change: set },
    });
  }

  #showSpeaker(spot: Spot, locked: boolean): void {
    const field = this.#speaker;
    if (field === null) return;
    field.disabled = this.#props.surface.readOnly || locked;
    if (field.value !== spot.speaker && !(field instanceof HTMLInputElement && document.activeElement === field)) {
      field.value = spot.speaker;
    }
  }
}

function percent(share: number | undefined): string {
  return share === undefined ? "" : ` ${Math.round(share * 100)}%`;
}
