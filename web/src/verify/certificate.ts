/**
 * The accuracy certificate computed again from what was published: hashes, draws, verdicts, counts and the bound.
 *
 * A port of `assess/certificate.py` and `assess/certificate_check.py`; the tests hold it against their numbers.
 */

import type { Json } from "@/core/json";
import {
  acceptanceNumber,
  errorBudget,
  exact,
  type Fraction,
  floorTimes,
  fractionText,
  minus,
  ONE,
  times,
  upperErrors,
  ZERO,
} from "./bounds";
import { byCodePoints, hex, utf8 } from "./bytes";
import { canonical, canonicalText } from "./canonical";
import { treeRoot } from "./merkle";
import { refusalOf } from "./refusal";
import { sha256, sha256Hex } from "./sha256";

export interface Terms {
  readonly accuracy: number;
  readonly confidence: number;
  readonly gold: "measured" | "human";
  readonly human_share: number;
  readonly round_shares: readonly number[];
  readonly tolerance: number;
}

export interface Commitment {
  readonly kind: string;
  readonly round: number;
  readonly terms: Terms;
  readonly items: number;
  readonly items_root: string;
  readonly order_root: string;
  readonly labels_root: string;
  readonly start: number;
  readonly human_error: number;
  readonly undecided: number;
  readonly alpha: string;
  readonly audit_size: number;
}

export interface HumanCommitment {
  readonly kind: string;
  readonly machine: string;
  readonly terms: Terms;
  readonly items_root: string;
  readonly population: number;
  readonly labels_root: string;
  readonly budget: number;
  readonly undecided: number;
  readonly alpha: string;
  readonly audit_size: number;
}

export interface AuditRecord {
  readonly part: "machine" | "human";
  readonly round: number;
  readonly item: string;
  readonly label: Json;
  readonly gold: Json;
  readonly distance: number;
  readonly wrong: boolean;
}

export interface Frame {
  readonly items: readonly string[];
  readonly orders: readonly {
    readonly round: number;
    readonly ids: readonly string[];
    readonly labels: readonly Json[];
  }[];
  readonly human: readonly (readonly [string, Json])[];
}

export interface Climb {
  readonly accepted: number;
  readonly budget: number;
  readonly audited: number;
  readonly wrong: number;
  readonly steps: readonly (readonly [number, number, number, boolean])[];
}

export interface Certificate {
  readonly terms: Terms;
  readonly gold: { readonly description: string; readonly agreement: number | null; readonly pairs: number };
  readonly items: number;
  readonly items_root: string;
  readonly budget: number;
  readonly bound: number | null;
  readonly machine: Climb;
  readonly human_items: number;
  readonly undecided: number;
  readonly commitments: readonly Commitment[];
  readonly human_commitment: HumanCommitment | null;
  readonly audits: number;
  readonly audits_root: string;
  readonly refusal: { readonly reason_en: string; readonly reason_zh: string } | null;
}

// --- hashes and draws ----------------------------------------------------------------------------------------------

const idsRoot = (ids: readonly string[]): string => hex(treeRoot(ids.map(utf8)));
const jsonRoot = (values: readonly unknown[]): string => hex(treeRoot(values.map(canonical)));

/** A uniform sample that only the commitment decides: the items in the order of SHA-256(seed ‖ 0x00 ‖ item). */
export function drawOf(commitment: { readonly audit_size: number }, ids: readonly string[]): readonly string[] {
  const seed = sha256(canonical(commitment));
  const zero = Uint8Array.of(0);
  return ids
    .map((item) => ({ item, rank: sha256Hex(seed, zero, utf8(item)) }))
    .sort((left, right) =>
      left.rank === right.rank ? byCodePoints(left.item, right.item) : left.rank < right.rank ? -1 : 1,
    )
    .slice(0, commitment.audit_size)
    .map(({ item }) => item);
}

// --- budgets -------------------------------------------------------------------------------------------------------

const alphaOf = (terms: Terms): Fraction => minus(ONE, exact(terms.confidence));

export function humanAlpha(terms: Terms): Fraction {
  return terms.gold === "human" ? ZERO : times(alphaOf(terms), exact(terms.human_share));
}

export function roundAlpha(terms: Terms, round: number): Fraction {
  const share = terms.round_shares[round];
  if (share === undefined) throw new RangeError(`round ${round} was not declared`);
  return times(minus(alphaOf(terms), humanAlpha(terms)), exact(share));
}

function budgetAt(commitment: Commitment, size: number): number {
  const rate = commitment.terms.gold === "human" ? ZERO : exact(commitment.human_error);
  const planned = floorTimes(rate, commitment.items - size);
  return errorBudget(commitment.items, commitment.terms.accuracy) - commitment.undecided - planned;
}

const machinePart = (machine: Climb): number => (machine.accepted > 0 ? machine.budget : 0);

