/** What somebody dropped or chose, folders opened: one file to send. */

import { type Entry, tarParts } from "./tar";

export interface Sendable {
  readonly name: string;
  readonly blob: Blob;
  readonly mark: string | null;
  readonly files: number;
}

interface Found {
  readonly path: string;
  readonly file: File;
}

/** Files of a drop, with those inside dropped folders. Must be called while the event is handled. */
export async function filesOfDrop(data: DataTransfer): Promise<readonly Found[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return filesOfList(data.files);
  return (await Promise.all(entries.map((entry) => walk(entry, "")))).flat();
}

export function filesOfList(list: Iterable<File>): readonly Found[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function walk(entry: FileSystemEntry, folder: string): Promise<readonly Found[]> {
  const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((found, lost) => (entry as FileSystemFileEntry).file(found, lost));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((found, lost) => reader.readEntries(found, lost));
    if (some.length === 0) break;
    inside.push(...some);
  }
  const found: Found[] = [];
  for (const one of inside) found.push(...(await walk(one, path)));
  return found;
}

const ROWS = /\.(jsonl|ndjson|json|csv|tsv|tab|parquet|zip|tar|tgz)(\.(gz|bz2|xz|zst))?$/i;

/** One file of rows or an archive goes as it is; everything else becomes one archive. */
export function sendable(found: readonly Found[]): Sendable | null {
  const [first, ...others] = found;
  if (first === undefined) return null;
  if (others.length === 0 && ROWS.test(first.file.name)) {
    const { name, size, lastModified } = first.file;
    return { name, blob: first.file, mark: `${name}.${size}.${lastModified}`, files: 1 };
  }
  const entries = [...found]
    .sort((left, right) => (left.path < right.path ? -1 : 1))
    .map(({ path, file }): Entry => ({ path, size: file.size, part: file }));
  const stamp = found.reduce((sum, { file }) => (sum * 31 + file.size + file.lastModified) % 2 ** 40, found.length);
  const blob = new Blob(tarParts(entries));
  return { name: `${nameOf(found)}.tar`, blob, mark: `folder.${blob.size}.${stamp}`, files: found.length };
}

/** What an archive of files is called: as the folder they are all in, or as the first of them. */
export function nameOf(found: readonly { readonly path: string }[]): string {
  const [first, ...others] = found.map(({ path }) => path);
  const folder = first?.split("/")[0] ?? "";
  if (first?.includes("/") && others.every((path) => path.startsWith(`${folder}/`))) return folder;
  const name = first?.split("/").at(-1) ?? "";
  return others.length === 0 ? name : `${name} +${others.length}`;
}
