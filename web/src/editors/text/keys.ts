/**
 * The text editor's keys, as actions that people may give other chords.
 *
 * The keys of labels are the workbench's (`host/panel`): a label taken in hand marks the selected text. Some chords
 * have a meaning in the list of regions, too: while the text has the focus, they are the text's.
 */

import type { Action, Chord } from "@/core/hotkeys";
import { type Choice, choicesOf } from "@/core/schema";
import type { Text } from "@/core/words";
import { Cleanup } from "@/kit/dom";
import type { Way } from "./caret";
import type { View } from "./view";
import { SAYS } from "./words";

const WAYS: readonly (readonly [Way, Chord])[] = [
  ["left", "ArrowLeft"],
  ["right", "ArrowRight"],
  ["wordLeft", "Mod+ArrowLeft"],
  ["wordRight", "Mod+ArrowRight"],
  ["up", "ArrowUp"],
  ["down", "ArrowDown"],
  ["lineStart", "Home"],
  ["lineEnd", "End"],
  ["pageUp", "PageUp"],
  ["pageDown", "PageDown"],
  ["textStart", "Mod+Home"],
  ["textEnd", "Mod+End"],
];

type Add = (name: string, title: Text, chords: readonly Chord[], run: () => void, more?: Partial<Action>) => void;

/**
 * Add every key; returns how to take them away. They are added once more when the text gets the focus: then they come
 * before those of the list of regions, and of another text of the same item.
 */
export function addKeys(view: View): () => void {
  const { keys } = view.surface;
  const cleanup = new Cleanup();
  const all: (() => void)[] = [];
  const taken = keysOfChoices(view);
  const add: Add = (name, title, wanted, run, more = {}) => {
    const chords = wanted.map((chord) => (taken.has(chord) ? `Alt+${chord}` : chord));
    const action: Action = { name: `text.${name}`, title, chords, group: SAYS.inText, ...more };
    cleanup.add(keys.add(action, run));
    all.push(() => void keys.add(action, run));
  };
  addOwn(view, add);
  addShared(view, add);
  cleanup.listen(view.page.scroller, "focusin", () => {
    for (const put of all) put();
  });
  addRelationLabels(view, cleanup);
  return () => cleanup.run();
}

/** The keys that the schema gives to labels and choices: they come before those of the text. */
function keysOfChoices(view: View): ReadonlySet<string> {
  const walk = (choices: readonly Choice[]): string[] =>
    choices.flatMap(({ hotkey, children }) => [...(hotkey ? [hotkey.toLowerCase()] : []), ...walk(children ?? [])]);
  const { controls } = view.surface.task.schema;
  return new Set(controls.flatMap((one) => walk([...choicesOf(one, "labels"), ...choicesOf(one, "choices")])));
}

function addOwn(view: View, add: Add): void {
  const { readOnly } = view.surface;
  const inText = (): boolean => view.page.scroller.contains(document.activeElement);
  for (const [way, chord] of WAYS) {
    const extended = chord.startsWith("Mod+") ? chord.replace("Mod+", "Mod+Shift+") : `Shift+${chord}`;
    add(`move.${way}`, SAYS.move, [chord], () => view.move(way, false), { when: inText });
    add(`extend.${way}`, SAYS.extend, [extended], () => view.move(way, true), { when: inText });
  }
  add("all", SAYS.selectAll, ["Mod+a"], () => view.selectAll(), { when: inText });
  add("find", SAYS.find, ["Mod+f", "/"], () => view.search.open(searchFor(view)));
  const open = { when: () => view.search.isOpen };
  add("find_next", SAYS.findNext, ["F3"], () => view.search.step(1), open);
  add("find_previous", SAYS.findPrevious, ["Shift+F3"], () => view.search.step(-1), open);
  if (!readOnly && view.work.spans.length > 0) {
    const spans = { group: SAYS.spans };
    const chosen = { group: SAYS.spans, when: () => view.focusSpan !== null };
    add("make", SAYS.make, ["Enter"], () => view.make(), { ...spans, when: inText });
    add("snap", SAYS.snap, ["w"], () => view.toggleSnap(), spans);
    add("end_left", SAYS.endLeft, ["Alt+ArrowLeft"], () => view.stepEdge("end", false), chosen);
    add("end_right", SAYS.endRight, ["Alt+ArrowRight"], () => view.stepEdge("end", true), chosen);
    add("start_left", SAYS.startLeft, ["Alt+Shift+ArrowLeft"], () => view.stepEdge("start", false), chosen);
    add("start_right", SAYS.startRight, ["Alt+Shift+ArrowRight"], () => view.stepEdge("start", true), chosen);
  }
  const relations = { group: SAYS.relations };
  if (view.work.relations.length > 0) {
    add("next_relation", SAYS.nextRelation, ["e"], () => view.stepRelation(), relations);
  }
  if (!readOnly && view.work.relations.length > 0) {
    add("relate", SAYS.relate, ["r"], () => view.startLinking(), relations);
    add("direction", SAYS.direction, ["d"], () => turn(view), {
      ...relations,
      when: () => view.focusRelation !== null,
    });
  }
}

/** Chords that the list of regions has, too. */
function addShared(view: View, add: Add): void {
  const inText = (): boolean => view.page.scroller.contains(document.activeElement);
  const going = { group: SAYS.spans, when: () => view.work.spans.length > 0 && (inText() || view.linking !== null) };
  add("next", SAYS.nextSpan, ["]"], () => view.step(1), going);
  add("previous", SAYS.previousSpan, ["["], () => view.step(-1), going);
  add("cancel", SAYS.cancel, ["Escape"], () => view.cancel(), { when: () => canCancel(view) });
  if (view.surface.readOnly || view.work.spans.length === 0) return;
  add("remove", SAYS.remove, ["Delete", "Backspace"], () => view.remove(), {
    group: SAYS.spans,
    when: () => inText() && (view.focusSpan !== null || view.focusRelation !== null),
  });
}

/** While a relation is selected or drawn, the digits are its labels. */
function addRelationLabels(view: View, cleanup: Cleanup): void {
  if (view.surface.readOnly) return;
  const kinds = view.work.relationKinds();
  let there: (() => void)[] = [];
  const drop = (): void => {
    for (const take of there) take();
    there = [];
  };
  cleanup.add(drop);
  view.listen(() => {
    const wanted = view.focusRelation !== null || view.linking !== null;
    if (wanted === there.length > 0) return;
    drop();
    if (!wanted) return;
    there = kinds.map((kind, place) => {
      const control = view.work.relations.find(({ name }) => name === kind.control)!;
      const own = choicesOf(control, "labels").find(({ value }) => value === kind.label)?.hotkey;
      const label = view.titleOf(kind);
      const title = { en: SAYS.label.en.replace("{label}", label), zh: SAYS.label.zh.replace("{label}", label) };
      const chords = own ? [own.toLowerCase()] : place < 9 ? [String(place + 1)] : [];
      const name = `text.relation.${kind.control}.${kind.label}`;
      return view.surface.keys.add({ name, title, chords, group: SAYS.relations }, () => view.labelRelation(kind));
    });
  });
}

function canCancel({ linking, thread, caret, search, surface }: View): boolean {
  return linking !== null || thread !== null || !caret.empty || search.isOpen || surface.selection.ids.size > 0;
}

function searchFor(view: View): string {
  const told = view.text.slice(view.caret.stretch);
  return told.length < 200 && !/[\r\n]/.test(told) ? told : "";
}

function turn(view: View): void {
  if (view.focusRelation !== null) view.work.turn(view.focusRelation);
}
