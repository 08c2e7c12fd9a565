/** The stage: an element with one canvas a layer, the view, and the frames in which layers are painted. */

import { Cleanup, el, perFrame } from "@/kit/dom";
import { holdsRect, type Rect, type Size } from "./geometry";
import type { Layer, LayerFrame } from "./layers";
import { fitTo, kept, mostScale, seen, type View, zoomed } from "./view";

/** Milliseconds a frame may spend on painting before it leaves the rest to the next one. */
const BUDGET = 7;
/** Milliseconds without a change of scale after which the view counts as at rest. */
const REST = 110;

interface Held {
  readonly layer: Layer;
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  dirty: boolean;
}

export class Stage {
  readonly element: HTMLElement;
  readonly #canvases = el("div", { class: "gi-canvases" });
  readonly #held: Held[] = [];
  readonly #cleanup = new Cleanup();
  readonly #listeners = new Set<() => void>();
  readonly #frame = perFrame(() => this.#paint());
  #view: View = { scale: 1, x: 0, y: 0 };
  #size: Size = { width: 0, height: 0 };
  #image: Size = { width: 1, height: 1 };
  #ratio = 1;
  #zoomedAt = -Infinity;
  #resting = 0;
  /** The view has not been moved by anybody: it is fitted again when sizes change. */
  #fitted = true;
  /** Milliseconds the last frame's painting took; for measuring. */
  lastPaint = 0;
  paints = 0;

  constructor(element: HTMLElement) {
    this.element = element;
    element.prepend(this.#canvases);
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(element);
    this.#cleanup.add(() => observer.disconnect());
    this.#watchRatio();
    this.#resize();
  }

  get view(): View {
    return this.#view;
  }

  get size(): Size {
    return this.#size;
  }

  get image(): Size {
    return this.#image;
  }

  get ratio(): number {
    return this.#ratio;
  }

  /** What of the picture is seen. */
  get seen(): Rect {
    return seen(this.#view, this.#size);
  }

  /** The least scale: the picture fits, or half of that. */
  get scaleMin(): number {
    return Math.min(this.fitting.scale / 2, 1);
  }

  get fitting(): View {
    const { width, height } = this.#image;
    return fitTo({ left: 0, top: 0, right: width, bottom: height }, this.#size, 16, mostScale(this.#image));
  }

  get paintsAll(): boolean {
    return this.#held.every(({ dirty }) => !dirty);
  }

  setImage(size: Size): void {
    if (size.width === this.#image.width && size.height === this.#image.height) return;
    this.#image = size;
    this.fitWhole();
  }

  add(layer: Layer): () => void {
    const canvas = el("canvas", { class: `gi-layer gi-layer-${layer.name}`, "aria-hidden": "true" });
    const context = canvas.getContext("2d")!;
    const held: Held = { layer, canvas, context, dirty: true };
    this.#held.push(held);
    this.#held.sort((one, other) => one.layer.order - other.layer.order);
    this.#canvases.replaceChildren(...this.#held.map((one) => one.canvas));
    this.#sizeOf(held);
    this.#frame.ask();
    return () => {
      const at = this.#held.indexOf(held);
      if (at < 0) return;
      this.#held.splice(at, 1);
      canvas.remove();
      canvas.width = 0;
      canvas.height = 0;
      layer.end?.();
    };
  }

  canvasOf(layer: Layer): HTMLCanvasElement | null {
    return this.#held.find((held) => held.layer === layer)?.canvas ?? null;
  }

  repaint(layer: Layer): void {
    const held = this.#held.find((one) => one.layer === layer);
    if (held === undefined) return;
    held.dirty = true;
    this.#frame.ask();
  }

  setView(view: View): void {
    const next = kept(view, this.#image, this.#size);
    const now = this.#view;
    if (next.scale === now.scale && next.x === now.x && next.y === now.y) return;
    this.#fitted = false;
    this.#turn(next);
  }

  fitWhole(): void {
    this.#turn(this.fitting);
    this.#fitted = true;
  }

  show(rect: Rect, margin = 64, most = 8): void {
    this.setView(fitTo(rect, this.#size, Math.min(margin, this.#size.width / 6, this.#size.height / 6), most));
  }

  /** Bring a rectangle into view if it is not; the scale stays unless the rectangle is larger than the stage. */
  bring(rect: Rect): void {
    if (holdsRect(this.seen, rect)) return;
    const [wide, high] = [(rect.right - rect.left) * this.#view.scale, (rect.bottom - rect.top) * this.#view.scale];
    if (wide > this.#size.width || high > this.#size.height) this.show(rect);
    else this.centre((rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2);
  }

  centre(x: number, y: number): void {
    const { scale } = this.#view;
    this.setView({ scale, x: this.#size.width / 2 - x * scale, y: this.#size.height / 2 - y * scale });
  }

  zoom(factor: number, about: readonly [number, number] = [this.#size.width / 2, this.#size.height / 2]): void {
    this.setView(zoomed(this.#view, factor, about, this.scaleMin));
  }

  /** Hear when the view or a size changed. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  end(): void {
    this.#frame.stop();
    window.clearTimeout(this.#resting);
    this.#cleanup.run();
    for (const { layer, canvas } of this.#held.splice(0)) {
      layer.end?.();
      canvas.width = 0;
      canvas.height = 0;
    }
    this.#canvases.remove();
    this.#listeners.clear();
  }

  #turn(view: View): void {
    if (view.scale !== this.#view.scale) {
      this.#zoomedAt = performance.now();
      window.clearTimeout(this.#resting);
      this.#resting = window.setTimeout(() => this.#all(), REST + 10);
    }
    this.#view = view;
    this.#all();
    for (const listener of this.#listeners) listener();
  }

  #all(): void {
    for (const held of this.#held) held.dirty = true;
    this.#frame.ask();
  }

  #resize(): void {
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    const ratio = window.devicePixelRatio || 1;
    if (width === this.#size.width && height === this.#size.height && ratio === this.#ratio) return;
    this.#size = { width, height };
    this.#ratio = ratio;
    for (const held of this.#held) this.#sizeOf(held);
    if (this.#fitted) this.fitWhole();
    else this.#turn(kept(this.#view, this.#image, this.#size));
    // A canvas is blank once its size is set: paint before the browser shows that.
    this.#paint();
  }

  #sizeOf({ canvas }: Held): void {
    canvas.width = Math.max(Math.round(this.#size.width * this.#ratio), 1);
    canvas.height = Math.max(Math.round(this.#size.height * this.#ratio), 1);
  }

  #watchRatio(): void {
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio || 1}dppx)`);
    const changed = (): void => {
      this.#resize();
      this.#watchRatio();
    };
    query.addEventListener("change", changed, { once: true });
    this.#cleanup.add(() => query.removeEventListener("change", changed));
  }

  #paint(): void {
    if (this.#size.width === 0 || this.#size.height === 0) return;
    const begun = performance.now();
    const frame: Omit<LayerFrame, "context"> = {
      view: this.#view,
      stage: this.#size,
      image: this.#image,
      ratio: this.#ratio,
      seen: this.seen,
      zooming: begun - this.#zoomedAt < REST,
      deadline: begun + BUDGET,
    };
    for (const held of this.#held) {
      if (!held.dirty) continue;
      held.dirty = false;
      if (held.layer.paint({ ...frame, context: held.context })) {
        held.dirty = true;
        this.#frame.ask();
      }
    }
    this.paints += 1;
    this.lastPaint = performance.now() - begun;
  }
}
