/** The readings and counts of a report, out of the JSON that metrics wrote; what has another shape is passed over. */

import { isObject, type JsonObject } from "@/core/json";
import type { Text } from "@/core/words";

export interface Reading {
  readonly standard: string;
  readonly code: string;
  readonly title: Text;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
  readonly sample: number | null;
  readonly population: number | null;
  readonly method: Text;
  readonly notMeasured: Text;
  readonly evidence: JsonObject;
}

export interface StepCount {
  readonly step: number;
  readonly op: string;
  readonly kept: number;
  readonly edited: number;
  readonly dropped: number;
  readonly failed: number;
  readonly reasons: readonly (readonly [string, number])[];
}

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const text = (en: unknown, zh: unknown): Text => ({ en: String(en ?? ""), zh: String(zh ?? en ?? "") });

export function readingsOf(given: readonly { readonly [name: string]: unknown }[]): readonly Reading[] {
  return given.map((one) => ({
    standard: String(one.standard),
    code: String(one.code),
    title: text(one.title_en, one.title_zh),
    value: number(one.value),
    low: number(one.low),
    high: number(one.high),
    unit: String(one.unit ?? ""),
    sample: number(one.sample),
    population: number(one.population),
    method: text(one.method_en, one.method_zh),
    notMeasured: text(one.not_measured_en, one.not_measured_zh),
    evidence: isObject(one.evidence) ? one.evidence : {},
  }));
}

const CLASSES_MAX = 60;

/** How often each label occurs; null for readings about something else. */
export function classesOf({ evidence }: Reading): readonly (readonly [string, number])[] | null {
  const { classes } = evidence;
  if (!isObject(classes)) return null;
  const found = Object.entries(classes).flatMap(([name, count]) =>
    typeof count === "number" ? [[name, count] as const] : [],
  );
  return found.length === 0 ? null : found.slice(0, CLASSES_MAX);
}

export function stepsOf(counts: { readonly [name: string]: unknown }): readonly StepCount[] {
  const steps = Array.isArray(counts.steps) ? (counts.steps as readonly unknown[]) : [];
  return steps.filter(isObject).map((step) => {
    const told = isObject(step.counts) ? step.counts : {};
    const reasons = isObject(step.reasons) ? step.reasons : {};
    const count = (name: string): number => number(told[name]) ?? 0;
    return {
      step: number(step.step) ?? 0,
      op: String(step.op),
      ...{ kept: count("kept"), edited: count("edited"), dropped: count("dropped"), failed: count("failed") },
      reasons: Object.entries(reasons).map(([name, value]) => [name, number(value) ?? 0] as const),
    };
  });
}
