/** Mutations that are asked for once: a double click is one click. */

import { type UseMutationOptions, type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useCallback, useRef } from "react";

/** The clicks of a double click follow each other in less; what is asked for later is meant. */
const DOUBLE_MS = 500;

/** What runs only when it did not begin just now. */
export function notTwice(now: () => number = () => performance.now()): (run: () => void) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (run) => {
    const at = now();
    if (at - last < DOUBLE_MS) return;
    last = at;
    run();
  };
}

/** As `useMutation`; a button that is disabled while it runs is so a moment too late. */
export function useDoing<A, G>(options: UseMutationOptions<A, Error, G>): UseMutationResult<A, Error, G> {
  const made = useMutation(options);
  const once = useRef(notTwice());
  const { mutate: run } = made;
  const mutate = useCallback<typeof run>((...given) => once.current(() => run(...given)), [run]);
  return { ...made, mutate } as UseMutationResult<A, Error, G>;
}
