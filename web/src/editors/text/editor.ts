/** The text editor: spans and relations over a text of any length; a field without them is shown to be read. */

import { shownChord } from "@/core/hotkeys";
import { typeOf } from "@/core/schema";
import type { EditorKind } from "@/host/editor";
import { el, fill } from "@/kit/dom";
import { TextDocument } from "./document";
import { addKeys } from "./keys";
import { addPointer } from "./pointer";
import { View } from "./view";
import { SAYS } from "./words";
import "./text.css";

export const editor: EditorKind = {
  name: "text",
  fits(field, controls, content) {
    if (typeof content[field] !== "string") return 0;
    return controls.some((control) => ["span", "relation"].includes(typeOf(control))) ? 10 : 1;
  },
  open(surface) {
    const content = surface.task.content[surface.field];
    const absent = content === undefined || content === null;
    const shown = typeof content === "string" ? content : absent ? "" : JSON.stringify(content, null, 2);
    const view = new View(surface, new TextDocument(shown));
    const nothing = shown === "" ? el("p", { class: "gt-nothing", role: "note" }, surface.say(SAYS.nothing)) : null;
    fill(surface.root, nothing, view.root);
    const [dropKeys, dropPointer] = [addKeys(view), addPointer(view)];
    addTools(view);
    return {
      reveal: (anchor) => view.reveal(anchor),
      mark: (anchors) => view.mark(anchors),
      focus: () => view.page.scroller.focus({ preventScroll: true }),
      end() {
        dropPointer();
        dropKeys();
        view.end();
        fill(surface.toolbar);
        fill(surface.root);
      },
    };
  },
};

type Button = (text: string, title: string, action: string, run: () => void) => HTMLButtonElement;

function addTools(view: View): void {
  const { surface, work } = view;
  const { say, readOnly } = surface;
  const tools: HTMLElement[] = [];
  const button: Button = (text, title, action, run) => {
    const chord = surface.keys.chords(action)[0];
    const told = chord === undefined ? title : `${title} (${shownChord(chord)})`;
    const made = el("button", { type: "button", class: "gt-button", title: told, on: { click: run } }, text);
    tools.push(made);
    return made;
  };
  if (!readOnly && work.spans.length > 0) {
    const snap = button("", say(SAYS.snapHint), "text.snap", () => view.toggleSnap());
    const show = (): void => fill(snap, say(view.snap === "word" ? SAYS.words : SAYS.characters));
    view.listen(show);
    show();
  }
  if (!readOnly && work.relations.length > 0) tools.push(...relationTools(view, button));
  button(say(SAYS.findShort), say(SAYS.find), "text.find", () => view.search.open());
  fill(surface.toolbar, el("div", { class: "gt-tools" }, tools));
}

function relationTools(view: View, button: Button): HTMLElement[] {
  const { surface, work } = view;
  const kinds = work.relationKinds();
  const name = `→ ${surface.say(SAYS.relation)}`;
  const relate = button(name, surface.say(SAYS.relate), "text.relate", () => {
    view.page.scroller.focus({ preventScroll: true });
    view.startLinking();
  });
  view.listen(() => relate.setAttribute("aria-pressed", String(view.linking !== null)));
  if (kinds.length < 2) return [];
  const choice: HTMLSelectElement = el(
    "select",
    {
      class: "gt-choice",
      "aria-label": surface.say(SAYS.relationLabel),
      title: surface.say(SAYS.relationLabel),
      on: {
        change: () => {
          work.relationKind = kinds[choice.selectedIndex] ?? null;
        },
      },
    },
    kinds.map((kind) => el("option", {}, view.titleOf(kind))),
  );
  view.listen(() => {
    choice.selectedIndex = kinds.findIndex(
      ({ control, label }) => control === work.relationKind?.control && label === work.relationKind.label,
    );
  });
  return [choice];
}
