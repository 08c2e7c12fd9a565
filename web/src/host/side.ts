/** The edge between the editors and the column beside them: dragged, or moved by keys, to make the column as wide as one likes. */

import { type Language, say, words } from "@/core/words";
import { Cleanup, el } from "@/kit/dom";

/** Least width in pixels, and the largest share of the whole. */
export const SIDE_LEAST = 240;
export const SIDE_SHARE = 0.6;
const STEP = 16;

const SAYS = words({
  edge: {
    en: "Width of the column with questions and regions; double-click for the usual one",
    zh: "右侧栏宽度；双击恢复默认",
  },
});

/** The width that is meant within what there is room for. */
export function sideWidth(wanted: number, whole: number): number {
  return Math.round(Math.max(SIDE_LEAST, Math.min(wanted, whole * SIDE_SHARE)));
}

export interface SideEdge {
  readonly element: HTMLElement;
  end(): void;
}

/** `set` is told the width in pixels, null for the usual one; whoever is told sets `--gw-side`. */
export function openSideEdge(options: {
  readonly whole: HTMLElement;
  readonly side: HTMLElement;
  readonly language: Language;
  set(width: number | null): void;
}): SideEdge {
  const { whole, side, set } = options;
  const cleanup = new Cleanup();
  const edge = el("div", {
    class: "gw-edge",
    role: "separator",
    "aria-orientation": "vertical",
    tabindex: "0",
    "aria-label": say(SAYS.edge, options.language),
    title: say(SAYS.edge, options.language),
  });
  const room = (): number => whole.getBoundingClientRect().width;
  const tell = (): void => {
    edge.setAttribute("aria-valuenow", String(Math.round(side.getBoundingClientRect().width)));
    edge.setAttribute("aria-valuemin", String(SIDE_LEAST));
    edge.setAttribute("aria-valuemax", String(Math.max(Math.round(room() * SIDE_SHARE), SIDE_LEAST)));
  };
  const make = (width: number | null): void => {
    set(width === null ? null : sideWidth(width, room()));
    tell();
  };
  let grip: { readonly from: number; readonly width: number } | null = null;
  cleanup.listen(edge, "pointerdown", (event) => {
    if (event.button !== 0) return;
    edge.setPointerCapture(event.pointerId);
    grip = { from: event.clientX, width: side.getBoundingClientRect().width };
  });
  cleanup.listen(edge, "pointermove", (event) => {
    if (grip !== null) make(grip.width + grip.from - event.clientX);
  });
  const drop = (): void => {
    grip = null;
  };
  cleanup.listen(edge, "pointerup", drop);
  cleanup.listen(edge, "pointercancel", drop);
  cleanup.listen(edge, "dblclick", () => make(null));
  cleanup.listen(edge, "focus", tell);
  cleanup.listen(edge, "keydown", (event) => {
    const by = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    const to = { Home: SIDE_LEAST, End: room(), Enter: null }[event.key];
    if (by === undefined && to === undefined) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    make(by === undefined ? to! : side.getBoundingClientRect().width + by * (event.shiftKey ? 4 : 1));
  });
  tell();
  return { element: edge, end: () => cleanup.run() };
}
