/**
 * mask: which pixels belong to something. As entities: one for the mask, and one for each of its tiles that has pixels,
 * so that a stroke changes, logs and undoes only the tiles it touched. A tile's `counts` is coded as the whole mask's is.
 */

import type { Entity, Id } from "@/core/entity";
import { isObject, type Json, type JsonObject } from "@/core/json";
import { words } from "@/core/words";
import type { LabelKind } from "./kind";
import { regionProblems } from "./region_problems";

/** Pixels along a tile's side. */
export const SIDE = 256;

/** Where set pixels begin and end, in turn, along the columns. */
export type Runs = readonly number[];

/** Lengths in turn of unset and set pixels, as COCO's compressed string says them; null when it is none. */
export function decodeCounts(text: string): number[] | null {
  const lengths: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, shift, more] = [0, 0, true];
    while (more) {
      if (at >= text.length || shift > 30) return null;
      const code = text.charCodeAt(at) - 48;
      if (code < 0 || code > 63) return null;
      value |= (code & 0x1f) << shift;
      more = (code & 0x20) !== 0;
      at += 1;
      shift += 5;
      if (!more && (code & 0x10) !== 0 && shift < 32) value |= -1 << shift;
    }
    if (lengths.length > 2) value += lengths[lengths.length - 2]!;
    if (value < 0) return null;
    lengths.push(value);
  }
  return lengths;
}

export function encodeCounts(lengths: ArrayLike<number>): string {
  const bytes = new Uint8Array(lengths.length * 7);
  let size = 0;
  for (let at = 0; at < lengths.length; at += 1) {
    let value = at > 2 ? lengths[at]! - lengths[at - 2]! : lengths[at]!;
    for (let more = true; more; ) {
      let code = value & 0x1f;
      value >>= 5;
      more = (code & 0x10) !== 0 ? value !== -1 : value !== 0;
      if (more) code |= 0x20;
      bytes[size] = code + 48;
      size += 1;
    }
  }
  return new TextDecoder().decode(bytes.subarray(0, size));
}

/** Lengths as begins and ends; null when there are more pixels than there is room for. */
export function runsOf(lengths: ArrayLike<number>, room: number): Runs | null {
  const runs: number[] = [];
  let place = 0;
  for (let at = 0; at < lengths.length; at += 1) {
    const next = place + lengths[at]!;
    if (at % 2 === 1 && next > place) {
      if (runs.at(-1) === place) runs[runs.length - 1] = next;
      else runs.push(place, next);
    }
    place = next;
  }
  return place > room ? null : runs;
}

/** Begins and ends as lengths, the last one up to the end. */
export function lengthsOf(runs: Runs, room: number): number[] {
  const lengths: number[] = [];
  let place = 0;
  for (const next of runs) {
    lengths.push(next - place);
    place = next;
  }
  if (place < room) lengths.push(room - place);
  return lengths;
}

export function tileName(x: number, y: number): string {
  return `${x},${y}`;
}

/** The runs of each tile that has pixels, from those of the whole picture. */
export function intoTiles(runs: Runs, height: number): Map<string, number[]> {
  const tiles = new Map<string, number[]>();
  for (let at = 0; at < runs.length; at += 2) {
    for (let [from, end] = [runs[at]!, runs[at + 1]!]; from < end; ) {
      const x = Math.floor(from / height);
      const y = from - x * height;
      const count = Math.min(end - from, height - y, SIDE - (y % SIDE));
      const name = tileName(Math.floor(x / SIDE), Math.floor(y / SIDE));
      const begin = (x % SIDE) * SIDE + (y % SIDE);
      const tile = tiles.get(name);
      if (tile === undefined) tiles.set(name, [begin, begin + count]);
      else if (tile.at(-1) === begin) tile[tile.length - 1] = begin + count;
      else tile.push(begin, begin + count);
      from += count;
    }
  }
  return tiles;
}

export interface TileRuns {
  readonly x: number;
  readonly y: number;
  readonly runs: Runs;
}

/** The runs of the whole picture from those of its tiles. */
export function fromTiles(tiles: readonly TileRuns[], height: number, width: number): number[] {
  const columns = new Map<number, (TileRuns & { place: number })[]>();
  for (const tile of tiles) {
    const known = columns.get(tile.x) ?? [];
    known.push({ ...tile, place: 0 });
    columns.set(tile.x, known);
  }
  const runs: number[] = [];
  for (const [across, column] of [...columns].sort(([one], [other]) => one - other)) {
    column.sort((one, other) => one.y - other.y);
    const last = Math.min(SIDE, width - across * SIDE);
    for (let x = 0; x < last; x += 1) {
      const start = (across * SIDE + x) * height;
      for (const tile of column) columnOf(tile, x, start + tile.y * SIDE, Math.min(SIDE, height - tile.y * SIDE), runs);
    }
  }
  return runs;
}

