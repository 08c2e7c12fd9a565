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
    const lanes: Lane[] = [];
    for (const { spot, from, rects } of pieces) {
      const look = this.#hooks.look(spot);
      // Hardly more than a space at the end of a line is no place for a name.
      const named = rects.length > 1 && rects[0]!.width < NARROW ? 1 : 0;
      rects.forEach((rect, at) => {
        const first = at === named && from + block.start === spot.start;
        const top = rect.y + rect.height / 2 + BELOW + index.lane(spot.id) * LANE;
        fills.push(fillOf(rect, look.color));
        lanes.push({ left: rect.x, top, width: rect.width, spot, look, name: first ? look.name : "" });
      });
    }
    block.under.replaceChildren(...fills);
    block.layer.replaceChildren(...laneElements(lanes));
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
const NARROW = 10;

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

interface Lane {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly spot: Spot;
  readonly look: PaintedSpan;
  /** Only where the span begins. */
  readonly name: string;
}

function laneElements(lanes: Lane[]): HTMLElement[] {
  lanes.sort((left, right) => left.top - right.top || left.left - right.left);
  return lanes.map((lane, at) => {
    const next = lanes[at + 1];
    const beside = next !== undefined && Math.abs(next.top - lane.top) < 2;
    const room = beside ? Math.max(0, next.left - lane.left - lane.width - 3) : 80;
    return laneElement(lane, widthOf(lane.name) > lane.width + room ? room : null);
  });
}

function laneElement({ left, top, width, spot, look, name }: Lane, cutAt: number | null): HTMLElement {
  const names = ["gt-lane", look.dashed ? "gt-dashed" : "", cutAt === null ? "" : "gt-cut"];
  return el(
    "div",
    {
      class: names.join(" ").trim(),
      data: { span: spot.id },
      title: look.title,
      style: {
        left: `${left + 0.5}px`,
        top: `${top}px`,
        width: `${Math.max(3, width - 1)}px`,
        "--gt-color": look.color,
        ...(cutAt === null ? {} : { "--gt-room": `${cutAt}px` }),
      },
    },
    name,
  );
}

/** About how wide a name is in the small type of lanes. */
function widthOf(name: string): number {
  let ems = 0;
  for (let at = 0; at < name.length; at += 1) ems += name.charCodeAt(at) > 0x2e7f ? 1 : 0.6;
  return ems * 10;
}
