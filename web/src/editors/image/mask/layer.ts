/** Masks drawn: a small bitmap for each tile, made anew only where pixels changed; the layer repaints only that part. */

import type { Id } from "@/core/entity";
import { SIDE, tileName } from "@/labels/mask";
import { grown, joined, type Rect } from "../geometry";
import { type Layer, type LayerFrame, ORDER } from "../layers";
import { type Grid, placeOf } from "./grid";

/** Of 255: how much a mask covers what is under it, and its edge. */
const WITHIN = 112;
const EDGE = 255;

interface Tile {
  /** Null: all of its pixels are set, a rectangle does. */
  canvas: OffscreenCanvas | null;
  /** What of it is to be made anew. */
  dirty: Rect | null;
}

export interface Drawn {
  readonly id: Id;
  readonly grid: Grid;
  color: string;
  z: number;
  hidden: boolean;
  selected: boolean;
}

interface Held extends Drawn {
  readonly tiles: Map<string, Tile>;
}

/** Where image pixels are on the canvas, in whole device pixels. */
interface Place {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class MaskLayer implements Layer {
  readonly name = "masks";
  readonly order = ORDER.masks;
  readonly #masks = new Map<Id, Held>();
  /** What to paint again, in image pixels; null: nothing. */
  #dirty: Rect | null = null;
  #all = true;
  #last: Place | null = null;
  onDirty: () => void = () => {};
  /** Bitmaps made; for measuring. */
  baked = 0;
  spent = 0;

  get masks(): ReadonlyMap<Id, Drawn> {
    return this.#masks;
  }

  add(drawn: Drawn): void {
    this.#masks.set(drawn.id, { ...drawn, tiles: new Map() });
    drawn.grid.changed = (x, y, part) => this.#changed(drawn.id, x, y, part);
    for (const name of drawn.grid.tiles.keys()) {
      const [x, y] = placeOf(name);
      this.#changed(drawn.id, x, y, WHOLE);
    }
  }

