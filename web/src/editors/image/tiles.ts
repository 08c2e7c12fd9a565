/** A picture in tiles: those that are seen are fetched, nearest the middle first, and the last used are kept. */

import type { Tiles } from "@/host/editor";
import { clamp, type Point, type Rect, type Size } from "./geometry";
import type { LayerFrame } from "./layers";
import type { Source } from "./picture";

const SQUARES = 3;
const KEPT = 160;
const AT_ONCE = 6;
const TRIES = 3;
const RENEWED_MS = 300_000;

export interface Tile {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

export function tileName({ level, x, y }: Tile): string {
  return `${level}/${x}_${y}`;
}

/** The address of a tile. */
export function tileAddress(template: string, { level, x, y }: Tile): string {
  return template.replace("{level}", String(level)).replace("{x}", String(x)).replace("{y}", String(y));
}

/** The coarsest level that has a pixel for each of the screen's. */
export function levelFor(sizes: readonly Size[], scale: number): number {
  const wide = sizes.at(-1)!.width;
  const found = sizes.findIndex(({ width }) => width >= wide * scale * 0.98);
  return found < 0 ? sizes.length - 1 : found;
}

/** The tiles of a level that touch a rectangle of the picture, nearest to its middle first. */
export function tilesIn(rect: Rect, level: number, size: Size, image: Size, tile: number): Tile[] {
  const [fx, fy] = [size.width / image.width / tile, size.height / image.height / tile];
  const [columns, rows] = [Math.ceil(size.width / tile), Math.ceil(size.height / tile)];
  const at = (value: number, count: number): number => clamp(Math.floor(value), 0, count - 1);
  if (rect.right <= 0 || rect.bottom <= 0 || rect.left >= image.width || rect.top >= image.height) return [];
  const [left, right] = [at(rect.left * fx, columns), at(rect.right * fx, columns)];
  const [top, bottom] = [at(rect.top * fy, rows), at(rect.bottom * fy, rows)];
  const found: Tile[] = [];
  for (let y = top; y <= bottom; y += 1) for (let x = left; x <= right; x += 1) found.push({ level, x, y });
  const [cx, cy] = [((rect.left + rect.right) / 2) * fx - 0.5, ((rect.top + rect.bottom) / 2) * fy - 0.5];
  return found.sort((one, other) => Math.hypot(one.x - cx, one.y - cy) - Math.hypot(other.x - cx, other.y - cy));
}

/** Tiles whose addresses may change: links run out. */
export interface Pyramid extends Omit<Tiles, "template"> {
  template(): string;
  renew(): Promise<void>;
}

export class TileSource implements Source {
  readonly size: Size;
  readonly #facts: Pyramid;
  readonly #sizes: readonly Size[];
  readonly #more: () => void;
  /** The last used is the last. */
  readonly #tiles = new Map<string, ImageBitmap>();
  readonly #coming = new Map<string, AbortController>();
  readonly #failed = new Map<string, number>();
  readonly #probe: CanvasRenderingContext2D | null;
  #wanted: Tile[] = [];
  #ended = false;
  #renewed = Number.NEGATIVE_INFINITY;

  constructor(facts: Pyramid, size: Size, more: () => void) {
    this.#facts = facts;
    this.size = size;
    this.#sizes = facts.levels;
    this.#more = more;
    const canvas = document.createElement("canvas");
    canvas.width = 1;
    canvas.height = 1;
    this.#probe = canvas.getContext("2d", { willReadFrequently: true });
    this.#want([{ level: 0, x: 0, y: 0 }]);
  }

