/** Cuts pictures into superpixels where it does not hold up anybody. */

import { type Pixels, superpixels } from "./slic";

export interface Asked extends Pixels {
  readonly data: Uint8ClampedArray;
  readonly side: number;
}

self.addEventListener("message", (event: MessageEvent<Asked>) => {
  const found = superpixels(event.data, event.data.side);
  const worker = self as unknown as { postMessage(told: unknown, transfer: Transferable[]): void };
  worker.postMessage(found, [found.labels.buffer]);
});
