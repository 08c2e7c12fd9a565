/** The parts of the verifier against other implementations: Node's SHA-256, RFC 6962 written out, Python's numbers. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceptanceNumber, errorBudget, exact, upperErrors } from "@/verify/bounds";
import { type Bytes, base64, byCodePoints, hex, textOf, unbase64, unhex, utf8 } from "@/verify/bytes";
import { canonicalText, parseJson } from "@/verify/canonical";
import { type AuditRecord, type Certificate, type Frame, recompute } from "@/verify/certificate";
import { included, leafHash, Tree } from "@/verify/merkle";
import { parseVerifierKey } from "@/verify/notes";
import { Sha256, sha256Hex } from "@/verify/sha256";

const VECTORS = JSON.parse(readFileSync(join(import.meta.dirname, "vectors.json"), "utf8"));

describe("SHA-256 in pieces", () => {
  test("is Node's, however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (parts) => {
        const [mine, theirs] = [new Sha256(), createHash("sha256")];
        for (const part of parts) {
          mine.update(part);
          theirs.update(part);
        }
        expect(hex(mine.digest())).toBe(theirs.digest("hex"));
      }),
    );
  });

  test("at the edges of blocks", () => {
    for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1_000_003]) {
      const data = Uint8Array.from({ length }, (_, at) => at * 31);
      expect(sha256Hex(data)).toBe(createHash("sha256").update(data).digest("hex"));
    }
  });
});

describe("bytes and canonical JSON", () => {
  test("base64 and hex come back, other spellings are refused", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        expect(unbase64(base64(data))).toEqual(data);
        expect(unhex(hex(data))).toEqual(data);
      }),
    );
    for (const text of ["YQ", "YR==", "Y Q=", "YQ==\n", "Y-=="]) expect(unbase64(text)).toBeNull();
    expect(unhex("0G")).toBeNull();
    expect(textOf(Uint8Array.of(0xff))).toBeNull();
  });

  test("the order is that of code points, not of UTF-16", () => {
    expect(["\u{1f35c}", "\uff5e", "a", ""].sort(byCodePoints)).toEqual(["", "a", "\uff5e", "\u{1f35c}"]);
  });

  test("canonical JSON is RFC 8785's", () => {
    expect(canonicalText({ b: [1.0, 1e21, 1e-7, 0.1], "\uff5e": 1, "\u{1f35c}": 2, a: "\u0001é" })).toBe(
      '{"a":"\\u0001é","b":[1,1e+21,1e-7,0.1],"\u{1f35c}":2,"\uff5e":1}',
    );
  });

  test("a member named twice is refused, wherever it stands", () => {
    expect(parseJson(utf8('{"a":{"b":1,"c":["b"]},"b":{"b":2}}'))).toBeDefined();
    for (const text of ['{"a":1,"a":1}', '[{"a":{"x":1,"\\u0078":2}}]', '{"a" : 1, "b":"{", "a":2}', "nonsense"])
      expect(parseJson(utf8(text))).toBeUndefined();
  });
});

/** RFC 6962 section 2.1, word for word. */
function rootOf(entries: readonly Bytes[]): Buffer {
  const hash = (...parts: Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();
  if (entries.length === 0) return hash();
  if (entries.length === 1) return hash(Uint8Array.of(0), entries[0]!);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return hash(Uint8Array.of(1), rootOf(entries.slice(0, split)), rootOf(entries.slice(split)));
}

function pathOf(entries: readonly Bytes[], index: number): Buffer[] {
  if (entries.length === 1) return [];
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  const [left, right] = [entries.slice(0, split), entries.slice(split)];
  return index < split ? [...pathOf(left, index), rootOf(right)] : [...pathOf(right, index - split), rootOf(left)];
}

test("trees and inclusion proofs are RFC 6962's, and no other place is proved", () => {
  for (let size = 1; size <= 33; size += 1) {
    const entries = Array.from({ length: size }, (_, at) => utf8(`entry ${at}`));
    const tree = new Tree();
    for (const entry of entries) tree.add(entry);
    const root = tree.root();
    expect(hex(root)).toBe(rootOf(entries).toString("hex"));
    for (let index = 0; index < size; index += 1) {
      const path = pathOf(entries, index);
      const leaf = leafHash(entries[index]!);
      expect(included(leaf, { index, size }, path, root)).toBe(true);
      expect(included(leaf, { index: index + 1, size }, path, root)).toBe(false);
      expect(included(leafHash(utf8("another")), { index, size }, path, root)).toBe(false);
      expect(included(leaf, { index, size }, [...path, root], root)).toBe(false);
      if (path.length > 0) expect(included(leaf, { index, size }, path.slice(1), root)).toBe(false);
    }
  }
});

test("bounds are Python's numbers", () => {
  for (const one of VECTORS.bounds) {
    const { population, sample, wrong, budget, accuracy } = one;
    const alpha = exact(one.alpha);
    expect(acceptanceNumber(population, budget, sample, alpha), JSON.stringify(one)).toBe(one.acceptance);
    expect(upperErrors(population, sample, wrong, alpha), JSON.stringify(one)).toBe(one.upper);
    expect(errorBudget(population, accuracy), JSON.stringify(one)).toBe(one.errors);
  }
});

interface Told {
  readonly evidence: { readonly certificate: Certificate; readonly frame: Frame };
  readonly audits: readonly AuditRecord[];
}

function failedOf({ evidence, audits }: Told): readonly string[] {
  return recompute(evidence.certificate, evidence.frame, audits)
    .filter(([, ok]) => !ok)
    .map(([name]) => name);
}

describe("certificates", () => {
  const certificates: readonly Told[] = VECTORS.certificates;

  test("that Python computed recompute, refusals among them", () => {
    expect(certificates.map(failedOf)).toEqual([["issued"], ["issued"], []]);
  });

  test("with another number, verdict, draw or label fail", () => {
    for (const told of certificates) {
      const { certificate, frame } = told.evidence;
      const change = (part: Partial<Certificate>): Told => ({
        ...told,
        evidence: { frame, certificate: { ...certificate, ...part } },
      });
      expect(failedOf(change({ bound: (certificate.bound ?? 0) - 1 }))).toContain("bounds");
      expect(failedOf(change({ items: certificate.items + 1 }))).toContain("items");
      const [first, ...rest] = told.audits;
      const turned = { ...first!, wrong: !first!.wrong };
      expect(failedOf({ ...told, audits: [turned, ...rest] })).toEqual(expect.arrayContaining(["audits", "labels"]));
      expect(failedOf({ ...told, audits: [...told.audits].reverse() })).toContain("draw");
      const human = frame.human.map(([id], at) => (at === 0 ? ([id, null] as const) : frame.human[at]!));
      const other = { ...told, evidence: { certificate, frame: { ...frame, human } } };
      if (certificate.terms.gold === "measured") expect(failedOf(other)).toContain("human");
    }
  });
});

test("keys must be what their id says", () => {
  const [good] = VECTORS.audit.keys as [string];
  expect(parseVerifierKey(good).name).toBe("galley.test/signer");
  for (const text of ["", "a+b", good.replace("galley.test", "galley.tests"), `${good.slice(0, -2)}AA`])
    expect(() => parseVerifierKey(text)).toThrow();
});
