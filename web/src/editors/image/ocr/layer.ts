/** The reading order on the picture: a number at each text, and a line from one to the next. */

import type { Bench } from "../bench";
import type { Point } from "../geometry";
import { type Layer, type LayerFrame, ORDER, wipe } from "../layers";
import { pointsOf } from "../shape";
import { toScreen } from "../view";
import type { Reading } from "./reading";

const BADGE = 9;

export class OrderLayer implements Layer {
  readonly name = "reading";
  readonly order = ORDER.live + 10;
  readonly #bench: Bench;
  readonly #reading: Reading;
  #arrows = false;

  constructor(bench: Bench, reading: Reading) {
    this.#bench = bench;
    this.#reading = reading;
  }

  get arrows(): boolean {
    return this.#arrows;
  }

  set arrows(on: boolean) {
    this.#arrows = on;
    this.#bench.stage.repaint(this);
  }

  paint(frame: LayerFrame): boolean {
    wipe(frame);
    const { context, ratio, view, stage } = frame;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const list of this.#reading.lists) {
      const places = list.map(({ id, value }) => {
        const first = pointsOf(value)[0];
        const color = this.#bench.scene.get(id)?.color ?? "#000";
        const hidden = first === undefined || this.#bench.scene.isHidden(id);
        if (hidden) return null;
        // Beside the text: its first corner has a handle and the label's name.
        const [x, y] = toScreen(view, [first[0]!, first[1]!]);
        // Text at the left edge of what is seen: over it rather than nowhere.
        const beside = x < 0 ? x - BADGE - 6 : Math.max(x - BADGE - 6, BADGE + 2);
        return { at: [beside, y + BADGE] as Point, color };
      });
      if (this.#arrows) this.#lines(context, places);
      context.font = "600 11px system-ui, sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      for (const [place, one] of places.entries()) {
        if (one === null) continue;
        const [x, y] = one.at;
        if (x < -20 || y < -20 || x > stage.width + 20 || y > stage.height + 20) continue;
        badge(context, x, y, String(place + 1), one.color);
      }
    }
    return false;
  }

  #lines(context: CanvasRenderingContext2D, places: readonly ({ readonly at: Point } | null)[]): void {
    const shown = places.flatMap((one) => (one === null ? [] : [one.at]));
    for (const [at, to] of shown.entries()) {
      const from = shown[at - 1];
      if (from === undefined) continue;
      const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
      if (length < 2 * BADGE + 6) continue;
      const [ux, uy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
      const tip: Point = [to[0] - ux * (BADGE + 3), to[1] - uy * (BADGE + 3)];
      const arrow = (): void => {
        context.beginPath();
        context.moveTo(from[0] + ux * BADGE, from[1] + uy * BADGE);
        context.lineTo(...tip);
        context.moveTo(tip[0] - 8 * ux - 4 * uy, tip[1] - 8 * uy + 4 * ux);
        context.lineTo(...tip);
        context.lineTo(tip[0] - 8 * ux + 4 * uy, tip[1] - 8 * uy - 4 * ux);
        context.stroke();
      };
      context.lineWidth = 4;
      context.strokeStyle = "#fff";
      arrow();
      context.lineWidth = 2;
      context.strokeStyle = "#111";
      arrow();
    }
  }
}

function badge(context: CanvasRenderingContext2D, x: number, y: number, text: string, color: string): void {
  const half = Math.max(BADGE, 4 + text.length * 3.5);
  context.beginPath();
  context.roundRect(x - half, y - BADGE, 2 * half, 2 * BADGE, BADGE);
  context.fillStyle = "#fff";
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = color;
  context.stroke();
  context.fillStyle = "#111";
  context.fillText(text, x, y + 0.5);
}
