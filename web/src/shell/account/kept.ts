/** What of a person this device keeps that the server may not have. */

import type { Shelf } from "@/outbox/model";

export interface Kept {
  /** Handed in and not with the server. */
  readonly parcels: number;
  /** Items with work on them that is not handed in; what is merely open is with the server. */
  readonly begun: number;
}

export async function keptOf(shelf: Shelf, person: number): Promise<Kept> {
  const items = await shelf.items(person);
  const begun = await Promise.all(items.map(async ({ key }) => ((await shelf.read(key))?.lines.length ?? 0) > 0));
  return { parcels: (await shelf.parcels(person)).length, begun: begun.filter(Boolean).length };
}
