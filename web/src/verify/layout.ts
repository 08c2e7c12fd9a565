/** The lists of a release folder: manifest.json and seal.json, checked to the last byte (docs/reference/release-layout.md). */

import { isObject, type Json, type JsonObject } from "@/core/json";
import { type Bytes, hex, textOf } from "./bytes";
import { canonical, canonicalText, parseJson } from "./canonical";
import { Fault } from "./fault";
import { Tree } from "./merkle";
import { SAYS } from "./words";

export const MANIFEST = "manifest.json";
export const SEAL = "seal.json";
export const CERTIFICATE_FILE = "evidence/certificate.json";
export const AUDITS_FILE = "evidence/audits.json";
const MANIFEST_FORMAT = "galley/release/v1";
const SEAL_FORMAT = "galley/seal/v1";
const SEALED = ["statements", "proofs", "trust"];
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;

export interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface FileEntry extends Entry {
  readonly rows: number | null;
  readonly first_record: number | null;
  readonly records_root: string | null;
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly version_root: string;
  readonly rows: number;
  readonly record_root: string;
  readonly files: readonly FileEntry[];
  readonly root: string;
}

export interface Seal {
  readonly release_root: string;
  readonly files: readonly Entry[];
  readonly root: string;
}

export function parseManifest(data: Bytes): Manifest {
  const { files, root, ...head } = read(data, MANIFEST_FORMAT, {
    ...{ format: "string", name: "string", version: "string", version_root: "string", rows: "number" },
    ...{ record_root: "string", files: "object", root: "string" },
  });
  const found = entries(files, ["bytes", "first_record", "path", "records_root", "rows", "sha256"]);
  for (const { path } of found)
    if ([...SEALED, MANIFEST, SEAL].includes(path.split("/")[0] ?? "")) throw new Fault(SAYS.belongs, { path });
  checkRoot(head, found, root);
  return { ...head, files: found, root } as unknown as Manifest;
}

export function parseSeal(data: Bytes): Seal {
  const { files, root, ...head } = read(data, SEAL_FORMAT, {
    ...{ format: "string", release_root: "string", files: "object", root: "string" },
  });
  const found = entries(files, ["bytes", "path", "sha256"]);
  for (const { path } of found)
    if (!path.includes("/") || !SEALED.includes(path.split("/")[0] ?? "")) throw new Fault(SAYS.belongs, { path });
  checkRoot(head, found, root);
  return { ...head, files: found, root } as unknown as Seal;
}

function read(data: Bytes, format: string, members: { readonly [name: string]: string }): JsonObject {
  const value = parseJson(data);
  if (!isObject(value)) throw new Fault(SAYS.notJson);
  if (value.format !== format) throw new Fault(SAYS.otherFormat, { format });
  const fits =
    Object.keys(value).length === Object.keys(members).length &&
    Object.entries(members).every(([name, kind]) => typeof value[name] === kind && value[name] !== null);
  if (!fits) throw new Fault(SAYS.members, { format });
  if (canonicalText(value) !== textOf(data)) throw new Fault(SAYS.notCanonical);
  return value;
}

function entries(value: Json | undefined, members: readonly string[]): readonly FileEntry[] {
  if (!Array.isArray(value)) throw new Fault(SAYS.notJson);
  let previous = "";
  return (value as readonly Json[]).map((entry) => {
    const path = isObject(entry) ? String(entry.path) : "";
    if (!isObject(entry) || !goodEntry(entry, members)) throw new Fault(SAYS.entry, { path: path.slice(0, 200) });
    if (path <= previous) throw new Fault(SAYS.order, { path });
    previous = path;
    return entry as unknown as FileEntry;
  });
}

const natural = (value: Json | undefined): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

function goodEntry(entry: JsonObject, members: readonly string[]): boolean {
  const { path, bytes, sha256 } = entry;
  const segments = typeof path === "string" ? path.split("/") : [];
  return (
    canonicalText(Object.keys(entry).sort()) === canonicalText(members) &&
    segments.length >= 1 &&
    segments.length <= 8 &&
    segments.every((segment) => SEGMENT.test(segment)) &&
    natural(bytes) &&
    /^[0-9a-f]{64}$/.test(String(sha256)) &&
    [entry.rows ?? null, entry.first_record ?? null].every((count) => count === null || natural(count))
  );
}

function checkRoot(head: JsonObject, files: readonly FileEntry[], root: Json | undefined): void {
  const tree = new Tree();
  tree.add(canonical(head));
  for (const entry of files) tree.add(canonical(entry));
  if (hex(tree.root()) !== root) throw new Fault(SAYS.rootFollows);
}
