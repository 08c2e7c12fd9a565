/** Superpixels of what is seen: a click or a stroke takes whole pieces of alike colour into the mask. */

import { scriptUrl } from "@/kit/trusted";
import type { Bench } from "../bench";
import type { Point, Rect } from "../geometry";
import { type Layer, type LayerFrame, ORDER } from "../layers";
import type { Brush } from "../mask/brush";
import type { Grid } from "../mask/grid";
import { MASK_ICONS } from "../mask/tools";
import { MASK } from "../mask/words";
import type { MaskWork } from "../mask/work";
import type { Hand, Input, Pointing, Tool } from "../tool";
import { rowsOf, type Superpixels } from "./slic";
import type { Asked } from "./slic_worker";
import workerUrl from "./slic_worker?worker&url";

/** Pixels along the longer side of what is cut. */
const WORK = 768;
/** The picture is decoded no larger than this for it. */
const DECODED = 4096;
/** Milliseconds the view rests before it is cut anew. */
const REST = 250;

interface Cut {
  /** What of the picture was cut. */
  readonly rect: Rect;
  readonly pieces: Superpixels;
  readonly rows: readonly (readonly number[])[];
  /** The lines between the pieces. */
  readonly lines: OffscreenCanvas;
}

export function superpixelTool(work: MaskWork, brush: Brush): Tool {
  return {
    name: "mask_superpixels",
    title: MASK.superpixels,
    icon: MASK_ICONS.superpixels,
    chords: ["s"],
    cursor: "crosshair",
    types: ["mask"],
    begin: (bench) => new Cutter(bench, work, brush),
  };
}

class Cutter implements Hand, Layer {
  readonly name = "superpixels";
  readonly order = ORDER.over;
  readonly busy = false;
  readonly #bench: Bench;
  readonly #work: MaskWork;
  readonly #brush: Brush;
  readonly #stops: (() => void)[] = [];
  #picture: Promise<ImageBitmap> | null = null;
  #worker: Worker | null = null;
  #cut: Cut | null = null;
  #timer = 0;
  #ended = false;
  #grid: Grid | null = null;
  #on = true;
  #last: Point | null = null;
  readonly #taken = new Set<number>();

  constructor(bench: Bench, work: MaskWork, brush: Brush) {
    this.#bench = bench;
    this.#work = work;
    this.#brush = brush;
    this.#stops.push(bench.stage.add(this));
    this.#stops.push(bench.stage.listen(() => this.#soon()));
    this.#stops.push(brush.listen(() => this.#soon()));
    void this.#make();
  }

