/** A workbench in a page that belongs to no queue: an answer to look at, or one to edit and keep elsewhere. */

import { type RefObject, useEffect, useState } from "react";
import type { Labels } from "@/core/entity";
import { Keymap } from "@/core/hotkeys";
import type { Json, JsonObject } from "@/core/json";
import { isObject } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import type { Language } from "@/core/words";
import { installedModels } from "@/floor/models";
import type { Media } from "@/host/editor";
import { hear } from "@/host/keyboard";
import { openWorkbench, type Workbench } from "@/host/workbench";
import { Cleanup, el } from "@/kit/dom";

export interface Shown {
  readonly key: string;
  readonly schema: LabelSchema;
  readonly content: unknown;
  readonly labels: Json | undefined;
  readonly media: ReadonlyMap<string, Media>;
}

export interface BenchView {
  readonly bench: Workbench;
  readonly shown: Shown;
}

/** The bench of what is shown; null while it is being opened. It hears keys only when `keys` says so. */
export function useAnswerBench(
  place: RefObject<HTMLElement | null>,
  shown: Shown | null,
  options: {
    readonly language: Language;
    readonly readOnly: boolean;
    readonly keys?: boolean;
    onNotice(text: string): void;
  },
): BenchView | null {
  const { language, readOnly, keys: hears = false, onNotice } = options;
  const [open, setOpen] = useState<BenchView | null>(null);
  useEffect(() => {
    const around = place.current;
    if (around === null || shown === null) return;
    const cleanup = new Cleanup();
    // A place of its own: one that is still being opened when it is not wanted any more clears nobody else's.
    const root = el("div", { class: "gr-bench" });
    around.append(root);
    cleanup.add(() => root.remove());
    let ended = false;
    const keys = new Keymap();
    const labels = isObject(shown.labels) ? (shown.labels as Labels) : {};
    void openWorkbench({
      root,
      keys,
      language,
      readOnly,
      labels,
      models: installedModels,
      task: {
        key: shown.key,
        schema: shown.schema,
        content: isObject(shown.content) ? (shown.content as JsonObject) : {},
        media: (reference) => shown.media.get(reference),
      },
      onNotice,
    }).then((bench) => {
      if (ended) return bench.end();
      cleanup.add(() => bench.end());
      if (hears) {
        cleanup.listen(window, "keydown", (event) => {
          // Dialogs have their own keys, unless the bench is in one.
          const dialog =
            event.target instanceof Element ? event.target.closest('[role="dialog"], [data-keys="own"]') : null;
          const elsewhere = dialog !== null && !dialog.contains(root);
          if (!elsewhere) hear(keys, event);
        });
      }
      setOpen({ bench, shown });
    });
    return () => {
      ended = true;
      cleanup.run();
      setOpen(null);
    };
  }, [place, shown, language, readOnly, hears, onNotice]);
  return open;
}
