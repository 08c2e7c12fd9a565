/**
 * The audio editor's keys, as actions that people may give other chords.
 *
 * Hands stay on the keyboard: single keys while the wave has the focus, Tab, Enter and function keys while somebody
 * types. The keys of labels are the workbench's.
 */

import type { Action, Chord } from "@/core/hotkeys";
import type { Text } from "@/core/words";
import { Cleanup } from "@/kit/dom";
import { SAYS } from "./words";
import type { Workplace } from "./workplace";

type Add = (name: string, title: Text, chords: readonly Chord[], run: () => void, more?: Partial<Action>) => void;

const SPEAKERS = 9;

export function addKeys(place: Workplace): () => void {
  const { keys } = place.surface;
  const cleanup = new Cleanup();
  const shared: (() => void)[] = [];
  const adder =
    (into: (put: () => void) => void): Add =>
    (name, title, chords, run, more = {}) => {
      const action: Action = { name: `audio.${name}`, title, chords, group: SAYS.playing, ...more };
      cleanup.add(keys.add(action, run));
      into(() => void keys.add(action, run));
    };
  const add = adder(() => {});
  addPlaying(place, add);
  addSeeing(place, add);
  if (place.work.controls.length > 0) {
    addSegments(place, add);
    addTyping(place, add);
    if (!place.surface.readOnly) addEditing(place, add);
    addShared(
      place,
      adder((put) => shared.push(put)),
    );
  }
  // Chords that the list of regions has, too, are the editor's while it has the focus.
  cleanup.listen(place.surface.root, "focusin", () => {
    for (const put of shared) put();
  });
  return () => cleanup.run();
}

/** Whether arrows are free: no buttons of a toolbar or choices wait for them. */
function free(): boolean {
  const waiting = "button, a, summary, select, [role=radio], [role=tab], [role=option], [role=listbox]";
  return document.activeElement?.matches(waiting) !== true;
}

function addPlaying(place: Workplace, add: Add): void {
  const { player } = place;
  const inText = { inFields: true, when: (): boolean => place.typing, group: SAYS.typing };
  const go = (by: number) => (): void => place.go(player.time + by);
  add("play", SAYS.play, ["Space", "k"], () => player.toggle());
  add("back", SAYS.back, ["j"], () => place.back());
  add("on", SAYS.on, ["l"], go(3));
  add("left", SAYS.left, ["ArrowLeft"], go(-0.1), { when: free });
  add("right", SAYS.right, ["ArrowRight"], go(0.1), { when: free });
  add("left_fine", SAYS.leftFine, ["Shift+ArrowLeft"], go(-0.01), { when: free });
  add("right_fine", SAYS.rightFine, ["Shift+ArrowRight"], go(0.01), { when: free });
  add("first", SAYS.first, ["Home"], () => place.go(0), { when: free });
  add("last", SAYS.last, ["End"], () => place.go(player.duration), { when: free });
  add("slower", SAYS.slower, ["d", "F6"], () => place.stepRate(-1));
  add("faster", SAYS.faster, ["f", "F7"], () => place.stepRate(1));
  add("usual", SAYS.usual, ["Shift+d"], () => place.stepRate(0));
  add("play_typing", SAYS.playTyping, ["Tab"], () => player.toggle(), inText);
  add("back_typing", SAYS.backTyping, ["Shift+Tab"], () => place.back(), inText);
  add("slower_typing", SAYS.slower, ["F6"], () => place.stepRate(-1), inText);
  add("faster_typing", SAYS.faster, ["F7"], () => place.stepRate(1), inText);
  // Tab plays, so there must be another way out of the text.
  add("leave", SAYS.leave, ["Escape"], () => place.board.element.focus({ preventScroll: true }), inText);
}

function addSeeing(place: Workplace, add: Add): void {
  const seeing = { group: SAYS.seeing };
  add("zoom_in", SAYS.zoomIn, ["+", "="], () => place.zoom(1.6), seeing);
  add("zoom_out", SAYS.zoomOut, ["-"], () => place.zoom(1 / 1.6), seeing);
  add("zoom_whole", SAYS.zoomWhole, ["0"], () => place.zoomTo("whole"), seeing);
  add("higher", SAYS.higher, ["Shift+ArrowUp"], () => place.stretch(1.5), { ...seeing, when: free });
  add("lower", SAYS.lower, ["Shift+ArrowDown"], () => place.stretch(1 / 1.5), { ...seeing, when: free });
  const heated = { ...seeing, when: (): boolean => place.sound.mayHaveHeat };
  add("spectrogram", SAYS.spectrogram, ["v"], () => place.turn("heat"), heated);
  if (place.work.controls.length > 0) {
    add("zoom_segment", SAYS.zoomSegment, ["z"], () => place.zoomTo("segment"), seeing);
  }
}

