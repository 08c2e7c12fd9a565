/** The bench of an open image editor: stage, scene, picture, tools, and what machines want done. */

import type { Entity, Id } from "@/core/entity";
import type { JsonObject } from "@/core/json";
import { type Control, choiceTitle, typeOf } from "@/core/schema";
import type { Facts, Text } from "@/core/words";
import type { Media, Surface } from "@/host/editor";
import { el } from "@/kit/dom";
import type { Bench } from "./bench";
import { change, type Editing, movable, moveIn } from "./edit";
import { distance, grown, inside, joined, type Point, type Rect, type Size } from "./geometry";
import { LIVELY_MAX, LiveLayer } from "./live_layer";
import { Picture } from "./picture";
import { pointed } from "./pointed";
import { chosenBy, Scene } from "./scene";
import { labelOf } from "./shape";
import { templateOf } from "./skeletal";
import { snapTo } from "./snapping";
import { Stage } from "./stage";
import { StillLayer } from "./still_layer";
import type { Effect, Hit, Pointing } from "./tool";
import { ToolBox } from "./toolbox";
import { onGrid, toImage } from "./view";
import { SAYS } from "./words";

/** CSS pixels within which a place counts as the same. */
const REACH = { mouse: 7, touch: 18 } as const;
const SNAP = 9;

export class Workplace implements Bench, Editing {
  readonly surface: Surface;
  readonly stage: Stage;
  readonly scene: Scene;
  readonly picture: Picture;
  readonly still: StillLayer;
  readonly live: LiveLayer;
  readonly tools: ToolBox;
  readonly panel = el("div", { class: "gi-panel" });
  readonly spoken = el("div", { class: "gi-spoken", "aria-live": "polite", role: "status" });
  readonly #told = new Map<string, string>();
  readonly #finders = new Set<(id: Id) => Rect | null>();
  readonly #pickers = new Set<(at: Point) => Id | null>();
  readonly #stops: (() => void)[] = [];
  pointer: Point | null = null;
  snaps = false;
  /** The name of what is being dragged, for the log of what was done. */
  #doing = "";
  /** How far more shapes than can be previewed are being moved. */
  #far: Point | null = null;
  onTold: () => void = () => {};

  constructor(surface: Surface, element: HTMLElement, media: Media) {
    this.surface = surface;
    this.stage = new Stage(element);
    this.scene = new Scene(surface);
    const { task, field } = surface;
    const newest = (): Media | undefined => task.media(String(task.content[field]));
    this.picture = new Picture(media, newest, async () => task.renew?.());
    this.still = new StillLayer(this.scene);
    this.live = new LiveLayer(this.scene, surface.selection, !surface.readOnly);
    this.tools = new ToolBox(this);
    this.stage.add(this.picture);
    this.stage.add(this.still);
    this.stage.add(this.live);
    this.picture.onMore = () => this.stage.repaint(this.picture);
    this.still.onDirty = () => this.stage.repaint(this.still);
    this.#stops.push(this.scene.listen(() => this.repaint()));
    if (this.picture.size.width > 1) this.stage.setImage(this.picture.size);
    this.#stops.push(surface.selection.listen(() => this.#selected()));
    this.#stops.push(surface.palette.listen(() => this.tools.follow()));
    this.#selected();
  }

  get store() {
    return this.surface.store;
  }

  get selection() {
    return this.surface.selection;
  }

  get size(): Size {
    return this.stage.image;
  }

  get control(): Control | null {
    const named = this.surface.palette.inHand?.control;
    return this.surface.controls.find(({ name }) => name === named) ?? null;
  }

  newId(): Id {
    return this.surface.newId();
  }

  repaint(): void {
    this.stage.repaint(this.live);
  }

  // --- Pointing ----------------------------------------------------------------------------------------------------

  pointing(event: PointerEvent | MouseEvent, clicks = 1, trail: readonly Point[] = []): Pointing {
    const box = this.stage.element.getBoundingClientRect();
    const raw = toImage(this.stage.view, [event.clientX - box.left, event.clientY - box.top]);
    const touch = "pointerType" in event && event.pointerType === "touch";
    this.live.overlay.crosshair = null;
    return this.point(raw, {
      reach: (touch ? REACH.touch : REACH.mouse) / this.stage.view.scale,
      shift: event.shiftKey,
      alt: event.altKey,
      mod: event.ctrlKey || event.metaKey,
      clicks,
      pressure: "pressure" in event && event.pressure > 0 ? event.pressure : 0.5,
      trail: trail.map((point) => toImage(this.stage.view, point)),
    });
  }

  point(raw: Point, rest: Omit<Pointing, "at" | "raw" | "hit">): Pointing {
    const hits = this.tools.current?.hits === true;
    const hit = hits ? this.hit(raw, rest.reach, rest.alt) : null;
    const free = inside(onGrid(raw, this.stage.view.scale), this.size);
    const snapped = hits ? null : this.#snap(raw, null);
    this.live.overlay.snapped = snapped;
    this.pointer = snapped ?? free;
    return { ...rest, at: this.pointer, raw, hit };
  }

