/**
 * Searches with a bound on their time: regular expressions run in a worker that is stopped when it takes too long.
 *
 * Plain searches need no bound and run at once. Where no worker can be made, expressions are not offered: one that
 * backtracks for ever would take the tab along.
 */

import { scriptUrl } from "@/kit/trusted";
import { type Found, findAll, type Query } from "./find";
import workerUrl from "./find_worker?worker&url";

const BOUND_MS = 2000;

export class Finder {
  readonly #text: string;
  readonly #bound: number;
  #stop: (() => void) | null = null;

  constructor(text: string, bound = BOUND_MS) {
    this.#text = text;
    this.#bound = bound;
  }

  /** The matches; null when another search began meanwhile. */
  async find(query: Query): Promise<Found | null> {
    this.cancel();
    if (!query.expression) return findAll(this.#text, query);
    const worker = makeWorker();
    if (worker === null) return { state: "none", matches: [], more: false };
    return await new Promise((resolve) => {
      const settle = (found: Found | null): void => {
        clearTimeout(timer);
        worker.terminate();
        this.#stop = null;
        resolve(found);
      };
      const timer = setTimeout(() => settle({ state: "slow", matches: [], more: false }), this.#bound);
      this.#stop = () => settle(null);
      worker.addEventListener("message", (event: MessageEvent<Found>) => settle(event.data));
      worker.addEventListener("error", () => settle({ state: "none", matches: [], more: false }));
      worker.postMessage({ text: this.#text, query });
    });
  }

  cancel(): void {
    this.#stop?.();
  }
}

function makeWorker(): Worker | null {
  try {
    return new Worker(scriptUrl(workerUrl), { type: "module" });
  } catch {
    return null;
  }
}
