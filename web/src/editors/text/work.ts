/** What can be done to spans and relations: every change of the annotation that the text editor makes. */

import type { Entity, Id } from "@/core/entity";
import type { JsonObject } from "@/core/json";
import { type Control, choicesOf, typeOf } from "@/core/schema";
import type { Surface } from "@/host/editor";
import { labelsOf } from "@/host/palette";
import type { TextDocument } from "./document";
import type { Edge } from "./gesture";
import type { Snap } from "./segments";
import { type Overlap, planned, refusal, SpanIndex, type Spot, type Stretch } from "./spans";
import { SAYS } from "./words";

/** The part of a surface that changes need. */
export type Desk = Pick<Surface, "store" | "selection" | "palette" | "controls" | "readOnly" | "newId" | "notice">;

export interface Kind {
  readonly control: string;
  readonly label: string;
}

export class Work {
  readonly spans: readonly Control[];
  readonly relations: readonly Control[];
  readonly document: TextDocument;
  readonly #desk: Desk;
  readonly #spots = new Map<Id, Spot>();
  #index = new SpanIndex<Spot>([]);
  #stale = true;
  /** What a new relation becomes. */
  relationKind: Kind | null;

  constructor(desk: Desk, text: TextDocument) {
    this.#desk = desk;
    this.document = text;
    this.spans = desk.controls.filter((control) => typeOf(control) === "span");
    this.relations = desk.controls.filter((control) => typeOf(control) === "relation");
    this.relationKind = this.relationKinds()[0] ?? null;
    for (const entity of desk.store.all()) this.#note(entity.id);
  }

  get index(): SpanIndex<Spot> {
    if (this.#stale) {
      const { selection } = this.#desk;
      this.#index = new SpanIndex([...this.#spots.values()].filter(({ id }) => !selection.isHidden(id)));
      this.#stale = false;
    }
    return this.#index;
  }

  spot(id: Id): Spot | undefined {
    return this.#spots.get(id);
  }

  /** Entities changed; returns whether any of them is about this text. */
  changed(ids: Iterable<Id>): boolean {
    let mine = false;
    for (const id of ids) mine = this.#note(id) || mine;
    return mine;
  }

  /** What is hidden changed. */
  rehide(): void {
    this.#stale = true;
  }

  /** Every label a relation may have here, in the order of the hotkeys. */
  relationKinds(): readonly Kind[] {
    return this.relations.flatMap((control): Kind[] => {
      const labels = choicesOf(control, "labels");
      return (labels.length > 0 ? labels : [{ value: "" }]).map(({ value }) => ({
        control: control.name,
        label: value,
      }));
    });
  }

  spanKinds(): readonly Kind[] {
    return this.spans.flatMap((control) =>
      labelsOf(control).map(({ value }) => ({ control: control.name, label: value })),
    );
  }

  /** The span label in hand; null when none of this text's is. */
  get inHand(): Kind | null {
    const { inHand } = this.#desk.palette;
    return inHand !== null && this.spans.some(({ name }) => name === inHand.control) ? inHand : null;
  }

