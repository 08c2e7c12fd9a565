/** What is done to selected shapes: moved, copied, grouped, ordered, taken away. Each is one transaction. */

import type { Entity, Id } from "@/core/entity";
import type { JsonObject } from "@/core/json";
import type { Selection } from "@/core/selection";
import type { Draft, Store } from "@/core/store";
import { clamp, joined, type Point, type Rect, type Size } from "./geometry";
import type { Scene } from "./scene";
import { type Fields, hasGroup, numberOf, type ShapeKind } from "./shape";

export interface Editing {
  readonly store: Store;
  readonly selection: Selection;
  readonly scene: Scene;
  readonly size: Size;
  newId(): Id;
}

/** What was copied; stays when the next item is opened, so that it can be pasted there. */
let copied: readonly { readonly control: string; readonly type: string; readonly value: JsonObject }[] = [];
let pasted = 0;

/** How far something may move so that it stays within the picture. */
export function kept(by: Point, core: Rect, size: Size): Point {
  const along = (wish: number, low: number, high: number, most: number): number =>
    // What is outside already may stay, but not go further.
    clamp(wish, Math.min(-low, 0), Math.max(most - high, 0));
  return [along(by[0], core.left, core.right, size.width), along(by[1], core.top, core.bottom, size.height)];
}

/** The selected shapes that may be changed. */
export function movable({ selection, scene }: Editing): readonly Id[] {
  return [...selection.ids].filter(
    (id) => scene.get(id) !== undefined && !selection.isLocked(id) && !scene.isHidden(id),
  );
}

/** The selected regions of this picture that may be changed, whether they are vector shapes or not. */
export function changeable({ selection, scene, store }: Editing): readonly Id[] {
  return [...selection.ids].filter((id) => {
    const entity = store.get(id);
    return (
      entity !== undefined && scene.controls.has(entity.control) && !selection.isLocked(id) && !selection.isHidden(id)
    );
  });
}

/** Move shapes within a draft by as much as keeps all of them in the picture. */
export function moveIn(draft: Draft, ids: readonly Id[], by: Point, { scene, size }: Editing): void {
  const known = ids.flatMap((id): { id: Id; value: JsonObject; kind: ShapeKind }[] => {
    const entity = draft.get(id);
    const kind = entity === undefined ? undefined : scene.kinds.get(entity.control)?.kind;
    return entity === undefined || kind === undefined ? [] : [{ id, value: entity.value, kind }];
  });
  if (known.length === 0) return;
  const core = known.map(({ kind, value }) => kind.core(value)).reduce(joined);
  const real = kept(by, core, size);
  if (real[0] === 0 && real[1] === 0) return;
  for (const { id, kind, value } of known) draft.patch(id, kind.move(value, real));
}

export function nudge(editing: Editing, by: Point): void {
  const ids = movable(editing);
  editing.store.transact("move", (draft) => moveIn(draft, ids, by, editing));
}

export function removeSelected(editing: Editing): number {
  const ids = changeable(editing);
  editing.store.transact("delete", (draft) => {
    for (const id of ids) draft.remove(id);
  });
  return ids.length;
}

export function copySelected({ selection, store, scene }: Editing): number {
  copied = [...selection.ids].flatMap((id) => {
    const [entity, shape] = [store.get(id), scene.get(id)];
    return entity === undefined || shape === undefined
      ? []
      : [{ control: entity.control, type: shape.kind.type, value: entity.value }];
  });
  pasted = 0;
  return copied.length;
}

/** Paste what was copied, a little beside where it was; groups become groups of their own. */
export function paste(editing: Editing, step: number): readonly Id[] {
  pasted += 1;
  return insert(editing, copied, pasted * step);
}

export function duplicate(editing: Editing, step: number): readonly Id[] {
  const before = copied;
  copySelected(editing);
  const made = insert(editing, copied, step);
  copied = before;
  return made;
}

function insert(editing: Editing, items: typeof copied, off: number): readonly Id[] {
  const { scene, store } = editing;
  const groups = new Map<string, string>();
  const made: Entity[] = [];
  for (const { control, type, value } of items) {
    const known = scene.kinds.get(control);
    const into = known?.kind.type === type ? known : [...scene.kinds.values()].find(({ kind }) => kind.type === type);
    if (into === undefined) continue;
    const group = hasGroup(value);
    if (group !== null && !groups.has(group)) groups.set(group, freeGroup(store, new Set(groups.values())));
    const fresh = group === null ? value : { ...value, group: groups.get(group)! };
    made.push({ id: editing.newId(), control: into.control.name, value: fresh });
  }
  if (made.length === 0) return [];
  const ids = made.map(({ id }) => id);
  store.transact("paste", (draft) => {
    for (const entity of made) draft.put(entity);
    moveIn(draft, ids, [off, off], editing);
  });
  editing.selection.set(ids);
  return ids;
}

/** A short name no group has yet: g1, g2, … */
export function freeGroup(store: Store, also: ReadonlySet<string> = new Set()): string {
  const taken = new Set(also);
  for (const { value } of store.all()) {
    const group = hasGroup(value);
    if (group !== null) taken.add(group);
  }
  for (let at = 1; ; at += 1) if (!taken.has(`g${at}`)) return `g${at}`;
}

export function groupSelected(editing: Editing): void {
  const ids = changeable(editing);
  if (ids.length < 2) return;
  const group = freeGroup(editing.store);
  editing.store.transact("group", (draft) => {
    for (const id of ids) draft.patch(id, { group });
  });
}

export function ungroupSelected(editing: Editing): void {
  const ids = changeable(editing);
  editing.store.transact("ungroup", (draft) => {
    for (const id of ids) draft.patch(id, { group: undefined });
  });
}

/** Before or behind all others: their order among themselves stays. */
export function reorder(editing: Editing, front: boolean): void {
  const ids = new Set(changeable(editing));
  if (ids.size === 0) return;
  let [low, high] = [0, 0];
  let [mineLow, mineHigh] = [Infinity, -Infinity];
  for (const { id, control, value } of editing.store.all()) {
    if (!editing.scene.controls.has(control)) continue;
    const z = numberOf(value.z);
    if (ids.has(id)) [mineLow, mineHigh] = [Math.min(mineLow, z), Math.max(mineHigh, z)];
    else [low, high] = [Math.min(low, z), Math.max(high, z)];
  }
  const by = front ? high + 1 - mineLow : low - 1 - mineHigh;
  editing.store.transact(front ? "to the front" : "to the back", (draft) => {
    for (const id of ids) {
      const z = numberOf(draft.get(id)?.value.z) + by;
      draft.patch(id, { z: z === 0 ? undefined : z });
    }
  });
}

/** Change one shape by the fields its kind gives. */
export function change(editing: Editing, name: string, id: Id, fields: Fields | null | undefined): boolean {
  if (fields === null || fields === undefined || editing.selection.isLocked(id)) return false;
  return editing.store.transact(name, (draft) => draft.patch(id, fields)) !== null;
}