/** The largest first part of the order that the audit proves. */
export function climb(commitment: Commitment, order: readonly string[], wrong: ReadonlyMap<string, boolean>): Climb {
  const alpha = exact(commitment.alpha);
  const errors = order.flatMap((item, at) => (wrong.get(item) === true ? [at + 1] : []));
  const early = errors.filter((place) => place <= commitment.start).length;
  const tries: (readonly [number, number])[] =
    commitment.start > 0 && commitment.start <= order.length
      ? [
          [commitment.start, early],
          ...errors.map((place, at) => [place, at + 1] as const).filter(([, seen]) => seen > early),
        ]
      : [];
  let accepted = order.length;
  const steps: [number, number, number, boolean][] = [];
  for (const [size, seen] of tries) {
    const allowed = acceptanceNumber(order.length, budgetAt(commitment, size), commitment.audit_size, alpha);
    steps.push([size, seen, allowed, seen <= allowed]);
    if (seen > allowed) {
      accepted = steps.length > 1 ? size - 1 : 0;
      break;
    }
  }
  if (steps.length === 0 || accepted === 0) return { accepted: 0, budget: 0, audited: 0, wrong: 0, steps };
  return {
    accepted,
    budget: budgetAt(commitment, accepted),
    audited: order.slice(0, accepted).filter((item) => wrong.has(item)).length,
    wrong: errors.filter((place) => place <= accepted).length,
    steps,
  };
}

/** The certificate that follows from commitments and audits, or the refusal that does. */
function issue(given: Certificate, frame: Frame, audits: readonly AuditRecord[]): unknown {
  const { terms, gold, undecided } = given;
  const last = given.commitments.at(-1);
  const verdicts = new Map(
    audits
      .filter(({ part, round }) => part === "machine" && round === last?.round)
      .map(({ item, wrong }) => [item, wrong]),
  );
  const machine =
    last === undefined
      ? { accepted: 0, budget: 0, audited: 0, wrong: 0, steps: [] }
      : climb(last, frame.orders.at(-1)?.ids ?? [], verdicts);
  const checked = audits.filter(({ part }) => part === "human");
  let humanBound: number | null = 0;
  if (terms.gold === "measured" && frame.human.length > 0)
    humanBound = checked.length > 0 ? leftByPeople(terms, frame.human.length, checked) : null;
  const budget = errorBudget(frame.items.length, terms.accuracy);
  const bound = humanBound === null ? null : machinePart(machine) + humanBound + undecided;
  return {
    format: "galley/certificate/v1",
    ...{ terms, gold, items: frame.items.length, items_root: idsRoot(frame.items), budget, bound, machine },
    human_items: frame.human.length,
    human_audited: checked.length,
    human_wrong: checked.filter(({ wrong }) => wrong).length,
    human_bound: humanBound,
    undecided,
    commitments: given.commitments,
    human_commitment: given.human_commitment,
    audits: audits.length,
    audits_root: jsonRoot(audits),
    refusal: refusalOf(terms.gold === "measured", gold, { budget, bound, humanBound, undecided }),
  };
}

/** The bound on people's errors less those the audit found and corrected. */
function leftByPeople(terms: Terms, population: number, checked: readonly AuditRecord[]): number {
  const wrong = checked.filter((audit) => audit.wrong);
  const corrected = wrong.filter(({ gold }) => gold !== null).length;
  return upperErrors(population, checked.length, wrong.length, humanAlpha(terms)) - corrected;
}

// --- the nine checks -----------------------------------------------------------------------------------------------

export type CertificateCheck =
  | "items"
  | "audits"
  | "commitments"
  | "rounds"
  | "draw"
  | "labels"
  | "human"
  | "bounds"
  | "issued";

/** All nine must hold, but for `issued` of an honest refusal. Throws on data of another shape. */
export function recompute(
  given: Certificate,
  frame: Frame,
  audits: readonly AuditRecord[],
): readonly (readonly [CertificateCheck, boolean])[] {
  checkTerms(given.terms);
  const unique = new Set(frame.items);
  return [
    ["items", inOrder(frame.items) && frame.items.length === given.items && idsRoot(frame.items) === given.items_root],
    ["audits", audits.length === given.audits && jsonRoot(audits) === given.audits_root],
    ["commitments", committed(given, frame, unique)],
    ["rounds", rounds(given)],
    ["draw", drawn(given, frame, audits)],
    ["labels", judged(given, frame, audits)],
    ["human", people(given, frame, unique)],
    ["bounds", accounted(given, frame, audits) && canonicalText(issue(given, frame, audits)) === canonicalText(given)],
    ["issued", given.refusal === null],
  ];
}

function checkTerms(terms: Terms): void {
  const inside = [terms.accuracy, terms.confidence, terms.human_share].every((one) => one > 0 && one < 1);
  const shares = terms.round_shares.reduce((left, share) => minus(left, exact(share)), ONE);
  const fits = inside && terms.tolerance >= 0 && terms.tolerance < 1 && terms.round_shares.every((share) => share > 0);
  if (!fits || shares.top < 0n || terms.round_shares.length === 0) throw new RangeError("terms");
}

