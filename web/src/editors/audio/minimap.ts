/** The whole recording in a strip: its wave, its segments, what is in view and where it plays. */

import { Cleanup, el, perFrame } from "@/kit/dom";
import type { Sound } from "./sound";
import { type TimeView, timeView, xOf } from "./view";
import { WavePainter } from "./wave";

export interface MinimapState {
  readonly view: TimeView;
  readonly time: number;
  readonly gain: number;
  marks(): Iterable<{ readonly start: number; readonly end: number; readonly color: string }>;
}

export class Minimap {
  readonly element: HTMLElement;
  readonly #canvas = el("canvas", { class: "ga-canvas", "aria-hidden": "true" });
  readonly #window = el("div", { class: "ga-window" });
  readonly #playhead = el("div", { class: "ga-playhead" });
  readonly #painter = new WavePainter();
  readonly #sound: Sound;
  readonly #state: () => MinimapState;
  readonly #cleanup = new Cleanup();
  readonly #frame = perFrame(() => this.#draw());

  constructor(label: string, sound: Sound, state: () => MinimapState, go: (time: number) => void) {
    this.#sound = sound;
    this.#state = state;
    this.element = el(
      "div",
      { class: "ga-minimap", title: label, "aria-hidden": "true" },
      this.#canvas,
      this.#window,
      this.#playhead,
    );
    const sized = new ResizeObserver(() => this.#draw());
    sized.observe(this.element);
    this.#cleanup.add(() => sized.disconnect());
    const themed = new MutationObserver(() => this.redraw());
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });
    this.#cleanup.add(() => themed.disconnect());
    this.#cleanup.add(() => this.#frame.stop());
    const at = (event: PointerEvent): void => {
      const box = this.element.getBoundingClientRect();
      go(((event.clientX - box.left) / box.width) * state().view.duration);
    };
    this.#cleanup.listen(this.element, "pointerdown", (event) => {
      if (event.button !== 0) return;
      this.element.setPointerCapture(event.pointerId);
      event.preventDefault();
      at(event);
    });
    this.#cleanup.listen(this.element, "pointermove", (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) at(event);
    });
  }

  end(): void {
    this.#cleanup.run();
    this.#painter.end();
  }

  redraw(): void {
    this.#frame.ask();
  }

  /** Only what moves: the window and the playhead. */
  place(): void {
    const { view, time } = this.#state();
    const width = this.element.clientWidth;
    const whole = timeView(view.duration, width, view.duration);
    const [left, right] = [xOf(whole, view.start), xOf(whole, view.start + view.span)];
    this.#window.style.transform = `translateX(${left.toFixed(1)}px)`;
    this.#window.style.width = `${Math.max(right - left, 3).toFixed(1)}px`;
    this.#playhead.style.transform = `translateX(${xOf(whole, time).toFixed(1)}px)`;
  }

  #draw(): void {
    const { clientWidth, clientHeight } = this.element;
    if (clientWidth === 0) return;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext("2d")!;
    const style = getComputedStyle(this.element);
    const { duration } = this.#state().view;
    const whole = timeView(duration, width, duration);
    context.fillStyle = style.getPropertyValue("--g-bg-2");
    context.fillRect(0, 0, width, height);
    const bar = Math.round(6 * ratio);
    const look = {
      wave: style.getPropertyValue("--ga-wave").trim(),
      line: style.getPropertyValue("--g-line").trim(),
      gain: this.#state().gain,
    };
    this.#painter.paint(context, () => this.#sound.wave, whole, { top: 0, height: height - bar }, look);
    for (const { start, end, color } of this.#state().marks()) {
      context.fillStyle = color;
      const left = xOf(whole, start);
      context.fillRect(left, height - bar + 1, Math.max(xOf(whole, end) - left, 1), bar - 1);
    }
    this.place();
  }
}
