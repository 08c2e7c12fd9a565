/** What can be done to segments: every change of the annotation that the audio editor makes. */

import type { Entity, Id } from "@/core/entity";
import { isObject, type Json, type JsonObject } from "@/core/json";
import { attributesOf, type Control, choicesOf, choiceTitle, typeOf } from "@/core/schema";
import type { Surface } from "@/host/editor";
import { labelsOf } from "@/host/palette";
import { cut, drawnPlace, type Edge, edged, joined, moved, othersOf, type Place } from "./edits";
import { type Spot, SpotIndex } from "./spots";
import { SAYS } from "./words";

export type Desk = Pick<
  Surface,
  "store" | "selection" | "palette" | "controls" | "readOnly" | "newId" | "notice" | "language"
>;

/** Where a control keeps the speaker: a field of its own, or an attribute of that name. */
export type SpeakerPlace = { readonly in: "field" | "attribute"; readonly words: readonly string[] } | null;

export class Work {
  readonly controls: readonly Control[];
  readonly #desk: Desk;
  readonly #duration: () => number;
  #index: SpotIndex | null = null;
  #speakers: readonly string[] | null = null;

  constructor(desk: Desk, duration: () => number) {
    this.#desk = desk;
    this.#duration = duration;
    this.controls = desk.controls.filter((control) => typeOf(control) === "segment");
  }

  // --- What is there -----------------------------------------------------------------------------------------------

  get index(): SpotIndex {
    if (this.#index === null) {
      const { store, selection } = this.#desk;
      const spots = this.controls.flatMap((control) =>
        [...store.of(control.name)]
          .filter(({ id }) => !selection.isHidden(id))
          .map((entity) => this.#spot(entity, control))
          .filter(isDrawn),
      );
      this.#index = new SpotIndex(
        spots,
        this.controls.some((control) => speakerPlace(control) !== null),
      );
    }
    return this.#index;
  }

  /** Entities or what is hidden changed. */
  changed(): void {
    this.#index = null;
    this.#speakers = null;
  }

  has(id: Id): boolean {
    return this.spot(id) !== null;
  }

  spot(id: Id | null): Spot | null {
    return id === null ? null : (this.index.spots[this.index.place(id)] ?? null);
  }

  controlOf(spot: { readonly control: string }): Control {
    return this.controls.find(({ name }) => name === spot.control)!;
  }

  get transcribes(): boolean {
    return this.controls.some((control) => control.options.transcribe === true);
  }

  get diarises(): boolean {
    return this.controls.some((control) => speakerPlace(control) !== null);
  }

  /** Those who may speak: the schema's, else those named so far. */
  speakers(): readonly string[] {
    if (this.#speakers === null) {
      const told = this.controls.flatMap((control) => speakerPlace(control)?.words ?? []);
      const named = this.index.spots.map(({ speaker }) => speaker).filter((name) => name !== "");
      this.#speakers = [...new Set([...told, ...named])];
    }
    return this.#speakers;
  }

