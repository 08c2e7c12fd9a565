/** The schema gives labels keys of their own: tools and commands of addons leave them alone. */

import type { Surface } from "@/host/editor";

/** Chords that no label has for itself. */
export function freeChords(surface: Surface, chords: readonly string[]): readonly string[] {
  const taken = surface.palette.controls.flatMap(({ options }) =>
    Array.isArray(options.labels) ? options.labels.map((one) => hotkeyOf(one)) : [],
  );
  return chords.filter((chord) => !taken.includes(chord));
}

function hotkeyOf(choice: unknown): string {
  const { hotkey } = typeof choice === "object" && choice !== null ? (choice as { hotkey?: unknown }) : {};
  return typeof hotkey === "string" ? hotkey.toLowerCase() : "";
}
