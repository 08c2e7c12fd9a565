/** Where the verifier takes bytes from: the server, or a folder somebody chose. */

import { Refusal, send } from "@/api/call";
import type { Source } from "@/verify/release";
import { fileAddress } from "./files";

/** The files of a release as the server sends them; what it says about them is not asked for. */
export function served(org: number, release: number, signal: AbortSignal): Source {
  return {
    paths: null,
    open: async (path) => {
      try {
        const response = await send(fileAddress(org, release, path), { method: "GET", signal });
        return response.body === null ? nothing() : pieces(response.body, signal);
      } catch (problem) {
        if (problem instanceof Refusal && problem.status === 404) return "missing";
        if (problem instanceof Refusal && problem.status === 403) return "withheld";
        throw problem;
      }
    },
  };
}

/** A chosen folder: the names of its files begin with its own. */
export function onDisk(files: readonly File[], signal: AbortSignal): Source {
  const found = new Map(
    files.map((file) => [file.webkitRelativePath.split("/").slice(1).join("/") || file.name, file]),
  );
  return {
    paths: [...found.keys()],
    open: async (path) => {
      const file = found.get(path);
      return file === undefined ? "missing" : pieces(file.stream(), signal);
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Reads piece by piece, and lets the page breathe between them. */
async function* pieces(stream: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let since = performance.now();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
      if (performance.now() - since > 12) {
        await new Promise((wake) => setTimeout(wake));
        since = performance.now();
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
