/**
 * Workbenches of a page: the one in front, and the next one opened out of sight, so that handing in shows it at once.
 *
 * Without React: the benches follow the queue themselves, and the page around them hears only what it shows.
 */

import { type Action, Keymap } from "@/core/hotkeys";
import type { Json } from "@/core/json";
import { type Language, say, type Text } from "@/core/words";
import { Activity } from "@/floor/activity";
import { DraftSync, putDraft } from "@/floor/drafts";
import { installedModels } from "@/floor/models";
import type { QueueState, Ready } from "@/floor/queue";
import type { Place } from "@/floor/server";
import { hear } from "@/host/keyboard";
import { openWorkbench, type Workbench } from "@/host/workbench";
import { Cleanup, el } from "@/kit/dom";
import { Journal } from "@/outbox/journal";
import type { Shelf } from "@/outbox/model";
import { elsewhere } from "./elsewhere";
import { keptHotkeys } from "./hotkeys";
import { keepSide, keptSide, showSide } from "./side";
import { WORK } from "./words";

/** The item in front of somebody. */
export interface OpenBench {
  readonly ready: Ready;
  readonly bench: Workbench;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly draft: DraftSync | null;
  /** When it was first shown here. */
  readonly shownAt: number;
}

/** What the page around does by keys. */
export interface Command {
  readonly name: string;
  readonly title: Text;
  readonly group: Text;
  readonly chords: readonly string[];
  /** Also while somebody types. */
  readonly inFields?: boolean;
  run(): void;
}

interface Options {
  readonly root: HTMLElement;
  readonly place: Place;
  readonly shelf: Shelf;
  readonly language: Language;
  readonly readOnly?: boolean;
  readonly commands: readonly Command[];
  /** The states benches had when the page made them anew (another language). */
  readonly carried?: Carried;
  onOpen(open: OpenBench | null): void;
  /** Media of an item do not load: get newer links. */
  onLost?(ready: Ready): Promise<void>;
  onNotice(text: string, tone?: "bad"): void;
  onProblem(problem: unknown): void;
}

type Carried = ReadonlyMap<string, Pick<Ready, "entities" | "lines">>;

/** A bench that is being opened, is open out of sight, or is in front. */
interface Standing {
  readonly ready: Ready;
  readonly root: HTMLElement;
  readonly keys: Keymap;
  readonly cleanup: Cleanup;
  open: { readonly bench: Workbench; readonly journal: Journal; readonly draft: DraftSync | null } | null;
  ended: boolean;
}

export class Benches {
  readonly #options: Options;
  readonly #standing = new Map<string, Standing>();
  readonly #cleanup = new Cleanup();
  #front: OpenBench | null = null;
  #wanted: string | null = null;
  #frozen = false;
  #idle: number | ReturnType<typeof setTimeout> = 0;

  constructor(options: Options) {
    this.#options = options;
    showSide(options.root, keptSide());
    this.#listen();
  }

  get front(): OpenBench | null {
    return this.#front;
  }