  relationList(): Entity[] {
    return this.relations.flatMap(({ name }) => [...this.#desk.store.of(name)]);
  }

  isRelation(id: Id | null): boolean {
    const entity = id === null ? undefined : this.#desk.store.get(id);
    return entity !== undefined && this.relations.some(({ name }) => name === entity.control);
  }

  // --- Spans -------------------------------------------------------------------------------------------------------

  make(place: Stretch, kind: Kind | null = this.inHand ?? this.spanKinds()[0] ?? null): Id | null {
    const { store, selection, newId } = this.#desk;
    if (this.#desk.readOnly || kind === null) return null;
    if (!this.#allowed({ ...place, ...kind }) || this.#roomFor(kind.control) < 1) return null;
    const id = newId();
    store.transact("span.make", (draft) => draft.put(this.#entity(id, place, kind)));
    selection.set([id]);
    return id;
  }

  /** Take spans and relations away, and the relations that would hang in the air. */
  remove(ids: Iterable<Id>): void {
    if (this.#desk.readOnly) return;
    const gone = new Set([...ids].filter((id) => (this.#spots.has(id) || this.isRelation(id)) && this.#open(id)));
    if (gone.size === 0) return;
    for (const { id, value } of this.relationList()) {
      if (gone.has(String(value.head)) || gone.has(String(value.tail))) gone.add(id);
    }
    this.#desk.store.transact("span.remove", (draft) => {
      for (const id of gone) draft.remove(id);
    });
  }

  /** Show how it would be with an edge elsewhere; places that are not allowed are passed over. */
  dragEdge(id: Id, edge: Edge, unit: number, snap: Snap): void {
    const spot = this.#spots.get(id);
    if (spot === undefined || this.#desk.readOnly || !this.#open(id)) return;
    const { segments, length } = this.document;
    let at = Math.max(0, Math.min(length, unit));
    if (!segments.isBreak(at, snap)) at = segments.around(at, snap)[edge];
    const place = edge === "start" ? { start: at, end: spot.end } : { start: spot.start, end: at };
    if (place.start >= place.end || refusal(this.index, { ...spot, ...place }, this.#overlap(spot.control)) !== null)
      return;
    this.#desk.store.preview((draft) => draft.patch(id, this.#placeFields(id, place)));
  }

  dropEdge(keep: boolean): void {
    if (keep) this.#desk.store.commit("span.edge");
    else this.#desk.store.cancelPreview();
  }

  /** Move an edge by a character or a word. */
  stepEdge(id: Id, edge: Edge, forward: boolean, snap: Snap): void {
    const spot = this.#spots.get(id);
    if (spot === undefined || this.#desk.readOnly) return;
    if (!this.#open(id)) {
      this.#desk.notice(SAYS.locked);
      return;
    }
    const { segments } = this.document;
    const at = edgeStep(segments, spot[edge], edge, forward, snap);
    const place = edge === "start" ? { start: at, end: spot.end } : { start: spot.start, end: at };
    if (place.start >= place.end || !this.#allowed({ ...spot, ...place })) return;
    this.#desk.store.transact("span.edge", (draft) => draft.patch(id, this.#placeFields(id, place)));
  }

  /** Label every stretch in one transaction; returns how many were made and left. */
  makeAll(matches: readonly Stretch[], kind: Kind): { readonly made: number; readonly skipped: number } {
    if (this.#desk.readOnly) return { made: 0, skipped: 0 };
    const wanted = { ...kind, overlap: this.#overlap(kind.control), room: this.#room(kind.control) };
    const { made, skipped } = planned(this.index, matches, wanted);
    this.#desk.store.transact("span.make_all", (draft) => {
      for (const place of made) draft.put(this.#entity(this.#desk.newId(), place, kind));
    });
    return { made: made.length, skipped: skipped.same + skipped.overlap + skipped.many };
  }

  // --- Relations ---------------------------------------------------------------------------------------------------

  link(head: Id, tail: Id, kind: Kind | null = this.relationKind): Id | null {
    const { store, selection, newId, notice, readOnly } = this.#desk;
    if (readOnly || kind === null || head === tail) return null;
    const control = this.relations.find(({ name }) => name === kind.control);
    const [from, to] = [this.#spots.get(head), this.#spots.get(tail)];
    if (control === undefined || from === undefined || to === undefined) return null;
    if ([from, to].some((spot) => spot.control !== control.options.spans)) {
      notice(SAYS.noSpans);
      return null;
    }
    const there = [...store.of(control.name)].some(
      ({ value }) => value.head === head && value.tail === tail && (value.label ?? "") === kind.label,
    );
    if (there) {
      notice(SAYS.sameRelation);
      return null;
    }
    if (this.#roomFor(control.name) < 1) return null;
    const id = newId();
    const direction = control.options.direction === "both" ? "both" : "one";
    store.transact("relation.make", (draft) =>
      draft.put({ id, control: control.name, value: { head, tail, label: kind.label, direction } }),
    );
    selection.set([id]);
    return id;
  }

  /** One way, the other way, both ways: as far as the control allows. */
  turn(id: Id): void {
    const entity = this.#desk.store.get(id);
    const control = this.relations.find(({ name }) => name === entity?.control);
    if (entity === undefined || control === undefined || this.#desk.readOnly || !this.#open(id)) return;
    const turned: JsonObject = { head: entity.value.tail!, tail: entity.value.head! };
    const allowed = control.options.direction ?? "any";
    const next = allowed === "any" ? this.#nextWay(entity, turned) : allowed === "one" ? turned : {};
    this.#desk.store.transact("relation.turn", (draft) => draft.patch(id, next));
  }

  relabelRelation(id: Id, kind: Kind): void {
    const entity = this.#desk.store.get(id);
    if (entity === undefined || entity.control !== kind.control || this.#desk.readOnly || !this.#open(id)) return;
    this.#desk.store.transact("relation.relabel", (draft) => draft.patch(id, { label: kind.label }));
  }

  /** Along the text, against it, both ways, and along it again. */
  #nextWay({ value }: Entity, turned: JsonObject): JsonObject {
    const [head, tail] = [this.#spots.get(String(value.head)), this.#spots.get(String(value.tail))];
    const against = head !== undefined && tail !== undefined && head.start > tail.start;
    if (value.direction === "both") return against ? { ...turned, direction: "one" } : { direction: "one" };
    return against ? { ...turned, direction: "both" } : turned;
  }

  // --- What is allowed ---------------------------------------------------------------------------------------------

  #note(id: Id): boolean {
    const entity = this.#desk.store.get(id);
    const known = this.#spots.get(id);
    if (entity === undefined) {
      this.#stale ||= known !== undefined;
      return this.#spots.delete(id) || known !== undefined;
    }
    if (!this.spans.some(({ name }) => name === entity.control)) return this.isRelation(id);
    const spot = this.document.spot(entity);
    if (spot === null) this.#spots.delete(id);
    else this.#spots.set(id, spot);
    this.#stale = true;
    return true;
  }

  #entity(id: Id, place: Stretch, { control, label }: Kind): Entity {
    const { start, end } = this.document.points(place);
    return { id, control, value: { start, end, label } };
  }

  #placeFields(id: Id, place: Stretch): JsonObject {
    const { start, end } = this.document.points(place);
    const text = "text" in (this.#desk.store.get(id)?.value ?? {}) ? { text: this.document.slice(place) } : {};
    return { start, end, ...text };
  }

  #allowed(wanted: Stretch & Kind & { readonly id?: Id }): boolean {
    const why = refusal(this.index, wanted, this.#overlap(wanted.control));
    if (why === "same") this.#desk.notice(SAYS.same);
    else if (why !== null) this.#desk.notice(SAYS.overlaps);
    return why === null;
  }

  #overlap(control: string): Overlap {
    const told = this.spans.find(({ name }) => name === control)?.options.overlap;
    return told === "none" || told === "nested" ? told : "any";
  }

  #room(control: string): number {
    const max = this.#desk.controls.find(({ name }) => name === control)?.options.max;
    if (typeof max !== "number") return Number.POSITIVE_INFINITY;
    return max - [...this.#desk.store.of(control)].length;
  }

  #roomFor(control: string): number {
    const room = this.#room(control);
    if (room < 1) {
      const max = Number(this.#desk.controls.find(({ name }) => name === control)?.options.max);
      this.#desk.notice(SAYS.many, { max });
    }
    return room;
  }

  #open(id: Id): boolean {
    return !this.#desk.selection.isLocked(id);
  }
}

/** Where an edge comes to lie one step on: at the beginning of words for the start, at their end for the end. */
function edgeStep(segments: TextDocument["segments"], from: number, edge: Edge, forward: boolean, snap: Snap): number {
  if (snap === "character") return forward ? segments.next(from, snap) : segments.previous(from, snap);
  if (edge === "end") {
    if (forward) return segments.next(from, snap);
    // The end of the word before, or this word's own beginning when the two touch.
    const start = segments.previous(from, snap);
    return Math.min(start, segments.next(segments.previous(start, snap), snap));
  }
  if (!forward) return segments.previous(from, snap);
  const end = segments.next(from, snap);
  return segments.previous(segments.next(end, snap), snap);
}
