/** A release folder as a source, read with Node; and copies of it in memory to damage. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Check, type Source, verifyRelease, type Wishes } from "@/verify/release";

export type Files = ReadonlyMap<string, Uint8Array>;

export function folder(path: string): Files {
  return new Map(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [file.slice(path.length + 1), new Uint8Array(readFileSync(file))] as const;
      }),
  );
}

export function sourceOf(files: Files): Source {
  return {
    paths: [...files.keys()],
    open: async (path) => {
      const data = files.get(path);
      return data === undefined ? "missing" : pieces(data);
    },
  };
}

/** In pieces of odd sizes, as networks send them. */
async function* pieces(data: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0, size = 1; at < data.length; at += size, size = Math.min(size * 3 + 1, 65_537))
    yield data.subarray(at, at + size);
}

export async function checked(files: Files, wishes: Wishes = {}): Promise<readonly Check[]> {
  const found: Check[] = [];
  for await (const check of verifyRelease(sourceOf(files), wishes)) found.push(check);
  return found;
}
