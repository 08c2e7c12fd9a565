/**
 * The shapes that stand still, painted into tiles of the screen that are kept: panning moves tiles, a change repaints
 * those it touches, zooming stretches what is there until the view rests. However many shapes there are, a frame
 * paints tiles only as long as it may.
 */

import type { Id } from "@/core/entity";
import type { Rect } from "./geometry";
import { type Layer, type LayerFrame, ORDER } from "./layers";
import { drawShape, touched, touching } from "./paint";
import type { Scene } from "./scene";

const SIDE = 256;

interface Tile {
  /** null: nothing is there. */
  canvas: OffscreenCanvas | null;
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
  #levels: Level[] = [];
  #captions = true;
  #shown = true;
  #lively: ReadonlySet<Id> = new Set();
  /** Tiles painted so far; what tests count. */
  painted = 0;
  onDirty: () => void = () => {};

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#stop = scene.listen((dirty) => this.soil(dirty));
  }

  get captions(): boolean {
    return this.#captions;
  }

  set captions(on: boolean) {
    this.#captions = on;
    this.#levels = [];
    this.onDirty();
  }

  get shown(): boolean {
    return this.#shown;
  }

  set shown(on: boolean) {
    this.#shown = on;
    this.#levels = [];
    this.onDirty();
  }

  /** Shapes that the live layer draws instead. */
  set lively(ids: ReadonlySet<Id>) {
    const dirty: Rect[] = [];
    for (const id of ids) if (!this.#lively.has(id)) dirty.push(...this.#place(id));
    for (const id of this.#lively) if (!ids.has(id)) dirty.push(...this.#place(id));
    this.#lively = ids;
    this.soil(dirty);
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
    this.onDirty();
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
    this.#levels = [];
    this.onDirty = () => {};
  }

  #ratio = 1;

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
    const last = whole.at(-1);
    this.#levels = [...new Set([coarsest, last])].filter((level) => level !== null && level !== undefined);
    this.#levels.push(made);
    return made;
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
      level.tiles.set(name, this.#paintTile(level, x, y, level.tiles.get(name)));
      done += 1;
    }
    return wanted.length - done;
  }

  #paintTile(level: Level, x: number, y: number, known: Tile | undefined): Tile {
    const { scale } = level;
    const at = (place: number): number => (place * SIDE) / scale;
    const rect = { left: at(x), top: at(y), right: at(x + 1), bottom: at(y + 1) };
    const shapes = this.#scene.find(touching(rect, scale / this.#ratio)).filter(({ id }) => !this.#lively.has(id));
    this.painted += 1;
    if (shapes.length === 0) return { canvas: null, dirty: false };
    const canvas = known?.canvas ?? new OffscreenCanvas(SIDE, SIDE);
    const context = canvas.getContext("2d")!;
    context.clearRect(0, 0, SIDE, SIDE);
    const lay = { scale, dx: -x * SIDE, dy: -y * SIDE, ratio: this.#ratio };
    for (const shape of shapes) drawShape(context, shape, lay, this.#captions);
    return { canvas, dirty: false };
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
      if (tile.canvas !== null) context.drawImage(tile.canvas, x + tx * SIDE, y + ty * SIDE);
    });
  }

  /** All is painted: paint the ring around the stage, drop what is far; true: more of the ring is to be painted. */
  #tidy(level: Level, seen: Range, frame: LayerFrame): boolean {
    if (frame.zooming) return false;
    const ring = { left: seen.left - 1, top: seen.top - 1, right: seen.right + 1, bottom: seen.bottom + 1 };
    const far = { left: seen.left - 4, top: seen.top - 4, right: seen.right + 4, bottom: seen.bottom + 4 };
    for (const name of level.tiles.keys()) if (!within(far, name)) level.tiles.delete(name);
    if (performance.now() > frame.deadline - 3) return false;
    return this.#paintTiles(level, ring, frame.deadline - 3) > 0;
  }
}

function stretch(context: CanvasRenderingContext2D, from: Level, scale: number, x: number, y: number): void {
  const factor = scale / from.scale;
  const side = SIDE * factor;
  const { width, height } = context.canvas;
  context.imageSmoothingEnabled = true;
  for (const [name, { canvas }] of from.tiles) {
    const [tx, ty] = placeOf(name);
    const [left, top] = [x + tx * side, y + ty * side];
    if (left > width || top > height || left + side < 0 || top + side < 0) continue;
    // Without this, the level drawn before would shine through.
    context.clearRect(left, top, side, side);
    if (canvas !== null) context.drawImage(canvas, left, top, side, side);
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
