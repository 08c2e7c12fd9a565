/** Bitmaps that were drawn once: the ones used last are kept. */

export type Bitmap = OffscreenCanvas | HTMLCanvasElement;

export class Bitmaps {
  readonly #most: number;
  readonly #kept = new Map<string, { readonly bitmap: Bitmap; readonly state: string }>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** The bitmap of a tile; drawn when it is not there, or was drawn of another state of things. */
  get(key: string, state: string, draw: () => Bitmap): Bitmap {
    const known = this.#kept.get(key);
    const bitmap = known?.state === state ? known.bitmap : draw();
    this.#kept.delete(key);
    this.#kept.set(key, { bitmap, state });
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value!);
    return bitmap;
  }

  clear(): void {
    this.#kept.clear();
  }
}

export function newBitmap(width: number, height: number): OffscreenCanvas {
  return new OffscreenCanvas(Math.max(Math.round(width), 1), Math.max(Math.round(height), 1));
}
