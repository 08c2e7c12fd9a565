/** in-toto statements in DSSE envelopes, and their place in the transparency log. */

import { isObject, type Json, type JsonObject } from "@/core/json";
import { type Bytes, base64, concat, textOf, unbase64, unhex, utf8 } from "./bytes";
import { canonicalText, parseJson } from "./canonical";
import { Fault } from "./fault";
import { included, leafHash } from "./merkle";
import { type Checkpoint, openCheckpoint, pae, type VerifierKey, verifies } from "./notes";
import { sha256 } from "./sha256";
import { SAYS } from "./words";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const RELEASE = "https://galley.dev/release/v1";
export const CERTIFICATE = "https://galley.dev/certificate/v1";
export const AUDIT_SEAL = "https://galley.dev/audit-seal/v1";
/** The byte that a kind of statement has in the log; 0 for all others. Never renumber. */
const KINDS: { readonly [type: string]: number } = {
  "https://galley.dev/collection/v1": 1,
  "https://slsa.dev/provenance/v1": 2,
  "https://galley.dev/annotation/v1": 3,
  "https://galley.dev/audit-commitment/v1": 4,
  "https://galley.dev/assessment/v1": 5,
  [CERTIFICATE]: 6,
  [RELEASE]: 7,
};
const DAY_MAX = 2_932_896;

export interface Statement {
  readonly type: string;
  readonly subjects: readonly { readonly name: string; readonly sha256: string | undefined }[];
  readonly predicate: JsonObject;
  /** Labels of the keys that signed. */
  readonly signers: readonly string[];
}

/** The statement of an envelope that at least one of the keys signed. */
export async function openEnvelope(data: Bytes, keys: readonly VerifierKey[]): Promise<Statement> {
  const value = parseJson(data);
  if (!isObject(value) || typeof value.payload !== "string" || typeof value.payloadType !== "string")
    throw new Fault(SAYS.envelope);
  const payload = either(value.payload);
  const message = pae(value.payloadType, payload);
  const signers = new Set<string>();
  for (const line of signatures(value.signatures)) {
    const named = keys.find(({ label }) => label === line.keyid);
    for (const key of named === undefined ? keys : [named]) {
      if (await verifies(key, message, line.signature)) signers.add(key.label);
      else if (named !== undefined) throw new Fault(SAYS.noteSignature, { key: key.label });
    }
  }
  if (signers.size === 0) throw new Fault(SAYS.noteUnsigned);
  if (value.payloadType !== PAYLOAD_TYPE) throw new Fault(SAYS.payloadType);
  return { ...parseStatement(payload), signers: [...signers] };
}

function signatures(value: Json | undefined): { readonly keyid: string; readonly signature: Bytes }[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 100) throw new Fault(SAYS.envelope);
  const lines = (value as readonly Json[]).map((line) => {
    if (!isObject(line) || typeof line.sig !== "string" || typeof (line.keyid ?? "") !== "string")
      throw new Fault(SAYS.envelope);
    return { keyid: String(line.keyid ?? ""), signature: either(line.sig) };
  });
  const named = lines.map(({ keyid }) => keyid).filter((id) => id !== "");
  const made = new Set(lines.map(({ signature }) => base64(signature)));
  if (new Set(named).size < named.length || made.size < lines.length) throw new Fault(SAYS.envelope);
  return lines;
}

/** Base64 of the standard or the URL-safe alphabet, as DSSE asks of verifiers. */
function either(text: string): Bytes {
  const bytes = unbase64(text) ?? (/[+/]/.test(text) ? null : unbase64(text.replaceAll("-", "+").replaceAll("_", "/")));
  if (bytes === null) throw new Fault(SAYS.envelope);
  return bytes;
}

function parseStatement(payload: Bytes): Omit<Statement, "signers"> {
  const value = parseJson(payload);
  if (!isObject(value) || canonicalText(value) !== textOf(payload)) throw new Fault(SAYS.statement);
  const { _type: type, subject, predicateType, predicate } = value;
  const fits =
    Object.keys(value).length === 4 &&
    type === STATEMENT_TYPE &&
    typeof predicateType === "string" &&
    predicateType.includes(":") &&
    isObject(predicate) &&
    Array.isArray(subject) &&
    subject.length > 0;
  if (!fits) throw new Fault(SAYS.statement);
  const subjects = (subject as readonly Json[]).map((one) => {
    if (!isObject(one) || typeof one.name !== "string" || one.name === "" || !isObject(one.digest))
      throw new Fault(SAYS.statement);
    const digests = Object.values(one.digest);
    if (
      digests.length === 0 ||
      !digests.every((text) => typeof text === "string" && text !== "" && unhex(text) !== null)
    )
      throw new Fault(SAYS.statement);
    return { name: one.name, sha256: one.digest.sha256 as string | undefined };
  });
  return { type: predicateType, subjects, predicate };
}

// --- The log -------------------------------------------------------------------------------------------------------

interface Proof {
  readonly index: number;
  readonly path: readonly Bytes[];
  readonly checkpoint: Bytes;
  readonly salt: Bytes;
  readonly day: Bytes;
}

/** A C2SP tlog-proof@v1 with Galley's extra line: salt (32 bytes) and day (8). */
function parseProof(data: Bytes): Proof {
  const text = textOf(data) ?? "";
  const blank = text.indexOf("\n\n");
  const lines = text.slice(0, Math.max(blank, 0)).split("\n");
  const [first, extra = "", number = "", ...hashes] = lines;
  const told = extra.startsWith("extra ") ? unbase64(extra.slice(6)) : null;
  const index = /^index (0|[1-9]\d{0,15})$/.exec(number)?.[1];
  const path = hashes.map((line) => unbase64(line));
  if (blank < 0 || first !== "c2sp.org/tlog-proof@v1" || told?.length !== 40 || index === undefined || path.length > 63)
    throw new Fault(SAYS.proof);
  if (path.some((node) => node?.length !== 32)) throw new Fault(SAYS.proof);
  const day = told.slice(32);
  if (new DataView(day.buffer).getBigUint64(0) > BigInt(DAY_MAX)) throw new Fault(SAYS.proof);
  return {
    index: Number(index),
    path: path as Bytes[],
    checkpoint: utf8(text.slice(blank + 2)),
    salt: told.slice(0, 32),
    day,
  };
}

export interface Logged {
  readonly checkpoint: Checkpoint;
  readonly index: number;
  /** Days since 1970-01-01 UTC, on the log's word. */
  readonly day: number;
}

/** Where the log of a known key holds this envelope. The log's entry is its kind, a salted commitment, and the day. */
export async function openProof(
  data: Bytes,
  envelope: Bytes,
  type: string,
  keys: readonly VerifierKey[],
): Promise<Logged> {
  const proof = parseProof(data);
  const kind = Uint8Array.of(KINDS[type] ?? 0);
  const commitment = sha256(utf8("galley/leaf/v1\0"), kind, proof.salt, sha256(envelope));
  const checkpoint = await openCheckpoint(proof.checkpoint, keys);
  const leaf = leafHash(concat(kind, commitment, proof.day));
  const root = unhex(checkpoint.root) ?? new Uint8Array();
  if (!included(leaf, { index: proof.index, size: checkpoint.size }, proof.path, root)) throw new Fault(SAYS.inclusion);
  return { checkpoint, index: proof.index, day: Number(new DataView(proof.day.buffer).getBigUint64(0)) };
}
