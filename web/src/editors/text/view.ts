/** A text on the screen with its spans and relations, and everything a person can do to it. */

import type { Id } from "@/core/entity";
import { choicesOf, choiceTitle } from "@/core/schema";
import { withPreviews } from "@/core/store";
import type { Anchor, Surface } from "@/host/editor";
import { Cleanup, el, fill, perFrame } from "@/kit/dom";
import { Caret, type Way } from "./caret";
import type { TextDocument } from "./document";
import { drawFront, type RelationLook } from "./front";
import { cycled } from "./gesture";
import { makeInk } from "./ink";
import { lookOf } from "./look";
import { Page } from "./page";
import { Painter } from "./painter";
import { SearchBar } from "./search_bar";
import { type Snap, snapFor } from "./segments";
import type { Spot, Stretch } from "./spans";
import { SAYS } from "./words";
import { type Kind, Work } from "./work";

/** What the person chose last, for the next item; null: as suits the text. */
let chosenSnap: Snap | null = null;

export class View {
  readonly surface: Surface;
  readonly text: TextDocument;
  readonly work: Work;
  readonly page: Page;
  readonly caret: Caret;
  readonly search: SearchBar;
  readonly root: HTMLElement;
  snap: Snap;
  /** A relation under way: from which span, and where it would go. */
  linking: { readonly from: Id; readonly to: Id | null } | null = null;
  thread: { readonly from: Id; readonly x: number; readonly y: number } | null = null;
  readonly #painter: Painter;
  readonly #cleanup = new Cleanup();
  readonly #front: { ask(): void; stop(): void };
  readonly #hint = el("span", { role: "status", "aria-live": "polite" });
  readonly #place = el("span");
  readonly #listeners = new Set<() => void>();
  #clicked: { readonly ids: readonly Id[]; readonly chosen: Id | null } = { ids: [], chosen: null };
  #relations: readonly RelationLook[] = [];
  /** The span whose relations are gone through. */
  #around: Id | null = null;
  #flash = 0;

