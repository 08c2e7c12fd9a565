/** Runs a regular expression where it can be stopped. */

import { findAll, type Query } from "./find";

self.addEventListener("message", (event: MessageEvent<{ readonly text: string; readonly query: Query }>) => {
  (self as unknown as { postMessage(told: unknown): void }).postMessage(findAll(event.data.text, event.data.query));
});