  /** Show what is current, and open what comes next when there is time. */
  follow({ current, next }: Pick<QueueState, "current" | "next">): void {
    const wanted = new Map([current, next].flatMap((ready) => (ready === null ? [] : [[ready.item.key, ready]])));
    this.#wanted = current?.item.key ?? null;
    if (this.#front !== null && this.#front.ready.item.key !== this.#wanted) this.#hideFront();
    if (current !== null) this.#show(this.#stand(current));
    for (const [key, standing] of this.#standing) {
      // Taken away behind the frame that shows the next one.
      if (!wanted.has(key)) this.#end(key, standing, 100);
    }
    if (next !== null && !this.#standing.has(next.item.key)) this.#later(() => this.#stand(next));
  }

  /** Take no more changes of the item in front: it is being handed in. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
  }

  remap(): void {
    for (const { keys } of this.#standing.values()) keys.remap(keptHotkeys());
  }

  /** Take everything away; returns what to carry over into others. */
  end(): Carried {
    this.#cleanup.run();
    cancelIdle(this.#idle);
    this.#front = null;
    const carried = new Map<string, Pick<Ready, "entities" | "lines">>();
    for (const [key, standing] of this.#standing) {
      const { open } = standing;
      if (open !== null) carried.set(key, { entities: [...open.bench.store.all()], lines: open.journal.seq });
      this.#end(key, standing, 0);
    }
    return carried;
  }

  #stand(ready: Ready): Standing {
    const known = this.#standing.get(ready.item.key);
    if (known !== undefined) return known;
    const root = el("div", { class: "gw-bench", inert: true });
    const standing: Standing = {
      ready,
      root,
      keys: new Keymap(keptHotkeys()),
      cleanup: new Cleanup(),
      open: null,
      ended: false,
    };
    this.#options.root.append(root);
    this.#standing.set(ready.item.key, standing);
    this.#open(standing).then(
      () => this.#wanted === ready.item.key && this.#show(standing),
      (problem) => !standing.ended && this.#options.onProblem(problem),
    );
    return standing;
  }

  async #open(standing: Standing): Promise<void> {
    const { ready, root, keys, cleanup } = standing;
    const { language, place, shelf, onNotice } = this.#options;
    const { item, lease } = ready;
    const from = this.#options.carried?.get(item.key) ?? ready;
    const journal = new Journal({
      shelf,
      key: item.key,
      seq: from.lines,
      onTrouble: (problem) => onNotice(say(WORK.disk, language, { problem: String(problem) }), "bad"),
    });
    const bench = await openWorkbench({
      root,
      keys,
      language,
      readOnly: this.#options.readOnly === true,
      models: installedModels,
      entities: from.entities,
      task: {
        key: item.key,
        schema: ready.schema,
        content: lease.content as never,
        media: (one) => ready.media.get(one),
        renew: () => this.#options.onLost?.(ready) ?? Promise.resolve(),
      },
      onTransaction: (transaction) => {
        journal.hear(transaction);
        draft?.changed();
      },
      onSign: (sign) => this.#front?.ready === ready && this.#front.activity.sign(sign),
      onNotice: (text) => onNotice(text),
      onSide: (width) => keepSide(this.#options.root, width),
    });
    if (standing.ended) return bench.end();
    const draft =
      this.#options.readOnly === true
        ? null
        : new DraftSync({
            put: putDraft(place, lease.slot),
            state: () => ({ v: 1, attempt: lease.attempt, entities: [...bench.store.all()] }),
          });
    cleanup.add(() => bench.end());
    if (draft !== null) cleanup.add(() => draft.end());
    for (const { run, ...command } of this.#options.commands) {
      const action: Action = { ...command, name: `bench.${command.name}` };
      cleanup.add(keys.add(action, run));
    }
    standing.open = { bench, journal, draft };
  }

  #show(standing: Standing): void {
    if (standing.open === null || standing.ended || this.#front?.ready === standing.ready) return;
    const { root, ready, open } = standing;
    root.classList.add("gw-bench-front");
    root.removeAttribute("inert");
    const shownAt = Date.now();
    this.#front = { ready, ...open, activity: new Activity(), shownAt };
    this.#frozen = false;
    open.bench.focus();
    this.#options.onOpen(this.#front);
    markShown(ready.lease.slot);
  }

  #hideFront(): void {
    const standing = this.#front === null ? undefined : this.#standing.get(this.#front.ready.item.key);
    standing?.root.classList.remove("gw-bench-front");
    standing?.root.setAttribute("inert", "");
    this.#front = null;
    if (this.#wanted === null || this.#standing.get(this.#wanted)?.open == null) this.#options.onOpen(null);
  }

  #end(key: string, standing: Standing, afterMs: number): void {
    this.#standing.delete(key);
    standing.ended = true;
    const end = (): void => {
      standing.cleanup.run();
      standing.root.remove();
    };
    if (afterMs === 0) end();
    else setTimeout(end, afterMs);
  }

  #later(work: () => void): void {
    cancelIdle(this.#idle);
    const run = (): void => {
      if (this.#cleanupDone) return;
      // The one in front comes first.
      const front = this.#wanted === null ? undefined : this.#standing.get(this.#wanted);
      if (front !== undefined && front.open === null) this.#later(work);
      else work();
    };
    this.#idle =
      typeof requestIdleCallback === "function" ? requestIdleCallback(run, { timeout: 300 }) : setTimeout(run, 50);
  }

  #cleanupDone = false;

  #listen(): void {
    const cleanup = this.#cleanup;
    const activity = (): Activity | undefined => this.#front?.activity;
    cleanup.add(() => {
      this.#cleanupDone = true;
    });
    cleanup.listen(window, "keydown", (event) => {
      activity()?.sign("input");
      const front = this.#front === null ? undefined : this.#standing.get(this.#front.ready.item.key);
      if (!this.#frozen && front !== undefined && !elsewhere(event.target)) hear(front.keys, event);
    });
    cleanup.listen(window, "pointermove", () => activity()?.sign("pointer"), { passive: true });
    cleanup.listen(window, "pointerdown", () => activity()?.sign("input"), { passive: true });
    cleanup.listen(window, "wheel", () => activity()?.sign("scroll"), { passive: true });
    cleanup.listen(document, "visibilitychange" as "focus", () => {
      activity()?.away("hidden", document.hidden);
      if (document.hidden) void this.#front?.draft?.send();
    });
    cleanup.listen(window, "blur", () => activity()?.away("blurred", true));
    cleanup.listen(window, "focus", () => activity()?.away("blurred", false));
  }
}

function cancelIdle(handle: number | ReturnType<typeof setTimeout>): void {
  if (typeof cancelIdleCallback === "function" && typeof handle === "number") cancelIdleCallback(handle);
  else clearTimeout(handle);
}

/** Somebody handed in: from here the time to the next item counts. One pair of marks is kept, whoever measures listens. */
export function markSubmit(): void {
  performance.clearMarks("galley:submit");
  performance.clearMarks("galley:shown");
  performance.clearMeasures("galley:next");
  performance.mark("galley:submit");
}

/** The item is on the screen: behind the frame that painted it. */
function markShown(slot: number): void {
  const frames = new MessageChannel();
  frames.port1.onmessage = () => {
    frames.port1.close();
    performance.mark("galley:shown", { detail: { slot } });
    if (performance.getEntriesByName("galley:submit").length > 0) {
      performance.measure("galley:next", "galley:submit", "galley:shown");
      performance.clearMarks("galley:submit");
    }
  };
  requestAnimationFrame(() => frames.port2.postMessage(null));
}

/** The labels of the item in front as they are handed in. */
export function labelsOf(open: OpenBench): Json {
  return open.bench.labels() as Json;
}
