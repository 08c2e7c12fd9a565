/**
 * Checks a release by itself, file by file, trusting neither the server nor the folder it comes from.
 *
 * The twelve checks are those of `galley verify` (docs/reference/verifying.md); what a browser cannot do is told as such.
 */

import type { Facts, Text } from "@/core/words";
import { type Bytes, concat, hex } from "./bytes";
import { certificateFaults } from "./evidence";
import { Fault, filled } from "./fault";
import { type Entry, MANIFEST, type Manifest, parseManifest, parseSeal, SEAL, type Seal } from "./layout";
import { Tree } from "./merkle";
import { lacking, type VerifierKey } from "./notes";
import { Sha256 } from "./sha256";
import { hear } from "./testimony";
import { SAYS, TITLES } from "./words";

export type CheckName = keyof typeof TITLES;
export const CHECKS = Object.keys(TITLES) as readonly CheckName[];
export type Outcome = "passed" | "failed" | "skipped";

export interface Check {
  readonly number: number;
  readonly name: CheckName;
  readonly outcome: Outcome;
  readonly detail: Text;
  readonly file?: string;
}

/** Where the bytes come from: a folder on disk, or a server. */
export interface Source {
  /** Every path there is; null when only what is listed can be asked for. */
  readonly paths: readonly string[] | null;
  open(path: string): Promise<AsyncIterable<Uint8Array> | "missing" | "withheld">;
}

export interface Wishes {
  /** Keys known from elsewhere; without them those of the release itself are used. */
  readonly trusted?: readonly VerifierKey[];
  /** The root that was published elsewhere. */
  readonly root?: string;
  readonly progress?: (done: number, total: number, path: string) => void;
}

const LIST_BYTES_MAX = 256 * 1024 * 1024;
/** Evidence and statements are kept while they are hashed, so that what is read is what was checked. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024;
const KEPT = /^(statements|proofs|trust|evidence|records)\//;

export class Examination {
  manifest: Manifest | null = null;
  seal: Seal | null = null;
  readonly damaged = new Set<string>();
  readonly unread = new Set<string>();
  readonly kept = new Map<string, Bytes>();
  readonly source: Source;
  readonly wishes: Wishes;

  constructor(source: Source, wishes: Wishes) {
    this.source = source;
    this.wishes = wishes;
  }

  say(name: CheckName, outcome: Outcome, detail: Text, facts: Facts = {}, file?: string): Check {
    if (outcome === "failed" && file !== undefined) this.damaged.add(file);
    const told = { number: CHECKS.indexOf(name) + 1, name, outcome, detail: filled(detail, facts) };
    return file === undefined ? told : { ...told, file };
  }

  entries(): readonly Entry[] {
    return [...(this.manifest?.files ?? []), ...(this.seal?.files ?? [])];
  }
}

/** All checks in their order; one that fails is told once for each file at fault. */
export async function* verifyRelease(source: Source, wishes: Wishes = {}): AsyncGenerator<Check> {
  const exam = new Examination(source, wishes);
  yield* layout(exam);
  yield* seal(exam);
  const { manifest } = exam;
  if (manifest === null) {
    for (const name of CHECKS.slice(2)) yield exam.say(name, "skipped", SAYS.notLaid);
    return;
  }
  yield* presence(exam);
  yield* files(exam);
  yield* root(exam, manifest);
  yield* recordRoot(exam, manifest);
  yield* statements(exam, manifest);
  yield* certificate(exam);
  yield exam.say("records", "skipped", SAYS.parquet);
}

async function small(exam: Examination, path: string): Promise<Bytes | null> {
  const opened = await exam.source.open(path);
  if (typeof opened === "string") return null;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of opened) {
    bytes += part.length;
    if (bytes > LIST_BYTES_MAX) throw new Fault(SAYS.unreadable, { why: `> ${LIST_BYTES_MAX} B` });
    parts.push(part);
  }
  return concat(...parts);
}

