/** Draws waves and spectrograms: tiles of device pixels, each drawn once a scale and kept. */

import type { BinSource } from "./chunks";
import { type Columns, columnsOf } from "./columns";
import { binsIn } from "./pyramid";
import { Bitmaps, newBitmap } from "./tiles";
import { type TimeView, xOf } from "./view";

const TILE = 512;
/** Columns of a spectrogram in one bitmap. */
const HEAT_TILE = 256;

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** A band of the board, in device pixels. */
export interface Band {
  readonly top: number;
  readonly height: number;
}

export class WavePainter {
  readonly #tiles = new Bitmaps(96);
  #scale = "";

  /** `view.width` is in device pixels here. */
  paint(context: Context, find: WaveFinder, view: TimeView, band: Band, colors: WaveColors): void {
    const perPixel = view.span / view.width;
    const scale = `${perPixel.toPrecision(9)}/${band.height}/${colors.wave}/${colors.line}/${colors.gain}`;
    if (scale !== this.#scale) this.#tiles.clear();
    this.#scale = scale;
    // Tiles lie on a grid of pixels that begins with the recording, so that scrolling uses them again.
    const left = Math.round(view.start / perPixel);
    for (let tile = Math.floor(left / TILE); tile * TILE < left + view.width; tile += 1) {
      const [start, end] = [tile * TILE * perPixel, Math.min((tile + 1) * TILE * perPixel, view.duration)];
      if (start >= view.duration) break;
      const source = find(start, end, perPixel);
      if (source === null) continue;
      const level = source.bestLevel(start, end, perPixel);
      const bitmap = this.#tiles.get(String(tile), String(source.pyramid.levels[level]!.seconds), () => {
        const count = Math.min(Math.ceil((end - start) / perPixel), TILE);
        return drawn(columnsOf(source, level, { start, perColumn: perPixel, count }), band.height, colors);
      });
      context.drawImage(bitmap, tile * TILE - left, band.top);
    }
  }

  end(): void {
    this.#tiles.clear();
  }
}

/** The best source there is for a stretch. */
export type WaveFinder = (start: number, end: number, secondsPerPixel: number) => BinSource | null;

export interface WaveColors {
  readonly wave: string;
  readonly line: string;
  /** How many times as high the wave is drawn; what is higher than its band is cut off. */
  readonly gain: number;
}

function drawn(columns: Columns, height: number, colors: WaveColors): OffscreenCanvas {
  const bitmap = newBitmap(TILE, height);
  const context = bitmap.getContext("2d")!;
  const { values, channels, count } = columns;
  const each = height / channels;
  for (let row = 0; row < channels; row += 1) {
    const middle = Math.round(each * row + each / 2);
    const most = each / 2 - 2;
    const reach = (most * colors.gain) / 127;
    context.fillStyle = colors.line;
    context.fillRect(0, middle, count, 1);
    context.fillStyle = colors.wave;
    let before: readonly [number, number] | null = null;
    for (let column = 0; column < count; column += 1) {
      const at = (column * channels + row) * 2;
      const [low, high] = [values[at]!, values[at + 1]!];
      if (low > high) {
        before = null;
        continue;
      }
      // A wave is one line: each column reaches to the one before it.
      const [from, to] = before === null ? [low, high] : [Math.min(low, before[1]), Math.max(high, before[0])];
      before = [low, high];
      const [up, down] = [Math.min(to * reach, most), Math.max(from * reach, -most)];
      const top = Math.round(middle - up);
      context.fillRect(column, top, 1, Math.max(Math.round(up - down), 1));
    }
  }
  return bitmap;
}

export class HeatPainter {
  readonly #tiles = new Bitmaps(64);
  readonly #colors = heatColors();

  paint(context: Context, source: BinSource, view: TimeView, band: Band): void {
    const perPixel = view.span / view.width;
    const level = source.bestLevel(view.start, view.start + view.span, perPixel);
    const told = source.pyramid.levels[level]!;
    const { from, to } = binsIn(told, view.start, view.start + view.span);
    context.imageSmoothingEnabled = true;
    for (let tile = Math.floor(from / HEAT_TILE); tile * HEAT_TILE < to; tile += 1) {
      const count = Math.min(HEAT_TILE, told.bins - tile * HEAT_TILE);
      const whole = this.#whole(source, level, tile, count);
      const bitmap = this.#tiles.get(`${level}/${tile}`, String(whole), () => this.#drawn(source, level, tile, count));
      // A column of the finest level is centred on its second; all levels begin half of one earlier.
      const left = xOf(view, tile * HEAT_TILE * told.seconds - source.pyramid.levels[0]!.seconds / 2);
      const width = (count * told.seconds) / perPixel;
      context.drawImage(bitmap, 0, 0, count, source.pyramid.rows, left, band.top, width, band.height);
    }
  }

  end(): void {
    this.#tiles.clear();
  }

  #whole(source: BinSource, level: number, tile: number, count: number): boolean {
    return source.find(level, tile * HEAT_TILE) !== null && source.find(level, tile * HEAT_TILE + count - 1) !== null;
  }

  #drawn(source: BinSource, level: number, tile: number, count: number): OffscreenCanvas {
    const { rows } = source.pyramid;
    const bitmap = newBitmap(HEAT_TILE, rows);
    const context = bitmap.getContext("2d")!;
    const image = context.createImageData(HEAT_TILE, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let column = 0; column < count; column += 1) {
      const found = source.find(level, tile * HEAT_TILE + column);
      if (found === null) continue;
      for (let row = 0; row < rows; row += 1) {
        pixels[(rows - 1 - row) * HEAT_TILE + column] = this.#colors[found.bytes[found.offset + row]!]!;
      }
    }
    context.putImageData(image, 0, 0);
    return bitmap;
  }
}

/** Dark to bright evenly for the eye, after the map "magma" (Smith and van der Walt, 2015), from seven of its colours. */
function heatColors(): Uint32Array {
  const stops = [
    [0, 0, 4],
    [40, 17, 89],
    [101, 26, 128],
    [165, 45, 124],
    [224, 76, 103],
    [253, 149, 104],
    [252, 253, 191],
  ] as const;
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    // What is softer than -85 dB is silence; the map is spread over what is heard.
    const place = Math.min(Math.max((byte - 38) / 190, 0), 1) * (stops.length - 1);
    const [low, share] = [
      Math.min(Math.floor(place), stops.length - 2),
      place - Math.min(Math.floor(place), stops.length - 2),
    ];
    const mixed = [0, 1, 2].map((part) => {
      const [one, other] = [stops[low]![part]!, stops[low + 1]![part]!];
      return Math.round(one + (other - one) * share);
    });
    return ((255 << 24) | (mixed[2]! << 16) | (mixed[1]! << 8) | mixed[0]!) >>> 0;
  });
}
