/** The vector shapes of an annotation: kept in step with the store, found by place, drawn in order. */

import type { Entity, Id } from "@/core/entity";
import { sameJson } from "@/core/json";
import type { Control } from "@/core/schema";
import { type Store, withPreviews } from "@/core/store";
import type { Surface } from "@/host/editor";
import { grown, holdsPoint, holdsRect, meet, type Point, type Rect, segmentMeets } from "./geometry";
import { hasGroup, hitOf, labelOf, numberOf, type Outline, outlineBounds, type ShapeKind, shapeKindOf } from "./shape";
import { Spatial } from "./spatial";

export interface Shape {
  readonly id: Id;
  readonly entity: Entity;
  readonly control: Control;
  readonly kind: ShapeKind;
  readonly outline: Outline;
  readonly bounds: Rect;
  readonly color: string;
  /** What is written beside it. */
  readonly caption: string;
  /** A model's guess that nobody has touched. */
  readonly guessed: boolean;
  readonly z: number;
  /** Grows with every shape that comes in. */
  readonly order: number;
}

/** A place to paint again, and whose it is or was. */
export interface Dirty {
  readonly id: Id;
  readonly rect: Rect;
}

export type SceneListener = (dirty: readonly Dirty[]) => void;

export class Scene {
  readonly kinds: ReadonlyMap<string, { readonly control: Control; readonly kind: ShapeKind }>;
  readonly #surface: Surface;
  readonly #store: Store;
  readonly #shapes = new Map<Id, Shape>();
  readonly #index = new Spatial<Id>();
  /** The controls of the editor: also those whose regions are no vector shapes, as masks are. */
  readonly controls: ReadonlySet<string>;
  readonly #groups = new Map<string, Set<Id>>();
  readonly #grouped = new Map<Id, string>();
  readonly #hidden = new Set<Id>();
  readonly #listeners = new Set<SceneListener>();
  readonly #stops: (() => void)[] = [];
  #order = 0;

  constructor(surface: Surface) {
    this.#surface = surface;
    this.#store = surface.store;
    this.controls = new Set(surface.controls.map(({ name }) => name));
    this.kinds = new Map(
      surface.controls.flatMap((control) => {
        const kind = shapeKindOf(control);
        return kind === undefined ? [] : [[control.name, { control, kind }] as const];
      }),
    );
    for (const entity of this.#store.all()) this.#set(entity.id);
    this.#stops.push(this.#store.listen(withPreviews((_, ids) => this.#change(ids))));
    this.#stops.push(surface.selection.listen(() => this.#look()));
    this.#stops.push(surface.palette.listen(() => this.#recolor()));
    this.#look();
  }

  get size(): number {
    return this.#shapes.size;
  }

  get(id: Id): Shape | undefined {
    return this.#shapes.get(id);
  }

  all(): IterableIterator<Shape> {
    return this.#shapes.values();
  }

  isHidden(id: Id): boolean {
    return this.#hidden.has(id);
  }

  /** The shapes whose bounds touch a rectangle and that are not hidden, in drawing order. */
  find(rect: Rect, wanted: (shape: Shape) => boolean = () => true): Shape[] {
    const found: Shape[] = [];
    for (const id of this.#index.find(rect)) {
      const shape = this.#shapes.get(id)!;
      if (!this.#hidden.has(id) && wanted(shape)) found.push(shape);
    }
    return found.sort(drawnBefore);
  }

  /** The ids of a shape's group, itself included. */
  groupOf(id: Id): readonly Id[] {
    const group = this.#groups.get(this.#grouped.get(id) ?? "");
    return group === undefined ? [id] : [...group];
  }

  /**
   * The shapes at a point, best first: those whose line is hit, the topmost first; then those that hold the point, the
   * smallest first, so that what lies within something large can be taken.
   */
  hits(point: Point, reach: number): Shape[] {
    const [x, y] = point;
    const found = this.find(grown({ left: x, top: y, right: x, bottom: y }, reach * 1.5)).flatMap((shape, at) => {
      const hit = hitOf(shape.outline, point, reach);
      return hit === null ? [] : [{ shape, at, ...hit }];
    });
    found.sort((one, other) =>
      one.on !== other.on ? (one.on ? -1 : 1) : one.on ? other.at - one.at : one.area - other.area || other.at - one.at,
    );
    return found.map(({ shape }) => shape);
  }

  listen(listener: SceneListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  end(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#listeners.clear();
    this.#shapes.clear();
    this.#index.clear();
  }

  #change(ids: ReadonlySet<Id>): void {
    const dirty: Dirty[] = [];
    for (const id of ids) {
      const before = this.#shapes.get(id);
      if (before !== undefined) dirty.push({ id, rect: before.bounds });
      const after = this.#set(id);
      if (after !== undefined) dirty.push({ id, rect: after.bounds });
    }
    if (dirty.length > 0) this.#tell(dirty);
  }

  #set(id: Id): Shape | undefined {
    const before = this.#shapes.get(id);
    const entity = this.#store.get(id);
    const known = entity === undefined ? undefined : this.kinds.get(entity.control);
    this.#regroup(id, entity);
    if (entity === undefined || known === undefined || entity.of !== undefined) {
      if (before !== undefined) {
        this.#shapes.delete(id);
        this.#index.delete(id);
      }
      return undefined;
    }
    const outline = known.kind.outline(entity.value);
    const bounds = outlineBounds(outline);
    this.#order += before === undefined ? 1 : 0;
    const shape: Shape = {
      id,
      entity,
      ...known,
      outline,
      bounds,
      ...this.#looks(entity, known.control),
      z: numberOf(entity.value.z),
      order: before?.order ?? this.#order,
    };
    this.#shapes.set(id, shape);
    if (Number.isFinite(bounds.left)) this.#index.set(id, bounds);
    else this.#index.delete(id);
    return shape;
  }

  #regroup(id: Id, entity: Entity | undefined): void {
    const was = this.#grouped.get(id) ?? null;
    const is = entity !== undefined && this.controls.has(entity.control) ? hasGroup(entity.value) : null;
    if (was === is) return;
    if (was !== null) this.#groups.get(was)?.delete(id);
    if (is === null) this.#grouped.delete(id);
    else {
      this.#grouped.set(id, is);
      this.#groups.set(is, (this.#groups.get(is) ?? new Set()).add(id));
    }
  }

