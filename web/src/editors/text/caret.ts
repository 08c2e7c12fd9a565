/** The caret and what is selected with it: by character, word, line, page, to the ends. */

import type { TextDocument } from "./document";
import type { Page } from "./page";
import type { Stretch } from "./spans";

export type Way =
  | "left"
  | "right"
  | "wordLeft"
  | "wordRight"
  | "up"
  | "down"
  | "lineStart"
  | "lineEnd"
  | "pageUp"
  | "pageDown"
  | "textStart"
  | "textEnd";

export class Caret {
  readonly #document: TextDocument;
  readonly #page: Page;
  anchor = 0;
  focus = 0;
  /** Where going up and down keeps to. */
  #column: number | null = null;

  constructor(text: TextDocument, page: Page) {
    this.#document = text;
    this.#page = page;
  }

  get empty(): boolean {
    return this.anchor === this.focus;
  }

  get stretch(): Stretch {
    return { start: Math.min(this.anchor, this.focus), end: Math.max(this.anchor, this.focus) };
  }

  set(anchor: number, focus = anchor): void {
    this.anchor = anchor;
    this.focus = focus;
    this.#column = null;
  }

  move(way: Way, extend: boolean): void {
    if (!extend && !this.empty && (way === "left" || way === "right")) {
      const { start, end } = this.stretch;
      this.set(way === "left" ? start : end);
      return;
    }
    const upOrDown = way === "up" || way === "down" || way === "pageUp" || way === "pageDown";
    const column = upOrDown ? (this.#column ?? this.#page.caret(this.focus)?.x ?? 0) : null;
    const focus = upOrDown ? this.#across(way, column!) : this.#along(way);
    this.set(extend ? this.anchor : focus, focus);
    this.#column = column;
    this.#page.show(focus);
  }

  #along(way: Way): number {
    const { segments, length } = this.#document;
    switch (way) {
      case "left":
        return this.#step(segments.previous(this.focus, "character"), -1);
      case "right":
        return this.#step(segments.next(this.focus, "character"), 1);
      case "wordLeft":
        return segments.previous(this.focus, "word");
      case "wordRight":
        return segments.next(this.focus, "word");
      case "lineStart":
      case "lineEnd":
        return this.#edgeOfLine(way === "lineStart");
      case "textEnd":
        return length;
      default:
        return 0;
    }
  }

  /** The places within what ends a line are none for a caret. */
  #step(unit: number, by: number): number {
    const { blocks } = this.#document;
    const block = blocks.at(unit);
    if (unit <= blocks.end(block)) return unit;
    return by < 0 ? blocks.end(block) : block + 1 < blocks.count ? blocks.start(block + 1) : this.#document.length;
  }

  #across(way: Way, column: number): number {
    const page = this.#page;
    page.show(this.focus);
    const far = way === "pageUp" || way === "pageDown";
    const by = way === "up" || way === "pageUp" ? -1 : 1;
    if (far) {
      page.scroller.scrollTop += by * (page.viewHeight - page.lineHeight * 2);
      page.update();
    }
    const caret = page.caret(this.focus);
    const origin = page.sheet.getBoundingClientRect();
    if (caret === null) {
      const view = page.scroller.getBoundingClientRect();
      return page.unitAt(origin.left + column, by < 0 ? view.top + page.lineHeight : view.bottom - page.lineHeight);
    }
    const middle = caret.y + caret.height / 2;
    const reach = far ? page.viewHeight - page.lineHeight * 2 : page.lineHeight;
    // A line may be higher than usual, where spans overlap: go on until the place is another one.
    for (let more = 0; more < (far ? 1 : 8); more += 1) {
      const y = middle + by * (reach * (1 + more * 0.5));
      if (y < 0) return 0;
      if (y > page.sheet.clientHeight) return this.#document.length;
      const hit = page.unitAt(origin.left + column, origin.top + y);
      const other = page.caret(hit);
      if (other === null || Math.abs(other.y - caret.y) > caret.height / 2) return hit;
    }
    return this.focus;
  }

  #edgeOfLine(start: boolean): number {
    const page = this.#page;
    page.show(this.focus);
    const caret = page.caret(this.focus);
    if (caret === null) return this.focus;
    const box = page.scroller.getBoundingClientRect();
    const y = page.sheet.getBoundingClientRect().top + caret.y + caret.height / 2;
    const { blocks } = this.#document;
    const block = blocks.at(this.focus);
    const hits = [page.unitAt(box.left + 1, y), page.unitAt(box.left + page.sheet.clientWidth - 1, y)];
    const hit = start ? Math.min(...hits) : Math.max(...hits);
    return Math.max(blocks.start(block), Math.min(hit, blocks.end(block)));
  }
}