function why(problem: unknown): Text {
  return problem instanceof Fault ? problem.said : filled(SAYS.unreadable, { why: String(problem) });
}

async function* layout(exam: Examination): AsyncGenerator<Check> {
  try {
    const data = await small(exam, MANIFEST);
    if (data === null) throw new Fault(SAYS.missing);
    const found = parseManifest(data);
    const wanted = exam.wishes.root;
    if (wanted !== undefined && wanted !== found.root) throw new Fault(SAYS.rootExpected, { root: wanted });
    exam.manifest = found;
    const { name, version, rows } = found;
    yield exam.say("layout", "passed", SAYS.layoutGood, { name, version, rows, files: found.files.length });
  } catch (problem) {
    yield exam.say("layout", "failed", why(problem), {}, MANIFEST);
  }
}

async function* seal(exam: Examination): AsyncGenerator<Check> {
  try {
    const data = await small(exam, SEAL);
    if (data === null) throw new Fault(SAYS.unsealed);
    const found = parseSeal(data);
    exam.seal = found;
    if (exam.manifest !== null && found.release_root !== exam.manifest.root)
      throw new Fault(SAYS.otherRoot, { root: found.release_root });
    yield exam.say("seal", "passed", SAYS.sealGood, { count: found.files.length });
  } catch (problem) {
    yield exam.say("seal", "failed", why(problem), {}, SEAL);
  }
}

function* presence(exam: Examination): Generator<Check> {
  const { paths } = exam.source;
  const listed = new Set(exam.entries().map(({ path }) => path));
  if (paths === null) {
    yield exam.say("presence", "skipped", SAYS.presenceServed, { count: listed.size });
    return;
  }
  let wrong = 0;
  const there = new Set(paths);
  for (const path of paths)
    if (!listed.has(path) && path !== MANIFEST && path !== SEAL) {
      wrong += 1;
      yield exam.say("presence", "failed", SAYS.extra, {}, path);
    }
  for (const path of listed)
    if (!there.has(path)) {
      wrong += 1;
      yield exam.say("presence", "failed", SAYS.missing, {}, path);
    }
  if (wrong === 0) yield exam.say("presence", "passed", SAYS.presenceGood, { count: listed.size });
}

async function* files(exam: Examination): AsyncGenerator<Check> {
  const wanted = exam.entries().filter(({ path }) => !exam.damaged.has(path));
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  let [done, wrong] = [0, 0];
  for (const entry of wanted) {
    exam.wishes.progress?.(done, total, entry.path);
    const fault = await hashed(exam, entry, (bytes) => exam.wishes.progress?.(done + bytes, total, entry.path));
    done += entry.bytes;
    if (fault === null) continue;
    if (fault === SAYS.withheld) {
      exam.unread.add(entry.path);
      yield exam.say("files", "skipped", fault, {}, entry.path);
    } else {
      wrong += 1;
      yield exam.say("files", "failed", fault, {}, entry.path);
    }
  }
  exam.wishes.progress?.(total, total, "");
  if (wrong > 0) return;
  const read = wanted.filter(({ path }) => !exam.unread.has(path));
  const bytes = read.reduce((sum, one) => sum + one.bytes, 0);
  yield exam.say("files", exam.unread.size === 0 ? "passed" : "skipped", SAYS.filesGood, { bytes, files: read.length });
}

/** What is wrong with a file; null when its size and hash are the listed ones. */
async function hashed(exam: Examination, entry: Entry, progress: (bytes: number) => void): Promise<Text | null> {
  const hash = new Sha256();
  const keeps = KEPT.test(entry.path) && entry.bytes <= KEPT_BYTES_MAX;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    const opened = await exam.source.open(entry.path);
    if (opened === "missing") return SAYS.missing;
    if (opened === "withheld") return SAYS.withheld;
    for await (const part of opened) {
      hash.update(part);
      bytes += part.length;
      if (keeps && bytes <= entry.bytes) parts.push(part.slice());
      progress(Math.min(bytes, entry.bytes));
    }
  } catch (problem) {
    return why(problem);
  }
  if (bytes !== entry.bytes) return filled(SAYS.size, { found: bytes, wanted: entry.bytes });
  if (hex(hash.digest()) !== entry.sha256) return SAYS.hash;
  if (keeps) exam.kept.set(entry.path, concat(...parts));
  return null;
}

