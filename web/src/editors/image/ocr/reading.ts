/** The reading order of the texts of an open picture, and how it is changed. */

import type { Entity, Id } from "@/core/entity";
import { typeOf } from "@/core/schema";
import type { Draft } from "@/core/store";
import { withPreviews } from "@/core/store";
import { inReadingOrder, orderAt } from "@/labels/ocr";
import type { Bench } from "../bench";
import { OCR } from "./words";

export class Reading {
  readonly #bench: Bench;
  readonly #controls: ReadonlySet<string>;
  readonly #stop: () => void;
  readonly #listeners = new Set<() => void>();
  #known: readonly (readonly Entity[])[] | null = null;

  constructor(bench: Bench) {
    this.#bench = bench;
    const { controls, store } = bench.surface;
    this.#controls = new Set(controls.filter((control) => typeOf(control) === "ocr").map(({ name }) => name));
    this.#stop = store.listen(
      withPreviews(({ changes }) => {
        if (!changes.some(({ after, before }) => this.#controls.has((after ?? before)?.control ?? ""))) return;
        this.#known = null;
        for (const listener of this.#listeners) listener();
      }),
    );
  }

  /** The texts of each control, in reading order. */
  get lists(): readonly (readonly Entity[])[] {
    this.#known ??= [...this.#controls].map((name) => inReadingOrder([...this.#bench.surface.store.of(name)]));
    return this.#known;
  }

  isText(id: Id): boolean {
    return this.#controls.has(this.#bench.surface.store.get(id)?.control ?? "");
  }

  /** The list a text is in. */
  listOf(id: Id): readonly Entity[] {
    return this.lists.find((list) => list.some((entity) => entity.id === id)) ?? [];
  }

  /** Move a text to a place in its list. */
  move(id: Id, place: number): void {
    const list = this.listOf(id);
    const to = Math.max(0, Math.min(place, list.length - 1));
    const others = list.filter((entity) => entity.id !== id);
    const moved = list.find((entity) => entity.id === id);
    if (moved === undefined || list[to]?.id === id) return;
    this.#bench.surface.store.transact("reading order", (draft) => {
      const order = orderAt(others, to);
      if (order !== null) draft.patch(id, { order });
      else number(draft, [...others.slice(0, to), moved, ...others.slice(to)]);
    });
    const text = String(moved.value.text ?? "");
    this.#bench.announce(OCR.place, { text, number: to + 1, count: list.length });
    this.#bench.surface.sign("input");
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  end(): void {
    this.#stop();
    this.#listeners.clear();
  }
}

function number(draft: Draft, list: readonly Entity[]): void {
  for (const [order, { id }] of list.entries()) draft.patch(id, { order });
}