  #looks(entity: Entity, control: Control): Pick<Shape, "color" | "caption" | "guessed"> {
    const label = labelOf(entity.value);
    const guessed = entity.from?.kind === "prelabel" && sameJson(entity.from.value, entity.value);
    const sure = entity.from?.kind === "prelabel" ? entity.from.confidence : undefined;
    const said = [this.#surface.palette.title(control, label, this.#surface.language)];
    if (sure !== undefined) said.push(`${Math.round(sure * 100)}%`);
    return { color: this.#surface.palette.color(entity.control, label), caption: said.join(" "), guessed };
  }

  /** Which shapes were hidden or shown since. */
  #look(): void {
    const dirty: Dirty[] = [];
    for (const [id, { bounds }] of this.#shapes) {
      const hidden = this.#surface.selection.isHidden(id);
      if (hidden === this.#hidden.has(id)) continue;
      if (hidden) this.#hidden.add(id);
      else this.#hidden.delete(id);
      dirty.push({ id, rect: bounds });
    }
    if (dirty.length > 0) this.#tell(dirty);
  }

  #recolor(): void {
    const dirty: Dirty[] = [];
    for (const [id, shape] of this.#shapes) {
      const color = this.#surface.palette.color(shape.control.name, labelOf(shape.entity.value));
      if (color === shape.color) continue;
      this.#shapes.set(id, { ...shape, color });
      dirty.push({ id, rect: shape.bounds });
    }
    if (dirty.length > 0) this.#tell(dirty);
  }

  #tell(dirty: readonly Dirty[]): void {
    for (const listener of this.#listeners) listener(dirty);
  }
}

export function drawnBefore(one: Shape, other: Shape): number {
  return one.z - other.z || one.order - other.order;
}

/** Whether a shape is all within a rectangle, or just touches it when `touching`. */
export function chosenBy(rect: Rect, shape: Shape, touching: boolean): boolean {
  if (!touching || holdsRect(rect, shape.bounds)) return holdsRect(rect, shape.bounds);
  if (!meet(rect, shape.bounds)) return false;
  const { lines, dots } = shape.outline;
  return (
    dots.some(({ at: [x, y] }) => meet(rect, { left: x, top: y, right: x, bottom: y })) ||
    lines.some(({ row, closed }) => crosses(rect, row, closed) || (closed && holdsPoint(row, [rect.left, rect.top])))
  );
}

function crosses(rect: Rect, row: readonly number[], closed: boolean): boolean {
  for (let at = closed ? 0 : 2; at < row.length; at += 2) {
    const before = at === 0 ? row.length - 2 : at - 2;
    if (segmentMeets([row[before]!, row[before + 1]!], [row[at]!, row[at + 1]!], rect)) return true;
  }
  return false;
}