  labelTitle({ control, label }: { readonly control: string; readonly label: string }): string {
    const found = this.controls.find(({ name }) => name === control);
    const choice = found === undefined ? undefined : choicesOf(found, "labels").find(({ value }) => value === label);
    return choice === undefined ? label : choiceTitle(choice, this.#desk.language);
  }

  get inHand(): { readonly control: string; readonly label: string } | null {
    const { inHand } = this.#desk.palette;
    if (inHand !== null && this.controls.some(({ name }) => name === inHand.control)) return inHand;
    const first = this.controls[0];
    return first === undefined ? null : { control: first.name, label: labelsOf(first)[0]?.value ?? "" };
  }

  // --- Places ------------------------------------------------------------------------------------------------------

  /** Where a segment drawn from one time to another would lie. */
  wouldBe(from: number, to: number): Place | null {
    const inHand = this.inHand;
    if (this.#desk.readOnly || inHand === null) return null;
    return drawnPlace(from, to, this.#bounds(inHand.control, null));
  }

  make(from: number, to: number): Id | null {
    const [inHand, place] = [this.inHand, this.wouldBe(from, to)];
    if (inHand === null || this.#desk.readOnly) return null;
    if (place === null) {
      this.#desk.notice(SAYS.noRoom);
      return null;
    }
    const { options } = this.controlOf(inHand);
    if (typeof options.max === "number" && [...this.#desk.store.of(inHand.control)].length >= options.max) {
      this.#desk.notice(SAYS.many, { max: options.max });
      return null;
    }
    const id = this.#desk.newId();
    this.#desk.store.transact("segment.make", (draft) =>
      draft.put({ id, control: inHand.control, value: { ...place, label: inHand.label } }),
    );
    this.#desk.selection.set([id]);
    return id;
  }

  /** Show how it would be with an edge elsewhere. */
  dragEdge(id: Id, edge: Edge, time: number): void {
    const spot = this.#before(id);
    if (spot === null) return;
    const place = edged(spot, edge, time, this.#bounds(spot.control, id));
    this.#desk.store.preview((draft) => draft.patch(id, { ...place }));
  }

  dragWhole(id: Id, start: number): void {
    const spot = this.#before(id);
    if (spot === null) return;
    const place = moved(spot, start, this.#bounds(spot.control, id));
    this.#desk.store.preview((draft) => draft.patch(id, { ...place }));
  }

  /** The drag is over. */
  settle(keep: boolean): void {
    if (keep) this.#desk.store.commit("segment.place");
    else this.#desk.store.cancelPreview();
  }

  setEdge(id: Id, edge: Edge, time: number): void {
    const spot = this.#open(id);
    if (spot === null) return;
    const place = edged(spot, edge, time, this.#bounds(spot.control, id));
    this.#desk.store.transact("segment.edge", (draft) => draft.patch(id, { ...place }));
  }

  nudge(id: Id, edge: Edge, by: number): void {
    const spot = this.spot(id);
    if (spot !== null) this.setEdge(id, edge, spot[edge] + by);
  }

  /** Cut a segment in two at a time; the second one is selected. */
  split(id: Id, time: number, textAt?: number): Id | null {
    const spot = this.#open(id);
    if (spot === null) return null;
    const entity = this.#desk.store.get(id)!;
    const parts = cut(entity.value, time, textAt);
    if (parts === null) {
      this.#desk.notice(SAYS.noCut);
      return null;
    }
    const next = this.#desk.newId();
    this.#desk.store.transact("segment.split", (draft) => {
      draft.put({ ...entity, value: parts[0] });
      draft.put({ id: next, control: entity.control, value: parts[1] });
    });
    this.#desk.selection.set([next]);
    return next;
  }

  /** One segment of this and the next one of its control; others that talk over it are left out. */
  merge(id: Id): boolean {
    const spot = this.#open(id);
    if (spot === null) return false;
    const next = this.index.spots
      .slice(this.index.place(id) + 1)
      .find((other) => other.control === spot.control && (other.speaker === spot.speaker || other.start >= spot.end));
    if (next === undefined || this.#desk.selection.isLocked(next.id)) {
      this.#desk.notice(SAYS.noNext);
      return false;
    }
    const { store } = this.#desk;
    const value = joined(store.get(id)!.value, store.get(next.id)!.value);
    store.transact("segment.merge", (draft) => {
      draft.patch(id, { ...value });
      draft.remove(next.id);
    });
    return true;
  }

  remove(ids: Iterable<Id>): void {
    const gone = [...ids].filter((id) => this.has(id) && !this.#desk.selection.isLocked(id));
    if (this.#desk.readOnly || gone.length === 0) return;
    this.#desk.store.transact("segment.remove", (draft) => {
      for (const id of gone) draft.remove(id);
    });
  }

  // --- What is said, and by whom -----------------------------------------------------------------------------------

  speak(ids: Iterable<Id>, speaker: string): void {
    if (this.#desk.readOnly) return;
    const open = [...ids].filter((id) => this.has(id) && !this.#desk.selection.isLocked(id));
    this.#desk.store.transact("segment.speaker", (draft) => {
      for (const id of open) {
        const place = speakerPlace(this.controlOf(draft.get(id)!));
        if (place?.in === "field") draft.patch(id, { speaker: speaker === "" ? undefined : speaker });
        else if (place?.in === "attribute") {
          draft.patch(id, { attributes: withAttribute(draft.get(id)!.value.attributes, "speaker", speaker) });
        }
      }
    });
  }

  /** Show what is typed; `rest` makes it one step. */
  type(id: Id, text: string): void {
    if (!this.#desk.readOnly)
      this.#desk.store.preview((draft) => draft.patch(id, { text: text === "" ? undefined : text }));
  }

  rest(): void {
    if (this.#desk.store.previewing) this.#desk.store.commit("segment.text");
  }

  // --- What is allowed ---------------------------------------------------------------------------------------------

  #spot({ id, value }: Entity, control: Control): Spot {
    const place = speakerPlace(control);
    const attributes = isObject(value.attributes) ? value.attributes : {};
    const speaker = place?.in === "attribute" ? attributes.speaker : value.speaker;
    return {
      id,
      control: control.name,
      start: Number(value.start),
      end: Number(value.end),
      label: String(value.label ?? ""),
      speaker: typeof speaker === "string" ? speaker : "",
      text: typeof value.text === "string" ? value.text : "",
    };
  }

  /** The segment as it was before the drag under way, when it may be changed. */
  #before(id: Id): Spot | null {
    if (this.#desk.store.previewing) {
      this.#desk.store.cancelPreview();
      this.changed();
    }
    return this.#open(id);
  }

  #open(id: Id): Spot | null {
    if (this.#desk.readOnly) return null;
    if (!this.#desk.selection.isLocked(id)) return this.spot(id);
    this.#desk.notice(SAYS.locked);
    return null;
  }

  #bounds(control: string, but: Id | null): { readonly duration: number; readonly others: readonly Place[] } {
    const apart = this.controls.find(({ name }) => name === control)?.options.overlap === "none";
    return { duration: this.#duration(), others: apart ? othersOf(this.index.spots, control, but) : [] };
  }
}

export function speakerPlace(control: Control): SpeakerPlace {
  if (control.options.diarise === true) {
    const told = control.options.speakers;
    return { in: "field", words: Array.isArray(told) ? told.map(String) : [] };
  }
  const attribute = attributesOf(control).get("speaker");
  return attribute === undefined ? null : { in: "attribute", words: attribute.words ?? [] };
}

function withAttribute(attributes: Json | undefined, name: string, value: string): JsonObject | undefined {
  const { [name]: _, ...others }: JsonObject = isObject(attributes) ? attributes : {};
  const next: JsonObject = value === "" ? others : { ...others, [name]: value };
  return Object.keys(next).length > 0 ? next : undefined;
}

/** Whether a segment is anywhere: models and imports bring some without times, which stay in the list of regions alone. */
function isDrawn({ start, end }: Spot): boolean {
  return Number.isFinite(start) && Number.isFinite(end) && start < end && end > 0;
}
