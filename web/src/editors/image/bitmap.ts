/** A picture that is one bitmap, with copies of half the size, a quarter … so that no frame scales much. */

import type { Point, Size } from "./geometry";
import type { LayerFrame } from "./layers";
import type { Source } from "./picture";

const SMALLEST = 512;
/** From this scale on pixels are shown as squares. */
const SQUARES = 3;

/** Fetch and decode a picture, upright as its EXIF orientation says. */
export async function decoded(url: string, signal: AbortSignal, size?: Size): Promise<ImageBitmap> {
  const options: ImageBitmapOptions = {
    imageOrientation: "from-image",
    ...(size === undefined ? {} : { resizeWidth: size.width, resizeHeight: size.height, resizeQuality: "medium" }),
  };
  const answer = await fetch(url, { signal, credentials: "same-origin" }).catch((problem: unknown) => {
    if (signal.aborted) throw problem;
    return null; // another site that does not let us read it, but does let us show it
  });
  if (answer !== null) {
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    const blob = await answer.blob();
    // A vector picture has no size of its own for createImageBitmap, and Firefox refuses some that it does show.
    const whole = blob.type.startsWith("image/svg") ? null : await createImageBitmap(blob, options).catch(() => null);
    if (whole !== null) return whole;
  }
  const image = new Image();
  image.src = url;
  await image.decode();
  return createImageBitmap(image, options);
}

export class BitmapSource implements Source {
  readonly size: Size;
  /** The bitmap, then each half as large as the one before. */
  readonly #levels: ImageBitmap[];
  readonly #probe: CanvasRenderingContext2D | null;
  #ended = false;

  constructor(bitmap: ImageBitmap, more: () => void) {
    this.size = { width: bitmap.width, height: bitmap.height };
    this.#levels = [bitmap];
    const canvas = document.createElement("canvas");
    canvas.width = 1;
    canvas.height = 1;
    this.#probe = canvas.getContext("2d", { willReadFrequently: true });
    void this.#halve(more);
  }

  paint({ context, view, ratio, seen }: LayerFrame): boolean {
    const scale = view.scale * ratio;
    const level = this.#levelFor(scale);
    const bitmap = this.#levels[level]!;
    const [fx, fy] = [bitmap.width / this.size.width, bitmap.height / this.size.height];
    // Whole pixels of the level that cover what is seen.
    const left = Math.max(Math.floor(seen.left * fx), 0);
    const top = Math.max(Math.floor(seen.top * fy), 0);
    const right = Math.min(Math.ceil(seen.right * fx), bitmap.width);
    const bottom = Math.min(Math.ceil(seen.bottom * fy), bitmap.height);
    if (right <= left || bottom <= top) return false;
    context.imageSmoothingEnabled = view.scale < SQUARES;
    context.imageSmoothingQuality = "low";
    const [x, y] = [Math.round(view.x * ratio), Math.round(view.y * ratio)];
    const at = (value: number, factor: number): number => (value / factor) * scale;
    const [width, height] = [at(right - left, fx), at(bottom - top, fy)];
    context.drawImage(bitmap, left, top, right - left, bottom - top, x + at(left, fx), y + at(top, fy), width, height);
    return false;
  }

  colorAt([x, y]: Point): readonly [number, number, number] | null {
    const probe = this.#probe;
    if (probe === null || this.#ended) return null;
    probe.clearRect(0, 0, 1, 1);
    probe.drawImage(this.#levels[0]!, Math.floor(x), Math.floor(y), 1, 1, 0, 0, 1, 1);
    try {
      const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
      return [red!, green!, blue!];
    } catch {
      return null; // pixels of another site may be shown, not read
    }
  }

  small(context: CanvasRenderingContext2D, { width, height }: Size): void {
    context.drawImage(this.#levels.at(-1)!, 0, 0, width, height);
  }

  end(): void {
    this.#ended = true;
    for (const bitmap of this.#levels.splice(0)) bitmap.close();
  }

  /** The smallest copy that still has a pixel for each of the screen's. */
  #levelFor(scale: number): number {
    let level = 0;
    while (level + 1 < this.#levels.length && this.#levels[level + 1]!.width >= this.size.width * scale) level += 1;
    return level;
  }

  async #halve(more: () => void): Promise<void> {
    for (let last = this.#levels[0]!; Math.max(last.width, last.height) > SMALLEST; ) {
      const [resizeWidth, resizeHeight] = [Math.ceil(last.width / 2), Math.ceil(last.height / 2)];
      const next = await createImageBitmap(last, { resizeWidth, resizeHeight, resizeQuality: "medium" }).catch(
        () => null, // not enough memory: the larger copies serve, slower
      );
      if (next === null) return;
      if (this.#ended) return next.close();
      this.#levels.push(next);
      last = next;
    }
    more();
  }
}