function* root(exam: Examination, manifest: Manifest): Generator<Check> {
  // parseManifest computed the root over the entries; the files agreeing with the entries closes the circle.
  const hurt = manifest.files.filter(({ path }) => exam.damaged.has(path));
  const unread = manifest.files.filter(({ path }) => exam.unread.has(path));
  if (hurt.length > 0) yield exam.say("root", "failed", SAYS.rootHurt, { count: hurt.length }, hurt[0]!.path);
  else if (unread.length > 0) yield exam.say("root", "skipped", SAYS.rootUnread, { count: unread.length });
  else yield exam.say("root", "passed", SAYS.rootGood, { root: manifest.root });
}

function* recordRoot(exam: Examination, manifest: Manifest): Generator<Check> {
  const tree = new Tree();
  for (const entry of manifest.files) {
    if (!entry.path.startsWith("records/")) continue;
    const data = exam.kept.get(entry.path);
    if (data === undefined) {
      yield exam.say("record-root", "skipped", SAYS.recordsDamaged, {}, entry.path);
      return;
    }
    if (entry.first_record !== tree.size || entry.bytes !== (entry.rows ?? 0) * 32) {
      yield exam.say("record-root", "failed", SAYS.recordsGap, {}, entry.path);
      return;
    }
    for (let at = 0; at < data.length; at += 32) tree.add(data.subarray(at, at + 32));
  }
  if (tree.size !== manifest.rows || hex(tree.root()) !== manifest.record_root)
    yield exam.say("record-root", "failed", SAYS.recordsRoot, {}, MANIFEST);
  else yield exam.say("record-root", "passed", SAYS.recordsGood, { count: tree.size });
}

async function* statements(exam: Examination, manifest: Manifest): AsyncGenerator<Check> {
  const names = ["signatures", "subjects", "contents", "log"] as const;
  if (exam.seal === null) {
    for (const name of names) yield exam.say(name, "skipped", SAYS.noSeal);
    return;
  }
  const lack = await lacking();
  if (lack !== null) {
    for (const name of names) yield exam.say(name, "skipped", SAYS.noCrypto, { why: lack });
    return;
  }
  const heard = await hear(exam, manifest, exam.seal);
  const who = [...new Set([...heard.statements.values()].flatMap(({ signers }) => signers))].sort().join(", ");
  const logs = [
    ...new Set([...heard.logged.values()].map(({ checkpoint: { origin, size } }) => `${origin} @ ${size}`)),
  ];
  const count = heard.statements.size;
  const good = {
    signatures: [exam.wishes.trusted === undefined ? SAYS.signaturesGood : SAYS.signaturesPinned, { count, who }],
    subjects: [SAYS.subjectsGood, { count }],
    contents: [SAYS.contentsGood, {}],
    log: [SAYS.logGood, { count: heard.logged.size, logs: logs.sort().join(", ") }],
  } as const;
  for (const name of names) {
    const faults = heard.faults.filter(({ check }) => check === name);
    for (const { file, said } of faults) yield exam.say(name, "failed", said, {}, file);
    const [said, facts] = good[name];
    if (faults.length === 0) yield exam.say(name, "passed", said, facts);
  }
}

function* certificate(exam: Examination): Generator<Check> {
  const told = certificateFaults(exam);
  if (!Array.isArray(told)) yield exam.say("certificate", "skipped", told as Text);
  else if (told.length === 0) yield exam.say("certificate", "passed", SAYS.certificateGood);
  else
    for (const said of told as Text[]) yield exam.say("certificate", "failed", said, {}, "evidence/certificate.json");
}
