/** Text in four points, and the reading order by clicking the texts one after the other. */

import type { Id } from "@/core/entity";
import type { Machine, Step } from "@/core/machine";
import type { Bench } from "../bench";
import { type Effect, type Hand, type Input, machineTool, type Tool } from "../tool";
import { type LineState, lineMachine } from "../tools/points";
import type { OrderLayer } from "./layer";
import type { Reading } from "./reading";
import { OCR } from "./words";

const line = lineMachine(true);

/** An outline that ends with its fourth point. */
export const quadMachine: Machine<LineState, Input, Effect> = {
  ...line,
  name: "ocr_quad",
  step(state, input): Step<LineState, Effect> {
    const next = line.step(state, input);
    const done = input.is === "down" && next.state.points.length === 4;
    return worded(done ? line.step(next.state, { is: "finish" }) : next);
  },
};

function worded({ state, effects = [] }: Step<LineState, Effect>): Step<LineState, Effect> {
  return {
    state,
    effects: effects.map((effect) =>
      effect.do === "create" ? { do: "create", value: { ...effect.value, text: "" } } : effect,
    ),
  };
}

export const quadTool: Tool = machineTool(
  {
    name: "ocr_quad",
    title: OCR.quad,
    icon: "M4 6l16-2-1 15-14-2zM9 11h6M12 11v5",
    chords: ["q"],
    cursor: "crosshair",
    types: ["ocr"],
  },
  () => quadMachine,
);

export function orderTool(reading: Reading, layer: OrderLayer): Tool {
  return {
    name: "ocr_order",
    title: OCR.order,
    icon: "M5 5v6M4 5h1M9 8h11M9 16h11M4 14h2l-2 4h2",
    chords: ["w"],
    cursor: "pointer",
    types: [],
    hits: true,
    begin: (bench) => orderHand(bench, reading, layer),
  };
}

/** Each text that is clicked is the next one to be read. */
function orderHand(bench: Bench, reading: Reading, layer: OrderLayer): Hand {
  const arrows = layer.arrows;
  const done = new Set<Id>();
  let place = 0;
  const tell = (): void => bench.tell("reading", bench.surface.say(OCR.next, { number: place + 1 }));
  layer.arrows = true;
  tell();
  const click = (id: Id, alt: boolean): void => {
    const list = reading.listOf(id);
    if (alt) {
      // From here on: those up to this one stay as they are.
      place = list.findIndex((entity) => entity.id === id) + 1;
      done.clear();
      for (const entity of list.slice(0, place)) done.add(entity.id);
    } else if (!done.has(id)) {
      reading.move(id, place);
      done.add(id);
      place += 1;
    }
    bench.surface.selection.set([id]);
    tell();
    if (place >= list.length) bench.tools.take("select");
  };
  return {
    send(input: Input) {
      if (input.is === "down" && input.hit !== null && reading.isText(input.hit.id) && !bench.surface.readOnly) {
        click(input.hit.id, input.alt);
      } else if (input.is === "finish" || input.is === "cancel") bench.tools.take("select");
    },
    get busy() {
      return true; // Escape ends it
    },
    end() {
      layer.arrows = arrows;
      bench.tell("reading", null);
    },
  };
}
