/** The round brush: its size, its outline under the pointer, and the keys and the panel that change it. */

import { Cleanup, el, fill, perFrame } from "@/kit/dom";
import type { Bench } from "../bench";
import { clamp, inside } from "../geometry";
import type { Hand } from "../tool";
import { toScreen } from "../view";
import type { Grid } from "./grid";
import { BRUSHES, MASK_TOOLS } from "./tools";
import { MASK } from "./words";

/** Pixels of the picture, across. */
const SIZE = { least: 1, most: 512, first: 24 } as const;
/** How much larger or smaller a press makes it. */
const STEP = 1.2;

/** The size stays from one picture to the next. */
let remembered: number = SIZE.first;

export class Brush {
  readonly #bench: Bench;
  readonly #cleanup = new Cleanup();
  readonly #circle = el("div", { class: "gi-brush", "aria-hidden": "true" });
  readonly #listeners = new Set<() => void>();
  readonly #frame = perFrame(() => this.#draw());
  #over = false;
  /** The mask that is being painted. */
  grid: Grid | null = null;
  /** What the brush is in. */
  hand: Hand | null = null;
  /** Held down by the keyboard. */
  pen = false;
  /** The keyboard moves the crosshair; until the pointer moves again. */
  byKeys = false;

  constructor(bench: Bench) {
    this.#bench = bench;
    const { stage } = bench;
    stage.element.append(this.#circle);
    this.#cleanup.add(() => this.#circle.remove());
    this.#cleanup.add(() => this.#frame.stop());
    const { element } = stage;
    this.#cleanup.listen(element, "pointermove", () => {
      this.#over = true;
      this.byKeys = false;
      this.lift();
      this.#frame.ask();
    });
    this.#cleanup.listen(element, "pointerleave", () => {
      this.#over = false;
      this.#frame.ask();
    });
    this.#cleanup.listen(element, "keydown", (event) => {
      if (event.key.startsWith("Arrow")) this.byKeys = true;
      this.#frame.ask();
    });
    this.#cleanup.listen(element, "wheel", (event) => this.#wheel(event), { capture: true, passive: false });
    this.#cleanup.add(stage.listen(() => this.#frame.ask()));
    this.#cleanup.add(bench.tools.listen(() => this.#frame.ask()));
    this.#frame.ask();
  }

  get size(): number {
    return remembered;
  }

  set size(asked: number) {
    const size = clamp(Math.round(asked), SIZE.least, SIZE.most);
    if (size === remembered) return;
    remembered = size;
    this.#bench.tell("brush", this.#bench.surface.say(MASK.radius, { size }));
    this.#frame.ask();
    for (const listener of this.#listeners) listener();
  }

  /** Larger or smaller, by at least a pixel. */
  grow(by: 1 | -1): void {
    const next = this.size * STEP ** by;
    this.size = by > 0 ? Math.max(Math.round(next), this.size + 1) : Math.min(Math.round(next), this.size - 1);
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The pen of the keyboard: what the crosshair passes is painted until it is lifted. */
  press(): void {
    const { tools, surface, stage } = this.#bench;
    if (this.pen) {
      this.lift();
      return;
    }
    if (!BRUSHES.has(tools.current?.name ?? "")) return;
    if (this.#bench.pointer === null) {
      const { left, top, right, bottom } = stage.seen;
      this.#bench.pointer = inside([(left + right) / 2, (top + bottom) / 2], this.#bench.size);
    }
    this.byKeys = true;
    this.pen = true;
    this.#bench.announce(MASK.penDown);
    this.#bench.tell("pen", surface.say(MASK.penDown));
    this.#send("down");
  }

  lift(): void {
    if (!this.pen) return;
    this.pen = false;
    this.#bench.tell("pen", null);
    this.#send("up");
    this.#bench.announce(MASK.penUp);
  }

  end(): void {
    this.#cleanup.run();
    this.#listeners.clear();
  }

  #send(is: "down" | "up"): void {
    const at = this.#bench.pointer;
    if (at === null) return;
    const plain = { shift: false, alt: false, mod: false, clicks: 1, pressure: 0.5, trail: [], hit: null };
    this.hand?.send({ is, at, raw: at, reach: 1, ...plain });
  }

  #wheel(event: WheelEvent): void {
    if (!event.altKey || !MASK_TOOLS.has(this.#bench.tools.current?.name ?? "")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.grow(event.deltaY + event.deltaX < 0 ? 1 : -1);
  }

  #draw(): void {
    const { tools, pointer, stage } = this.#bench;
    const shown = BRUSHES.has(tools.current?.name ?? "");
    const here = pointer !== null && (this.#over || this.byKeys);
    this.#circle.hidden = !shown || !here;
    if (this.#circle.hidden || pointer === null) return;
    const [x, y] = toScreen(stage.view, pointer);
    const across = Math.max(this.size * stage.view.scale, 3);
    this.#circle.style.width = `${across}px`;
    this.#circle.style.height = `${across}px`;
    this.#circle.style.transform = `translate(${x - across / 2}px, ${y - across / 2}px)`;
  }
}

/** Size, holes, pieces and a new mask, while a tool for masks is in hand. */
export function brushPanel(
  bench: Bench,
  brush: Brush,
  does: readonly { readonly title: typeof MASK.next; readonly run: () => void }[],
): { readonly element: HTMLElement; end(): void } {
  const { surface } = bench;
  const cleanup = new Cleanup();
  const most = Math.log2(SIZE.most);
  const input = el("input", { type: "range", class: "gi-size", min: "0", max: String(most), step: "0.1" });
  const shown = el("output", { class: "gi-size-shown" });
  input.addEventListener("input", () => {
    brush.size = 2 ** Number(input.value);
  });
  // Who drags it with the pointer goes on painting, and expects the keys to mean what they did.
  input.addEventListener("pointerup", () => bench.stage.element.focus({ preventScroll: true }));
  const show = (): void => {
    input.value = String(Math.log2(brush.size));
    const said = surface.say(MASK.radius, { size: brush.size });
    input.setAttribute("aria-valuetext", said);
    shown.textContent = said;
    element.hidden = !MASK_TOOLS.has(bench.tools.current?.name ?? "");
  };
  const element = el(
    "div",
    { class: "gi-mask", role: "group", "data-gi-own": true, "aria-label": surface.say(MASK.options) },
    el("label", { class: "gi-size-line" }, surface.say(MASK.size), input, shown),
    does.map(({ title, run }) => {
      const button = el("button", { type: "button", class: "gi-button gi-said" });
      fill(button, surface.say(title));
      button.addEventListener("click", () => {
        run();
        bench.stage.element.focus({ preventScroll: true });
      });
      return button;
    }),
  );
  cleanup.add(brush.listen(show));
  cleanup.add(bench.tools.listen(show));
  cleanup.add(() => element.remove());
  show();
  // Over the stage: a bar that comes and goes above it would push the picture about.
  bench.stage.element.append(element);
  return { element, end: () => cleanup.run() };
}
