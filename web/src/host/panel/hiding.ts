/** Hiding regions: the one in focus, or all others, by keys; what is hidden stays in the list and in the answer. */

import type { Entity, Id } from "@/core/entity";
import type { Action } from "@/core/hotkeys";
import type { Selection } from "@/core/selection";
import type { Text } from "@/core/words";
import { Cleanup } from "@/kit/dom";
import type { Surface } from "../editor";
import { PANEL } from "./words";

/** Hide some regions, or show them where all of them are hidden. */
export function toggleHidden(selection: Selection, ids: readonly Id[]): void {
  selection.hide(ids, !ids.every((id) => selection.isHidden(id)));
}

/** Hide all but some, which are shown; where that is so already, show all. */
export function toggleOthers(selection: Selection, all: readonly Id[], but: ReadonlySet<Id>): void {
  const others = all.filter((id) => !but.has(id));
  if (!others.every((id) => selection.isHidden(id))) selection.hide(others);
  else selection.hide(others, false);
  selection.hide(but, false);
}

export interface Hiding {
  readonly surface: Surface;
  readonly list: HTMLElement;
  shown(): readonly Entity[];
  /** Tell those who do not see it. */
  tell(text: string): void;
}

/** The keys: everywhere, but where an editor or a label has them, too, only in the list. */
export function addHidingKeys({ surface, list, shown, tell }: Hiding): () => void {
  const { keys, selection } = surface;
  const cleanup = new Cleanup();
  const told = (run: () => void) => (): void => {
    run();
    const all = shown();
    const count = all.filter(({ id }) => selection.isHidden(id)).length;
    tell(surface.say(PANEL.hiddenNow, { count, all: all.length }));
  };
  const heard = (name: string) => (): boolean => {
    if (selection.ids.size === 0) return false;
    const chords = keys.chords(name);
    const others = keys.actions.filter(
      (one) => one.name !== name && keys.chords(one.name).some((chord) => chords.includes(chord)),
    );
    if (others.length === 0) return true;
    return list.contains(document.activeElement) && !others.some((one) => one.name.startsWith("label."));
  };
  const action = (name: string, title: Text, chords: readonly string[]): Action => ({
    name,
    title,
    chords,
    group: PANEL.regions,
    when: heard(name),
  });
  const mine: readonly (readonly [Action, () => void])[] = [
    [action("regions.hide", PANEL.hideKey, ["h"]), told(() => toggleHidden(selection, [...selection.ids]))],
    [
      action("regions.hide_others", PANEL.hideOthers, ["Shift+h"]),
      told(() => {
        const all = shown().map(({ id }) => id);
        toggleOthers(selection, all, selection.ids);
      }),
    ],
  ];
  for (const [one, run] of mine) cleanup.add(keys.add(one, run));
  cleanup.listen(list, "focusin", () => {
    for (const [one, run] of mine) keys.add(one, run); // what is added last hears first
  });
  return () => cleanup.run();
}
