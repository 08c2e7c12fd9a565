/**
 * Draws spans on the blocks of a page: colour behind the text, and a lane with the label's name below it.
 *
 * The colour is a rectangle of its own, measured together with the lane. The Custom Highlight API was tried for it:
 * every range that comes or goes lets the browser paint all highlighted text anew, which took twice the time while
 * scrolling (1.1 against 0.5 ms a frame) and while spans were added (5.8 against 2.7 ms). It is used for what changes
 * under the pointer and needs no measuring (`ink.ts`): the selection, what was found, what comments are about.
 */

import type { Entity, Id } from "@/core/entity";
import { el } from "@/kit/dom";
import type { Rect } from "./arcs";
import type { Ink, Mark } from "./ink";
import { LANE, type Mounted, type Page } from "./page";
import type { SpanIndex, Spot, Stretch } from "./spans";

export interface PaintedSpan {
  readonly color: string;
  /** What stands in its lane. */
  readonly name: string;
  readonly title: string;
  readonly dashed: boolean;
}

export interface PainterHooks {
  index(): SpanIndex<Spot>;
  entity(id: Id): Entity | undefined;
  look(spot: Spot): PaintedSpan;
}

interface Painted {
  readonly entities: readonly (Entity | undefined)[];
  readonly lanes: string;
}

/** Stretches shown in a style of their own over all text: what is selected, found, commented on. */
type Bands = Map<string, { stretches: readonly Stretch[]; marks: Map<Mounted, Mark[]> }>;

export class Painter {
  readonly #ink: Ink;
  readonly #hooks: PainterHooks;
  readonly #painted = new Map<Mounted, Painted>();
  readonly #bands: Bands = new Map();
  #page: Page | null = null;

  constructor(ink: Ink, hooks: PainterHooks) {
    this.#ink = ink;
    this.#hooks = hooks;
  }

  /** The page it draws on, once there is one. */
  on(page: Page): void {
    this.#page = page;
  }

  band(name: string, style: { readonly [property: string]: string }, priority: number): void {
    this.#ink.style(name, style, priority);
    this.#bands.set(name, { stretches: [], marks: new Map() });
  }

  /** Show stretches, in order and apart, in a band's style. */
  show(name: string, stretches: readonly Stretch[]): void {
    const band = this.#bands.get(name)!;
    if (band.stretches.length === 0 && stretches.length === 0) return;
    band.stretches = stretches;
    for (const marks of band.marks.values()) for (const mark of marks) mark.take();
    band.marks.clear();
    for (const block of this.#page?.blocks ?? []) this.#paintBand(name, block);
  }

  /** Draw blocks anew: first everything is measured, then everything is drawn, so that layout runs once. */
  paint(blocks: readonly Mounted[]): void {
    const plans = blocks.map((block) => this.#plan(block));
    for (const plan of plans) this.#draw(plan);
    for (const block of blocks) for (const name of this.#bands.keys()) this.#paintBand(name, block);
  }

  /** Draw only the blocks whose spans changed. */
  refresh(): void {
    const changed: Mounted[] = [];
    for (const block of this.#page?.blocks ?? []) {
      const [entities, lanes] = this.#signature(this.#hooks.index().within(block.start, block.end));
      const known = this.#painted.get(block);
      const same =
        known !== undefined &&
        known.lanes === lanes &&
        known.entities.length === entities.length &&
        entities.every((entity, at) => entity === known.entities[at]);
      if (!same) changed.push(block);
    }
    this.paint(changed);
  }

  forget(block: Mounted): void {
    this.#painted.delete(block);
    for (const { marks } of this.#bands.values()) {
      for (const mark of marks.get(block) ?? []) mark.take();
      marks.delete(block);
    }
  }

  end(): void {
    this.#ink.end();
  }

  #signature(spots: readonly Spot[]): readonly [(Entity | undefined)[], string] {
    const index = this.#hooks.index();
    return [spots.map(({ id }) => this.#hooks.entity(id)), spots.map(({ id }) => index.lane(id)).join()];
  }

  #plan(block: Mounted): Plan {
    const index = this.#hooks.index();
    const spots = index.within(block.start, block.end);
    const origin = spots.length > 0 ? block.element.getBoundingClientRect() : null;
    return {
      block,
      spots,
      pieces: spots.map((spot) => {
        const [from, to] = [
          Math.max(spot.start, block.start) - block.start,
          Math.min(spot.end, block.end) - block.start,
        ];
        return { spot, from, rects: this.#page!.rectsIn(block, from, to, origin!) };
      }),
    };
  }

  #draw({ block, spots, pieces }: Plan): void {
    const index = this.#hooks.index();
    const fills: HTMLElement[] = [];
    const lanes: HTMLElement[] = [];
    for (const { spot, from, rects } of pieces) {
      const look = this.#hooks.look(spot);
      rects.forEach((rect, at) => {
        const first = at === 0 && from + block.start === spot.start;
        fills.push(fillOf(rect, look.color));
        lanes.push(laneOf(rect, index.lane(spot.id), spot, look, first));
      });
    }
    block.under.replaceChildren(...fills);
    block.layer.replaceChildren(...lanes);
    const [entities, order] = this.#signature(spots);
    this.#painted.set(block, { entities, lanes: order });
  }

  #paintBand(name: string, block: Mounted): void {
    const band = this.#bands.get(name)!;
    for (const mark of band.marks.get(block) ?? []) mark.take();
    const marks: Mark[] = [];
    const { stretches } = band;
    let at = firstBehind(stretches, block.start);
    for (; at < stretches.length && stretches[at]!.start < block.end; at += 1) {
      const from = Math.max(stretches[at]!.start, block.start) - block.start;
      const to = Math.min(stretches[at]!.end, block.end) - block.start;
      if (from >= to) continue;
      const rects = this.#ink.needsRects
        ? this.#page!.rectsIn(block, from, to, block.element.getBoundingClientRect())
        : [];
      marks.push(this.#ink.put(name, block, from, to, rects));
    }
    if (marks.length > 0) band.marks.set(block, marks);
    else band.marks.delete(block);
  }
}

interface Plan {
  readonly block: Mounted;
  readonly spots: readonly Spot[];
  readonly pieces: readonly {
    readonly spot: Spot;
    readonly from: number;
    readonly rects: Rect[];
  }[];
}

/** The first stretch that ends behind a place. */
function firstBehind(stretches: readonly Stretch[], place: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stretches[middle]!.end > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Below the middle of a line, whatever the height of the font that the line was set in. */
const BELOW = 11;

function fillOf(rect: Rect, color: string): HTMLElement {
  return el("div", {
    class: "gt-fill",
    style: {
      left: `${rect.x}px`,
      top: `${rect.y}px`,
      width: `${rect.width}px`,
      height: `${rect.height}px`,
      "--gt-color": color,
    },
  });
}

function laneOf(rect: Rect, lane: number, spot: Spot, look: PaintedSpan, first: boolean): HTMLElement {
  return el(
    "div",
    {
      class: look.dashed ? "gt-lane gt-dashed" : "gt-lane",
      data: { span: spot.id },
      title: look.title,
      style: {
        left: `${rect.x + 0.5}px`,
        top: `${rect.y + rect.height / 2 + BELOW + lane * LANE}px`,
        width: `${Math.max(3, rect.width - 1)}px`,
        "--gt-color": look.color,
      },
    },
    first ? look.name : "",
  );
}
