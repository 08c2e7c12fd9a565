/** Which key presses are hotkeys, and which belong to what has the focus. */

import { chordOf, type Keymap } from "@/core/hotkeys";
import type { Cleanup } from "@/kit/dom";

const PRESSES = new Set(["Space", "Enter", "Shift+Space", "Shift+Enter"]);
const BUTTONS =
  "button, summary, a[href], [role=button], [role=link], [role=tab], [role=menuitem], [role=switch]," +
  "input:is([type=button], [type=submit], [type=reset], [type=file], [type=color], [type=image])";
const BOXES = "input[type=checkbox], [role=checkbox]";
const RADIOS = "input[type=radio], [role=radio]";

/** Run what a key press means here; whether it meant something. Pressing buttons and choosing radios goes before. */
export function hear(keys: Keymap, event: KeyboardEvent): boolean {
  if (event.defaultPrevented || isTaken(event)) return false;
  if (keys.press(event, isField(event.target)) === null) return false;
  event.preventDefault();
  return true;
}

/** Whether what has the focus does something of its own with a key: Space and Enter press a button. */
export function isTaken(event: KeyboardEvent): boolean {
  const [chord, { target }] = [chordOf(event), event];
  if (chord === null || !(target instanceof Element)) return false;
  if (target.matches(RADIOS) && (chord === "Space" || chord.startsWith("Arrow"))) return true;
  if (target.matches(BOXES) && chord === "Space") return true;
  return target.matches(BUTTONS) && PRESSES.has(chord);
}

/** Whether somebody types there, so that plain letters are not hotkeys. Radios and boxes take no letters. */
export function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !/^(radio|checkbox|button|submit|reset|file|color|image)$/.test(target.type);
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Labels and tools that are clicked leave the focus in the editor, so that Space goes on meaning what it means there. */
export function keepFocus(whole: HTMLElement, cleanup: Cleanup): void {
  cleanup.listen(whole, "mousedown", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.closest(".gw-toolbar, .gw-palette, .gw-detail") == null) return;
    const { activeElement: active } = document;
    const working = active?.closest(".gw-object") != null && whole.contains(active);
    if (working && !isField(active)) event.preventDefault();
  });
}