  /** What is there: a handle of the selected shape, else the best shape; with `under`, the one below the selected. */
  hit(at: Point, reach: number, under = false): Hit | null {
    const held = this.live.handles(this.stage.view.scale);
    if (held !== null) {
      let [best, far] = [held.handles[0], Infinity];
      for (const handle of held.handles) {
        const off = distance(handle.at, at) * (handle.kind === "middle" ? 1.3 : 1);
        if (off < far) [best, far] = [handle, off];
      }
      if (best !== undefined && far <= reach * 1.3) return { id: held.shape.id, locked: false, handle: best };
    }
    if (!this.still.shown) return null;
    const found = this.scene.hits(at, reach);
    const place = under ? found.findIndex(({ id }) => this.selection.has(id)) + 1 : 0;
    const shape = found[place % Math.max(found.length, 1)];
    if (shape !== undefined) return { id: shape.id, locked: this.selection.isLocked(shape.id) };
    for (const pick of this.#pickers) {
      const id = pick(at);
      if (id !== null && !this.selection.isHidden(id)) return { id, locked: this.selection.isLocked(id) };
    }
    return null;
  }

  #snap(at: Point, but: Id | null): Point | null {
    if (!this.snaps) return null;
    return snapTo(at, SNAP / this.stage.view.scale, (rect) => this.scene.find(rect), but);
  }

  // --- What machines want --------------------------------------------------------------------------------------------

  perform(effect: Effect): void {
    switch (effect.do) {
      case "sketch":
        this.#sketch(effect.value);
        return;
      case "create":
        this.create(effect.value);
        return;
      case "move":
        this.#move(effect.by);
        return;
      case "drag":
        this.#drag(effect.id, effect.handle, effect.to, effect.keep);
        return;
      case "commit":
        if (this.#far !== null) this.#moveMany(this.#far);
        else this.store.commit(this.#doing || "change");
        this.#quiet();
        return;
      case "abort":
        this.store.cancelPreview();
        this.#quiet();
        return;
      case "select":
        this.#select(effect.id, effect.how);
        return;
      case "marquee":
        this.live.overlay.marquee = effect.rect;
        this.repaint();
        return;
      case "choose":
        this.#choose(effect.rect, effect.add, effect.touching);
        return;
      case "take handle":
        this.live.overlay.handle = effect.handle;
        this.repaint();
        return;
      case "remove point":
        this.removePoint(effect.id, effect.handle);
        return;
      case "next":
        this.#next(effect.place);
        return;
    }
  }

  create(value: JsonObject, control: Control | null = this.control): Entity | null {
    if (this.surface.readOnly) return null;
    if (control === null) {
      this.surface.notice(SAYS.noLabel);
      return null;
    }
    if (this.picture.source === null && this.size.width <= 1) {
      this.surface.notice(SAYS.noPicture);
      return null;
    }
    const label = this.surface.palette.labelFor(control.name) ?? "";
    const entity: Entity = { id: this.newId(), control: control.name, value: { ...value, label } };
    this.store.transact("draw", (draft) => draft.put(entity));
    this.selection.set([entity.id]);
    this.surface.sign("input");
    this.announce(SAYS.made, { name: this.nameOf(entity) });
    return entity;
  }

  removePoint(id: Id, handle: string): boolean {
    const shape = this.scene.get(id);
    return shape !== undefined && change(this, "remove point", id, shape.kind.without?.(shape.entity.value, handle));
  }

  #sketch(value: JsonObject | null): void {
    const control = this.control;
    // What an addon draws (a mask's outline) is no shape of the scene: its sketch is an outline.
    const kind = control === null ? undefined : (this.scene.kinds.get(control.name)?.kind ?? pointed("polygon"));
    const color =
      control === null
        ? ""
        : this.surface.palette.color(control.name, this.surface.palette.labelFor(control.name) ?? "");
    this.live.overlay.sketch = value === null || kind === undefined ? null : { outline: kind.outline(value), color };
    if (value === null) this.live.overlay.snapped = null;
    this.onTold();
    this.repaint();
  }

  #move(by: Point): void {
    this.#doing = "move";
    const ids = movable(this);
    if (ids.length <= LIVELY_MAX) {
      this.store.preview((draft) => moveIn(draft, ids, by, this));
      return;
    }
    // So many are not drawn anew in every frame: a frame around them goes along, they follow when it is let go.
    this.#far = by;
    const around = ids.map((id) => this.scene.get(id)!.bounds).reduce(joined);
    const [dx, dy] = by;
    this.live.overlay.marquee = {
      left: around.left + dx,
      top: around.top + dy,
      right: around.right + dx,
      bottom: around.bottom + dy,
    };
    this.repaint();
  }

  #moveMany(by: Point): void {
    const ids = movable(this);
    this.store.transact("move", (draft) => moveIn(draft, ids, by, this));
  }

  #drag(id: Id, handle: string, to: Point, keep: boolean): void {
    const kind = this.scene.get(id)?.kind;
    if (kind === undefined) return;
    const snapped = handle === "turn" ? null : this.#snap(to, id);
    this.live.overlay.snapped = snapped;
    this.#doing = handle === "turn" ? "turn" : "reshape";
    this.store.preview((draft) => {
      const entity = draft.get(id);
      if (entity !== undefined) draft.patch(id, kind.drag(entity.value, handle, snapped ?? to, keep, this.size));
    });
  }

  #quiet(): void {
    if (this.#far !== null) this.live.overlay.marquee = null;
    this.#far = null;
    this.live.overlay.snapped = null;
    this.#doing = "";
    this.surface.sign("input");
    this.repaint();
  }

  #select(id: Id | null, how: "press" | "set" | "toggle" | "one"): void {
    const { selection } = this;
    if (id === null) {
      selection.clear();
      return;
    }
    const group = this.scene.groupOf(id);
    if (how === "one") selection.set([id]);
    else if (how === "toggle") {
      const kept = [...selection.ids].filter((other) => !group.includes(other));
      selection.set(selection.has(id) ? kept : [...kept, ...group.filter((other) => other !== id), id]);
    } else if (how === "set" || !selection.has(id)) {
      selection.set([...group.filter((other) => other !== id), id]);
    }
  }

  #choose(rect: Rect, add: boolean, touching: boolean): void {
    const found = this.scene
      .find(rect)
      .filter((shape) => chosenBy(rect, shape, touching) && !this.selection.isLocked(shape.id));
    const ids = new Set(add ? this.selection.ids : []);
    for (const { id } of found) for (const one of this.scene.groupOf(id)) ids.add(one);
    this.selection.set(ids);
  }

  #next(place: number | null): void {
    const template = this.control === null || typeOf(this.control) !== "skeleton" ? null : templateOf(this.control);
    const point = place === null ? undefined : template?.points[place];
    if (place === null || template === null || point === undefined) {
      this.tell("next", null);
      return;
    }
    const { language } = this.surface;
    const facts = { name: choiceTitle(point, language), at: place + 1, count: template.points.length };
    this.tell("next", this.surface.say(SAYS.nextIs, facts));
  }

  // --- Telling -------------------------------------------------------------------------------------------------------

  nameOf(entity: Entity): string {
    const { language } = this.surface;
    const control = this.surface.controls.find(({ name }) => name === entity.control);
    const label = labelOf(entity.value);
    return control === undefined ? label || entity.control : this.surface.palette.title(control, label, language);
  }

  announce(text: Text, facts?: Facts): void {
    this.spoken.textContent = this.surface.say(text, facts);
  }

  tell(name: string, text: string | null): void {
    if ((this.#told.get(name) ?? null) === text) return;
    if (text === null) this.#told.delete(name);
    else this.#told.set(name, text);
    this.onTold();
  }

  /** Coordinates and colour under the pointer. */
  tellPointer(): void {
    const at = this.live.overlay.crosshair ?? this.pointer;
    const round = (value: number): number => Math.round(value * 10) / 10;
    this.tell("place", at === null ? null : `${round(at[0])}, ${round(at[1])}`);
    const color = at === null ? null : this.picture.colorAt(at);
    this.tell("color", color === null ? null : `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`);
  }

  get told(): readonly string[] {
    return [...this.#told.values()];
  }

  pick(find: (at: Point) => Id | null): () => void {
    this.#pickers.add(find);
    return () => this.#pickers.delete(find);
  }

  locate(find: (id: Id) => Rect | null): () => void {
    this.#finders.add(find);
    return () => this.#finders.delete(find);
  }

  /** Where an entity is, if it is anywhere. */
  boundsOf(id: Id): Rect | null {
    const shape = this.scene.get(id);
    if (shape !== undefined) return Number.isFinite(shape.bounds.left) ? shape.bounds : null;
    for (const find of this.#finders) {
      const found = find(id);
      if (found !== null) return found;
    }
    return null;
  }

  show(rect: Rect): void {
    this.stage.show(grown(rect, 4));
  }

  end(): void {
    this.tools.end();
    for (const stop of this.#stops.splice(0)) stop();
    this.stage.end();
    this.scene.end();
    this.onTold = () => {};
  }

  #selected(): void {
    const { ids } = this.selection;
    const lively = new Set([...ids].filter((id) => this.scene.get(id) !== undefined));
    this.still.lively = lively.size > LIVELY_MAX ? new Set() : lively;
    this.repaint();
  }
}
