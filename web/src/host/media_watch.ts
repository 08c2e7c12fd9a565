/** Waits for what the server makes of a picture or a sound: asks again, ever more rarely, until it is there. */

import type { MediaFacts, Task } from "./editor";

const FIRST_MS = 1000;
const GROWTH = 1.6;
const LONGEST_MS = 30_000;
/** Where nothing at all is known, nothing may ever be: these questions are enough. */
const UNKNOWN_MOST = 6;

/** Whether something is still being made. */
export function isMaking(facts: MediaFacts | undefined): boolean {
  return facts?.state === "waiting" || facts?.state === "making";
}

/**
 * Call `changed` when more is known of a medium than at first; returns how to stop.
 *
 * `task.renew` asks the server, `task.media` tells what it said; somebody else may have asked in the meantime.
 */
export function watchMedia(task: Task, reference: string, changed: () => void, firstMs = FIRST_MS): () => void {
  let [timer, asked, wait, ended]: [ReturnType<typeof setTimeout> | undefined, number, number, boolean] = [
    undefined,
    0,
    firstMs,
    false,
  ];
  const known = (): MediaFacts | undefined => task.media(reference)?.facts;
  const first = known();
  const waits = (): boolean => {
    const facts = known();
    return facts === undefined ? reference.startsWith("blob:") && asked < UNKNOWN_MOST : isMaking(facts);
  };
  const look = async (): Promise<void> => {
    if (waits()) {
      asked += 1;
      await task.renew?.().catch(() => undefined); // broad: without a network it is asked again later
    }
    if (ended) return;
    if (waits()) {
      wait = Math.min(wait * GROWTH, LONGEST_MS);
      timer = setTimeout(() => void look(), wait);
    } else if (known() !== first) changed();
  };
  if (waits() && task.renew !== undefined) timer = setTimeout(() => void look(), wait);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
