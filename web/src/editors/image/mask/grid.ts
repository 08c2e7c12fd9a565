/** The pixels of one mask: a byte each, in tiles that exist where something was painted. Pure. */

import { type Runs, SIDE, tileName } from "@/labels/mask";
import type { Point, Rect, Size } from "../geometry";

const AREA = SIDE * SIDE;

/** Where pixels changed, in whole pixels, the right and lower edges exclusive. */
export type Changed = (x: number, y: number, from: Rect) => void;

export class Grid {
  readonly size: Size;
  readonly tiles = new Map<string, Uint8Array>();
  /** Told of each part of a tile that changed: the tile's place and the part within it. */
  changed: Changed = () => {};

  constructor(size: Size) {
    this.size = size;
  }

  has(x: number, y: number): boolean {
    if (x < 0 || y < 0 || x >= this.size.width || y >= this.size.height) return false;
    const tile = this.tiles.get(tileName(Math.floor(x / SIDE), Math.floor(y / SIDE)));
    return tile !== undefined && tile[(y % SIDE) * SIDE + (x % SIDE)] === 1;
  }

  /** Set or clear the pixels of a row from `from` up to, without, `end`. */
  row(y: number, from: number, end: number, on: boolean): void {
    this.rows(y, y + 1, () => [from, end], on);
  }

  /** Set or clear spans of rows `top` up to `bottom`; one tile after the other, each told of once. */
  rows(top: number, bottom: number, span: (y: number) => readonly [number, number] | null, on: boolean): void {
    const { width, height } = this.size;
    const last = Math.min(bottom, height);
    for (let y = Math.max(top, 0); y < last; ) {
      const down = Math.floor(y / SIDE);
      const end = Math.min(last, (down + 1) * SIDE);
      const spans: (readonly [number, number, number])[] = [];
      let [left, right] = [Infinity, -Infinity];
      for (let line = y; line < end; line += 1) {
        const found = span(line);
        if (found === null) continue;
        const [low, high] = [Math.max(found[0], 0), Math.min(found[1], width)];
        if (high <= low) continue;
        spans.push([line, low, high]);
        left = Math.min(left, low);
        right = Math.max(right, high);
      }
      for (let across = Math.floor(left / SIDE); across * SIDE < right; across += 1)
        this.#fill(across, down, spans, on);
      y = end;
    }
  }