function addSegments(place: Workplace, add: Add): void {
  const segments = { group: SAYS.editing };
  add("play_segment", SAYS.playSegment, ["r", "Alt+Enter"], () => place.playSegment(), segments);
  add("loop", SAYS.loop, ["Shift+r", "Alt+Shift+Enter"], () => place.loop(), segments);
  if (place.work.transcribes) add("write", SAYS.write, ["Enter"], () => place.write(), segments);
}

function addEditing(place: Workplace, add: Add): void {
  const segments = { group: SAYS.editing };
  add("set_in", SAYS.setIn, ["i"], () => place.setIn(), segments);
  add("set_out", SAYS.setOut, ["o"], () => place.setOut(), segments);
  add("start_here", SAYS.startHere, ["Shift+i", "F2"], () => place.edgeHere("start"), segments);
  add("end_here", SAYS.endHere, ["Shift+o", "F4"], () => place.edgeHere("end"), segments);
  add("split", SAYS.split, ["s", "F8"], () => place.split(), segments);
  add("merge", SAYS.merge, ["m", "F9"], () => place.merge(), segments);
  add("start_back", SAYS.startBack, [","], () => place.nudge("start", -0.01), segments);
  add("start_on", SAYS.startOn, ["."], () => place.nudge("start", 0.01), segments);
  add("start_far_back", SAYS.startFarBack, ["<"], () => place.nudge("start", -0.1), segments);
  add("start_far_on", SAYS.startFarOn, [">"], () => place.nudge("start", 0.1), segments);
  add("end_back", SAYS.endBack, [";"], () => place.nudge("end", -0.01), segments);
  add("end_on", SAYS.endOn, ["'"], () => place.nudge("end", 0.01), segments);
  add("end_far_back", SAYS.endFarBack, [":"], () => place.nudge("end", -0.1), segments);
  add("end_far_on", SAYS.endFarOn, ['"'], () => place.nudge("end", 0.1), segments);
  if (!place.work.diarises) return;
  for (let at = 0; at < SPEAKERS; at += 1) {
    const key = String(at + 1);
    const title: Text = { en: SAYS.speakerAt.en.replace("{at}", key), zh: SAYS.speakerAt.zh.replace("{at}", key) };
    add(`speaker_${key}`, title, [`Alt+${key}`, `Mod+${key}`], () => place.speak(at), { ...segments, inFields: true });
  }
}

/** While somebody types in the text of a segment. */
function addTyping(place: Workplace, add: Add): void {
  const { rows } = place;
  if (rows === null) return;
  const inText = { inFields: true, group: SAYS.typing, when: (): boolean => rows.typingIn !== null };
  add("next_typing", SAYS.nextTyping, ["Enter", "Mod+ArrowDown"], () => place.step(1, true), inText);
  add("previous_typing", SAYS.previousTyping, ["Mod+ArrowUp"], () => place.step(-1, true), inText);
  add("play_segment_typing", SAYS.playSegment, ["Alt+Enter"], () => place.playSegment(), inText);
  add("loop_typing", SAYS.loop, ["Alt+Shift+Enter"], () => place.loop(), inText);
  if (place.surface.readOnly) return;
  add("start_here_typing", SAYS.startHere, ["F2"], () => place.edgeHere("start"), inText);
  add("end_here_typing", SAYS.endHere, ["F4"], () => place.edgeHere("end"), inText);
  add("split_typing", SAYS.splitTyping, ["F8"], () => place.split(rows.caret), inText);
  add("merge_typing", SAYS.merge, ["F9"], () => place.merge(), inText);
}

/** Chords that the list of regions has, too. */
function addShared(place: Workplace, add: Add): void {
  const here = (): boolean => place.surface.root.contains(document.activeElement);
  const going = { group: SAYS.editing, when: here };
  add("next", SAYS.next, ["]", "ArrowDown"], () => place.step(1), { ...going, when: () => here() && free() });
  add("previous", SAYS.previous, ["[", "ArrowUp"], () => place.step(-1), { ...going, when: () => here() && free() });
  add("cancel", SAYS.letGo, ["Escape"], () => place.cancel(), { ...going, when: () => here() && place.inAt !== null });
}