function columnOf(tile: TileRuns & { place: number }, x: number, start: number, most: number, runs: number[]): void {
  const [base, end] = [x * SIDE, x * SIDE + SIDE];
  while (tile.place < tile.runs.length) {
    const [from, to] = [tile.runs[tile.place]!, tile.runs[tile.place + 1]!];
    if (from >= end) return;
    const [low, high] = [Math.max(from - base, 0), Math.min(to - base, most)];
    if (high > low) {
      if (runs.at(-1) === start + low) runs[runs.length - 1] = start + high;
      else runs.push(start + low, start + high);
    }
    if (to > end) return; // it goes on in the next column
    tile.place += 2;
  }
}

const decoded = new WeakMap<Entity, Runs>();

/** The runs of a tile's entity. */
export function tileRuns(tile: Entity): Runs {
  const known = decoded.get(tile);
  if (known !== undefined) return known;
  const lengths = typeof tile.value.counts === "string" ? decodeCounts(tile.value.counts) : null;
  const runs = (lengths === null ? null : runsOf(lengths, SIDE * SIDE)) ?? [];
  decoded.set(tile, runs);
  return runs;
}

/** The entity of a tile. */
export function tileEntity(mask: Id, control: string, x: number, y: number, runs: Runs): Entity {
  const counts = encodeCounts(lengthsOf(runs, SIDE * SIDE));
  const made: Entity = { id: `${mask}/${tileName(x, y)}`, control, of: mask, value: { x, y, counts } };
  decoded.set(made, runs);
  return made;
}

export function sizeOf(value: JsonObject): { readonly height: number; readonly width: number } | null {
  const [height, width] = Array.isArray(value.size) ? value.size.map(Number) : [];
  const whole = Number.isInteger(height) && Number.isInteger(width);
  return whole && height! > 0 && width! > 0 ? { height: height!, width: width! } : null;
}

/** What was written last for tiles, under the first of them: nothing is encoded twice. */
const written = new WeakMap<Entity, { readonly tiles: readonly Entity[]; readonly size: string; counts: string }>();

function countsOf(tiles: readonly Entity[], height: number, width: number): string {
  const size = `${height},${width}`;
  const known = written.get(tiles[0]!);
  if (
    known?.size === size &&
    known.tiles.length === tiles.length &&
    known.tiles.every((one, at) => one === tiles[at])
  ) {
    return known.counts;
  }
  const told = tiles.map((tile) => ({ x: Number(tile.value.x), y: Number(tile.value.y), runs: tileRuns(tile) }));
  const counts = encodeCounts(lengthsOf(fromTiles(told, height, width), height * width));
  written.set(tiles[0]!, { tiles, size, counts });
  return counts;
}

function readRuns(value: JsonObject): Runs {
  const size = sizeOf(value);
  if (size === null) return [];
  const { counts } = value;
  const lengths = typeof counts === "string" ? decodeCounts(counts) : Array.isArray(counts) ? counts.map(Number) : null;
  return (lengths === null ? null : runsOf(lengths, size.height * size.width)) ?? [];
}

const SAYS = words({ empty: { en: "This mask has no pixels.", zh: "该掩码没有像素。" } });

export const mask: LabelKind = {
  type: "mask",
  regions: true,
  read: (value, { control, newId }) =>
    (Array.isArray(value) ? value : []).filter(isObject).flatMap((item: JsonObject): Entity[] => {
      const { counts: _, ...rest } = item;
      const root: Entity = { id: newId(), control: control.name, value: rest };
      const tiles = [...intoTiles(readRuns(item), sizeOf(item)?.height ?? 1)].map(([name, runs]) => {
        const [x, y] = name.split(",").map(Number);
        return tileEntity(root.id, control.name, x!, y!, runs);
      });
      return [root, ...tiles];
    }),
  write: (entities) => {
    const tiles = tilesByMask(entities);
    return entities.flatMap((entity): Json[] => {
      const [mine, size] = [tiles.get(entity.id), sizeOf(entity.value)];
      if (entity.of !== undefined || mine === undefined || size === null) return [];
      return [{ ...entity.value, counts: countsOf(mine, size.height, size.width) }];
    });
  },
  problems: (entities, control, content) => {
    const tiles = tilesByMask(entities);
    const empty = entities.filter(({ id, of }) => of === undefined && !tiles.has(id));
    return [
      ...regionProblems(entities, control, content),
      ...empty.map(({ id }) => ({ control: control.name, id, text: SAYS.empty })),
    ];
  },
};

function tilesByMask(entities: readonly Entity[]): ReadonlyMap<Id, readonly Entity[]> {
  const found = new Map<Id, Entity[]>();
  for (const entity of entities) {
    if (entity.of === undefined) continue;
    const known = found.get(entity.of);
    if (known === undefined) found.set(entity.of, [entity]);
    else known.push(entity);
  }
  return found;
}