function inOrder(ids: readonly string[]): boolean {
  return ids.every((id, at) => at === 0 || byCodePoints(ids[at - 1] ?? "", id) < 0);
}

const sameTerms = (left: Terms, right: Terms): boolean => canonicalText(left) === canonicalText(right);

function committed(given: Certificate, frame: Frame, listed: ReadonlySet<string>): boolean {
  return (
    frame.orders.length === given.commitments.length &&
    frame.orders.every(({ round, ids, labels }, at) => {
      const commitment = given.commitments[at]!;
      return (
        round === commitment.round &&
        commitment.items === given.items &&
        commitment.items_root === given.items_root &&
        new Set(ids).size === ids.length &&
        ids.length === labels.length &&
        ids.every((id) => listed.has(id)) &&
        idsRoot(ids) === commitment.order_root &&
        jsonRoot(labels) === commitment.labels_root &&
        Math.max(commitment.start, commitment.audit_size) <= ids.length
      );
    })
  );
}

function rounds(given: Certificate): boolean {
  return (
    given.budget === errorBudget(given.items, given.terms.accuracy) &&
    given.commitments.every(
      (commitment, place) =>
        commitment.round === place &&
        place < given.terms.round_shares.length &&
        sameTerms(commitment.terms, given.terms) &&
        commitment.alpha === fractionText(roundAlpha(given.terms, place)) &&
        commitment.start >= 1 &&
        commitment.human_error >= 0 &&
        commitment.human_error < 1 &&
        commitment.undecided <= given.undecided,
    )
  );
}

function drawn(given: Certificate, frame: Frame, audits: readonly AuditRecord[]): boolean {
  if (frame.orders.length !== given.commitments.length) return false;
  const expected: (readonly [string, number, string])[] = given.commitments.flatMap((commitment, at) =>
    drawOf(commitment, frame.orders[at]!.ids).map((item) => ["machine", commitment.round, item] as const),
  );
  const { human_commitment: human } = given;
  if (human !== null)
    for (const item of drawOf(
      human,
      frame.human.map(([id]) => id),
    ))
      expected.push(["human", 0, item]);
  return (
    audits.length === expected.length &&
    audits.every(({ part, round, item }, at) => canonicalText([part, round, item]) === canonicalText(expected[at]))
  );
}

function judged(given: Certificate, frame: Frame, audits: readonly AuditRecord[]): boolean {
  const known = new Map<string, string>(
    frame.human.map(([item, label]) => [keyOf("human", 0, item), canonicalText(label)]),
  );
  for (const { round, ids, labels } of frame.orders)
    ids.forEach((item, at) => {
      if (at < labels.length) known.set(keyOf("machine", round, item), canonicalText(labels[at]));
    });
  return audits.every(({ part, round, item, label, gold, distance, wrong }) => {
    const text = canonicalText(label);
    if (known.get(keyOf(part, round, item)) !== text) return false;
    const equal = gold !== null && canonicalText(gold) === text;
    if (wrong !== distance > given.terms.tolerance || (equal && distance > 0)) return false;
    return wrong || (gold !== null && label !== null);
  });
}

const keyOf = (part: string, round: number, item: string): string => `${part} ${round} ${item}`;

function people(given: Certificate, frame: Frame, listed: ReadonlySet<string>): boolean {
  const ids = frame.human.map(([item]) => item);
  if (!inOrder(ids) || !ids.every((id) => listed.has(id)) || ids.length !== given.human_items) return false;
  const { human_commitment: commitment, terms } = given;
  if (terms.gold === "human" || ids.length === 0) return commitment === null;
  if (commitment === null) return false;
  const last = given.commitments.at(-1);
  const budget = errorBudget(given.items, terms.accuracy) - machinePart(given.machine) - commitment.undecided;
  return (
    commitment.machine === (last === undefined ? "" : sha256Hex(canonical(last))) &&
    sameTerms(commitment.terms, terms) &&
    commitment.items_root === given.items_root &&
    commitment.population === ids.length &&
    commitment.labels_root === jsonRoot(frame.human) &&
    commitment.alpha === fractionText(humanAlpha(terms)) &&
    commitment.budget === budget
  );
}

/** Every item is decided by the accepted machine part, a person, an audit, or counted as undecided. */
function accounted(given: Certificate, frame: Frame, audits: readonly AuditRecord[]): boolean {
  if (frame.orders.length !== given.commitments.length) return false;
  const decided = new Set(frame.orders.at(-1)?.ids.slice(0, given.machine.accepted) ?? []);
  for (const { part, gold, item } of audits) if (part === "machine" && gold === null) decided.delete(item);
  for (const { gold, item } of audits) if (gold !== null) decided.add(item);
  for (const [item] of frame.human) decided.add(item);
  return frame.items.length - decided.size === given.undecided;
}
