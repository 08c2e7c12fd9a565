/**
 * Galley's editors in any page: an ES module without a framework.
 *
 * ```js
 * import { openEditor } from "/vendor/galley/galley-editor.js";
 * const editor = await openEditor(element, { schema, content: { text: "…" }, language: "zh" });
 * editor.on("operation", (transaction) => save(transaction));
 * const { labels, problems } = editor.save();
 * ```
 */

import type { Entity, Labels, Transaction } from "@/core/entity";
import { Keymap, type Remapped } from "@/core/hotkeys";
import type { JsonObject } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import type { Language } from "@/core/words";
import type { Problem } from "@/labels/kind";
import type { Anchor, Media, PictureModel, Sign } from "./editor";
import { hear } from "./keyboard";
import { openWorkbench, type Workbench } from "./workbench";

export interface EditorOptions {
  readonly schema: LabelSchema;
  readonly content: JsonObject;
  readonly labels?: Labels;
  readonly entities?: readonly Entity[];
  readonly language?: Language;
  readonly readOnly?: boolean;
  readonly hotkeys?: Remapped;
  /** Models for the image editor, with addresses of their files; without it there are none. */
  readonly models?: readonly PictureModel[];
  /** Where a reference in the content can be loaded; without it, addresses are taken as they are. */
  media?(reference: string): Media | undefined;
  /**
   * Something does not load, or is still being made: have newer addresses and facts, which `media` gives from then on.
   * Asked for by itself; what was drawn and where one looks stay.
   */
  renew?(): Promise<void>;
}

export interface EditorEvents {
  readonly operation: Transaction;
  readonly sign: Sign;
  readonly notice: string;
}

export interface EditorHandle {
  /** Show another item in the same place. */
  load(options: EditorOptions): Promise<void>;
  /** What the person has said, and what keeps it from being complete. */
  save(): { readonly labels: Labels; readonly problems: readonly Problem[] };
  /** Everything done to this item so far, in order. */
  operations(): readonly Transaction[];
  /** Make changes from elsewhere. */
  apply(transaction: Transaction): void;
  undo(): void;
  redo(): void;
  reveal(anchor: Anchor): void;
  on<E extends keyof EditorEvents>(event: E, handler: (told: EditorEvents[E]) => void): () => void;
  end(): void;
  /** The parts, for tests and extensions. */
  readonly bench: Workbench;
}

export async function openEditor(root: HTMLElement, options: EditorOptions): Promise<EditorHandle> {
  const handlers = new Map<string, Set<(told: never) => void>>();
  const tell = <E extends keyof EditorEvents>(event: E, told: EditorEvents[E]): void => {
    for (const handler of handlers.get(event) ?? []) (handler as (told: EditorEvents[E]) => void)(told);
  };
  let done: Transaction[] = [];
  let keys = new Keymap(options.hotkeys);
  const open = (wanted: EditorOptions): Promise<Workbench> => {
    done = [];
    keys = new Keymap(wanted.hotkeys);
    return openWorkbench({
      root,
      keys,
      language: wanted.language ?? "zh",
      ...(wanted.labels === undefined ? {} : { labels: wanted.labels }),
      ...(wanted.entities === undefined ? {} : { entities: wanted.entities }),
      readOnly: wanted.readOnly === true,
      ...(wanted.models === undefined ? {} : { models: async () => wanted.models ?? [] }),
      task: {
        key: "embedded",
        schema: wanted.schema,
        content: wanted.content,
        media: (reference) => (wanted.media === undefined ? { url: reference } : wanted.media(reference)),
        ...(wanted.renew === undefined ? {} : { renew: async () => wanted.renew?.() }),
      },
      onTransaction: (transaction) => {
        done.push(transaction);
        tell("operation", transaction);
      },
      onSign: (sign) => tell("sign", sign),
      onNotice: (text) => tell("notice", text),
    });
  };
  let bench = await open(options);
  const press = (event: KeyboardEvent): void => void hear(keys, event);
  root.addEventListener("keydown", press);
  return {
    async load(wanted) {
      bench.end();
      bench = await open(wanted);
    },
    save: () => ({ labels: bench.labels(), problems: bench.problems() }),
    operations: () => done,
    apply: (transaction) => {
      bench.store.apply(transaction);
    },
    undo: () => void bench.history.undo(),
    redo: () => void bench.history.redo(),
    reveal: (anchor) => bench.reveal(anchor),
    on(event, handler) {
      const known = handlers.get(event) ?? new Set();
      handlers.set(event, known.add(handler as (told: never) => void));
      return () => known.delete(handler as (told: never) => void);
    },
    end() {
      root.removeEventListener("keydown", press);
      bench.end();
    },
    get bench() {
      return bench;
    },
  };
}
