/** Typing into the store: shown at once, one undoable step a stretch, never in the middle of what an input method composes. */

import type { Draft, Store } from "@/core/store";

const REST_MS = 700;

export class Typing {
  readonly #store: Store;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #name: string | null = null;
  composing = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What is typed, from what was before the stretch; another name begins another stretch. */
  type(name: string, make: (draft: Draft) => void): void {
    if (this.#name !== name) this.rest();
    this.#name = name;
    this.#store.preview(make);
    this.#wait();
  }

  /** The stretch is over. */
  rest(): void {
    clearTimeout(this.#timer);
    const name = this.#name;
    this.#name = null;
    if (name !== null) this.#store.commit(name);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.composing ? this.#wait() : this.rest()), REST_MS);
  }
}
