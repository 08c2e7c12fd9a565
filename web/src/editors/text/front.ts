/** What lies over the page: the caret, outlines and handles of what is selected, and the arrows of relations. */

import type { Entity, Id } from "@/core/entity";
import { el } from "@/kit/dom";
import { arcBetween, type Rect } from "./arcs";
import type { Page } from "./page";
import type { Spot } from "./spans";

export interface FrontState {
  readonly caret: number | null;
  readonly selected: readonly Spot[];
  readonly hover: Spot | null;
  /** Where a relation under way would go. */
  readonly target: Spot | null;
  readonly handles: boolean;
  readonly relations: readonly RelationLook[];
  readonly thread: { readonly from: Id; readonly x: number; readonly y: number } | null;
}

export interface RelationLook {
  readonly entity: Entity;
  readonly head: Spot;
  readonly tail: Spot;
  readonly label: string;
  readonly selected: boolean;
  readonly dashed: boolean;
}

const SVG = "http://www.w3.org/2000/svg";
/** More arrows than this in view tell nothing; the selected ones are always drawn. */
const ARROWS_MAX = 400;

export function drawFront(page: Page, state: FrontState): void {
  const made: Element[] = [];
  const rects = new Map<Id, Rect | null>();
  const firstRect = (spot: Spot): Rect | null => {
    if (!rects.has(spot.id))
      rects.set(spot.id, page.rects(spot.start, Math.min(spot.end, spot.start + 200))[0] ?? null);
    return rects.get(spot.id) ?? null;
  };
  // Everything is measured before anything is changed.
  for (const spot of state.selected) made.push(...outline(page, spot, "gt-selected", state.handles));
  if (state.hover !== null) made.push(...outline(page, state.hover, "gt-hover", false));
  if (state.target !== null) made.push(...outline(page, state.target, "gt-target", false));
  const lines = arrows(page, state, firstRect);
  const caret = state.caret === null ? null : page.caret(state.caret);
  if (caret !== null) made.push(el("div", { class: "gt-caret", style: box(caret, { width: "2px" }) }));
  page.front.replaceChildren(...(lines === null ? [] : [lines]), ...made);
}

function box(rect: Rect, more: { readonly [property: string]: string } = {}): { [property: string]: string } {
  return {
    left: `${rect.x}px`,
    top: `${rect.y}px`,
    width: `${rect.width}px`,
    height: `${rect.height}px`,
    ...more,
  };
}

function outline(page: Page, spot: Spot, name: string, handles: boolean): HTMLElement[] {
  const rects = page.rects(spot.start, spot.end);
  const made: HTMLElement[] = rects.map((rect) => el("div", { class: name, style: box(rect) }));
  if (!handles) return made;
  const { start, end } = page.range;
  const [first, last] = [rects[0], rects.at(-1)];
  const handle = (edge: "start" | "end", x: number, rect: Rect): HTMLElement =>
    el("div", {
      class: `gt-handle gt-handle-${edge}`,
      data: { edge, of: spot.id },
      style: { left: `${x}px`, top: `${rect.y}px`, height: `${rect.height}px` },
    });
  // In a line from right to left the start is on the right: the caret knows.
  const side = (rect: Rect, x: number | undefined, usual: number): number => {
    if (x === undefined) return usual;
    return Math.abs(x - rect.x) <= Math.abs(x - rect.x - rect.width) ? rect.x : rect.x + rect.width;
  };
  if (first !== undefined && spot.start >= start) {
    made.push(handle("start", side(first, page.caret(spot.start)?.x, first.x), first));
  }
  if (last !== undefined && spot.end <= end) {
    const caret = page.caret(spot.end);
    const near = caret !== null && Math.abs(caret.y - last.y) < last.height / 2 ? caret.x : undefined;
    made.push(handle("end", side(last, near, last.x + last.width), last));
  }
  return made;
}

function arrows(page: Page, state: FrontState, rectOf: (spot: Spot) => Rect | null): Element | null {
  const { start, end } = page.range;
  const inView = (spot: Spot): boolean => spot.start < end && spot.end > start;
  const shown = state.relations.filter(({ head, tail }) => inView(head) || inView(tail));
  const chosen = shown.length > ARROWS_MAX ? shown.filter((one, at) => one.selected || at < ARROWS_MAX) : shown;
  if (chosen.length === 0 && state.thread === null) return null;
  const drawn = svg("svg", { class: "gt-arrows", width: "1", height: "1", "aria-hidden": "true" });
  const taken = new Map<string, number>();
  const parts = chosen.flatMap((relation) => {
    const [head, tail] = [endOf(page, relation.head, rectOf), endOf(page, relation.tail, rectOf)];
    const place = [Math.round(Math.min(head.x, tail.x) / 40), Math.round(Math.min(head.y, tail.y) / 8)].join();
    const level = taken.get(place) ?? 0;
    taken.set(place, level + 1);
    return arrow(relation, head, tail, Math.min(level, 4));
  });
  drawn.append(markers(), ...parts);
  if (state.thread !== null) drawn.append(...thread(page, state.thread, state));
  return drawn;
}

/** Where an arrow ends: at its span, or at the edge of what is laid out, on the side where the span is. */
function endOf(page: Page, spot: Spot, rectOf: (spot: Spot) => Rect | null): Rect {
  const rect = rectOf(spot);
  if (rect !== null) return rect;
  const above = spot.end <= page.range.start;
  const { scrollTop, clientWidth } = page.scroller;
  const y = above ? scrollTop - page.viewHeight : scrollTop + page.viewHeight * 2;
  return { x: clientWidth / 2, y: Math.max(0, y), width: 0, height: 0 };
}

function arrow({ entity, label, selected, dashed }: RelationLook, head: Rect, tail: Rect, level: number): Element[] {
  const arc = arcBetween(head, tail, level);
  const names = ["gt-arrow", selected ? "gt-arrow-selected" : "", dashed ? "gt-arrow-dashed" : ""].join(" ").trim();
  const both = entity.value.direction === "both";
  const line = svg("path", {
    class: names,
    d: arc.path,
    "marker-end": "url(#gt-head)",
    ...(both ? { "marker-start": "url(#gt-head)" } : {}),
  });
  const wide = svg("path", { class: "gt-arrow-wide", d: arc.path, "data-relation": entity.id });
  if (label === "") return [line, wide];
  const text = svg("text", {
    class: selected ? "gt-arrow-label gt-arrow-selected" : "gt-arrow-label",
    x: arc.x.toFixed(1),
    y: arc.y.toFixed(1),
    "data-relation": entity.id,
  });
  text.textContent = label;
  return [line, wide, text];
}

function thread(page: Page, { from, x, y }: NonNullable<FrontState["thread"]>, state: FrontState): Element[] {
  const spot = state.selected.find(({ id }) => id === from);
  const rect = spot === undefined ? undefined : page.rects(spot.start, spot.end)[0];
  if (rect === undefined) return [];
  const arc = arcBetween(rect, { x, y, width: 0, height: 1 });
  return [svg("path", { class: "gt-arrow gt-thread", d: arc.path, "marker-end": "url(#gt-head)" })];
}

function markers(): Element {
  const head = svg("marker", {
    id: "gt-head",
    viewBox: "0 0 8 8",
    refX: "7",
    refY: "4",
    markerWidth: "7",
    markerHeight: "7",
    orient: "auto-start-reverse",
  });
  head.append(svg("path", { d: "M0 0L8 4L0 8Z", class: "gt-arrow-head" }));
  const defs = svg("defs", {});
  defs.append(head);
  return defs;
}

function svg(tag: string, attributes: { readonly [name: string]: string }): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
