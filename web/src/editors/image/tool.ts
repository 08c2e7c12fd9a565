/**
 * Tools: what pointer and keys mean on the stage.
 *
 * How to add one: make a `Tool` and `bench.tools.add(tool)`. When it is taken in hand `begin(bench)` is called and gets
 * inputs in image pixels until `end()`. The keyboard is a pointer, too: arrows send `move`, Enter sends `down` and `up`
 * where the crosshair is, so a tool that understands click–move–click can be used without a mouse. A tool that only
 * draws vectors is a pure machine (`core/machine.ts`) whose effects `machineTool` performs; a tool that paints
 * (brush) handles its inputs itself and keeps a layer.
 */

import type { Id } from "@/core/entity";
import type { Chord } from "@/core/hotkeys";
import type { JsonObject } from "@/core/json";
import type { Machine } from "@/core/machine";
import { Running } from "@/core/machine";
import type { Control } from "@/core/schema";
import type { Text } from "@/core/words";
import type { Bench } from "./bench";
import type { Point, Rect } from "./geometry";
import type { Handle } from "./shape";

/** Where and how the pointer (or the crosshair) is. */
export interface Pointing {
  /** Image pixels, on the grid of the zoom and snapped if that is on; inside the picture. */
  readonly at: Point;
  /** The same before rounding, snapping and clamping: for brushes and panning. */
  readonly raw: Point;
  /** Image pixels that count as the same place: more for fingers than for a mouse. */
  readonly reach: number;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly mod: boolean;
  /** 1, or 2 for the second of a double click. */
  readonly clicks: number;
  /** 0 to 1; 0.5 where the device does not say. */
  readonly pressure: number;
  /** Points passed since the last input, for smooth strokes (raw, oldest first; the last is `raw`). */
  readonly trail: readonly Point[];
  /** What is there, when the tool asked for it (`Tool.hits`). */
  readonly hit: Hit | null;
}

export interface Hit {
  readonly id: Id;
  readonly locked: boolean;
  /** A handle of the selected shape; it wins over shapes. */
  readonly handle?: Handle;
}

export type Input =
  | ({ readonly is: "down" | "move" | "up" } & Pointing)
  /** Escape, or the pointer was lost. */
  | { readonly is: "cancel" }
  /** Close a polygon, end a line. */
  | { readonly is: "finish" }
  /** Take the last point back. */
  | { readonly is: "back" }
  /** The next point of a template is not there. */
  | { readonly is: "skip" };

/** What a machine wants done. */
export type Effect =
  /** Show a shape that is not there yet, with the value it would have; null: no more. */
  | { readonly do: "sketch"; readonly value: JsonObject | null }
  /** Make a region of the control in hand. */
  | { readonly do: "create"; readonly value: JsonObject }
  /** Show shapes changed by a drag: each of them dragged from the value it had when the drag began. */
  | { readonly do: "move"; readonly by: Point }
  | { readonly do: "drag"; readonly id: Id; readonly handle: string; readonly to: Point; readonly keep: boolean }
  | { readonly do: "commit" }
  | { readonly do: "abort" }
  | { readonly do: "select"; readonly id: Id | null; readonly how: "press" | "set" | "toggle" | "one" }
  | { readonly do: "marquee"; readonly rect: Rect | null }
  /** Select what lies within a rectangle, or touches it. */
  | { readonly do: "choose"; readonly rect: Rect; readonly add: boolean; readonly touching: boolean }
  /** The keyboard moves this handle from now on. */
  | { readonly do: "take handle"; readonly handle: string }
  /** Which point of the template comes next; null: none. */
  | { readonly do: "next"; readonly place: number | null }
  | { readonly do: "remove point"; readonly id: Id; readonly handle: string };

/** A tool in hand. */
export interface Hand {
  send(input: Input): void;
  /** Something is begun that Escape would take back. */
  readonly busy: boolean;
  end(): void;
}

export interface Tool {
  readonly name: string;
  readonly title: Text;
  /** Path of a 24×24 icon, drawn with strokes. */
  readonly icon: string;
  readonly chords: readonly Chord[];
  readonly cursor: string;
  /** The label types it makes; empty: it makes none and is always there. */
  readonly types: readonly string[];
  /** Whether inputs tell what is under the pointer. */
  readonly hits?: boolean;
  begin(bench: Bench, control: Control | null): Hand;
}

/** A tool that is a pure machine. */
export function machineTool<State>(
  tool: Omit<Tool, "begin">,
  machine: (control: Control | null) => Machine<State, Input, Effect>,
): Tool {
  return {
    ...tool,
    begin(bench, control) {
      const made = machine(control);
      const running = new Running(made, (effect) => bench.perform(effect));
      return {
        send: (input) => running.send(input),
        get busy() {
          return running.state !== made.start;
        },
        end: () => running.send({ is: "cancel" }),
      };
    },
  };
}
