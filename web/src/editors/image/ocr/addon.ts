/** Text in pictures: typed in place, and in reading order. Loaded when a control asks for it. */

import type { Text } from "@/core/words";
import type { Addon } from "../addons";
import { freeChords } from "../labelled_keys";
import { SAYS } from "../words";
import { TextField } from "./field";
import { OrderLayer } from "./layer";
import { Reading } from "./reading";
import { orderTool, quadTool } from "./tools";
import { OCR } from "./words";
import "./ocr.css";

export const addon: Addon = {
  open(bench) {
    const { surface, stage, tools, scene } = bench;
    const reading = new Reading(bench);
    const layer = new OrderLayer(bench, reading);
    const repaint = (): void => stage.repaint(layer);
    const stops = [stage.add(layer), reading.listen(repaint), scene.listen(repaint), () => reading.end()];
    const field = new TextField(bench, reading);
    stops.push(() => field.end());
    const key = (name: string, title: Text, chords: readonly string[], run: () => void): void => {
      const action = {
        name: `ocr.${name}`,
        title,
        chords: freeChords(surface, chords),
        group: SAYS.keys,
        when: isText,
      };
      stops.push(surface.keys.add(action, run));
    };
    const selected = (): string | null => (surface.selection.ids.size === 1 ? surface.selection.focus : null);
    const isText = (): boolean => reading.isText(selected() ?? "");
    const move = (by: number): void => {
      const id = selected();
      if (id === null) return;
      reading.move(id, reading.listOf(id).findIndex((entity) => entity.id === id) + by);
    };
    key("type", OCR.type, ["t", "F2"], () => field.focus());
    if (!surface.readOnly) {
      for (const tool of [quadTool, orderTool(reading, layer)]) {
        stops.push(tools.add({ ...tool, chords: freeChords(surface, tool.chords) }));
      }
      key("earlier", OCR.earlier, ["Alt+ArrowUp"], () => move(-1));
      key("later", OCR.later, ["Alt+ArrowDown"], () => move(1));
    }
    return () => {
      for (const stop of stops.reverse()) stop();
    };
  },
};