  paint(frame: LayerFrame): boolean {
    const { view, ratio, seen } = frame;
    const level = levelFor(this.#sizes, view.scale * ratio);
    const needed = tilesIn(seen, level, this.#sizes[level]!, this.size, this.#facts.tile_size);
    for (const tile of needed) this.#draw(frame, tile);
    this.#want([{ level: 0, x: 0, y: 0 }, ...needed]);
    return false;
  }

  colorAt([x, y]: Point): readonly [number, number, number] | null {
    // The finest tile that is there; a coarser one is near enough while the fine one comes.
    const probe = this.#probe;
    for (let level = this.#sizes.length - 1; probe !== null && level >= 0; level -= 1) {
      const { width, height } = this.#sizes[level]!;
      const [px, py] = [Math.floor((x * width) / this.size.width), Math.floor((y * height) / this.size.height)];
      const { tile_size: side } = this.#facts;
      const bitmap = this.#tiles.get(tileName({ level, x: Math.floor(px / side), y: Math.floor(py / side) }));
      if (bitmap === undefined) continue;
      probe.clearRect(0, 0, 1, 1);
      probe.drawImage(bitmap, px % side, py % side, 1, 1, 0, 0, 1, 1);
      const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
      return [red!, green!, blue!];
    }
    return null;
  }

  small(context: CanvasRenderingContext2D, { width, height }: Size): void {
    const bitmap = this.#tiles.get(tileName({ level: 0, x: 0, y: 0 }));
    if (bitmap !== undefined) context.drawImage(bitmap, 0, 0, width, height);
  }

  end(): void {
    this.#ended = true;
    for (const controller of this.#coming.values()) controller.abort();
    for (const bitmap of this.#tiles.values()) bitmap.close();
    this.#tiles.clear();
    this.#wanted = [];
  }

  /** Draw a tile, or the part of a coarser one that covers it while it is not there. */
  #draw({ context, view, ratio }: LayerFrame, tile: Tile): void {
    const side = this.#facts.tile_size;
    const size = this.#sizes[tile.level]!;
    const [sx, sy] = [this.size.width / size.width, this.size.height / size.height];
    const area = {
      left: tile.x * side * sx,
      top: tile.y * side * sy,
      right: Math.min((tile.x + 1) * side, size.width) * sx,
      bottom: Math.min((tile.y + 1) * side, size.height) * sy,
    };
    const scale = view.scale * ratio;
    const [x, y] = [Math.round(view.x * ratio), Math.round(view.y * ratio)];
    // On whole device pixels, so that no seam is seen between tiles.
    const [left, top] = [Math.round(x + area.left * scale), Math.round(y + area.top * scale)];
    const [right, bottom] = [Math.round(x + area.right * scale), Math.round(y + area.bottom * scale)];
    for (let level = tile.level; level >= 0; level -= 1) {
      const from = this.#sizes[level]!;
      const [fx, fy] = [from.width / this.size.width, from.height / this.size.height];
      const [tx, ty] = [Math.floor((area.left * fx) / side + 1e-6), Math.floor((area.top * fy) / side + 1e-6)];
      const bitmap = this.#tiles.get(tileName({ level, x: tx, y: ty }));
      if (bitmap === undefined) continue;
      this.#use(tileName({ level, x: tx, y: ty }), bitmap);
      const [px, py] = [area.left * fx - tx * side, area.top * fy - ty * side];
      const wide = Math.min((area.right - area.left) * fx, bitmap.width - px);
      const high = Math.min((area.bottom - area.top) * fy, bitmap.height - py);
      context.imageSmoothingEnabled = view.scale < SQUARES;
      if (wide > 0 && high > 0) context.drawImage(bitmap, px, py, wide, high, left, top, right - left, bottom - top);
      return;
    }
  }

  #use(name: string, bitmap: ImageBitmap): void {
    this.#tiles.delete(name);
    this.#tiles.set(name, bitmap);
  }

  #want(tiles: Tile[]): void {
    this.#wanted = tiles.filter((tile) => !this.#tiles.has(tileName(tile)));
    const names = new Set(this.#wanted.map(tileName));
    for (const [name, controller] of this.#coming) if (!names.has(name)) controller.abort();
    this.#fetchNext();
  }

  #fetchNext(): void {
    while (!this.#ended && this.#coming.size < AT_ONCE) {
      const next = this.#wanted.find((tile) => {
        const name = tileName(tile);
        return !this.#coming.has(name) && !this.#tiles.has(name) && (this.#failed.get(name) ?? 0) < TRIES;
      });
      if (next === undefined) return;
      void this.#fetch(next);
    }
  }

  async #fetch(tile: Tile): Promise<void> {
    const name = tileName(tile);
    const controller = new AbortController();
    this.#coming.set(name, controller);
    const template = this.#facts.template();
    try {
      const answer = await fetch(tileAddress(template, tile), {
        signal: controller.signal,
        credentials: "same-origin",
      });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const bitmap = await createImageBitmap(await answer.blob());
      if (this.#ended) bitmap.close();
      else this.#keep(name, bitmap);
    } catch {
      // Left out of view in the meantime, or not to be had now: coarser tiles stand in, and it is tried again.
      if (!controller.signal.aborted) {
        const failed = (this.#failed.get(name) ?? 0) + 1;
        this.#failed.set(name, failed);
        if (failed === TRIES) void this.#renew(template);
      }
    } finally {
      this.#coming.delete(name);
      this.#fetchNext();
    }
  }

  /** The links may have run out: with newer ones everything is worth another try. */
  async #renew(template: string): Promise<void> {
    const now = performance.now();
    if (now - this.#renewed < RENEWED_MS) return; // what is missing under new links is not there
    this.#renewed = now;
    await this.#facts.renew();
    if (this.#ended || this.#facts.template() === template) return;
    this.#failed.clear();
    this.#fetchNext();
  }

  #keep(name: string, bitmap: ImageBitmap): void {
    this.#tiles.set(name, bitmap);
    for (const [oldest, old] of this.#tiles) {
      if (this.#tiles.size <= KEPT) break;
      if (oldest === "0/0_0") continue;
      this.#tiles.delete(oldest);
      old.close();
    }
    this.#more();
  }
}
