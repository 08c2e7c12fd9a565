/**
 * Hotkeys as data: actions have names, titles and default chords; people may give them others.
 *
 * A chord is written `Mod+Shift+z`: modifiers in the order Mod (Ctrl, on a Mac Cmd), Alt, Shift; then `KeyboardEvent.key`
 * in lower case for letters. Characters that need Shift on some keyboards (`?`, `+`) stand for themselves without it.
 */

import type { Text } from "./words";

export type Chord = string;

export interface Action {
  /** `scope.verb`, never changed: people's own chords are stored under it. */
  readonly name: string;
  readonly title: Text;
  readonly chords: readonly Chord[];
  /** Shown together on the sheet of keys. */
  readonly group?: Text;
  /** Also while somebody types in a field. */
  readonly inFields?: boolean;
  /** Whether it means anything now; a chord goes on to the next action that has it when not. */
  readonly when?: () => boolean;
}

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** Typing with an input method, as in Chinese: no chord. */
  readonly isComposing?: boolean;
}

const MODIFIERS = new Set(["Control", "Meta", "Alt", "Shift", "AltGraph", "Dead", "Process", "Unidentified"]);

/** The chord of a key press; null for modifiers alone and while an input method composes. */
export function chordOf(press: KeyPress): Chord | null {
  if (press.isComposing === true || MODIFIERS.has(press.key)) return null;
  const letter = /^\p{L}$/u.test(press.key);
  const shown = press.key.length === 1 && !letter && press.key !== " ";
  const key = press.key === " " ? "Space" : letter ? press.key.toLowerCase() : press.key;
  const parts = [
    ...(press.ctrlKey || press.metaKey ? ["Mod"] : []),
    ...(press.altKey ? ["Alt"] : []),
    ...(press.shiftKey && !shown ? ["Shift"] : []),
    key,
  ];
  return parts.join("+");
}

/** What people changed: action -> chords. */
export type Remapped = { readonly [action: string]: readonly Chord[] };

export class Keymap {
  readonly #actions = new Map<string, Action>();
  readonly #run = new Map<string, () => void>();
  readonly #listeners = new Set<() => void>();
  #remapped: Remapped;

  constructor(remapped: Remapped = {}) {
    this.#remapped = remapped;
  }

  /** Add an action; one added later hears its chord first. Returns how to take it away. */
  add(action: Action, run: () => void): () => void {
    this.#actions.delete(action.name);
    this.#actions.set(action.name, action);
    this.#run.set(action.name, run);
    this.#tell();
    return () => {
      if (this.#run.get(action.name) !== run) return;
      this.#actions.delete(action.name);
      this.#run.delete(action.name);
      this.#tell();
    };
  }

  get actions(): readonly Action[] {
    return [...this.#actions.values()];
  }

  get remapped(): Remapped {
    return this.#remapped;
  }

  chords(name: string): readonly Chord[] {
    return this.#remapped[name] ?? this.#actions.get(name)?.chords ?? [];
  }

  remap(remapped: Remapped): void {
    this.#remapped = remapped;
    this.#tell();
  }

  /** The chords that more than one action has. */
  conflicts(): ReadonlyMap<Chord, readonly string[]> {
    const found = new Map<Chord, string[]>();
    for (const { name } of this.#actions.values()) {
      for (const chord of this.chords(name)) found.set(chord, [...(found.get(chord) ?? []), name]);
    }
    return new Map([...found].filter(([, names]) => names.length > 1));
  }

  /** Run what a key press means; returns the action's name, or null. `inField`: somebody types. */
  press(press: KeyPress, inField = false): string | null {
    const chord = chordOf(press);
    if (chord === null) return null;
    for (const action of [...this.#actions.values()].reverse()) {
      if (inField && action.inFields !== true) continue;
      if (this.chords(action.name).includes(chord) && action.when?.() !== false) {
        this.#run.get(action.name)?.();
        return action.name;
      }
    }
    return null;
  }

  run(name: string): void {
    this.#run.get(name)?.();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A chord as people read it: ⌘⇧Z on a Mac, Ctrl+Shift+Z elsewhere. */
export function shownChord(chord: Chord, mac = false): string {
  const names: { readonly [part: string]: string } = mac
    ? { Mod: "⌘", Alt: "⌥", Shift: "⇧", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Enter: "↩" }
    : { Mod: "Ctrl", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del" };
  const parts = chord === "+" ? ["+"] : chord.split(/\+(?=.)/);
  return parts.map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(mac ? "" : "+");
}
