/** Brush masks: loaded when a control asks for them. */

import { typeOf } from "@/core/schema";
import type { Text } from "@/core/words";
import type { Addon } from "../addons";
import { superpixelTool } from "../assist/tool";
import { freeChords } from "../labelled_keys";
import { SAYS } from "../words";
import { Brush, brushPanel } from "./brush";
import { MASK_TOOLS, maskTools } from "./tools";
import { MASK } from "./words";
import { MaskWork } from "./work";
import "./mask.css";

export const addon: Addon = {
  open(bench) {
    const { surface, tools } = bench;
    const work = new MaskWork(bench);
    if (surface.readOnly) return () => work.end();
    const brush = new Brush(bench);
    const stops: (() => void)[] = [];
    for (const tool of [...maskTools(work, brush), superpixelTool(work, brush)]) {
      stops.push(tools.add({ ...tool, chords: freeChords(surface, tool.chords) }));
    }
    const holes = (): void => bench.announce(MASK.filled, { count: work.fillHoles() });
    const largest = (): void => bench.announce(MASK.dropped, { count: work.keepLargest() });
    const next = (): void => surface.selection.clear();
    const panel = brushPanel(bench, brush, [
      { title: MASK.fillHoles, run: holes },
      { title: MASK.keepLargest, run: largest },
      { title: MASK.next, run: next },
    ]);
    const painting = (): boolean => MASK_TOOLS.has(tools.current?.name ?? "");
    const key = (name: string, title: Text, chords: readonly string[], run: () => void, when = painting): void => {
      const action = { name: `mask.${name}`, title, chords: freeChords(surface, chords), group: SAYS.keys, when };
      stops.push(surface.keys.add(action, run));
    };
    // [ and ] go from region to region in the workbench.
    key("smaller", MASK.smaller, [","], () => brush.grow(-1));
    key("larger", MASK.larger, ["."], () => brush.grow(1));
    key("holes", MASK.fillHoles, ["j"], holes);
    key("largest", MASK.keepLargest, ["k"], largest);
    key("next", MASK.next, ["n"], next);
    key(
      "pen",
      MASK.pen,
      ["Space"],
      () => brush.press(),
      () => painting() && (brush.byKeys || brush.pen || bench.pointer === null),
    );
    let ended = false;
    const listed = surface.models?.() ?? Promise.resolve([]);
    void listed.then(async (models) => {
      if (ended || models.length === 0) return;
      const { offerModels } = await import("../assist/model/offer");
      if (!ended) stops.push(offerModels(bench, work, models));
    });
    const { control, scene } = bench;
    const blank = scene.size === 0 && work.masks.size === 0;
    // Where nothing is yet, one comes to draw.
    if (blank && control !== null && typeOf(control) === "mask") tools.take("mask_brush");
    return () => {
      ended = true;
      for (const stop of stops.reverse()) stop();
      panel.end();
      brush.end();
      work.end();
    };
  },
};
