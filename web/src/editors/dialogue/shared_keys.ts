/**
 * Keys of blocks: several blocks on one page (a ranking and a rubric, two editors) have the same keys, and the block
 * that somebody works in hears them. Without one, the block used last does, else the first that is shown.
 */

import type { Keymap } from "@/core/hotkeys";
import type { Text } from "@/core/words";
import { SAYS } from "./words";

export interface BlockKey {
  /** `dialogue.verb`; the same in every block. */
  readonly name: string;
  readonly title: Text;
  readonly chords: readonly string[];
  run(): void;
  when?(): boolean;
}

interface Registered {
  readonly blocks: Map<HTMLElement, ReadonlyMap<string, BlockKey>>;
  readonly drops: Map<string, () => void>;
  last: HTMLElement | null;
}

const KNOWN = new WeakMap<Keymap, Registered>();

function registeredIn(keys: Keymap): Registered {
  const known = KNOWN.get(keys) ?? { blocks: new Map(), drops: new Map(), last: null };
  KNOWN.set(keys, known);
  return known;
}

/** The block whose keys are meant now. */
export function currentBlock(keys: Keymap): HTMLElement | null {
  const { blocks, last } = registeredIn(keys);
  const shown = [...blocks.keys()].filter((block) => !block.hidden && block.isConnected);
  const inside = shown.find((block) => block.contains(document.activeElement));
  if (inside !== undefined) return inside;
  if (last !== null && shown.includes(last)) return last;
  return shown.sort((one, other) => (one.compareDocumentPosition(other) & 4 ? -1 : 1))[0] ?? null;
}

/** Give a block keys; `told` is called when it becomes, or is no longer, the one that hears them. */
export function addBlockKeys(keys: Keymap, block: HTMLElement, given: readonly BlockKey[]): () => void {
  const known = registeredIn(keys);
  known.blocks.set(block, new Map(given.map((key) => [key.name, key])));
  const tell = (): void => {
    const current = currentBlock(keys);
    for (const one of known.blocks.keys()) one.classList.toggle("gd-current", one === current);
  };
  const enter = (): void => {
    known.last = block;
    tell();
  };
  block.addEventListener("focusin", enter);
  block.addEventListener("pointerdown", enter);
  const heard = (name: string): BlockKey | undefined => {
    const current = currentBlock(keys);
    return current === null ? undefined : known.blocks.get(current)?.get(name);
  };
  for (const { name, title, chords } of given) {
    if (known.drops.has(name)) continue;
    const when = (): boolean => {
      const key = heard(name);
      return key !== undefined && key.when?.() !== false;
    };
    known.drops.set(
      name,
      keys.add({ name, title, chords, group: SAYS.group, when }, () => heard(name)?.run()),
    );
  }
  queueMicrotask(tell);
  return () => {
    block.removeEventListener("focusin", enter);
    block.removeEventListener("pointerdown", enter);
    known.blocks.delete(block);
    for (const { name } of given) {
      if ([...known.blocks.values()].some((others) => others.has(name))) continue;
      known.drops.get(name)?.();
      known.drops.delete(name);
    }
    tell();
  };
}
