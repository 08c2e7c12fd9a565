/**
 * The board: ruler, wave, spectrogram and segments of the part in view, and the playhead over them.
 *
 * Two canvases, so that marks can change without the wave being drawn again; the playhead is an element that moves.
 */

import type { Id } from "@/core/entity";
import { Cleanup, el, perFrame } from "@/kit/dom";
import type { Place } from "./edits";
import { drawMarks, type MarkLook } from "./marks";
import type { Sound } from "./sound";
import type { Spot } from "./spots";
import { type TimeView, timeView, xOf } from "./view";
import { HeatPainter, WavePainter } from "./wave";

export const RULER = 22;
export const LANE = 24;
const LANES_SHOWN = 6;

/** What the board asks for when it draws. */
export interface BoardState {
  readonly lanes: number;
  readonly heat: boolean;
  readonly gain: number;
  looks(view: TimeView): readonly MarkLook[];
  readonly drawn: Place | null;
  readonly drawnColor: string;
  readonly inAt: number | null;
  readonly marked: readonly Place[];
  readonly flashed: Place | null;
}

export interface Rows {
  readonly wave: { readonly top: number; readonly height: number };
  readonly heat: { readonly top: number; readonly height: number };
  readonly lanes: { readonly top: number; readonly height: number };
}

export class Board {
  readonly element: HTMLElement;
  readonly #sound: Sound;
  readonly #state: () => BoardState;
  readonly #back = el("canvas", { class: "ga-canvas", "aria-hidden": "true" });
  readonly #front = el("canvas", { class: "ga-canvas", "aria-hidden": "true" });
  readonly #playhead = el("div", { class: "ga-playhead", "aria-hidden": "true" });
  readonly #wave = new WavePainter();
  readonly #heat = new HeatPainter();
  readonly #cleanup = new Cleanup();
  readonly #backFrame = perFrame(() => this.#drawBack());
  readonly #frontFrame = perFrame(() => this.#drawFront());
  readonly #listeners = new Set<() => void>();
  #height = 0;
  #time = 0;
  view: TimeView;

  constructor(label: string, sound: Sound, state: () => BoardState) {
    this.#sound = sound;
    this.#state = state;
    this.view = timeView(1, 1, 1);
    this.element = el(
      "div",
      { class: "ga-board", tabindex: "0", role: "application", "aria-label": label },
      this.#back,
      this.#front,
      this.#playhead,
    );
    const sized = new ResizeObserver(() => this.#resize());
    sized.observe(this.element);
    this.#cleanup.add(() => sized.disconnect());
    const themed = new MutationObserver(() => this.redraw());
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });
    this.#cleanup.add(() => themed.disconnect());
    this.#cleanup.add(() => this.#backFrame.stop());
    this.#cleanup.add(() => this.#frontFrame.stop());
  }

  end(): void {
    this.#cleanup.run();
    this.#wave.end();
    this.#heat.end();
  }

  onView(listener: () => void): void {
    this.#listeners.add(listener);
  }

  show(view: TimeView): void {
    if (view.start === this.view.start && view.span === this.view.span && view.duration === this.view.duration) return;
    this.view = view;
    this.redraw();
    for (const listener of this.#listeners) listener();
  }

  /** Everything again, before the next frame. */
  redraw(): void {
    this.#backFrame.ask();
    this.#frontFrame.ask();
  }

  redrawMarks(): void {
    this.#frontFrame.ask();
  }

  playhead(time: number): void {
    this.#time = time;
    const x = xOf(this.view, time);
    this.#playhead.style.transform = `translateX(${x.toFixed(2)}px)`;
    this.#playhead.hidden = x < -1 || x > this.view.width + 1;
  }

  /** Where things lie from top to bottom, in CSS pixels. */
  get rows(): Rows {
    const { lanes, heat } = this.#state();
    const laneHeight = lanes === 0 ? 0 : Math.min(lanes, LANES_SHOWN) * LANE + 4;
    const rest = Math.max(this.#height - RULER - laneHeight, 20);
    const heatHeight = heat ? Math.round(rest * 0.42) : 0;
    return {
      wave: { top: RULER, height: rest - heatHeight },
      heat: { top: RULER + rest - heatHeight, height: heatHeight },
      lanes: { top: this.#height - laneHeight, height: laneHeight },
    };
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.element;
    if (clientWidth === 0) return;
    this.#height = clientHeight;
    const ratio = devicePixelRatio || 1;
    for (const canvas of [this.#back, this.#front]) {
      canvas.width = Math.round(clientWidth * ratio);
      canvas.height = Math.round(clientHeight * ratio);
    }
    this.show({ ...this.view, width: clientWidth });
    this.view = { ...this.view, width: clientWidth };
    // A canvas that was sized is empty: fill it before it is seen.
    this.#drawBack();
    this.#drawFront();
  }

  #drawBack(): void {
    const context = this.#back.getContext("2d")!;
    const { width, height } = this.#back;
    const ratio = width / this.view.width;
    const colors = getComputedStyle(this.element);
    context.fillStyle = colors.getPropertyValue("--g-bg");
    context.fillRect(0, 0, width, height);
    const { rows } = this;
    const { heat, gain } = this.#state();
    this.#sound.want(this.view.start, this.view.start + this.view.span, this.view.span / width, heat);
    const view = { ...this.view, width };
    const band = ({ top, height: high }: Rows["wave"]): Rows["wave"] => ({
      top: Math.round(top * ratio),
      height: Math.round(high * ratio),
    });
    const look = {
      wave: colors.getPropertyValue("--ga-wave").trim(),
      line: colors.getPropertyValue("--g-line").trim(),
      gain,
    };
    this.#wave.paint(context, (...stretch) => this.#sound.waveFor(...stretch), view, band(rows.wave), look);
    if (heat && this.#sound.heat !== null) this.#heat.paint(context, this.#sound.heat, view, band(rows.heat));
  }

  #drawFront(): void {
    const context = this.#front.getContext("2d")!;
    const ratio = this.#front.width / this.view.width;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#front.width, this.#front.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawMarks(context, {
      view: this.view,
      rows: this.rows,
      height: this.#height,
      state: this.#state(),
      of: this.element,
    });
    this.playhead(this.#time);
  }
}

/** What is under a place of the board. */
export function barAt(
  board: Board,
  spots: readonly Spot[],
  laneOf: (id: Id) => number,
  place: { readonly x: number; readonly y: number },
): Spot | null {
  const { lanes } = board.rows;
  if (place.y < lanes.top) return null;
  const lane = Math.floor((place.y - lanes.top - 2) / LANE);
  const touching = spots.filter((spot) => {
    const [left, right] = [xOf(board.view, spot.start), xOf(board.view, spot.end)];
    return laneOf(spot.id) % LANES_SHOWN === lane && place.x >= left - 2 && place.x <= Math.max(right, left + 4);
  });
  return touching.at(-1) ?? null;
}