  constructor(surface: Surface, text: TextDocument) {
    this.surface = surface;
    this.text = text;
    this.work = new Work(surface, text);
    this.snap = chosenSnap ?? snapFor(text.text);
    const ink = makeInk();
    this.#painter = new Painter(ink, {
      index: () => this.work.index,
      entity: (id) => surface.store.get(id),
      look: (spot) => lookOf(surface, this.work, spot),
    });
    this.page = new Page(text, {
      lanes: (start, end) => (this.work.spans.length === 0 ? 0 : Math.max(1, this.work.index.lanes(start, end))),
      mounted: (blocks) => this.#painter.paint(blocks),
      unmounted: (block) => this.#painter.forget(block),
      moved: () => this.#front.ask(),
    });
    this.#painter.on(this.page);
    this.#painter.band("found", { "background-color": "color-mix(in srgb, #f5c400 45%, transparent)" }, 10);
    this.#painter.band("current", { "background-color": "#f5c400", color: "#1a1d23" }, 11);
    this.#painter.band("marked", { "text-decoration": "underline wavy var(--g-bad) 2px" }, 12);
    this.#painter.band("shown", { "background-color": "var(--g-accent)", color: "var(--g-accent-fg)" }, 13);
    this.#painter.band("selected", { "background-color": "color-mix(in srgb, var(--g-accent) 35%, transparent)" }, 20);
    this.caret = new Caret(text, this.page);
    this.search = new SearchBar(surface, this.work, {
      show: (matches, current) => this.#showMatches(matches, current),
      place: () => this.caret.stretch.start,
      titleOf: (kind) => this.titleOf(kind),
      closed: () => this.page.scroller.focus({ preventScroll: true }),
    });
    const status = el("div", { class: "gt-status" }, this.#hint, this.#place);
    this.root = el("div", { class: "gt" }, this.search.element, this.page.scroller, status);
    this.page.scroller.setAttribute("role", "textbox");
    this.page.scroller.setAttribute("aria-multiline", "true");
    this.page.scroller.setAttribute("aria-readonly", "true");
    this.page.scroller.setAttribute("aria-label", surface.say(SAYS.text, { field: surface.field }));
    this.#front = perFrame(() => this.#drawFront());
    this.#listen();
    this.#readRelations();
    this.tell();
  }

  end(): void {
    clearTimeout(this.#flash);
    this.#cleanup.run();
    this.#front.stop();
    this.search.end();
    this.page.end();
    this.#painter.end();
  }

  /** Hear of changes of the editor's own state: what its buttons show. */
  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  get focusSpan(): Spot | null {
    const { focus } = this.surface.selection;
    return focus === null ? null : (this.work.spot(focus) ?? null);
  }

  get focusRelation(): Id | null {
    const { focus } = this.surface.selection;
    return this.work.isRelation(focus) ? focus : null;
  }

  titleOf({ control, label }: Kind): string {
    const { language, controls, say } = this.surface;
    const found = controls.find(({ name }) => name === control);
    const choice = found === undefined ? undefined : choicesOf(found, "labels").find(({ value }) => value === label);
    return choice === undefined ? label || say(SAYS.noLabel) : choiceTitle(choice, language);
  }

  // --- Selecting ---------------------------------------------------------------------------------------------------

  select(anchor: number, focus = anchor): void {
    this.caret.set(anchor, focus);
    this.#selectedText();
  }

  move(way: Way, extend: boolean): void {
    if (this.linking !== null && !extend) {
      this.#aimNext(way === "left" || way === "up" ? -1 : 1);
      return;
    }
    this.caret.move(way, extend);
    if (!extend) this.surface.selection.clear();
    this.#selectedText();
  }

  selectAll(): void {
    this.select(0, this.text.length);
  }

  /** What the selection means with words or characters snapped to; null when nothing is meant. */
  meant(anchor = this.caret.anchor, focus = this.caret.focus): Stretch | null {
    const found = this.text.segments.snapped(anchor, focus, this.snap);
    return found === null ? null : { start: found[0], end: found[1] };
  }

  /** Choose the span over a place; again in the same place, the next one there. */
  pick(unit: number, id: Id | null, more: boolean): void {
    const { selection } = this.surface;
    const ids = id === null ? this.work.index.at(unit).map((spot) => spot.id) : [id];
    const before = ids.some((one) => selection.has(one)) ? this.#clicked : { ids: [], chosen: null };
    const chosen = cycled(ids, before);
    this.#clicked = { ids, chosen };
    this.select(unit);
    if (this.linking !== null) {
      if (chosen === null) this.stopLinking();
      else this.linkTo(chosen);
      return;
    }
    if (chosen === null) {
      if (!more) selection.clear();
    } else if (more) selection.toggle(chosen);
    else selection.set([chosen]);
  }

  chooseRelation(id: Id): void {
    this.surface.selection.set([id]);
  }

  /** The next span in the text, or the one before. */
  step(by: 1 | -1): void {
    if (this.linking !== null) {
      this.#aimNext(by);
      return;
    }
    const next = this.#neighbour(this.focusSpan, by);
    if (next === undefined) return;
    this.surface.selection.set([next.id]);
    this.caret.set(next.start);
    this.page.show(next.start);
    this.#selectedText();
  }

  /** The next relation of the selected span; of the whole text when none is selected. */
  stepRelation(): void {
    const { focusSpan, focusRelation } = this;
    if (focusRelation === null) this.#around = focusSpan?.id ?? null;
    const around = this.#around;
    const there = this.#relations
      .filter(({ head, tail }) => around === null || head.id === around || tail.id === around)
      .sort((left, right) => left.head.start - right.head.start || left.tail.start - right.tail.start);
    const at = there.findIndex(({ entity }) => entity.id === focusRelation);
    const next = there[(at + 1) % there.length];
    if (next === undefined) return;
    this.surface.selection.set([next.entity.id]);
    this.page.show(next.head.start);
    this.tell();
  }

  // --- Doing -------------------------------------------------------------------------------------------------------

  /** Draw a span over what is selected, or over the word at the caret. */
  make(kind?: Kind): void {
    if (this.linking !== null) {
      if (this.linking.to !== null) this.linkTo(this.linking.to);
      return;
    }
    const place = this.meant() ?? (this.caret.empty ? this.#wordAt(this.caret.focus) : null);
    if (place === null) return;
    const id = this.work.make(place, kind ?? this.work.inHand ?? this.work.spanKinds()[0] ?? null);
    if (id !== null) this.select(place.end);
  }

  /** The label of the selected relation, and of those drawn from now on. */
  labelRelation(kind: Kind): void {
    if (this.focusRelation !== null) this.work.relabelRelation(this.focusRelation, kind);
    this.work.relationKind = kind;
    this.tell();
  }

  stepEdge(edge: "start" | "end", forward: boolean): void {
    const span = this.focusSpan;
    if (span === null) return;
    this.work.stepEdge(span.id, edge, forward, this.snap);
    const after = this.work.spot(span.id);
    if (after === undefined) return;
    this.caret.set(after[edge]);
    this.page.show(after[edge]);
    this.#selectedText();
  }

  remove(): void {
    this.work.remove(this.surface.selection.ids);
  }

  toggleSnap(): void {
    this.snap = this.snap === "word" ? "character" : "word";
    chosenSnap = this.snap;
    this.tell();
  }

  startLinking(): void {
    const span = this.focusSpan;
    if (span === null || this.work.relations.length === 0) {
      this.surface.notice(SAYS.chooseFirst);
      return;
    }
    this.linking = { from: span.id, to: null };
    this.#aimNext(1);
  }

  linkTo(id: Id): void {
    const from = this.linking?.from ?? this.thread?.from;
    this.linking = null;
    this.thread = null;
    if (from !== undefined) this.work.link(from, id);
    this.tell();
  }

  stopLinking(): void {
    this.linking = null;
    this.thread = null;
    this.tell();
  }

  cancel(): void {
    if (this.linking !== null || this.thread !== null) {
      this.stopLinking();
      return;
    }
    this.surface.store.cancelPreview();
    if (!this.caret.empty) this.select(this.caret.focus);
    else if (this.surface.selection.ids.size > 0) this.surface.selection.clear();
    else this.search.close();
  }

  // --- Showing -----------------------------------------------------------------------------------------------------

  reveal(anchor: Anchor): void {
    const place = this.#placeOf(anchor);
    if (place === null) return;
    this.page.show(place.start, true);
    this.#painter.show("shown", [place]);
    clearTimeout(this.#flash);
    this.#flash = window.setTimeout(() => this.#painter.show("shown", []), 1500);
  }

  mark(anchors: readonly Anchor[]): void {
    const places = anchors.flatMap((anchor) => this.#placeOf(anchor) ?? []);
    this.#painter.show("marked", apart(places));
  }

  /** Something of the editor's own state changed. */
  tell(): void {
    this.#front.ask();
    const told = this.#told();
    if (this.#hint.textContent !== told) fill(this.#hint, told);
    const { offsets } = this.text;
    const at = offsets.point(this.caret.focus);
    fill(this.#place, this.surface.say(SAYS.place, { at, count: offsets.points }));
    for (const listener of this.#listeners) listener();
  }

  #listen(): void {
    const { store, selection, palette } = this.surface;
    let told = 0;
    this.#cleanup.listen(this.page.scroller, "scroll", ({ timeStamp }) => {
      if (timeStamp - told < 1000) return;
      told = timeStamp;
      this.surface.sign("scroll");
    });
    this.#cleanup.add(store.listen(withPreviews((_, ids) => this.#changed(ids))));
    let hidden = "";
    this.#cleanup.add(
      selection.listen(() => {
        const now = [...store.all()]
          .filter(({ id }) => selection.isHidden(id))
          .map(({ id }) => id)
          .join();
        if (now !== hidden) {
          hidden = now;
          this.work.rehide();
          this.#redraw();
        }
        this.tell();
      }),
    );
    this.#cleanup.add(
      palette.listen(() => {
        const kind = this.work.inHand;
        if (kind !== null && !this.caret.empty) this.make(kind);
        this.tell();
      }),
    );
  }

  #changed(ids: ReadonlySet<Id>): void {
    if (!this.work.changed(ids) && !this.#relations.some(({ entity }) => ids.has(entity.id))) return;
    this.#redraw();
    this.tell();
  }

  #redraw(): void {
    this.#readRelations();
    this.page.relane();
    this.#painter.refresh();
    this.#front.ask();
  }

  #readRelations(): void {
    this.#relations = this.work.relationList().flatMap((entity): RelationLook[] => {
      const [head, tail] = [this.work.spot(String(entity.value.head)), this.work.spot(String(entity.value.tail))];
      if (head === undefined || tail === undefined || this.surface.selection.isHidden(entity.id)) return [];
      const kind = { control: entity.control, label: String(entity.value.label ?? "") };
      const label = kind.label === "" ? "" : this.titleOf(kind);
      return [{ entity, head, tail, label, selected: false, dashed: entity.from?.kind === "prelabel" }];
    });
  }

  #drawFront(): void {
    const { selection, readOnly } = this.surface;
    const selected = [...selection.ids].flatMap((id) => this.work.spot(id) ?? []);
    const from = this.linking?.from ?? this.thread?.from;
    const fromSpot = from === undefined ? undefined : this.work.spot(from);
    const shown = fromSpot === undefined || selected.includes(fromSpot) ? selected : [...selected, fromSpot];
    const target = this.linking?.to ?? null;
    drawFront(this.page, {
      caret: this.caret.focus,
      selected: shown.slice(0, 200),
      hover:
        selection.hover === null || selection.has(selection.hover) ? null : (this.work.spot(selection.hover) ?? null),
      target: target === null ? null : (this.work.spot(target) ?? null),
      handles: !readOnly && selected.length === 1 && this.linking === null,
      relations: this.#relations.map((one) => (selection.has(one.entity.id) ? { ...one, selected: true } : one)),
      thread: this.thread,
    });
  }

  #selectedText(): void {
    // A label that is taken now is for the text: it must not change a span that was selected before.
    if (!this.caret.empty && this.linking === null) this.surface.selection.clear();
    this.#painter.show("selected", this.caret.empty ? [] : [this.caret.stretch]);
    this.tell();
  }

  #showMatches(matches: readonly Stretch[], current: Stretch | null): void {
    this.#painter.show("found", matches);
    this.#painter.show("current", current === null ? [] : [current]);
    if (current !== null) this.page.show(current.start, true);
  }

  #told(): string {
    const { say, selection } = this.surface;
    if (this.linking !== null) return say(SAYS.chooseSecond, { text: this.#short(this.work.spot(this.linking.from)) });
    if (!this.caret.empty) {
      const { start, end } = this.text.points(this.caret.stretch);
      return say(SAYS.selected, { text: this.#short(this.caret.stretch), count: end - start });
    }
    const span = this.focusSpan;
    if (span !== null) {
      const facts = { label: this.titleOf(span), text: this.#short(span) };
      const { ids, chosen } = this.#clicked;
      if (chosen !== span.id || ids.length < 2) return say(SAYS.spanSelected, facts);
      return say(SAYS.spanOf, { ...facts, at: ids.indexOf(chosen) + 1, count: ids.length });
    }
    const relation = this.#relations.find(({ entity }) => selection.focus === entity.id);
    if (relation === undefined) return "";
    const [head, tail] = [this.#short(relation.head), this.#short(relation.tail)];
    return say(SAYS.relationSelected, { label: relation.label || say(SAYS.relation), head, tail });
  }

  #short(place: Stretch | undefined): string {
    if (place === undefined) return "";
    const told = this.text.slice({ start: place.start, end: Math.min(place.end, place.start + 60) });
    const shown = told.replace(/\s+/gu, " ");
    return place.end > place.start + 60 ? `${shown}…` : shown;
  }

  #wordAt(unit: number): Stretch | null {
    const found = this.text.segments.snapped(unit, unit, "word");
    return found === null ? null : { start: found[0], end: found[1] };
  }

  #neighbour(span: Spot | null, by: 1 | -1): Spot | undefined {
    const { index } = this.work;
    const { spots } = index;
    if (spots.length === 0) return undefined;
    const at = span === null ? -1 : spots.indexOf(span);
    const here = at >= 0 ? at + by : by > 0 ? index.from(this.caret.focus) : index.from(this.caret.focus) - 1;
    return spots[(here + spots.length) % spots.length];
  }

  #aimNext(by: 1 | -1): void {
    if (this.linking === null) return;
    const { from, to } = this.linking;
    const allowed = new Set(this.work.relations.map(({ options }) => options.spans));
    let next = this.#neighbour(this.work.spot(to ?? from) ?? null, by);
    for (let turn = 0; turn < this.work.index.spots.length && next !== undefined; turn += 1) {
      if (next.id !== from && allowed.has(next.control)) break;
      next = this.#neighbour(next, by);
    }
    this.linking = { from, to: next === undefined || next.id === from ? null : next.id };
    if (next !== undefined) this.page.show(next.start);
    this.tell();
  }

  #placeOf(anchor: Anchor): Stretch | null {
    if (anchor.id !== undefined) {
      const relation = this.#relations.find(({ entity }) => entity.id === anchor.id);
      return this.work.spot(anchor.id) ?? relation?.head ?? null;
    }
    if (anchor.unit === "time") return null;
    return this.text.units(anchor.start, anchor.end ?? (anchor.start ?? 0) + 1);
  }
}

/** Stretches in order with what they share merged. */
function apart(places: readonly Stretch[]): Stretch[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...places].sort((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
