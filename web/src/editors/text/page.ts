/**
 * The page: only the blocks in view, and some around it, are in the document; heights are guessed until measured.
 *
 * When a guess above the view turns out wrong, the scroll position moves along, so that what is read stays in place.
 */

import { Cleanup, el, perFrame } from "@/kit/dom";
import type { Rect } from "./arcs";
import type { TextDocument } from "./document";
import { Heights } from "./heights";

export interface Mounted {
  readonly block: number;
  readonly start: number;
  readonly end: number;
  readonly element: HTMLElement;
  readonly node: Text;
  /** What is drawn behind and over the text of this block. */
  readonly under: HTMLElement;
  readonly layer: HTMLElement;
  lanes: number;
}

export interface PageHooks {
  /** How many lanes of spans a stretch needs. */
  lanes(start: number, end: number): number;
  /** Blocks have come: draw what is on them. */
  mounted(blocks: readonly Mounted[]): void;
  unmounted(block: Mounted): void;
  /** Something moved: what lies over the whole page must be drawn again. */
  moved(): void;
}

const LINE_BASE = 24;
/** The height of a lane; `text.css` has the same. */
export const LANE = 13;
const EM = 16;
/** Over the first line there is room for arrows. */
const ABOVE = 20;

export class Page {
  readonly scroller: HTMLElement;
  readonly sheet: HTMLElement;
  /** Over everything, in the coordinates of the sheet. */
  readonly front: HTMLElement;
  readonly #window: HTMLElement;
  readonly #document: TextDocument;
  readonly #hooks: PageHooks;
  readonly #cleanup = new Cleanup();
  readonly #frame: { ask(): void; stop(): void };
  readonly #mounted = new Map<number, Mounted>();
  readonly #range = document.createRange();
  #heights: Heights = new Heights([]);
  #first = 0;
  #last = 0; // behind the last one
  #width = 0;
  #view = 0;
  #drawnHeight = -1;

