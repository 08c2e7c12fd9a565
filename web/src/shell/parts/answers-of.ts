/** Of everything said about an item, the answers to its questions; verdicts on answers, which have slots, too, are none. */

const VERDICTS: ReadonlySet<unknown> = new Set(["review", "accept"]);

interface Said<R> {
  readonly slots: readonly { readonly [key: string]: unknown }[];
  readonly revisions: readonly R[];
}

/** Oldest first, as they come. */
export function answersOf<R extends { readonly [key: string]: unknown }>({ slots, revisions }: Said<R>): readonly R[] {
  const judged = new Set(slots.filter(({ stage }) => VERDICTS.has(stage)).map(({ id }) => id));
  return revisions.filter(({ slot }) => !judged.has(slot));
}
