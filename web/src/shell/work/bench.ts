/** A workbench in a page: opened for the current item, logged to the device, listening to keys and signs of work. */

import { type RefObject, useEffect, useState } from "react";
import { type Action, Keymap } from "@/core/hotkeys";
import { type Language, words } from "@/core/words";
import { Activity } from "@/floor/activity";
import type { Ready } from "@/floor/queue";
import { isField } from "@/host/embed";
import { openWorkbench, type Workbench } from "@/host/workbench";
import { Cleanup } from "@/kit/dom";
import { Journal } from "@/outbox/journal";
import type { Shelf } from "@/outbox/model";

const KEYS = words({
  general: { en: "General", zh: "通用" },
  submit: { en: "Submit and go on", zh: "提交并继续" },
  undo: { en: "Undo", zh: "撤销" },
  redo: { en: "Redo", zh: "重做" },
  disk: { en: "This device cannot save: {problem}", zh: "本机无法保存：{problem}" },
});

const REMAPPED = "galley.hotkeys";

export interface OpenBench {
  readonly bench: Workbench;
  readonly journal: Journal;
  readonly activity: Activity;
  onSubmit(run: () => void): () => void;
  /** Take no more changes: it is being handed in. */
  freeze(): void;
}

interface Options {
  readonly place: RefObject<HTMLElement | null>;
  readonly ready: Ready | null;
  readonly shelf: Shelf;
  readonly language: Language;
  readonly readOnly?: boolean;
  onNotice(text: string, tone?: "bad"): void;
}

/** The bench of the current item; null while there is none or it is being opened. */
export function useBench({ place, ready, shelf, language, readOnly, onNotice }: Options): OpenBench | null {
  const [open, setOpen] = useState<OpenBench | null>(null);
  useEffect(() => {
    const root = place.current;
    if (ready === null || root === null) return;
    const cleanup = new Cleanup();
    let ended = false;
    void openIn(root, { ready, shelf, language, readOnly: readOnly === true, cleanup, onNotice }).then((bench) => {
      if (ended) return bench.bench.end();
      cleanup.add(() => bench.bench.end());
      setOpen(bench);
      bench.bench.focus();
    });
    return () => {
      ended = true;
      cleanup.run();
      setOpen(null);
    };
  }, [place, ready, shelf, language, readOnly, onNotice]);
  return open;
}

interface Opening extends Omit<Options, "place" | "ready"> {
  readonly ready: Ready;
  readonly cleanup: Cleanup;
}

async function openIn(root: HTMLElement, opening: Opening): Promise<OpenBench> {
  const { ready, cleanup, language } = opening;
  const keys = new Keymap(JSON.parse(localStorage.getItem(REMAPPED) ?? "{}"));
  const activity = new Activity();
  const journal = new Journal({
    shelf: opening.shelf,
    key: ready.item.key,
    seq: ready.lines,
    onTrouble: (problem) => opening.onNotice(KEYS.disk[language].replace("{problem}", String(problem)), "bad"),
  });
  let frozen = false;
  const bench = await openWorkbench({
    root,
    keys,
    language,
    readOnly: opening.readOnly === true,
    entities: ready.entities,
    task: {
      key: ready.item.key,
      schema: ready.schema,
      content: ready.item.lease.content as never,
      media: (one) => ready.media.get(one),
    },
    onTransaction: journal.hear,
    onSign: (sign) => activity.sign(sign),
    onNotice: (text) => opening.onNotice(text),
  });
  const add = (name: string, title: Action["title"], chords: readonly string[], run: () => void): (() => void) =>
    keys.add({ name: `bench.${name}`, title, chords, group: KEYS.general, inFields: true }, run);
  cleanup.add(add("undo", KEYS.undo, ["Mod+z"], () => void bench.history.undo()));
  cleanup.add(add("redo", KEYS.redo, ["Mod+Shift+z", "Mod+y"], () => void bench.history.redo()));
  cleanup.listen(window, "keydown", (event) => {
    activity.sign("input");
    if (event.defaultPrevented || frozen) return;
    if (keys.press(event, isField(event.target)) !== null) event.preventDefault();
  });
  cleanup.listen(window, "pointermove", () => activity.sign("pointer"), { passive: true });
  cleanup.listen(window, "pointerdown", () => activity.sign("input"), { passive: true });
  cleanup.listen(window, "wheel", () => activity.sign("scroll"), { passive: true });
  cleanup.listen(document as unknown as Window, "visibilitychange" as "focus", () =>
    activity.away("hidden", document.hidden),
  );
  cleanup.listen(window, "blur", () => activity.away("blurred", true));
  cleanup.listen(window, "focus", () => activity.away("blurred", false));
  return {
    bench,
    journal,
    activity,
    onSubmit: (run) => add("submit", KEYS.submit, ["Mod+Enter"], run),
    freeze: () => {
      frozen = true;
    },
  };
}