  #fill(across: number, down: number, spans: readonly (readonly [number, number, number])[], on: boolean): void {
    const name = tileName(across, down);
    let tile = this.tiles.get(name);
    if (tile === undefined) {
      if (!on) return;
      tile = new Uint8Array(AREA);
      this.tiles.set(name, tile);
    }
    const [x0, y0] = [across * SIDE, down * SIDE];
    let [left, top, right, bottom] = [SIDE, SIDE, 0, 0];
    for (const [y, from, end] of spans) {
      const [low, high] = [Math.max(from - x0, 0), Math.min(end - x0, SIDE)];
      if (high <= low) continue;
      const line = y - y0;
      tile.fill(on ? 1 : 0, line * SIDE + low, line * SIDE + high);
      left = Math.min(left, low);
      right = Math.max(right, high);
      top = Math.min(top, line);
      bottom = Math.max(bottom, line + 1);
    }
    if (right > left) this.changed(across, down, { left, top, right, bottom });
  }

  /** A stroke of a round brush from one place to the next. A pixel is in when its middle is. */
  stroke(from: Point, to: Point, radius: number, on: boolean): void {
    const reach = Math.max(radius, 0.5);
    const top = Math.floor(Math.min(from[1], to[1]) - reach);
    const bottom = Math.ceil(Math.max(from[1], to[1]) + reach);
    this.rows(top, bottom, (y) => acrossCapsule(from, to, reach, y + 0.5), on);
    // However small the brush is, it paints the pixel that is pointed at.
    if (radius < 1) this.row(Math.floor(to[1]), Math.floor(to[0]), Math.floor(to[0]) + 1, on);
  }

  /** What lies within an outline, by the even-odd rule. */
  polygon(points: readonly Point[], on: boolean): void {
    const [top, bottom] = [Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y))];
    for (let y = Math.max(Math.floor(top), 0); y < Math.min(Math.ceil(bottom), this.size.height); y += 1) {
      const cuts = crossings(points, y + 0.5);
      for (let at = 0; at + 1 < cuts.length; at += 2) {
        this.row(y, Math.ceil(cuts[at]! - 0.5), Math.ceil(cuts[at + 1]! - 0.5), on);
      }
    }
  }

  /** The bits of a tile as they are kept. */
  setTile(x: number, y: number, runs: Runs): void {
    const name = tileName(x, y);
    const tile = this.tiles.get(name) ?? new Uint8Array(AREA);
    tile.fill(0);
    for (let at = 0; at < runs.length; at += 2) {
      for (let place = runs[at]!; place < runs[at + 1]!; place += 1) tile[(place % SIDE) * SIDE + (place >> 8)] = 1;
    }
    if (runs.length === 0) this.tiles.delete(name);
    else this.tiles.set(name, tile);
    this.changed(x, y, { left: 0, top: 0, right: SIDE, bottom: SIDE });
  }

  /** A tile's pixels as begins and ends along its columns. */
  runsOf(x: number, y: number): number[] {
    const tile = this.tiles.get(tileName(x, y));
    if (tile === undefined || tile.indexOf(1) < 0) return [];
    if (tile.indexOf(0) < 0) return [0, AREA];
    const runs: number[] = [];
    let inside = 0;
    for (let across = 0; across < SIDE; across += 1) {
      for (let down = 0, place = across; down < SIDE; down += 1, place += SIDE) {
        if (tile[place] === inside) continue;
        runs.push(across * SIDE + down);
        inside ^= 1;
      }
    }
    if (inside === 1) runs.push(AREA);
    return runs;
  }

  /** The pixels of each row as begins and ends, within the mask's bounds; null where there are none. */
  lines(): { readonly top: number; readonly rows: readonly (readonly number[])[] } | null {
    const bounds = this.bounds();
    if (bounds === null) return null;
    const rows: number[][] = [];
    const [first, last] = [Math.floor(bounds.left / SIDE), Math.floor((bounds.right - 1) / SIDE)];
    for (let y = bounds.top; y < bounds.bottom; y += 1) {
      const runs: number[] = [];
      for (let across = first; across <= last; across += 1) {
        const tile = this.tiles.get(tileName(across, Math.floor(y / SIDE)));
        if (tile !== undefined) lineOf(tile, (y % SIDE) * SIDE, across * SIDE, runs);
      }
      rows.push(runs);
    }
    return { top: bounds.top, rows };
  }

  /** The pixels' bounds, right and bottom exclusive; null for an empty mask. */
  bounds(): Rect | null {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [name, tile] of this.tiles) {
      const first = tile.indexOf(1);
      if (first < 0) continue;
      const [x, y] = placeOf(name);
      top = Math.min(top, y * SIDE + Math.floor(first / SIDE));
      bottom = Math.max(bottom, y * SIDE + Math.floor(tile.lastIndexOf(1) / SIDE) + 1);
      for (let low = first; low >= 0; ) {
        const from = low - (low % SIDE);
        left = Math.min(left, x * SIDE + low - from);
        right = Math.max(right, x * SIDE + tile.lastIndexOf(1, from + SIDE - 1) - from + 1);
        low = tile.indexOf(1, from + SIDE);
      }
    }
    return right > left ? { left, top, right, bottom } : null;
  }
}

export function placeOf(name: string): readonly [number, number] {
  const comma = name.indexOf(",");
  return [Number(name.slice(0, comma)), Number(name.slice(comma + 1))];
}

function lineOf(tile: Uint8Array, from: number, x0: number, runs: number[]): void {
  const line = tile.subarray(from, from + SIDE);
  for (let low = line.indexOf(1); low >= 0; ) {
    const next = line.indexOf(0, low);
    const high = next < 0 ? SIDE : next;
    if (runs.at(-1) === x0 + low) runs[runs.length - 1] = x0 + high;
    else runs.push(x0 + low, x0 + high);
    low = next < 0 ? -1 : line.indexOf(1, high);
  }
}

/** Which pixels of the line at `y` have their middle within reach of a segment. */
export function acrossCapsule(from: Point, to: Point, reach: number, y: number): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const [cx, cy] of [from, to]) {
    const off = y - cy;
    if (Math.abs(off) > reach) continue;
    const half = Math.sqrt(reach * reach - off * off);
    low = Math.min(low, cx - half);
    high = Math.max(high, cx + half);
  }
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length > 0) {
    const [nx, ny] = [(-dy / length) * reach, (dx / length) * reach];
    const corners: Point[] = [
      [from[0] + nx, from[1] + ny],
      [to[0] + nx, to[1] + ny],
      [to[0] - nx, to[1] - ny],
      [from[0] - nx, from[1] - ny],
    ];
    for (const x of crossings(corners, y)) {
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
  }
  const [first, end] = [Math.ceil(low - 0.5), Math.floor(high - 0.5) + 1];
  return end > first ? [first, end] : null;
}

/** Where an outline crosses the line at `y`, from left to right. */
export function crossings(points: readonly Point[], y: number): number[] {
  const cuts: number[] = [];
  for (let at = 0, last = points.length - 1; at < points.length; last = at, at += 1) {
    const [[ax, ay], [bx, by]] = [points[last]!, points[at]!];
    if (ay > y !== by > y) cuts.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
  }
  return cuts.sort((one, other) => one - other);
}
