import { describe, expect, test } from "vitest";
import type { Entity, Labels } from "@/core/entity";
import { sameJson } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import { kindOf, problemsOf, readLabels, writeLabels } from "@/labels/kinds";
import { summaryOf } from "@/labels/summary";
import fixtures from "../fixtures/templates.json";

interface Fixture {
  readonly name: string;
  readonly schema: LabelSchema;
  readonly record: Labels;
  readonly labels: Labels;
}

const ALL = fixtures as unknown as readonly Fixture[];

/** Written by the server (tools/make_web_fixtures.py): what it stores must survive being shown and handed in again. */
describe.each(ALL)("$name", ({ schema, record, labels }) => {
  let last = 0;
  const newId = (): string => {
    last += 1;
    return `r${last}`;
  };

  test("every control has a kind", () => {
    expect(schema.controls.filter((control) => kindOf(control) === undefined).map(({ type }) => type)).toEqual([]);
  });

  test("an annotation comes back as it was", () => {
    const entities = readLabels(schema, labels, newId);
    const again = writeLabels(schema, entities);
    // An empty list is an answer to the server, and nothing to draw: both say that nothing is there.
    const empty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
    for (const { name } of schema.controls) {
      if (empty(labels[name]) || empty(again[name])) expect([labels[name] ?? [], again[name] ?? []]).toEqual([[], []]);
      else expect(sameJson(again[name], labels[name]), `${name}: ${JSON.stringify(again[name])}`).toBe(true);
    }
  });

  test("a right annotation has no problems, and an empty one says what is missing", () => {
    const entities: Entity[] = readLabels(schema, labels, newId);
    expect(problemsOf(schema, entities, record)).toEqual([]);
    const needed = schema.controls.filter(
      (control) => control.required && kindOf(control)?.regions !== true && control.when === undefined,
    );
    const told = new Set(problemsOf(schema, [], record).map(({ control }) => control));
    for (const { name, type } of needed) if (!type.startsWith("relation")) expect(told.has(name), name).toBe(true);
  });

  test("regions are told in a few words", () => {
    for (const entity of readLabels(schema, labels, newId)) {
      const control = schema.controls.find(({ name }) => name === entity.control)!;
      expect(typeof summaryOf(entity, control, record)).toBe("string");
    }
  });
});
