/**
 * The workbench: everything around one item. Editors for its fields, the form, the list of regions, the keys.
 *
 * Without a framework, so that any page can hold it (`embed.ts`). It owns the state of the annotation; who shows it
 * hears every transaction (to log it) and asks for the labels when they are to be submitted.
 */

import type { Entity, Labels, Transaction } from "@/core/entity";
import { History } from "@/core/history";
import { Keymap } from "@/core/hotkeys";
import { newId } from "@/core/ids";
import { Selection } from "@/core/selection";
import { Store } from "@/core/store";
import { type Facts, type Language, say, type Text } from "@/core/words";
import { onForm, openForm } from "@/editors/forms/form";
import { Cleanup, el, fill } from "@/kit/dom";
import type { Problem } from "@/labels/kind";
import { kindOf, problemsOf, readLabels, writeLabels } from "@/labels/kinds";
import { contextFields, editorFor, loadEditor, settleMedia, shownFields } from "./catalogue";
import type { Anchor, Editor, PictureModel, Sign, Surface, Task } from "./editor";
import { keepFocus } from "./keyboard";
import { Palette } from "./palette";
import { openDetail } from "./panel/detail";
import { openPalette } from "./panel/palette_view";
import { openRegionList } from "./panel/region_list";
import { openSideEdge } from "./side";
import "@/kit/theme.css";
import "./workbench.css";

export interface Opening {
  readonly root: HTMLElement;
  readonly task: Task;
  /** Where the work starts: an earlier answer or a prelabel. */
  readonly labels?: Labels;
  /** The state as a log left it; takes the place of `labels`. */
  readonly entities?: readonly Entity[];
  readonly language: Language;
  readonly readOnly?: boolean;
  readonly keys?: Keymap;
  /** The models that are installed: asked when an editor that uses them is opened. */
  readonly models?: () => Promise<readonly PictureModel[]>;
  onTransaction?(transaction: Transaction): void;
  onSign?(sign: Sign): void;
  onNotice?(text: string): void;
  /** The column beside the editors was made as wide (null: as usual); whoever keeps it sets `--gw-side` around. */
  onSide?(width: number | null): void;
}

export interface Workbench {
  readonly store: Store;
  readonly history: History;
  readonly selection: Selection;
  readonly keys: Keymap;
  labels(): Labels;
  problems(): readonly Problem[];
  reveal(anchor: Anchor): void;
  mark(anchors: readonly Anchor[]): void;
  focus(): void;
  end(): void;
}

/** Open an item; resolves when its editors are there. */
export async function openWorkbench(opening: Opening): Promise<Workbench> {
  const { task, language, root } = opening;
  const cleanup = new Cleanup();
  const store = new Store(opening.entities ?? readLabels(task.schema, opening.labels ?? {}, newId));
  const history = new History(store);
  const selection = new Selection(store);
  const keys = opening.keys ?? new Keymap();
  const regionControls = task.schema.controls.filter((control) => kindOf(control)?.regions === true);
  const palette = new Palette(regionControls);
  cleanup.add(() => history.end());
  if (opening.onTransaction !== undefined) cleanup.add(store.listen(opening.onTransaction));

  const stage = el("div", { class: "gw-stage" });
  const side = el("aside", { class: "gw-side" });
  const questions = task.schema.controls.filter((control) => onForm(control));
  const whole = el("div", { class: "gw" }, stage);
  fill(root, whole);
  keepFocus(whole, cleanup);
  // Dialogues ask everything where it is shown: an empty column would only take room from them.
  if (questions.length === 0 && regionControls.length === 0) whole.classList.add("gw-alone");
  else {
    const set = opening.onSide ?? ((width) => whole.style.setProperty("--gw-side", width === null ? "" : `${width}px`));
    const edge = openSideEdge({ whole, side, language, set });
    cleanup.add(() => edge.end());
    whole.append(edge.element, side);
  }
  const surface = (field: string, into: HTMLElement, toolbar: HTMLElement): Surface => ({
    root: into,
    toolbar,
    task,
    field,
    context: contextFields(task.schema.controls, task.content, field),
    controls: task.schema.controls.filter((control) => control.field === field),
    store,
    history,
    selection,
    keys,
    palette,
    language,
    readOnly: opening.readOnly === true,
    ...(opening.models === undefined ? {} : { models: opening.models }),
    newId,
    say: (text: Text, facts?: Facts) => say(text, language, facts),
    sign: (sign) => opening.onSign?.(sign),
    notice: (text, facts) => opening.onNotice?.(say(text, language, facts)),
  });

  const editors = new Map<string, Editor>();
  for (const field of shownFields(task.schema.controls, task.content)) {
    const [toolbar, place] = [el("div", { class: "gw-toolbar" }), el("div", { class: "gw-object", tabindex: "-1" })];
    stage.append(el("section", { class: "gw-field", data: { field } }, toolbar, place));
    const here = surface(field, place, toolbar);
    await settleMedia(field, here.controls, task);
    const kind = await loadEditor(editorFor(field, here.controls, task));
    const editor = kind.open(here);
    editors.set(field, editor);
    cleanup.add(() => editor.end());
  }
  const hereIn = (place: HTMLElement): Surface => surface("", place, el("div"));
  const editorOf = (anchor: Anchor): Editor | undefined => {
    const name = anchor.control ?? (anchor.id === undefined ? undefined : store.get(anchor.id)?.control);
    const control = task.schema.controls.find((one) => one.name === name);
    return editors.get(control?.field ?? "") ?? [...editors.values()][0];
  };
  const reveal = (anchor: Anchor): void => {
    if (questions.some(({ name }) => name === anchor.control)) form.reveal(anchor);
    else editorOf(anchor)?.reveal(anchor);
  };
  if (regionControls.length > 0) {
    const labelsHere = openPalette(hereIn(side));
    const list = openRegionList({ surface: hereIn(side), reveal });
    const detail = openDetail(hereIn(side));
    side.append(labelsHere.element);
    cleanup.add(() => labelsHere.end());
    cleanup.add(() => list.end());
    cleanup.add(() => detail.end());
    side.append(detail.element, list.element);
  }
  const formPlace = el("div", { class: "gw-form" });
  side.prepend(formPlace);
  const form = openForm({ ...hereIn(formPlace), controls: questions });
  cleanup.add(() => form.end());
  return {
    store,
    history,
    selection,
    keys,
    labels: () => {
      store.settle(); // what is being typed counts, and is logged before it is handed in
      return writeLabels(task.schema, store.all());
    },
    problems: () => {
      store.settle();
      return problemsOf(task.schema, [...store.all()], task.content);
    },
    reveal: (anchor) => {
      const entity = anchor.id === undefined ? undefined : store.get(anchor.id);
      // What somebody is led to is what they then do something about.
      if (regionControls.some(({ name }) => name === entity?.control)) selection.set([entity!.id]);
      reveal(anchor);
    },
    mark: (anchors) => {
      for (const editor of editors.values()) editor.mark?.(anchors);
    },
    focus: () => [...editors.values()][0]?.focus(),
    end: () => {
      cleanup.run();
      fill(root);
    },
  };
}
