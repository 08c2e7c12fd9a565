/** When to ask again for small pictures that are still being made. Pure. */

import type { Thumbnails } from "@/api/types";

const [FIRST_MS, MOST_MS] = [1000, 15_000];

/** In how many milliseconds to ask again, having been answered `times` times; false: nothing is being made. */
export function againIn(told: Thumbnails["items"] | undefined, times: number): number | false {
  const making = Object.values(told ?? {}).some(({ state }) => state === "waiting" || state === "making");
  return making ? Math.min(MOST_MS, FIRST_MS * 2 ** Math.max(0, times - 1)) : false;
}
