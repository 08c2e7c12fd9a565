/** The certificate of a release, computed again from the evidence beside it. */

import { isObject, type JsonObject } from "@/core/json";
import type { Text } from "@/core/words";
import { canonicalText, parseJson } from "./canonical";
import { type AuditRecord, type Certificate, type Frame, recompute } from "./certificate";
import { filled } from "./fault";
import { AUDITS_FILE, CERTIFICATE_FILE } from "./layout";
import type { Examination } from "./release";
import { ASSERTS, SAYS } from "./words";

/** What does not follow; or why nothing was computed. */
export function certificateFaults(exam: Examination): readonly Text[] | Text {
  if (exam.manifest?.files.every(({ path }) => path !== CERTIFICATE_FILE) === true) return SAYS.certificateNone;
  const data = exam.kept.get(CERTIFICATE_FILE);
  if (data === undefined) return SAYS.certificateDamaged;
  const held = parseJson(data);
  if (!isObject(held)) return [filled(SAYS.certificateShape, { why: CERTIFICATE_FILE })];
  const audits = exam.kept.get(AUDITS_FILE);
  if (audits === undefined && exam.manifest?.files.some(({ path }) => path === AUDITS_FILE) === true)
    return SAYS.certificateDamaged;
  try {
    return faultsOf(held, (audits === undefined ? [] : parseJson(audits)) as unknown as readonly AuditRecord[]);
  } catch (problem) {
    return [filled(SAYS.certificateShape, { why: String(problem) })];
  }
}

function faultsOf(held: JsonObject, audits: readonly AuditRecord[]): readonly Text[] {
  const given = held.certificate as unknown as Certificate;
  const checks = recompute(given, held.frame as unknown as Frame, audits);
  const failed = checks
    .map(([name, ok], at) => ({ name, ok, number: at + 1 }))
    // A refusal is an honest result: that nothing was issued is no fault unless something says it was.
    .filter(({ name, ok }) => !ok && (name !== "issued" || held.issued !== false));
  if (failed.length > 0)
    return failed.map(({ name, number }) => filled(SAYS.certificateFails, { number, name, ...ASSERTS[name] }));
  const front = frontOf(given);
  const wrong = Object.keys(front).filter((name) => canonicalText(held[name] ?? null) !== canonicalText(front[name]));
  if (held.labeler_kind !== "simulated" && held.labeler_kind !== "person") wrong.push("labeler_kind");
  return wrong.length === 0 ? [] : [filled(SAYS.certificateFront, { names: wrong.join(", ") })];
}

/** What stands before the certificate in its file, for readers that want the outcome only. */
function frontOf(given: Certificate): { readonly [name: string]: unknown } {
  const { terms, refusal, bound, items } = given;
  return {
    issued: refusal === null,
    promised: terms.accuracy,
    accuracy: bound === null || items === 0 ? null : 1 - bound / items,
    confidence: terms.confidence,
    items,
    errors: bound,
    gold: terms.gold,
    reason: refusal === null ? null : { en: refusal.reason_en, zh: refusal.reason_zh },
  };
}
