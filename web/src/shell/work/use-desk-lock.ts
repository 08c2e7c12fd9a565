/** One tab at a desk: two would write one item's log over each other. The newest may take it. */

import { useCallback, useEffect, useState } from "react";

export type DeskLock = "asking" | "mine" | "elsewhere";

/** What this tab is just letting go: the next page of it waits for that, instead of taking it for another tab. */
let letting: Promise<unknown> = Promise.resolve();

export function useDeskLock(name: string): { readonly lock: DeskLock; take(): void } {
  const [lock, setLock] = useState<DeskLock>("asking");
  const [steal, setSteal] = useState(false);
  useEffect(() => {
    const { locks } = navigator;
    if (locks === undefined) return setLock("mine"); // without them (plain http elsewhere) nobody can tell
    let ended = false;
    let letGo = (): void => undefined;
    const held = new Promise<void>((done) => {
      letGo = done;
    });
    const tell = (now: DeskLock): void => {
      if (!ended) setLock(now);
    };
    const asked = letting
      .then(() =>
        locks.request(`galley-desk-${name}`, steal ? { steal: true } : { ifAvailable: true }, async (got) => {
          tell(got === null ? "elsewhere" : "mine");
          if (got !== null) await held;
        }),
      )
      .catch(() => {
        tell("elsewhere"); // broad: it was taken by another tab
        if (!ended) setSteal(false);
      });
    return () => {
      ended = true;
      letGo();
      letting = asked;
    };
  }, [name, steal]);
  const take = useCallback(() => {
    setLock("asking");
    setSteal(true);
  }, []);
  return { lock, take };
}
