/** The chords people chose themselves, kept on the device. */

import { type Chord, type Keymap, type Remapped, shownChord } from "@/core/hotkeys";

const KEY = "galley.hotkeys";
const listeners = new Set<() => void>();

export function keptHotkeys(): Remapped {
  try {
    const told: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof told !== "object" || told === null || Array.isArray(told)) return {};
    const whole = Object.entries(told).filter(
      ([, chords]) => Array.isArray(chords) && chords.every((chord) => typeof chord === "string"),
    );
    return Object.fromEntries(whole) as Remapped;
  } catch {
    return {}; // broad: what somebody else wrote there is no remapping
  }
}

export function keepHotkeys(remapped: Remapped): void {
  if (Object.keys(remapped).length === 0) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, JSON.stringify(remapped));
  for (const listener of listeners) listener();
}

export function onHotkeys(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What a remapping becomes when an action gets a chord; its default chords are no remapping. */
export function withChord(remapped: Remapped, keys: Keymap, action: string, chord: Chord | null): Remapped {
  const defaults = keys.actions.find(({ name }) => name === action)?.chords ?? [];
  const chords = chord === null ? [] : [chord];
  const { [action]: _, ...others } = remapped;
  const same = chords.length === defaults.length && chords.every((one, at) => one === defaults[at]);
  return same ? others : { ...others, [action]: chords };
}

/**
 * Whether actions with one chord get in each other's way: two of one place (`image.…`, `regions.…`), or one that somebody
 * gave the chord. Those with a condition share on purpose, and so do places: the one that has the focus hears it.
 */
export function collide(keys: Keymap, names: readonly string[]): boolean {
  if (names.some((name) => name in keys.remapped)) return true;
  const plain = keys.actions.filter(({ name, when }) => names.includes(name) && when === undefined);
  return new Set(plain.map(({ name }) => name.split(".")[0])).size < plain.length;
}

export const MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

export function showChord(chord: Chord): string {
  return shownChord(chord, MAC);
}
