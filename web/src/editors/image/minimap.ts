/** A small picture of the whole with a frame around what is seen; shown while not all is seen. */

import { Cleanup, el, perFrame } from "@/kit/dom";
import { holdsRect, type Point } from "./geometry";
import type { Picture } from "./picture";
import type { Stage } from "./stage";

const LARGEST = 168;

export class Minimap {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #stage: Stage;
  readonly #picture: Picture;
  readonly #cleanup = new Cleanup();
  readonly #frame = perFrame(() => this.#draw());
  #dragged = false;
  #painted: HTMLCanvasElement | null = null;

  constructor(stage: Stage, picture: Picture, title: string) {
    this.#stage = stage;
    this.#picture = picture;
    this.#canvas = el("canvas", { class: "gi-minimap-canvas", "aria-hidden": "true" });
    this.element = el("div", { class: "gi-minimap", "data-gi-own": true, title }, this.#canvas);
    this.element.hidden = true;
    this.#cleanup.add(stage.listen(() => this.#frame.ask()));
    this.#cleanup.listen(this.#canvas, "pointerdown", (event) => {
      this.#dragged = true;
      this.#canvas.setPointerCapture(event.pointerId);
      this.#go(event);
    });
    this.#cleanup.listen(this.#canvas, "pointermove", (event) => this.#dragged && this.#go(event));
    this.#cleanup.listen(this.#canvas, "pointerup", () => {
      this.#dragged = false;
    });
  }

  /** The picture has come, or more of it. */
  refresh(): void {
    this.#painted = null;
    this.#frame.ask();
  }

  end(): void {
    this.#frame.stop();
    this.#cleanup.run();
    this.#canvas.width = 0;
    this.element.remove();
  }

  get #scale(): number {
    const { width, height } = this.#stage.image;
    return LARGEST / Math.max(width, height);
  }

  #go(event: PointerEvent): void {
    const box = this.#canvas.getBoundingClientRect();
    const at: Point = [(event.clientX - box.left) / this.#scale, (event.clientY - box.top) / this.#scale];
    this.#stage.centre(at[0], at[1]);
  }

  #draw(): void {
    const { image, seen, ratio } = this.#stage;
    const all = holdsRect(seen, { left: 1, top: 1, right: image.width - 1, bottom: image.height - 1 });
    this.element.hidden = all || this.#picture.source === null;
    if (this.element.hidden) return;
    const [wide, high] = [Math.max(image.width * this.#scale, 1), Math.max(image.height * this.#scale, 1)];
    const [width, height] = [Math.round(wide * ratio), Math.round(high * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#canvas.style.width = `${wide}px`;
      this.#canvas.style.height = `${high}px`;
      this.#painted = null;
    }
    this.#painted ??= this.#small(width, height);
    const context = this.#canvas.getContext("2d")!;
    context.drawImage(this.#painted, 0, 0);
    const scale = this.#scale * ratio;
    const [left, top] = [Math.max(seen.left * scale, 1), Math.max(seen.top * scale, 1)];
    const [right, bottom] = [Math.min(seen.right * scale, width - 1), Math.min(seen.bottom * scale, height - 1)];
    context.lineWidth = 3 * ratio;
    context.strokeStyle = "#000000";
    context.strokeRect(left, top, Math.max(right - left, 2), Math.max(bottom - top, 2));
    context.lineWidth = 1.5 * ratio;
    context.strokeStyle = "#ffffff";
    context.strokeRect(left, top, Math.max(right - left, 2), Math.max(bottom - top, 2));
  }

  #small(width: number, height: number): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d")!;
    this.#picture.source?.small(context, { width, height });
    return canvas;
  }
}
