/** What was said about a release: signatures, subjects, contents and log proofs of its statements. */

import { isObject, type JsonObject } from "@/core/json";
import type { Text } from "@/core/words";
import { type Bytes, textOf } from "./bytes";
import { canonicalText, parseJson } from "./canonical";
import { Fault, filled } from "./fault";
import { CERTIFICATE_FILE, type Manifest, type Seal } from "./layout";
import { type Checkpoint, openCheckpoint, parseVerifierKey, type VerifierKey } from "./notes";
import type { Examination } from "./release";
import { CERTIFICATE, type Logged, openEnvelope, openProof, RELEASE, type Statement } from "./statements";
import { SAYS } from "./words";

const PROVENANCE = "evidence/provenance.json";
type Checked = "signatures" | "subjects" | "contents" | "log";

export class Testimony {
  readonly faults: { readonly check: Checked; readonly file: string; readonly said: Text }[] = [];
  readonly statements = new Map<string, Statement>();
  readonly logged = new Map<string, Logged>();

  fault(check: Checked, file: string, problem: unknown): void {
    const said = problem instanceof Fault ? problem.said : filled(SAYS.unreadable, { why: String(problem) });
    this.faults.push({ check, file, said });
  }
}

export async function hear(exam: Examination, manifest: Manifest, seal: Seal): Promise<Testimony> {
  const heard = new Testimony();
  const keysOf = (name: string, check: Checked): readonly VerifierKey[] => {
    const held = keysIn(exam, name, check, heard);
    const { trusted } = exam.wishes;
    return trusted === undefined
      ? held
      : held.filter(({ label, public: mine }) => trusted.some((key) => key.label === label && equal(key.public, mine)));
  };
  const [signers, logs] = [keysOf("signers.vkeys", "signatures"), keysOf("log.vkeys", "log")];
  const envelopes = new Map<string, Bytes>();
  for (const { path } of seal.files) {
    const data = exam.kept.get(path);
    if (data === undefined || !/^statements\/.*\.dsse\.json$/.test(path)) continue;
    envelopes.set(path, data);
    try {
      heard.statements.set(path, await openEnvelope(data, signers));
    } catch (problem) {
      heard.fault("signatures", path, problem);
    }
  }
  contents(exam, manifest, heard);
  await log(exam, seal, envelopes, logs, heard);
  return heard;
}

const equal = (left: Bytes, right: Bytes): boolean => left.every((byte, at) => byte === right[at]);

function keysIn(exam: Examination, name: string, check: Checked, heard: Testimony): readonly VerifierKey[] {
  const path = `trust/${name}`;
  const data = exam.kept.get(path);
  try {
    if (data === undefined) throw new Fault(SAYS.keysMissing);
    const text = textOf(data);
    if (text === null) throw new Fault(SAYS.key, { given: path });
    return text.replace(/\n$/, "").split("\n").map(parseVerifierKey);
  } catch (problem) {
    heard.fault(check, path, problem);
    return [];
  }
}

// --- subjects and contents -----------------------------------------------------------------------------------------

function contents(exam: Examination, manifest: Manifest, heard: Testimony): void {
  const provenance = exam.kept.get(PROVENANCE);
  const told = provenance === undefined ? undefined : parseJson(provenance);
  const named = isObject(told) && Array.isArray(told.roots) ? (told.roots as readonly unknown[]) : [];
  const known = new Set<unknown>([
    manifest.root,
    manifest.version_root,
    ...named.filter((one) => typeof one === "string"),
  ]);
  for (const [path, { type, subjects, predicate }] of heard.statements) {
    const wanted = type === RELEASE ? new Set<unknown>([manifest.root]) : known;
    const strange = subjects.filter(({ sha256 }) => !wanted.has(sha256)).map(({ sha256 }) => String(sha256));
    if (strange.length > 0) heard.fault("subjects", path, new Fault(SAYS.subject, { root: strange.join(", ") }));
    for (const fault of contentFaults(exam, manifest, type, predicate)) heard.fault("contents", path, fault);
  }
  if (![...heard.statements.values()].some(({ type }) => type === RELEASE))
    heard.fault("signatures", "statements", new Fault(SAYS.noRelease));
}

function* contentFaults(exam: Examination, manifest: Manifest, type: string, predicate: JsonObject): Generator<Fault> {
  const evidence = isObject(predicate.evidence) ? predicate.evidence : {};
  const files = new Map(manifest.files.map(({ path, sha256 }) => [path, sha256]));
  for (const path of Object.keys(evidence).sort())
    if (files.get(path) !== evidence[path]) yield new Fault(SAYS.binds, { path });
  if (type === RELEASE) {
    for (const name of ["name", "version", "version_root", "record_root", "rows"] as const)
      if (predicate[name] !== manifest[name]) yield new Fault(SAYS.saysOther, { name });
    const unbound = [...files.keys()].filter((path) => path.startsWith("evidence/") && !(path in evidence));
    if (unbound.length > 0) yield new Fault(SAYS.unbound, { paths: unbound.join(", ") });
  }
  if (type !== CERTIFICATE || CERTIFICATE_FILE in evidence) return;
  const data = exam.kept.get(CERTIFICATE_FILE);
  if (!files.has(CERTIFICATE_FILE)) yield new Fault(SAYS.certifiesNothing);
  else if (data !== undefined) {
    const held = canonicalText(parseJson(data) ?? null);
    if (held !== canonicalText(predicate) && held !== canonicalText(predicate.certificate ?? null))
      yield new Fault(SAYS.otherCertificate);
  }
}

// --- the log -------------------------------------------------------------------------------------------------------

async function log(
  exam: Examination,
  seal: Seal,
  envelopes: ReadonlyMap<string, Bytes>,
  keys: readonly VerifierKey[],
  heard: Testimony,
): Promise<void> {
  const pinned = await pinnedCheckpoint(exam, keys, heard);
  const proofs = new Set(seal.files.map(({ path }) => path).filter((path) => path.startsWith("proofs/")));
  for (const [path, envelope] of envelopes) {
    const place = path.replace(/^statements\//, "proofs/").replace(/\.dsse\.json$/, ".tlog-proof");
    const data = exam.kept.get(place);
    if (data === undefined) {
      heard.fault("log", place, new Fault(SAYS.absent));
      continue;
    }
    proofs.delete(place);
    const statement = heard.statements.get(path);
    if (statement === undefined) continue;
    try {
      const found = await openProof(data, envelope, statement.type, keys);
      heard.logged.set(path, found);
      const { origin, size, root } = found.checkpoint;
      if (pinned?.origin === origin && pinned.size === size && pinned.root !== root) throw new Fault(SAYS.forked);
    } catch (problem) {
      heard.fault("log", place, problem);
    }
  }
  for (const place of proofs) if (exam.kept.has(place)) heard.fault("log", place, new Fault(SAYS.idle));
}

async function pinnedCheckpoint(
  exam: Examination,
  keys: readonly VerifierKey[],
  heard: Testimony,
): Promise<Checkpoint | null> {
  const path = "trust/checkpoint";
  const data = exam.kept.get(path);
  try {
    if (data === undefined) throw new Fault(SAYS.absent);
    return await openCheckpoint(data, keys);
  } catch (problem) {
    heard.fault("log", path, problem);
    return null;
  }
}
