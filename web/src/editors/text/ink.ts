/**
 * Marks on text that change quickly: the CSS Custom Highlight API, which paints ranges without measuring them and
 * without an element for each; rectangles where a browser lacks it. A style is a name with a declaration; a mark is
 * one stretch of one block in one style.
 */

import { el } from "@/kit/dom";
import type { Rect } from "./arcs";
import type { Mounted } from "./page";

export interface Mark {
  take(): void;
}

export interface Ink {
  /** Whether it needs the rectangles of a stretch to paint it. */
  readonly needsRects: boolean;
  style(name: string, declaration: { readonly [property: string]: string }, priority?: number): void;
  put(name: string, block: Mounted, from: number, to: number, rects: readonly Rect[]): Mark;
  end(): void;
}

export function makeInk(): Ink {
  const able = typeof Highlight === "function" && CSS.highlights !== undefined;
  return able ? new HighlightInk() : new RectInk();
}

let editors = 0;

class HighlightInk implements Ink {
  readonly needsRects = false;
  readonly #prefix: string;
  readonly #sheet = new CSSStyleSheet();
  readonly #highlights = new Map<string, Highlight>();

  constructor() {
    editors += 1;
    this.#prefix = `gt-${editors}`;
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
  }

  style(name: string, declaration: { readonly [property: string]: string }, priority = 0): void {
    if (this.#highlights.has(name)) return;
    const registered = `${this.#prefix}-${this.#highlights.size}`;
    const highlight = new Highlight();
    highlight.priority = priority;
    this.#highlights.set(name, highlight);
    const written = Object.entries(declaration).map(([property, value]) => `${property}:${value}`);
    this.#sheet.insertRule(`::highlight(${registered}){${written.join(";")}}`);
    CSS.highlights.set(registered, highlight);
  }

  put(name: string, { node }: Mounted, from: number, to: number): Mark {
    const highlight = this.#highlights.get(name)!;
    const range = new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: to });
    highlight.add(range);
    return { take: () => void highlight.delete(range) };
  }

  end(): void {
    let place = 0;
    for (const highlight of this.#highlights.values()) {
      highlight.clear();
      CSS.highlights.delete(`${this.#prefix}-${place}`);
      place += 1;
    }
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
  }
}

class RectInk implements Ink {
  readonly needsRects = true;
  readonly #styles = new Map<string, { readonly [property: string]: string }>();

  style(name: string, declaration: { readonly [property: string]: string }): void {
    this.#styles.set(name, declaration);
  }

  put(name: string, { under }: Mounted, _from: number, _to: number, rects: readonly Rect[]): Mark {
    const style = this.#styles.get(name)!;
    const made = rects.map((rect) =>
      el("div", {
        class: "gt-ink",
        style: {
          left: `${rect.x}px`,
          top: `${rect.y}px`,
          width: `${rect.width}px`,
          height: `${rect.height}px`,
          ...style,
        },
      }),
    );
    under.append(...made);
    return {
      take: () => {
        for (const one of made) one.remove();
      },
    };
  }

  end(): void {}
}