  constructor(text: TextDocument, hooks: PageHooks) {
    this.#document = text;
    this.#hooks = hooks;
    this.#window = el("div", { class: "gt-window" });
    this.front = el("div", { class: "gt-front" });
    this.sheet = el("div", { class: "gt-sheet" }, this.#window, this.front);
    this.scroller = el("div", { class: "gt-scroller", tabindex: "0" }, this.sheet);
    this.#frame = perFrame(() => this.update());
    this.#cleanup.listen(this.scroller, "scroll", () => this.#frame.ask(), { passive: true });
    const watch = new ResizeObserver(() => this.#resized());
    watch.observe(this.scroller);
    this.#cleanup.add(() => watch.disconnect());
    this.#cleanup.add(() => this.#frame.stop());
  }

  end(): void {
    for (const mounted of [...this.#mounted.values()]) this.#unmount(mounted);
    this.#cleanup.run();
  }

  get blocks(): IterableIterator<Mounted> {
    return this.#mounted.values();
  }

  get mountedCount(): number {
    return this.#mounted.size;
  }

  /** How far a caret moves up or down at the most to be on another line. */
  get lineHeight(): number {
    return LINE_BASE + LANE;
  }

  get viewHeight(): number {
    return this.#view;
  }

  /** The units that are in the document now. */
  get range(): { readonly start: number; readonly end: number } {
    const { blocks } = this.#document;
    if (this.#last <= this.#first) return { start: 0, end: 0 };
    return { start: blocks.start(this.#first), end: blocks.end(this.#last - 1) };
  }

  /** The stretches of the blocks in the document that a stretch covers. */
  *pieces(start: number, end: number): IterableIterator<readonly [block: Mounted, from: number, to: number]> {
    const { blocks } = this.#document;
    for (let at = Math.max(this.#first, blocks.at(start)); at < this.#last && blocks.start(at) < end; at += 1) {
      const block = this.#mounted.get(at)!;
      const [from, to] = [Math.max(start, block.start), Math.min(end, block.end)];
      if (from < to) yield [block, from - block.start, to - block.start];
    }
  }

  /** Where a stretch is on the sheet; only what is in the document. */
  rects(start: number, end: number): Rect[] {
    const found: Rect[] = [];
    const origin = this.sheet.getBoundingClientRect();
    for (const [block, from, to] of this.pieces(start, end)) {
      this.#range.setStart(block.node, from);
      this.#range.setEnd(block.node, to);
      for (const { left, top, width, height } of this.#range.getClientRects()) {
        if (width > 0) found.push({ x: left - origin.left, y: top - origin.top, width, height });
      }
    }
    return found;
  }

  /** The rectangles of a stretch of one block, from the block's own corner. */
  rectsIn(block: Mounted, from: number, to: number, origin: DOMRect): Rect[] {
    this.#range.setStart(block.node, from);
    this.#range.setEnd(block.node, to);
    return Array.from(this.#range.getClientRects(), ({ left, top, width, height }) => ({
      x: left - origin.left,
      y: top - origin.top,
      width,
      height,
    })).filter(({ width }) => width > 0);
  }

  /** Where a caret stands, on the sheet; null when that block is not in the document. */
  caret(unit: number): Rect | null {
    const block = this.#mounted.get(this.#document.blocks.at(unit));
    if (block === undefined) return null;
    const origin = this.sheet.getBoundingClientRect();
    const place = Math.min(unit, block.end) - block.start;
    this.#range.setStart(block.node, place);
    this.#range.collapse(true);
    // At a soft wrap there are two places: the caret belongs to the line that begins there.
    const rect = [...this.#range.getClientRects()].at(-1);
    if (rect !== undefined)
      return { x: rect.left - origin.left, y: rect.top - origin.top, width: 0, height: rect.height };
    const box = block.element.getBoundingClientRect();
    return { x: box.left - origin.left, y: box.top - origin.top + 6, width: 0, height: LINE_BASE };
  }

  /** The unit under a point of the window: the nearest place between two characters. */
  unitAt(x: number, y: number): number {
    const origin = this.sheet.getBoundingClientRect();
    const block = this.#mounted.get(this.#heights.at(y - origin.top));
    if (block === undefined) return y < origin.top ? 0 : this.#document.length;
    const box = block.node.parentElement!.getBoundingClientRect();
    const [inX, inY] = [within(x, box.left + 1, box.right - 1), within(y, box.top + 1, box.bottom - 1)];
    let hit = placeAt(inX, inY);
    if (hit?.node !== block.node) {
      this.scroller.classList.add("gt-through");
      hit = placeAt(inX, inY);
      this.scroller.classList.remove("gt-through");
    }
    if (hit?.node === block.node) return block.start + hit.offset;
    return y < box.top + box.height / 2 ? block.start : block.end;
  }

  /** Scroll so that a place is in view: just so, or in the middle. */
  show(unit: number, middle = false): void {
    if (this.#width === 0) return;
    const block = this.#document.blocks.at(unit);
    const guess = this.#heights.top(block);
    const height = this.#heights.height(block);
    const { scrollTop } = this.scroller;
    if (guess + height < scrollTop || guess > scrollTop + this.#view) {
      this.scroller.scrollTop = Math.max(0, guess - this.#view / 2);
      this.update();
    }
    const caret = this.caret(unit);
    if (caret === null) return;
    const [above, below] = [caret.y - LINE_BASE, caret.y + caret.height + LINE_BASE * 1.5];
    const now = this.scroller.scrollTop;
    if (middle && (above < now || below > now + this.#view)) this.scroller.scrollTop = caret.y - this.#view / 2;
    else if (above < now) this.scroller.scrollTop = above;
    else if (below > now + this.#view) this.scroller.scrollTop = below - this.#view;
    if (this.scroller.scrollTop !== now) this.update();
  }

  /** The lanes of some blocks may have changed: their lines make room. */
  relane(): void {
    const changed: Mounted[] = [];
    for (const mounted of this.#mounted.values()) {
      const lanes = this.#hooks.lanes(mounted.start, mounted.end);
      if (lanes === mounted.lanes) continue;
      mounted.lanes = lanes;
      mounted.element.style.setProperty("--gt-lanes", String(lanes));
      changed.push(mounted);
    }
    if (changed.length === 0) return;
    this.#keepingPlace(() => this.#measure(changed));
    this.#place();
    this.#hooks.mounted(changed);
    this.#hooks.moved();
  }

  /** Bring what is in the document in step with the scroll position. */
  update(): void {
    if (this.#width === 0) return;
    let moved = false;
    for (let turn = 0; turn < 4; turn += 1) {
      const top = this.scroller.scrollTop;
      const over = this.#view;
      const from = this.#heights.at(Math.max(0, top - over / 2));
      const to = this.#heights.at(top + this.#view + over / 2) + 1;
      if (from >= this.#first && to <= this.#last) break;
      this.#mountFrom(this.#heights.at(Math.max(0, top - over)), this.#heights.at(top + this.#view + over) + 1);
      moved = true;
    }
    if (moved) this.#hooks.moved();
  }

  #mountFrom(from: number, to: number): void {
    const fresh: Mounted[] = [];
    for (const mounted of [...this.#mounted.values()]) {
      if (mounted.block < from || mounted.block >= to) this.#unmount(mounted);
    }
    let before: Mounted | undefined;
    for (let at = from; at < to; at += 1) {
      let mounted = this.#mounted.get(at);
      if (mounted === undefined) {
        mounted = this.#make(at);
        fresh.push(mounted);
        if (before === undefined) this.#window.prepend(mounted.element);
        else before.element.after(mounted.element);
      }
      before = mounted;
    }
    [this.#first, this.#last] = [from, to];
    this.#keepingPlace(() => this.#measure(fresh));
    this.#place();
    this.#hooks.mounted(fresh);
  }

  #make(block: number): Mounted {
    const { blocks } = this.#document;
    const [start, end] = [blocks.start(block), blocks.end(block)];
    const lanes = this.#hooks.lanes(start, end);
    const node = document.createTextNode(blocks.textOf(block));
    const under = el("div", { class: "gt-under", "aria-hidden": "true" });
    const layer = el("div", { class: "gt-layer", "aria-hidden": "true" });
    const text = el("div", { class: "gt-text", dir: "auto" }, node);
    const element = el("div", { class: block === 0 ? "gt-block gt-first" : "gt-block" }, under, text, layer);
    element.style.setProperty("--gt-lanes", String(lanes));
    const mounted = { block, start, end, element, node, under, layer, lanes };
    this.#mounted.set(block, mounted);
    return mounted;
  }

  #unmount(mounted: Mounted): void {
    this.#hooks.unmounted(mounted);
    mounted.element.remove();
    this.#mounted.delete(mounted.block);
  }

  #measure(fresh: readonly Mounted[]): void {
    for (const { block, element } of fresh) this.#heights.set(block, element.getBoundingClientRect().height);
  }

  /** Run something that changes heights, and keep the first line in view where it is. */
  #keepingPlace(change: () => void): void {
    const top = this.scroller.scrollTop;
    const anchor = this.#heights.at(top);
    const before = this.#heights.top(anchor);
    change();
    const shift = this.#heights.top(anchor) - before;
    this.#fit();
    if (Math.abs(shift) >= 0.5) this.scroller.scrollTop = top + shift;
  }

  #fit(): void {
    const total = Math.ceil(this.#heights.total);
    if (total === this.#drawnHeight) return;
    this.#drawnHeight = total;
    this.sheet.style.height = `${total}px`;
  }

  #place(): void {
    this.#window.style.top = `${this.#heights.top(this.#first)}px`;
  }

  #resized(): void {
    const { clientWidth, clientHeight } = this.scroller;
    this.#view = clientHeight;
    const width = this.sheet.clientWidth;
    if (width === 0) return;
    if (width !== this.#width) {
      const kept = this.#width === 0 ? null : this.#heights.at(this.scroller.scrollTop);
      this.#width = Math.min(width, clientWidth);
      this.#guess();
      this.#fit();
      const all = [...this.#mounted.values()];
      if (all.length > 0) {
        this.#measure(all);
        this.#fit();
        this.#place();
        this.#hooks.mounted(all);
      }
      if (kept !== null) this.scroller.scrollTop = this.#heights.top(kept);
    }
    this.update();
    this.#hooks.moved();
  }

  #guess(): void {
    const { blocks, text } = this.#document;
    const width = Math.max(80, this.#width - 48);
    const heights = new Float64Array(blocks.count);
    for (let block = 0; block < blocks.count; block += 1) {
      let ems = 0;
      for (let at = blocks.start(block); at < blocks.end(block); at += 1) ems += text.charCodeAt(at) > 0x2e7f ? 1 : 0.5;
      const lanes = this.#hooks.lanes(blocks.start(block), blocks.end(block));
      heights[block] = Math.max(1, Math.ceil((ems * EM) / width)) * (LINE_BASE + lanes * LANE);
      if (block === 0) heights[block]! += ABOVE;
    }
    this.#heights = new Heights(heights);
  }
}

function placeAt(x: number, y: number): { readonly node: Node; readonly offset: number } | null {
  const at = document as Document & {
    caretRangeFromPoint?(x: number, y: number): Range | null;
    caretPositionFromPoint?(x: number, y: number): CaretPosition | null;
  };
  const place = at.caretPositionFromPoint?.(x, y);
  if (place !== undefined && place !== null) return { node: place.offsetNode, offset: place.offset };
  const range = at.caretRangeFromPoint?.(x, y);
  return range === undefined || range === null ? null : { node: range.startContainer, offset: range.startOffset };
}

function within(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
