/** C2SP verifier keys, signed notes and log checkpoints with Ed25519 (c2sp.org/signed-note, c2sp.org/tlog-checkpoint). */

import { type Bytes, concat, hex, textOf, unbase64, utf8 } from "./bytes";
import { Fault } from "./fault";
import { sha256 } from "./sha256";
import { SAYS } from "./words";

const NOTE_BYTES_MAX = 1024 * 1024;
const SIGNATURES_MAX = 100;
const ED25519 = 1;
const DASH = "— ";

export interface VerifierKey {
  readonly name: string;
  /** `name+530d903a`: what people and key ids of envelopes call it. */
  readonly label: string;
  readonly public: Bytes;
}

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** hex */
  readonly root: string;
}

/** Why this browser cannot verify signatures; null when it can. */
export async function lacking(): Promise<(typeof SAYS)["insecure"] | null> {
  if (globalThis.crypto?.subtle === undefined) return SAYS.insecure;
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), "Ed25519", false, ["verify"]);
    return null;
  } catch (problem) {
    return problem instanceof DOMException && problem.name === "NotSupportedError" ? SAYS.noEd25519 : null;
  }
}

export function parseVerifierKey(text: string): VerifierKey {
  const [, name = "", id = "", encoded = ""] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
  const material = unbase64(encoded);
  if (!goodName(name) || material === null || material.length !== 33 || material[0] !== ED25519)
    throw new Fault(SAYS.key, { given: text.slice(0, 120) });
  const found = hex(sha256(utf8(name), Uint8Array.of(10, ED25519), material.subarray(1)).subarray(0, 4));
  if (found !== id) throw new Fault(SAYS.key, { given: text.slice(0, 120) });
  return { name, label: `${name}+${id}`, public: material.slice(1) };
}

/** Keys one a line; blank lines are passed over. */
export function parseKeys(text: string): readonly VerifierKey[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(parseVerifierKey);
}

export async function verifies(key: VerifierKey, message: Bytes, signature: Bytes): Promise<boolean> {
  try {
    const known = await crypto.subtle.importKey("raw", key.public, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, signature, message);
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === "NotSupportedError") throw problem;
    return false;
  }
}

function goodName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a name must not hold
  return name !== "" && !/[\s+\u0000-\u001f]/u.test(name);
}

interface Line {
  readonly name: string;
  readonly id: string;
  readonly signature: Bytes;
}

function parseNote(data: Uint8Array): { readonly text: string; readonly lines: readonly Line[] } {
  const whole = data.length > NOTE_BYTES_MAX ? null : textOf(data);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note must not hold
  if (whole === null || /[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw new Fault(SAYS.note);
  const blank = whole.lastIndexOf("\n\n");
  if (blank < 0 || !whole.endsWith("\n")) throw new Fault(SAYS.note);
  const lines = whole.slice(blank + 2, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) throw new Fault(SAYS.note);
  return { text: whole.slice(0, blank + 1), lines: lines.map(parseLine) };
}

function parseLine(line: string): Line {
  const [, name = "", encoded = ""] = line.startsWith(DASH)
    ? (/^([^ ]*) (.*)$/.exec(line.slice(DASH.length)) ?? [])
    : [];
  const blob = unbase64(encoded);
  if (!goodName(name) || blob === null || blob.length < 5) throw new Fault(SAYS.note);
  return { name, id: hex(blob.subarray(0, 4)), signature: blob.slice(4) };
}

function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.includes("")) throw new Fault(SAYS.checkpoint);
  const [origin = "", count = "", encoded = ""] = lines;
  const root = unbase64(encoded);
  // JavaScript counts exactly up to 2^53 only: a log of 9 · 10^15 entries is refused rather than miscounted.
  if (!/^(0|[1-9]\d*)$/.test(count) || !Number.isSafeInteger(Number(count)) || root?.length !== 32)
    throw new Fault(SAYS.checkpoint);
  return { origin, size: Number(count), root: hex(root) };
}

/** The checkpoint that a note holds, signed by a known key whose name is its origin. */
export async function openCheckpoint(data: Uint8Array, keys: readonly VerifierKey[]): Promise<Checkpoint> {
  const note = parseNote(data);
  const checkpoint = parseCheckpoint(note.text);
  const named = keys.filter(({ name }) => name === checkpoint.origin);
  if (named.length === 0) throw new Fault(SAYS.origin, { origin: checkpoint.origin });
  let signed = 0;
  for (const line of note.lines) {
    const key = named.find(({ label }) => label === `${line.name}+${line.id}`);
    if (key === undefined) continue; // by rule: witnesses and rotated keys add theirs
    if (!(await verifies(key, utf8(note.text), line.signature)))
      throw new Fault(SAYS.noteSignature, { key: key.label });
    signed += 1;
  }
  if (signed === 0) throw new Fault(SAYS.noteUnsigned);
  return checkpoint;
}

/** DSSE's pre-authentication encoding: the bytes that are signed. */
export function pae(type: string, payload: Bytes): Bytes {
  const kind = utf8(type);
  return concat(utf8(`DSSEv1 ${kind.length} `), kind, utf8(` ${payload.length} `), payload);
}
