/** The picture under the shapes: a bitmap with smaller copies, or tiles fetched as they are seen. */

import type { Media } from "@/host/editor";
import { BitmapSource, decoded } from "./bitmap";
import type { Point, Size } from "./geometry";
import { type Layer, type LayerFrame, ORDER } from "./layers";
import { TileSource } from "./tiles";

/** Where pixels come from. */
export interface Source {
  readonly size: Size;
  /** Draw what is seen; true: more is on its way and wanted now. */
  paint(frame: LayerFrame): boolean;
  /** The colour of a pixel; null when it is not known. */
  colorAt(point: Point): readonly [number, number, number] | null;
  /** Draw all of it small. */
  small(context: CanvasRenderingContext2D, size: Size): void;
  end(): void;
}

/** From this scale on pixels are shown as squares. */
export const SQUARES = 3;

export class Picture implements Layer {
  readonly name = "picture";
  readonly order = ORDER.picture;
  /** Resolves when the picture can be shown, at whichever attempt. */
  readonly ready: Promise<Size>;
  readonly #newest: () => Media | undefined;
  readonly #first: Media;
  readonly #renew: () => Promise<void>;
  #settle: (size: Size) => void = () => {};
  #source: Source | null = null;
  /** Tiles that take the place of the whole picture once there is something of them to show. */
  #finer: TileSource | null = null;
  readonly #ended = new AbortController();
  /** What to call when more of the picture has come. */
  onMore: () => void = () => {};

  /** Links run out: `newest` gives the one that serves now, `renew` asks for one. */
  constructor(
    media: Media,
    newest: () => Media | undefined = () => media,
    renew: () => Promise<void> = async () => {},
  ) {
    this.#first = media;
    this.#newest = newest;
    this.#renew = renew;
    this.ready = new Promise((settle) => {
      this.#settle = settle;
    });
  }

  get media(): Media {
    return this.#newest() ?? this.#first;
  }

  /** The size of the upright picture, 1×1 while it is not known. */
  get size(): Size {
    if (this.#source !== null) return this.#source.size;
    const { width, height } = this.media.facts ?? {};
    return { width: width ?? 1, height: height ?? 1 };
  }

  get source(): Source | null {
    return this.#source;
  }

  paint(frame: LayerFrame): boolean {
    const { context } = frame;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    return this.#source?.paint(frame) ?? false;
  }

  colorAt(point: Point): readonly [number, number, number] | null {
    const { width, height } = this.size;
    if (point[0] < 0 || point[1] < 0 || point[0] >= width || point[1] >= height) return null;
    return this.#source?.colorAt(point) ?? null;
  }

  /**
   * The whole picture, decoded anew: for what needs its pixels (superpixels, models). At most `most` pixels a side:
   * larger ones come scaled down. The caller closes it.
   */
  async pixels(most: number): Promise<ImageBitmap> {
    const { width, height } = this.size;
    const scale = Math.min(1, most / Math.max(width, height));
    const size = { width: Math.max(Math.round(width * scale), 1), height: Math.max(Math.round(height * scale), 1) };
    return decoded(this.media.url, this.#ended.signal, size);
  }

  end(): void {
    this.#ended.abort();
    this.#source?.end();
    this.#finer?.end();
    this.#source = null;
    this.#finer = null;
    this.onMore = () => {};
  }

  /** Load the picture, with newer links where those at hand do not serve; may be tried again when it fails. */
  async open(): Promise<Size> {
    const before = this.media;
    return this.#load().catch(async (problem: unknown) => {
      if (!this.#ended.signal.aborted) await this.#renew();
      if (this.#ended.signal.aborted || this.media === before) throw problem;
      return this.#load();
    });
  }

  /**
   * Go over to tiles where the server has made them since the picture was opened whole. What is shown stays until the
   * first of them is here; a picture of another size stays whole, since labels are in its pixels.
   */
  refine(): void {
    const [whole, last] = [this.#source, this.media.facts?.tiles?.levels.at(-1)];
    if (!(whole instanceof BitmapSource) || last === undefined || this.#finer !== null) return;
    if (last.width !== whole.size.width || last.height !== whole.size.height) return;
    this.#finer = this.#tiled(() => {
      if (this.#source !== whole || this.#finer === null) return this.onMore();
      this.#source = this.#finer;
      whole.end();
      this.onMore();
    });
  }

  #tiled(more: () => void): TileSource | null {
    const { tiles } = this.media.facts ?? {};
    const whole = tiles?.levels.at(-1);
    if (!tiles || whole === undefined) return null;
    const template = (): string => this.media.facts?.tiles?.template ?? tiles.template;
    const { width, height } = whole;
    return new TileSource({ ...tiles, template, renew: this.#renew }, { width, height }, more);
  }

  async #load(): Promise<Size> {
    const { url } = this.media;
    const more = (): void => this.onMore();
    const tiled = this.#tiled(more);
    if (tiled !== null) this.#source = tiled;
    else {
      const bitmap = await decoded(url, this.#ended.signal);
      if (this.#ended.signal.aborted) bitmap.close();
      this.#ended.signal.throwIfAborted();
      this.#source = new BitmapSource(bitmap, more);
    }
    this.onMore();
    this.#settle(this.#source.size);
    return this.#source.size;
  }
}
