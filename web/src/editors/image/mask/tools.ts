/** Tools that paint masks: brush, eraser, filled outline, filled area. */

import type { Point } from "../geometry";
import type { Hand, Input, Pointing, Tool } from "../tool";
import { ICONS } from "../tools/icons";
import { lineMachine } from "../tools/points";
import type { Brush } from "./brush";
import { MASK } from "./words";
import type { MaskWork } from "./work";

const MASK_ICONS = {
  brush: "M20 3c-6 3-10 8-11 11l2 2c3-1 8-5 11-11zM8 15c-3 0-4 2-4 5 3 1 6 0 6-3z",
  eraser: "M8 20l-5-5L14 4l6 6-10 10zM8 9l7 7M8 20h12",
  bucket: "M4 12l8-8 8 8-8 8zM4 12h16M12 4V2M21 15c1 2 1 4-.5 4s-1.500-2-.500-4",
  superpixels: "M3 4h7l3 4-2 5H5L3 9zM10 4h11v6l-8-2M11 13l4 7h6V10M5 13l-2 7h12",
} as const;

/** Whether a tool of this name paints with the round brush. */
export const BRUSHES: ReadonlySet<string> = new Set(["mask_brush", "mask_eraser"]);
export const MASK_TOOLS: ReadonlySet<string> = new Set([...BRUSHES, "mask_outline", "mask_bucket", "mask_superpixels"]);
export { MASK_ICONS };

export function maskTools(work: MaskWork, brush: Brush): readonly Tool[] {
  const shared = { types: ["mask"] };
  return [
    {
      ...shared,
      name: "mask_brush",
      title: MASK.brush,
      icon: MASK_ICONS.brush,
      chords: ["b"],
      cursor: "none",
      begin: () => brushHand(work, brush, true),
    },
    {
      ...shared,
      name: "mask_eraser",
      title: MASK.eraser,
      icon: MASK_ICONS.eraser,
      chords: ["r"],
      cursor: "none",
      begin: () => brushHand(work, brush, false),
    },
    {
      ...shared,
      name: "mask_outline",
      title: MASK.outline,
      icon: ICONS.polygon,
      chords: ["p"],
      cursor: "crosshair",
      begin: () => outlineHand(work),
    },
    {
      ...shared,
      name: "mask_bucket",
      title: MASK.bucket,
      icon: MASK_ICONS.bucket,
      chords: ["g"],
      cursor: "crosshair",
      begin: () => bucketHand(work),
    },
  ];
}

/** A brush in hand. Alt turns it round: the brush erases, the eraser paints. */
function brushHand(work: MaskWork, brush: Brush, paints: boolean): Hand {
  let last: Point | null = null;
  let on = paints;
  const stroke = (input: Pointing): void => {
    const grid = brush.grid;
    if (grid === null) return;
    const radius = (brush.size / 2) * Math.min(Math.max(2 * input.pressure, 0.2), 2);
    for (const to of input.trail.length > 0 ? input.trail : [input.raw]) {
      grid.stroke(last ?? to, to, radius, on);
      last = to;
    }
  };
  const stop = (keep: boolean): void => {
    if (last === null) return;
    last = null;
    brush.grid = null;
    if (keep) work.commit(on ? "brush" : "erase");
    else work.cancel();
  };
  const hand: Hand = {
    send(input: Input) {
      if (input.is === "down") {
        on = input.alt ? !paints : paints;
        brush.grid = work.begin(on, input.raw)?.grid ?? null;
        if (brush.grid !== null) stroke(input);
      } else if (input.is === "move") {
        // The stroke may have been taken back meanwhile.
        if (last !== null && work.painting) stroke(input);
      } else if (input.is === "up") stop(true);
      else if (input.is === "cancel") {
        stop(false);
        brush.lift();
      } else if (input.is === "finish") {
        stop(true);
        work.bench.surface.selection.clear();
      }
    },
    get busy() {
      return brush.pen;
    },
    end() {
      stop(true);
      if (brush.hand === hand) brush.hand = null;
    },
  };
  brush.hand = hand;
  return hand;
}

function outlineHand(work: MaskWork): Hand {
  const machine = lineMachine(true);
  let state = machine.start;
  let on = true;
  const send = (input: Input): void => {
    if (input.is === "down" && state.points.length === 0) on = !input.alt;
    const next = machine.step(state, input);
    state = next.state;
    for (const effect of next.effects ?? []) {
      if (effect.do === "sketch") work.bench.perform(effect);
      if (effect.do !== "create") continue;
      const points = effect.value.points as unknown as Point[];
      const mask = work.begin(on, points[0]!);
      mask?.grid.polygon(points, on);
      if (mask !== null) work.commit(on ? "fill outline" : "cut out");
    }
  };
  return {
    send,
    get busy() {
      return state.points.length > 0;
    },
    end: () => send({ is: "cancel" }),
  };
}

function bucketHand(work: MaskWork): Hand {
  return {
    send(input: Input) {
      if (input.is === "finish") work.bench.surface.selection.clear();
      if (input.is !== "down") return;
      const done = input.alt ? work.removePiece(input.raw) : work.flood(input.raw);
      if (!done && work.selected === null) work.bench.announce(MASK.noMask);
    },
    busy: false,
    end() {},
  };
}
