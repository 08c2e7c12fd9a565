/** Pictures and sounds of the items that come, fetched and decoded while somebody works on the one before. */

import type { Media } from "@/host/editor";

const KEPT = 12;

/** Decoded pictures stay decoded while something holds them: the newest few are held. */
const held: HTMLImageElement[] = [];

export function prefetch(media: ReadonlyMap<string, Media>): void {
  for (const address of addressesOf(media)) {
    if (address.is === "image") {
      const image = new Image();
      image.src = address.url;
      image.decode().catch(() => undefined); // broad: the editor says so when it is shown
      held.push(image);
      if (held.length > KEPT) held.shift();
    } else {
      fetch(address.url, { credentials: "same-origin", priority: "low" }).catch(() => undefined); // broad: as above
    }
  }
}

export interface Address {
  readonly is: "image" | "other";
  readonly url: string;
}

/** What is worth fetching before it is asked for: whole small pictures, the first tile of large ones, peaks of sounds. */
export function addressesOf(media: ReadonlyMap<string, Media>): Address[] {
  return [...media.values()].flatMap(({ url, facts }): Address[] => {
    if (facts?.kind === "audio" || facts?.kind === "video") {
      return facts.peaks ? [{ is: "other", url: facts.peaks }] : [];
    }
    if (facts?.kind !== "image") return [];
    // What has tiles is shown by them: the first is all of it, small. Decoded whole it would fill the memory.
    if (facts.tiles) return [{ is: "other", url: facts.tiles.template.replace(/\{\w+\}/g, "0") }];
    return [{ is: "image", url }];
  });
}
