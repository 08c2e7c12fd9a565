/** Mutations that are asked for once: a double click is one click. */

import { type UseMutationOptions, type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useCallback, useRef } from "react";

/** The clicks of a double click follow each other in less; what is asked for later is meant. */
const DOUBLE_MS = 500;

/** What runs only when the same did not begin just now; something else does at once. */
export function notTwice(now: () => number = () => performance.now()): (given: unknown, run: () => void) => void {
  let last = { at: Number.NEGATIVE_INFINITY, given: "" };
  return (given, run) => {
    const next = { at: now(), given: JSON.stringify(given) ?? "" };
    if (next.at - last.at < DOUBLE_MS && next.given === last.given) return;
    last = next;
    run();
  };
}

/** As `useMutation`; a button that is disabled while it runs is so a moment too late. */
export function useDoing<A, G>(options: UseMutationOptions<A, Error, G>): UseMutationResult<A, Error, G> {
  const made = useMutation(options);
  const once = useRef(notTwice());
  const { mutate: run } = made;
  const mutate = useCallback<typeof run>((...given) => once.current(given[0], () => run(...given)), [run]);
  return { ...made, mutate } as UseMutationResult<A, Error, G>;
}
