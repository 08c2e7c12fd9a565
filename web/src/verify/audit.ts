/** Checks the proof of one line of the audit: the line is under its seal, the seal is signed and in the log. */

import { isObject, type Json } from "@/core/json";
import type { Text } from "@/core/words";
import { unhex, utf8 } from "./bytes";
import { canonicalText, parseJson } from "./canonical";
import { Fault, filled } from "./fault";
import { included, leafHash } from "./merkle";
import { lacking, type VerifierKey } from "./notes";
import { AUDIT_SEAL, openEnvelope, openProof } from "./statements";
import { type LINE, LINE_SAYS, SAYS } from "./words";

export interface LineProof {
  /** The canonical bytes of the line, as text. */
  readonly entry: string;
  readonly index: number;
  readonly rows: number;
  readonly hashes: readonly string[];
  readonly root: string;
  readonly seal: number;
  readonly statement: string | null;
  readonly proof: string | null;
}

/** The line as the page shows it. */
export interface Shown {
  readonly organisation: number;
  readonly id: number;
  readonly at: string;
  readonly kind: string;
  readonly facts: Json;
}

export interface LineCheck {
  readonly name: keyof typeof LINE;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly detail: Text;
}

export async function verifyLine(proof: LineProof, shown: Shown, keys: readonly VerifierKey[]): Promise<LineCheck[]> {
  const checks: LineCheck[] = [];
  const run = async (name: LineCheck["name"], check: () => Promise<Text> | Text): Promise<void> => {
    try {
      checks.push({ name, outcome: "passed", detail: await check() });
    } catch (problem) {
      const said = problem instanceof Fault ? problem.said : filled(SAYS.unreadable, { why: String(problem) });
      checks.push({ name, outcome: problem instanceof NotDone ? "skipped" : "failed", detail: said });
    }
  };
  await run("line", () => lineShown(proof, shown));
  await run("root", () => underRoot(proof));
  await run("statement", () => stated(proof, shown, keys));
  await run("log", async () => {
    await can(proof.proof, keys);
    const found = await openProof(utf8(proof.proof ?? ""), utf8(proof.statement ?? ""), AUDIT_SEAL, keys);
    const { checkpoint, index } = found;
    return filled(LINE_SAYS.logGood, { index, origin: checkpoint.origin, size: checkpoint.size });
  });
  return checks;
}

class NotDone extends Fault {}

async function can(text: string | null, keys: readonly VerifierKey[]): Promise<void> {
  if (text === null) throw new NotDone(LINE_SAYS.unlogged);
  const lack = await lacking();
  if (lack !== null) throw new NotDone(SAYS.noCrypto, { why: lack });
  if (keys.length === 0) throw new NotDone(LINE_SAYS.noKeys);
}

function lineShown(proof: LineProof, shown: Shown): Text {
  const entry = parseJson(utf8(proof.entry));
  const told =
    isObject(entry) &&
    entry.id === shown.id &&
    entry.organisation === shown.organisation &&
    entry.kind === shown.kind &&
    Date.parse(String(entry.at)) === Date.parse(shown.at) &&
    canonicalText(entry.facts) === canonicalText(shown.facts);
  if (!told) throw new Fault(LINE_SAYS.otherLine);
  return LINE_SAYS.lineGood;
}

function underRoot({ entry, index, rows, hashes, root, seal }: LineProof): Text {
  const path = hashes.map(unhex);
  const wanted = unhex(root);
  const whole = wanted !== null && path.every((node) => node?.length === 32);
  if (!whole || !included(leafHash(utf8(entry)), { index, size: rows }, path as Uint8Array[], wanted))
    throw new Fault(LINE_SAYS.notUnder, { seal });
  return filled(LINE_SAYS.rootGood, { rows, seal });
}

async function stated(proof: LineProof, shown: Shown, keys: readonly VerifierKey[]): Promise<Text> {
  await can(proof.statement, keys);
  const statement = await openEnvelope(utf8(proof.statement ?? ""), keys);
  const { predicate, subjects } = statement;
  const fits =
    statement.type === AUDIT_SEAL &&
    subjects.length === 1 &&
    subjects[0]?.sha256 === proof.root &&
    predicate.root === proof.root &&
    predicate.rows === proof.rows &&
    predicate.number === proof.seal &&
    predicate.organisation === shown.organisation &&
    Number(predicate.firstRow) <= shown.id &&
    shown.id <= Number(predicate.lastRow);
  if (!fits) throw new Fault(LINE_SAYS.otherSeal);
  return filled(LINE_SAYS.statementGood, { who: statement.signers.join(", ") });
}
