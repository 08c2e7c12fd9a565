/** What tools and addons get to work with: everything of an open image editor. */

import type { Entity, Id } from "@/core/entity";
import type { JsonObject } from "@/core/json";
import type { Control } from "@/core/schema";
import type { Facts, Text } from "@/core/words";
import type { Surface } from "@/host/editor";
import type { Point, Rect, Size } from "./geometry";
import type { Picture } from "./picture";
import type { Scene } from "./scene";
import type { Stage } from "./stage";
import type { Effect, Pointing, Tool } from "./tool";

export interface Tools {
  /** Offer a tool; returns how to take it away. */
  add(tool: Tool): () => void;
  take(name: string): void;
  readonly current: Tool | null;
  listen(listener: () => void): () => void;
}

export interface Bench {
  readonly surface: Surface;
  /** Canvases, view, layers. */
  readonly stage: Stage;
  /** The vector shapes and what lies where. */
  readonly scene: Scene;
  /** The picture: its size and its pixels. */
  readonly picture: Picture;
  readonly tools: Tools;
  /** The control of the label in hand, if it is one of this editor's. */
  readonly control: Control | null;
  /** The size of the picture in pixels; 1×1 until it is known (`picture.ready`). */
  readonly size: Size;
  /** Where the pointer or the crosshair is, in image pixels; the pen of the keyboard begins in the middle. */
  pointer: Point | null;
  /** Do what a machine wants done. */
  perform(effect: Effect): void;
  /** Make a region of the control in hand with its label, and select it; null when nothing is in hand. */
  create(value: JsonObject, control?: Control): Entity | null;
  /** Show a rectangle of the picture. */
  show(rect: Rect): void;
  /** Tell people who do not see the canvas (a live region). */
  announce(text: Text, facts?: Facts): void;
  /** A fact for the strip under the picture, by name; null takes it away. */
  tell(name: string, text: string | null): void;
  /** A panel of the addon's own controls beside the toolbar. */
  readonly panel: HTMLElement;
  /** What the pointer means at a place of the screen, as tools get it. */
  pointing(event: PointerEvent | MouseEvent): Pointing;
  /** Where an entity that is no vector shape (a mask) is, so that it can be revealed. */
  locate(find: (id: Id) => Rect | null): () => void;
  /** What of an addon's own (a mask) is at a place of the picture, so that it can be selected; asked after shapes. */
  pick(find: (at: Point) => Id | null): () => void;
}
