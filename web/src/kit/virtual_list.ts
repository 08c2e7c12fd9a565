/** A list of any length of which only the rows in view exist; all rows are equally high. */

import { Cleanup, el, perFrame } from "./dom";

export interface VirtualList<T> {
  readonly element: HTMLElement;
  show(items: readonly T[]): void;
  /** Draw the rows in view again. */
  refresh(): void;
  scrollTo(at: number): void;
  end(): void;
}

export interface VirtualRows<T> {
  readonly height: number;
  /** A new element for a row; it is filled by `draw` and used again for other items. */
  make(): HTMLElement;
  draw(row: HTMLElement, item: T, at: number): void;
  readonly attributes?: { readonly [name: string]: string };
}

const AROUND = 4;

export function virtualList<T>(rows: VirtualRows<T>): VirtualList<T> {
  const cleanup = new Cleanup();
  const space = el("div", { class: "gk-virtual-space" });
  const element = el("div", { class: "gk-virtual", ...rows.attributes }, space);
  const made: HTMLElement[] = [];
  let items: readonly T[] = [];
  const draw = (): void => {
    const first = Math.max(Math.floor(element.scrollTop / rows.height) - AROUND, 0);
    const last = Math.min(Math.ceil((element.scrollTop + element.clientHeight) / rows.height) + AROUND, items.length);
    for (let at = first; at < last; at += 1) {
      const place = at - first;
      const row = made[place] ?? rows.make();
      if (made[place] === undefined) {
        made.push(row);
        space.append(row);
      }
      row.hidden = false;
      row.style.transform = `translateY(${at * rows.height}px)`;
      row.setAttribute("aria-posinset", String(at + 1));
      row.setAttribute("aria-setsize", String(items.length));
      rows.draw(row, items[at]!, at);
    }
    for (const row of made.slice(Math.max(last - first, 0))) row.hidden = true;
  };
  const frame = perFrame(draw);
  const sized = new ResizeObserver(() => frame.ask());
  sized.observe(element);
  cleanup.add(() => sized.disconnect());
  cleanup.add(() => frame.stop());
  cleanup.listen(element, "scroll", () => frame.ask(), { passive: true });
  return {
    element,
    show(next) {
      items = next;
      space.style.height = `${items.length * rows.height}px`;
      frame.ask();
    },
    refresh: () => frame.ask(),
    scrollTo(at) {
      const [top, bottom] = [at * rows.height, (at + 1) * rows.height];
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
      frame.ask();
    },
    end: () => cleanup.run(),
  };
}