  remove(id: Id): void {
    if (this.#masks.delete(id)) this.refresh();
  }

  /** Change how a mask looks. */
  look(id: Id, looks: Partial<Pick<Drawn, "color" | "z" | "hidden" | "selected">>): void {
    const mask = this.#masks.get(id);
    if (mask === undefined) return;
    const before = { ...mask };
    Object.assign(mask, looks);
    if (before.color !== mask.color) for (const tile of mask.tiles.values()) tile.dirty = WHOLE;
    const same = before.z === mask.z && before.hidden === mask.hidden && before.selected === mask.selected;
    if (!same || before.color !== mask.color) this.refresh();
  }

  refresh(): void {
    this.#all = true;
    this.onDirty();
  }

  /** From the lowest to the topmost. */
  get stacked(): readonly Drawn[] {
    return [...this.#masks.values()].sort((one, other) => one.z - other.z);
  }

  paint({ context, view, ratio }: LayerFrame): boolean {
    const begun = performance.now();
    const { width, height } = context.canvas;
    const now: Place = {
      scale: view.scale * ratio,
      x: Math.round(view.x * ratio),
      y: Math.round(view.y * ratio),
      width,
      height,
    };
    const last = this.#last;
    const same = last !== null && last.scale === now.scale && last.width === width && last.height === height;
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (this.#all || !same) this.#area(context, now, { left: 0, top: 0, right: width, bottom: height });
    else {
      this.#shift(context, last, now);
      if (this.#dirty !== null) this.#area(context, now, onCanvas(this.#dirty, now));
    }
    this.#last = now;
    this.#all = false;
    this.#dirty = null;
    this.spent += performance.now() - begun;
    return false;
  }

  end(): void {
    this.#masks.clear();
    this.onDirty = () => {};
  }

  /** The view was only moved: what is there moves along, what comes in is painted. */
  #shift(context: CanvasRenderingContext2D, last: Place, now: Place): void {
    const [dx, dy] = [now.x - last.x, now.y - last.y];
    if (dx === 0 && dy === 0) return;
    const { width, height } = now;
    context.globalCompositeOperation = "copy";
    context.drawImage(context.canvas, dx, dy);
    context.globalCompositeOperation = "source-over";
    if (dx !== 0) {
      const left = dx > 0 ? 0 : width + dx;
      this.#area(context, now, { left, top: 0, right: left + Math.abs(dx), bottom: height });
    }
    if (dy !== 0) {
      const top = dy > 0 ? 0 : height + dy;
      this.#area(context, now, { left: 0, top, right: width, bottom: top + Math.abs(dy) });
    }
  }

  /** Paint a part of the canvas anew. */
  #area(context: CanvasRenderingContext2D, now: Place, asked: Rect): void {
    const [left, top] = [Math.max(asked.left, 0), Math.max(asked.top, 0)];
    const [right, bottom] = [Math.min(asked.right, now.width), Math.min(asked.bottom, now.height)];
    if (right <= left || bottom <= top) return;
    const area = { left, top, right, bottom };
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    context.clearRect(left, top, right - left, bottom - top);
    context.imageSmoothingEnabled = now.scale < 1;
    for (const mask of this.stacked as readonly Held[]) if (!mask.hidden) this.#draw(context, now, area, mask);
    context.restore();
  }

  #draw(context: CanvasRenderingContext2D, now: Place, area: Rect, mask: Held): void {
    context.globalAlpha = mask.selected ? 1 : 0.75;
    const at = (value: number, off: number): number => Math.round(value * SIDE * now.scale) + off;
    for (const [name, tile] of mask.tiles) {
      const [x, y] = placeOf(name);
      const [left, top, right, bottom] = [at(x, now.x), at(y, now.y), at(x + 1, now.x), at(y + 1, now.y)];
      if (right <= area.left || left >= area.right || bottom <= area.top || top >= area.bottom) continue;
      if (tile.dirty !== null && !this.#bake(mask, name, tile)) continue;
      if (tile.canvas !== null) context.drawImage(tile.canvas, left, top, right - left, bottom - top);
      else {
        const alpha = context.globalAlpha;
        context.fillStyle = mask.color;
        context.globalAlpha = alpha * (WITHIN / 255);
        context.fillRect(left, top, right - left, bottom - top);
        context.globalAlpha = alpha;
      }
    }
  }

  /** Make a tile's bitmap from its pixels; false when there are none. */
  #bake(mask: Held, name: string, tile: Tile): boolean {
    const bits = mask.grid.tiles.get(name);
    this.baked += 1;
    if (bits === undefined || bits.indexOf(1) < 0) {
      mask.tiles.delete(name);
      return false;
    }
    if (bits.indexOf(0) < 0) {
      tile.canvas = null;
      tile.dirty = null;
      return true;
    }
    const fresh = tile.canvas === null;
    tile.canvas ??= new OffscreenCanvas(SIDE, SIDE);
    const { left, top, right, bottom } = fresh ? WHOLE : tile.dirty!;
    const image = new ImageData(right - left, bottom - top);
    colour(bits, new Uint32Array(image.data.buffer), { left, top, right, bottom }, rgb(mask.color));
    tile.canvas.getContext("2d")!.putImageData(image, left, top);
    tile.dirty = null;
    return true;
  }

  #changed(id: Id, x: number, y: number, part: Rect): void {
    const mask = this.#masks.get(id);
    if (mask === undefined) return;
    // The edge is drawn: the pixels beside the changed ones look different, too.
    const around = grown(part, 1);
    const inTile = {
      left: Math.max(around.left, 0),
      top: Math.max(around.top, 0),
      right: Math.min(around.right, SIDE),
      bottom: Math.min(around.bottom, SIDE),
    };
    const name = tileName(x, y);
    const tile = mask.tiles.get(name);
    if (tile === undefined) mask.tiles.set(name, { canvas: null, dirty: inTile });
    else tile.dirty = tile.dirty === null ? inTile : joined(tile.dirty, inTile);
    const here = {
      left: x * SIDE + around.left,
      top: y * SIDE + around.top,
      right: x * SIDE + around.right,
      bottom: y * SIDE + around.bottom,
    };
    this.#dirty = this.#dirty === null ? here : joined(this.#dirty, here);
    this.onDirty();
  }
}

const WHOLE: Rect = { left: 0, top: 0, right: SIDE, bottom: SIDE };

function onCanvas(rect: Rect, { scale, x, y }: Place): Rect {
  return {
    left: Math.floor(rect.left * scale) + x - 1,
    top: Math.floor(rect.top * scale) + y - 1,
    right: Math.ceil(rect.right * scale) + x + 1,
    bottom: Math.ceil(rect.bottom * scale) + y + 1,
  };
}

/** Pixels of a part of a tile: its colour, fully where the mask ends. */
function colour(bits: Uint8Array, pixels: Uint32Array, part: Rect, color: number): void {
  const [within, edge] = [(WITHIN << 24) | color, (EDGE << 24) | color];
  let at = 0;
  for (let y = part.top; y < part.bottom; y += 1) {
    for (let x = part.left; x < part.right; x += 1, at += 1) {
      const place = y * SIDE + x;
      if (bits[place] === 0) continue;
      const last =
        (x > 0 && bits[place - 1] === 0) ||
        (x < SIDE - 1 && bits[place + 1] === 0) ||
        (y > 0 && bits[place - SIDE] === 0) ||
        (y < SIDE - 1 && bits[place + SIDE] === 0);
      pixels[at] = last ? edge : within;
    }
  }
}

const colors = new Map<string, number>();

/** A colour of the palette as blue, green and red in one number. */
function rgb(color: string): number {
  let known = colors.get(color);
  if (known === undefined) {
    const context = new OffscreenCanvas(1, 1).getContext("2d")!;
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    known = (blue! << 16) | (green! << 8) | red!;
    colors.set(color, known);
  }
  return known;
}
