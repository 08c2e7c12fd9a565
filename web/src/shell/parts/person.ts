/** What people are called: a labeler that is a person bears their number, `person-7`, where their name is not told. */

import type { Text } from "@/core/words";
import { FRAME } from "../words";

type Say = (text: Text, facts?: { readonly [name: string]: string | number }) => string;

/** The person of a labeler that is one: `person-7` is 7. */
export function personOf(labeler: string): number | null {
  const found = /^person-(\d+)$/.exec(labeler);
  return found === null ? null : Number(found[1]);
}

/** A name as it can be read: `person-7` as words. */
export function sayName(t: Say, name: string): string {
  const person = personOf(name);
  return person === null ? name : t(FRAME.personNo, { number: person });
}
