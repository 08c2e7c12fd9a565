/**
 * Layers: what is drawn, each on a canvas of its own, one above the other.
 *
 * How to add one: make an object that is a `Layer` and give it to `stage.add(layer)`, which returns how to take it
 * away. Call `stage.repaint(layer)` when what it shows changed; it is then painted once before the next frame. It is
 * painted, too, whenever the view changes. A layer that does not finish within `frame.deadline` returns true and is
 * asked again in the next frame; what it has painted until then stays. A layer paints in device pixels: the context
 * has no transform when `paint` is called; `toDevice(frame)` sets one that takes image pixels.
 *
 * An addon (`addons.ts`) is how a feature with its own layers, tools and buttons comes in: brush masks, OCR.
 */

import type { Rect, Size } from "./geometry";
import type { View } from "./view";

/** Places in the stack. */
export const ORDER = { picture: 0, masks: 100, shapes: 200, over: 250, live: 300 } as const;

export interface LayerFrame {
  readonly context: CanvasRenderingContext2D;
  /** Image pixels to CSS pixels of the stage. */
  readonly view: View;
  /** CSS pixels. */
  readonly stage: Size;
  /** Pixels of the picture. */
  readonly image: Size;
  /** Device pixels in a CSS pixel. */
  readonly ratio: number;
  /** What of the picture is seen, in image pixels. */
  readonly seen: Rect;
  /** The view is being zoomed: better a stretched picture now than a sharp one late. */
  readonly zooming: boolean;
  /** `performance.now()` at which a layer should stop and go on in the next frame. */
  readonly deadline: number;
}

export interface Layer {
  readonly name: string;
  readonly order: number;
  /** Draw; the canvas is as the last call left it (blank after a change of size). True: not all is painted yet. */
  paint(frame: LayerFrame): boolean;
  end?(): void;
}

/** Draw in image pixels from here on. */
export function toDevice({ context, view, ratio }: LayerFrame): void {
  const scale = view.scale * ratio;
  context.setTransform(scale, 0, 0, scale, Math.round(view.x * ratio), Math.round(view.y * ratio));
}

export function wipe({ context }: LayerFrame): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}
