/**
 * The shapes that stand still, painted into tiles of the screen that are kept: panning moves tiles, a change repaints
 * those it touches, zooming stretches what is there until the view rests. However many shapes there are, a frame
 * paints tiles only as long as it may.
 */

import type { Id } from "@/core/entity";
import { grown, type Rect } from "./geometry";
import { type Layer, type LayerFrame, ORDER } from "./layers";
import { captioned, drawCaption, drawShapes, REACH, touched, touching } from "./paint";
import type { Scene, Shape } from "./scene";

/** Device pixels. Small, so that a change repaints little. */
const SIDE = 128;

interface Tile {
  /** null: nothing is there. */
  readonly bitmap: ImageBitmap | null;
  dirty: boolean;
}

/** All tiles painted at one scale. */
interface Level {
  readonly scale: number;
  readonly tiles: Map<string, Tile>;
  complete: boolean;
}

interface Range {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export class StillLayer implements Layer {
  readonly name = "shapes";
  readonly order = ORDER.shapes;
  readonly #scene: Scene;
  readonly #stop: () => void;
  readonly #canvas = new OffscreenCanvas(SIDE, SIDE);
  readonly #context = this.#canvas.getContext("2d")!;
  #levels: Level[] = [];
  #ratio = 1;
  #captions = true;
  #shown = true;
  #lively: ReadonlySet<Id> = new Set();
  /** Tiles painted so far; what tests count. */
  painted = 0;
  /** Milliseconds they took. */
  spent = 0;
  onDirty: () => void = () => {};

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#stop = scene.listen((dirty) => {
      // What the live layer draws is not here.
      const still = dirty.filter(({ id }) => !this.#lively.has(id));
      if (still.length === 0) return;
      this.soil(still.map(({ rect }) => rect));
      this.onDirty();
    });
  }

  get captions(): boolean {
    return this.#captions;
  }

  set captions(on: boolean) {
    this.#captions = on;
    this.#drop(this.#levels);
    this.onDirty();
  }

  get shown(): boolean {
    return this.#shown;
  }

  set shown(on: boolean) {
    this.#shown = on;
    this.#drop(this.#levels);
    this.onDirty();
  }

  /** Shapes that the live layer draws instead. */
  set lively(ids: ReadonlySet<Id>) {
    const dirty: Rect[] = [];
    for (const id of ids) if (!this.#lively.has(id)) dirty.push(...this.#place(id));
    for (const id of this.#lively) if (!ids.has(id)) dirty.push(...this.#place(id));
    this.#lively = ids;
    this.soil(dirty);
    if (dirty.length > 0) this.onDirty();
  }

  /** Places that must be painted again. */
  soil(rects: readonly Rect[]): void {
    if (rects.length === 0) return;
    for (const level of this.#levels) {
      for (const rect of rects) {
        const range = tilesOf(touched(rect, level.scale / this.#ratio), level.scale);
        if ((range.right - range.left + 1) * (range.bottom - range.top + 1) > level.tiles.size) {
          for (const [name, tile] of level.tiles) if (within(range, name)) tile.dirty = true;
        } else each(range, (name) => soiled(level.tiles.get(name)));
      }
    }
  }

  paint(frame: LayerFrame): boolean {
    const { context, ratio } = frame;
    this.#ratio = ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (!this.#shown) {
      context.clearRect(0, 0, context.canvas.width, context.canvas.height);
      return false;
    }
    const level = this.#level(frame.view.scale * ratio);
    const [x, y] = [Math.round(frame.view.x * ratio), Math.round(frame.view.y * ratio)];
    const { width, height } = context.canvas;
    const range = { left: -x, top: -y, right: width - 1 - x, bottom: height - 1 - y };
    const seen = tilesOf(range, 1);
    const left = frame.zooming ? this.#missing(level, seen) : this.#paintTiles(level, seen, frame.deadline);
    level.complete = left === 0;
    this.#show(context, level, seen, x, y, left > 0);
    if (left > 0) return !frame.zooming;
    return this.#tidy(level, seen, frame);
  }

  end(): void {
    this.#stop();
    this.#drop(this.#levels);
    this.onDirty = () => {};
  }

  #place(id: Id): Rect[] {
    const shape = this.#scene.get(id);
    return shape === undefined || !Number.isFinite(shape.bounds.left) ? [] : [shape.bounds];
  }

  /** The level of a scale; keeps the last whole one and the coarsest to stretch meanwhile. */
  #level(scale: number): Level {
    const known = this.#levels.find((level) => level.scale === scale);
    if (known !== undefined) {
      this.#levels = [...this.#levels.filter((level) => level !== known), known];
      return known;
    }
    const made: Level = { scale, tiles: new Map(), complete: false };
    const whole = this.#levels.filter(({ complete, tiles }) => complete && tiles.size > 0);
    const coarsest = whole.reduce<Level | null>(
      (best, one) => (best === null || one.scale < best.scale ? one : best),
      null,
    );
    const kept = new Set([coarsest, whole.at(-1)]);
    this.#drop(this.#levels.filter((level) => !kept.has(level)));
    this.#levels.push(made);
    return made;
  }

  #drop(levels: readonly Level[]): void {
    for (const { tiles } of levels) for (const { bitmap } of tiles.values()) bitmap?.close();
    this.#levels = this.#levels.filter((level) => !levels.includes(level));
  }

  #missing({ tiles }: Level, seen: Range): number {
    let missing = 0;
    each(seen, (name) => {
      if (tiles.get(name)?.dirty !== false) missing += 1;
    });
    return missing;
  }

  /** Paint what is missing, dirty tiles first, then from the middle; returns how many are left. */
  #paintTiles(level: Level, seen: Range, deadline: number): number {
    const [cx, cy] = [(seen.left + seen.right) / 2, (seen.top + seen.bottom) / 2];
    const wanted: { name: string; x: number; y: number; far: number }[] = [];
    each(seen, (name, x, y) => {
      const tile = level.tiles.get(name);
      if (tile === undefined) wanted.push({ name, x, y, far: 1000 + Math.hypot(x - cx, y - cy) });
      else if (tile.dirty) wanted.push({ name, x, y, far: Math.hypot(x - cx, y - cy) });
    });
    wanted.sort((one, other) => one.far - other.far);
    let done = 0;
    for (const { name, x, y } of wanted) {
      if (done > 0 && performance.now() > deadline) break;
      const before = level.tiles.get(name);
      level.tiles.set(name, this.#paintTile(level, x, y));
      before?.bitmap?.close();
      done += 1;
    }
    return wanted.length - done;
  }

  #paintTile(level: Level, x: number, y: number): Tile {
    const begun = performance.now();
    const { scale } = level;
    const at = (place: number): number => (place * SIDE) / scale;
    const rect = { left: at(x), top: at(y), right: at(x + 1), bottom: at(y + 1) };
    const fine = scale / this.#ratio;
    const lay = { scale, dx: -x * SIDE, dy: -y * SIDE, ratio: this.#ratio };
    const still = (shape: Shape): boolean => !this.#lively.has(shape.id);
    const shapes = this.#scene.find(grown(rect, REACH.around / fine), still);
    const named = this.#captions
      ? this.#scene.find(touching(rect, fine), (shape) => captioned(shape, lay) && still(shape))
      : [];
    this.painted += 1;
    if (shapes.length === 0 && named.length === 0) return { bitmap: null, dirty: false };
    drawShapes(this.#context, shapes, lay);
    for (const shape of named) drawCaption(this.#context, shape, lay);
    // Takes the pixels and leaves a blank canvas; it paints now, not in the midst of a later frame.
    const bitmap = this.#canvas.transferToImageBitmap();
    this.spent += performance.now() - begun;
    return { bitmap, dirty: false };
  }

  #show(context: CanvasRenderingContext2D, level: Level, seen: Range, x: number, y: number, lacking: boolean): void {
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    if (lacking) {
      // Something rather than nothing: the coarsest level first, over it the one last seen whole.
      for (const other of this.#levels) if (other !== level) stretch(context, other, level.scale, x, y);
    }
    each(seen, (name, tx, ty) => {
      const tile = level.tiles.get(name);
      if (tile === undefined) return;
      if (lacking) context.clearRect(x + tx * SIDE, y + ty * SIDE, SIDE, SIDE);
      if (tile.bitmap !== null) context.drawImage(tile.bitmap, x + tx * SIDE, y + ty * SIDE);
    });
  }

  /** All is painted: paint the ring around the stage, drop what is far; true: more of the ring is to be painted. */
  #tidy(level: Level, seen: Range, frame: LayerFrame): boolean {
    if (frame.zooming) return false;
    const ring = { left: seen.left - 1, top: seen.top - 1, right: seen.right + 1, bottom: seen.bottom + 1 };
    const far = { left: seen.left - 4, top: seen.top - 4, right: seen.right + 4, bottom: seen.bottom + 4 };
    for (const [name, { bitmap }] of level.tiles) {
      if (within(far, name)) continue;
      level.tiles.delete(name);
      bitmap?.close();
    }
    if (this.#missing(level, ring) === 0) return false;
    return performance.now() > frame.deadline - 3 || this.#paintTiles(level, ring, frame.deadline - 3) > 0;
  }
}

function stretch(context: CanvasRenderingContext2D, from: Level, scale: number, x: number, y: number): void {
  const factor = scale / from.scale;
  const side = SIDE * factor;
  const { width, height } = context.canvas;
  context.imageSmoothingEnabled = true;
  for (const [name, { bitmap }] of from.tiles) {
    const [tx, ty] = placeOf(name);
    const [left, top] = [x + tx * side, y + ty * side];
    if (left > width || top > height || left + side < 0 || top + side < 0) continue;
    // Without this, the level drawn before would shine through.
    context.clearRect(left, top, side, side);
    if (bitmap !== null) context.drawImage(bitmap, left, top, side, side);
  }
}

function soiled(tile: Tile | undefined): void {
  if (tile !== undefined) tile.dirty = true;
}

function tilesOf(rect: Rect, scale: number): Range {
  const at = (value: number): number => Math.floor((value * scale) / SIDE);
  return { left: at(rect.left), top: at(rect.top), right: at(rect.right), bottom: at(rect.bottom) };
}

function each(range: Range, run: (name: string, x: number, y: number) => void): void {
  for (let y = range.top; y <= range.bottom; y += 1) {
    for (let x = range.left; x <= range.right; x += 1) run(`${x},${y}`, x, y);
  }
}

function placeOf(name: string): [number, number] {
  const comma = name.indexOf(",");
  return [Number(name.slice(0, comma)), Number(name.slice(comma + 1))];
}

function within(range: Range, name: string): boolean {
  const [x, y] = placeOf(name);
  return x >= range.left && x <= range.right && y >= range.top && y <= range.bottom;
}
