/**
 * Features of the image editor that are loaded when a control needs them: brush masks, OCR order.
 *
 * An addon is a module with `open(bench)`, which adds layers, tools and buttons and returns how to take them away.
 */

import type { Bench } from "./bench";

export interface Addon {
  open(bench: Bench): () => void;
}

export interface AddonEntry {
  /** Label types for which it is opened; any one of them is enough. */
  readonly types: readonly string[];
  load(): Promise<Addon>;
}

export const ADDONS: readonly AddonEntry[] = [
  { types: ["mask"], load: () => import("./mask/addon").then(({ addon }) => addon) },
  { types: ["ocr"], load: () => import("./ocr/addon").then(({ addon }) => addon) },
];
