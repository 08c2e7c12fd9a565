/** The masks of an open picture: their pixels kept in step with the store, and strokes made transactions. */

import type { Change, Entity, Id } from "@/core/entity";
import { type Control, titleOf, typeOf } from "@/core/schema";
import { sizeOf, tileEntity, tileName, tileRuns } from "@/labels/mask";
import type { Bench } from "../bench";
import type { Point } from "../geometry";
import { hasGroup, labelOf, numberOf } from "../shape";
import { Grid, placeOf } from "./grid";
import { MaskLayer } from "./layer";
import { between, type Line, piecesOf } from "./pieces";
import { MASK } from "./words";

export interface Mask {
  readonly id: Id;
  readonly control: Control;
  readonly grid: Grid;
  /** The tiles of the store that the pixels are from. */
  readonly kept: Map<string, Entity>;
  /** Not in the store yet: its first stroke is being painted. */
  fresh: boolean;
}

export class MaskWork {
  readonly bench: Bench;
  readonly layer = new MaskLayer();
  readonly #masks = new Map<Id, Mask>();
  readonly #controls: ReadonlyMap<string, Control>;
  readonly #stops: (() => void)[] = [];
  readonly #touched = new Set<string>();
  #painting: Mask | null = null;

  constructor(bench: Bench) {
    this.bench = bench;
    const { surface, stage } = bench;
    this.#controls = new Map(
      surface.controls.filter((control) => typeOf(control) === "mask").map((control) => [control.name, control]),
    );
    this.layer.onDirty = () => stage.repaint(this.layer);
    this.#stops.push(stage.add(this.layer));
    for (const entity of surface.store.all()) this.#set(entity.id, entity, null);
    this.#stops.push(surface.store.listen(({ changes }) => this.#hear(changes)));
    this.#stops.push(surface.selection.listen(() => this.#look()));
    this.#stops.push(surface.palette.listen(() => this.#look()));
    this.#stops.push(bench.locate((id) => this.#masks.get(id)?.grid.bounds() ?? null));
    this.#stops.push(bench.pick((at) => this.at(at)?.id ?? null));
    this.#look();
  }

  get masks(): ReadonlyMap<Id, Mask> {
    return this.#masks;
  }

  /** The mask that is selected and may be changed. */
  get selected(): Mask | null {
    const { selection, readOnly } = this.bench.surface;
    const { focus } = selection;
    if (readOnly || focus === null || selection.ids.size !== 1 || selection.isLocked(focus)) return null;
    return this.#masks.get(focus) ?? null;
  }

  get painting(): boolean {
    return this.#painting !== null;
  }

  /** The topmost mask that has a pixel. */
  at([x, y]: Point): Mask | null {
    for (const { id, hidden } of [...this.layer.stacked].reverse()) {
      const mask = this.#masks.get(id);
      if (!hidden && mask?.grid.has(Math.floor(x), Math.floor(y)) === true) return mask;
    }
    return null;
  }

  /** Begin to change a mask: the selected one; when painting, else a new one; when not, else the one that is there. */
  begin(paints: boolean, at: Point | null = null): Mask | null {
    if (this.#painting !== null) this.cancel();
    const { surface } = this.bench;
    if (surface.readOnly) return null;
    const { focus } = surface.selection;
    const held = focus !== null && this.#masks.has(focus) && surface.selection.isLocked(focus);
    const mask = held ? null : (this.#wanted(paints) ?? (paints ? this.#made() : at === null ? null : this.at(at)));
    if (mask === null || surface.selection.isLocked(mask.id)) {
      this.bench.announce(MASK.noMask);
      return null;
    }
    this.#touched.clear();
    this.#painting = mask;
    const tell = mask.grid.changed;
    mask.grid.changed = (x, y, part) => {
      this.#touched.add(tileName(x, y));
      tell(x, y, part);
    };
    this.#still = () => {
      mask.grid.changed = tell;
    };
    return mask;
  }

  #still: () => void = () => {};

  /** Make what was painted one transaction of the tiles it touched. */
  commit(name: string): void {
    const mask = this.#painting;
    if (mask === null) return;
    this.#still();
    this.#painting = null;
    const { store, selection, palette } = this.bench.surface;
    const tiles = [...this.#touched].map((tile) => {
      const [x, y] = placeOf(tile);
      return { name: tile, entity: tileEntity(mask.id, mask.control.name, x, y, mask.grid.runsOf(x, y)) };
    });
    const full = tiles.filter(({ entity }) => tileRuns(entity).length > 0);
    const gone = tiles.filter(({ entity }) => tileRuns(entity).length === 0);
    const left = new Set([...mask.kept.keys(), ...full.map((tile) => tile.name)]);
    for (const tile of gone) left.delete(tile.name);
    if (left.size === 0 && mask.fresh) {
      this.#drop(mask.id);
      return;
    }
    store.transact(name, (draft) => {
      if (left.size === 0) {
        draft.remove(mask.id); // all of it was erased
        return;
      }
      if (mask.fresh) {
        const { width, height } = this.bench.size;
        const value = { size: [height, width], label: palette.labelFor(mask.control.name) ?? "" };
        draft.put({ id: mask.id, control: mask.control.name, value });
      }
      for (const { name: tile, entity } of full) {
        if (mask.kept.get(tile)?.value.counts === entity.value.counts) continue;
        mask.kept.set(tile, entity); // so that it is not read back
        draft.put(entity);
      }
      for (const { entity } of gone) draft.remove(entity.id);
    });
    for (const tile of gone) mask.grid.tiles.delete(tile.name);
    mask.fresh = false;
    if (store.get(mask.id) !== undefined && !selection.has(mask.id)) selection.set([mask.id]);
    this.bench.surface.sign("input");
    this.#tell(mask);
  }

  /** Take back what was painted since `begin`. */
  cancel(): void {
    const mask = this.#painting;
    if (mask === null) return;
    this.#still();
    this.#painting = null;
    if (mask.fresh) {
      this.#drop(mask.id);
      return;
    }
    for (const tile of this.#touched) {
      const [x, y] = placeOf(tile);
      const kept = mask.kept.get(tile);
      mask.grid.setTile(x, y, kept === undefined ? [] : tileRuns(kept));
    }
  }

  /** Fill what the mask encloses: all of it, or only the hole with a place. Returns how many holes. */
  fillHoles(at: Point | null = null): number {
    const mask = this.selected ?? (at === null ? null : this.at(at));
    const lines = mask?.grid.lines() ?? null;
    if (mask === null || lines === null) return 0;
    const { left, right } = mask.grid.bounds()!;
    const { size } = mask.grid;
    const rows = between(lines.rows, left, right);
    const last = lines.top + rows.length - 1;
    const holes = piecesOf(rows, lines.top, size, false).filter(
      ({ lines: own }) =>
        !own.some(({ y, from, end }) => y === lines.top || y === last || from <= left || end >= right),
    );
    const wanted = at === null ? holes : holes.filter(({ lines: own }) => own.some((line) => on(line, at)));
    return this.#with(
      "fill",
      wanted.flatMap((piece) => piece.lines),
      true,
      mask,
    )
      ? wanted.length
      : 0;
  }

  /** Fill the free area around a place up to the mask and the edges of the picture. */
  flood(at: Point): boolean {
    if (this.fillHoles(at) > 0) return true;
    const mask = this.selected;
    const lines = mask?.grid.lines() ?? null;
    if (mask === null || lines === null || mask.grid.has(Math.floor(at[0]), Math.floor(at[1]))) return false;
    const { width, height } = mask.grid.size;
    const rows = Array.from({ length: height }, (_, y) => lines.rows[y - lines.top] ?? []);
    const free = piecesOf(between(rows, 0, width), 0, mask.grid.size, false);
    const found = free.find((piece) => piece.lines.some((line) => on(line, at)));
    return found !== undefined && this.#with("fill", found.lines, true, mask);
  }

  /** Only the largest piece stays. Returns how many went. */
  keepLargest(): number {
    const mask = this.selected;
    const lines = mask?.grid.lines() ?? null;
    if (mask === null || lines === null) return 0;
    const pieces = piecesOf(lines.rows, lines.top, mask.grid.size, true).sort((one, other) => other.area - one.area);
    const gone = pieces.slice(1);
    return this.#with(
      "keep the largest",
      gone.flatMap((piece) => piece.lines),
      false,
      mask,
    )
      ? gone.length
      : 0;
  }

  /** Take away the piece at a place. */
  removePiece(at: Point): boolean {
    const mask = this.selected ?? this.at(at);
    const lines = mask?.grid.lines() ?? null;
    if (mask === null || lines === null) return false;
    const piece = piecesOf(lines.rows, lines.top, mask.grid.size, true).find(({ lines: own }) =>
      own.some((line) => on(line, at)),
    );
    return piece !== undefined && this.#with("erase", piece.lines, false, mask);
  }

  end(): void {
    this.cancel();
    for (const stop of this.#stops.splice(0)) stop();
    this.#masks.clear();
  }

  #with(name: string, lines: readonly Line[], paints: boolean, mask: Mask): boolean {
    if (lines.length === 0 || this.bench.surface.selection.isLocked(mask.id)) return false;
    if (this.selected !== mask) this.bench.surface.selection.set([mask.id]);
    if (this.begin(paints) === null) return false;
    for (const { y, from, end } of lines) mask.grid.row(y, from, end, paints);
    this.commit(name);
    return true;
  }

  /** The selected mask, unless a label of another question was taken to paint with. */
  #wanted(paints: boolean): Mask | null {
    const { selected } = this;
    const { control } = this.bench;
    const other = paints && control !== null && this.#controls.has(control.name) && selected?.control !== control;
    return other ? null : selected;
  }

  #made(): Mask | null {
    const { surface, control, size } = this.bench;
    if (control === null || !this.#controls.has(control.name)) {
      surface.notice(MASK.noLabel);
      return null;
    }
    if (size.width <= 1 && size.height <= 1) return null; // the picture is not there yet
    return this.#add(surface.newId(), control, surface.palette.labelFor(control.name) ?? "", size, true);
  }

  #add(id: Id, control: Control, label: string, size: Grid["size"], fresh: boolean): Mask {
    const mask: Mask = { id, control, grid: new Grid(size), kept: new Map(), fresh };
    this.#masks.set(id, mask);
    const color = this.bench.surface.palette.color(control.name, label);
    this.layer.add({ id, grid: mask.grid, color, z: 0, hidden: false, selected: fresh });
    return mask;
  }

  #drop(id: Id): void {
    this.#masks.delete(id);
    this.layer.remove(id);
  }

  #hear(changes: readonly Change[]): void {
    const painted = this.#painting;
    // Something else happens to the mask in hand (an undo): the stroke is taken back first.
    if (painted !== null && changes.some(({ id }) => id === painted.id || id.startsWith(`${painted.id}/`)))
      this.cancel();
    for (const { id, after, before } of changes) this.#set(id, after, before);
    this.#look();
  }

  #set(id: Id, after: Entity | null, before: Entity | null): void {
    const control = this.#controls.get((after ?? before)?.control ?? "");
    if (control === undefined) return;
    const of = (after ?? before)?.of;
    if (of === undefined) {
      if (after === null) this.#drop(id);
      else if (!this.#masks.has(id)) {
        this.#add(id, control, labelOf(after.value), sizeOf(after.value) ?? this.bench.size, false);
        for (const part of this.bench.surface.store.parts(id)) this.#tile(id, part);
      }
      return;
    }
    this.#tile(of, id);
  }

  #tile(maskId: Id, id: Id): void {
    const mask = this.#masks.get(maskId);
    if (mask === undefined) return;
    const entity = this.bench.surface.store.get(id);
    const name = id.slice(maskId.length + 1);
    if (entity === mask.kept.get(name)) return;
    if (entity === undefined) mask.kept.delete(name);
    else mask.kept.set(name, entity);
    const [x, y] = placeOf(name);
    mask.grid.setTile(x, y, entity === undefined ? [] : tileRuns(entity));
  }

  #look(): void {
    const { store, selection, palette } = this.bench.surface;
    for (const { id, control, fresh } of this.#masks.values()) {
      const value = store.get(id)?.value ?? {};
      const label = fresh ? (palette.labelFor(control.name) ?? "") : labelOf(value);
      this.layer.look(id, {
        color: palette.color(control.name, label),
        z: numberOf(value.z),
        hidden: selection.isHidden(id),
        selected: fresh || selection.has(id) || sameGroup(value, selection.focus, store),
      });
    }
  }

  #tell(mask: Mask): void {
    const bounds = mask.grid.bounds();
    if (bounds === null) return;
    const { surface } = this.bench;
    const value = surface.store.get(mask.id)?.value ?? {};
    const { left, top, right, bottom } = bounds;
    const name = labelOf(value) || titleOf(mask.control, surface.language);
    this.bench.announce(MASK.painted, { name, width: right - left, height: bottom - top, x: left, y: top });
  }
}

function on({ y, from, end }: Line, at: Point): boolean {
  const x = Math.floor(at[0]);
  return y === Math.floor(at[1]) && from <= x && x < end;
}

function sameGroup(value: Entity["value"], focus: Id | null, store: { get(id: Id): Entity | undefined }): boolean {
  const group = hasGroup(value);
  return group !== null && focus !== null && hasGroup(store.get(focus)?.value ?? {}) === group;
}