  send(input: Input): void {
    if (input.is === "down") {
      this.#on = !input.alt;
      this.#taken.clear();
      this.#last = null;
      this.#grid = this.#cut === null ? null : (this.#work.begin(this.#on, input.raw)?.grid ?? null);
      this.#stroke(input);
    } else if (input.is === "move") this.#stroke(input);
    else if (input.is === "up") {
      if (this.#grid !== null) this.#work.commit(this.#on ? "superpixels" : "erase");
      this.#grid = null;
    } else if (input.is === "cancel") {
      if (this.#grid !== null) this.#work.cancel();
      this.#grid = null;
    } else if (input.is === "finish") this.#bench.surface.selection.clear();
  }

  paint({ context, view, ratio }: LayerFrame): boolean {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    if (this.#cut === null) return false;
    const { rect, lines } = this.#cut;
    const scale = view.scale * ratio;
    context.imageSmoothingEnabled = true;
    context.drawImage(
      lines,
      rect.left * scale + Math.round(view.x * ratio),
      rect.top * scale + Math.round(view.y * ratio),
      (rect.right - rect.left) * scale,
      (rect.bottom - rect.top) * scale,
    );
    return false;
  }

  end(): void {
    if (this.#ended) return; // as a layer it is ended once more
    this.#ended = true;
    if (this.#grid !== null) this.#work.commit("superpixels");
    window.clearTimeout(this.#timer);
    for (const stop of this.#stops.splice(0)) stop();
    this.#worker?.terminate();
    this.#bench.tell("superpixels", null);
    void this.#picture?.then((bitmap) => bitmap.close()).catch(() => undefined);
  }

  /** Take every piece that the pointer passed since the last input. */
  #stroke(input: Pointing): void {
    const grid = this.#grid;
    if (grid === null || !this.#work.painting) return;
    const from = this.#last ?? input.raw;
    for (const to of input.trail.length > 0 ? input.trail : [input.raw]) {
      const start = this.#last ?? from;
      const steps = Math.max(Math.ceil(Math.hypot(to[0] - start[0], to[1] - start[1]) / 2), 1);
      for (let step = 1; step <= steps; step += 1) {
        const part = step / steps;
        this.#take(grid, [start[0] + (to[0] - start[0]) * part, start[1] + (to[1] - start[1]) * part]);
      }
      this.#last = to;
    }
  }

  #take(grid: Grid, [x, y]: Point): void {
    const cut = this.#cut;
    if (cut === null) return;
    const { rect, pieces, rows } = cut;
    const [fx, fy] = [pieces.width / (rect.right - rect.left), pieces.height / (rect.bottom - rect.top)];
    const [wx, wy] = [Math.floor((x - rect.left) * fx), Math.floor((y - rect.top) * fy)];
    if (wx < 0 || wy < 0 || wx >= pieces.width || wy >= pieces.height) return;
    const label = pieces.labels[wy * pieces.width + wx]!;
    if (this.#taken.has(label)) return;
    this.#taken.add(label);
    const at = (value: number, factor: number, off: number): number => Math.round(value / factor + off);
    const mine = rows[label]!;
    for (let place = 0; place < mine.length; place += 3) {
      const [row, from, end] = [mine[place]!, mine[place + 1]!, mine[place + 2]!];
      const span: readonly [number, number] = [at(from, fx, rect.left), at(end, fx, rect.left)];
      grid.rows(at(row, fy, rect.top), at(row + 1, fy, rect.top), () => span, this.#on);
    }
  }

  #soon(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#make(), REST);
  }

  async #make(): Promise<void> {
    const { stage, picture, surface } = this.#bench;
    const { left, top, right, bottom } = stage.seen;
    const { width, height } = this.#bench.size;
    const rect: Rect = {
      left: Math.max(Math.floor(left), 0),
      top: Math.max(Math.floor(top), 0),
      right: Math.min(Math.ceil(right), width),
      bottom: Math.min(Math.ceil(bottom), height),
    };
    if (this.#grid !== null) return this.#soon(); // not in the middle of a stroke
    if (rect.right <= rect.left || rect.bottom <= rect.top) return;
    this.#bench.tell("superpixels", surface.say(MASK.cutting));
    this.#picture ??= picture.ready.then(() => picture.pixels(DECODED));
    const bitmap = await this.#picture.catch(() => null); // pixels of another site may be shown, not read
    const asked = this.#ended || bitmap === null ? null : pixelsOf(bitmap, rect, this.#bench.size);
    if (asked === null) {
      this.#bench.tell("superpixels", this.#ended ? null : surface.say(MASK.unreadable));
      return;
    }
    const { width: wide, height: high, data } = asked;
    const side = Math.max((this.#brush.size * wide) / (rect.right - rect.left), 4);
    this.#worker?.terminate();
    this.#worker = new Worker(scriptUrl(workerUrl), { type: "module" });
    this.#worker.addEventListener("message", ({ data: pieces }: MessageEvent<Superpixels>) => {
      if (this.#ended || this.#grid !== null) return;
      this.#cut = { rect, pieces, rows: rowsOf(pieces), lines: linesOf(pieces) };
      this.#bench.tell("superpixels", surface.say(MASK.pieces, { count: pieces.count }));
      stage.repaint(this);
    });
    const told: Asked = { width: wide, height: high, data, side };
    this.#worker.postMessage(told, [data.buffer]);
  }
}

/** What is seen of a picture, at the size it is cut at; null when its pixels may not be read. */
function pixelsOf(bitmap: ImageBitmap, rect: Rect, size: { width: number; height: number }): ImageData | null {
  const [fx, fy] = [bitmap.width / size.width, bitmap.height / size.height];
  const [wide, high] = [rect.right - rect.left, rect.bottom - rect.top];
  const scale = Math.min(1, WORK / Math.max(wide, high));
  const canvas = new OffscreenCanvas(Math.max(Math.round(wide * scale), 1), Math.max(Math.round(high * scale), 1));
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, rect.left * fx, rect.top * fy, wide * fx, high * fy, 0, 0, canvas.width, canvas.height);
  try {
    return context.getImageData(0, 0, canvas.width, canvas.height);
  } catch {
    return null; // the picture is of another site
  }
}

function linesOf({ width, height, labels }: Superpixels): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const right = x + 1 < width && labels[at + 1] !== labels[at];
      const below = y + 1 < height && labels[at + width] !== labels[at];
      if (right || below) pixels[at] = 0xb000ffff; // yellow, as it is seen on most pictures
    }
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  return canvas;
}
