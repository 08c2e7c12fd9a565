/** The values the workbench writes are those the server makes of them: `make_python.py` says how the fixture came. */

import { expect, test } from "vitest";
import type { Json, JsonObject } from "@/core/json";
import type { Control, LabelSchema } from "@/core/schema";
import { kindOf, problemsOf, readLabels, writeLabels } from "@/labels/kinds";
import { candidateIds, messagesOf, messageText, stepsOf } from "@/labels/record_fields";
import told from "./python.json";

interface Case {
  readonly type: string;
  readonly field: string;
  readonly options: JsonObject;
  readonly value: Json;
  readonly canonical?: Json;
  readonly error?: string;
}

const record = told.record as unknown as JsonObject;
const cases = told.cases as unknown as readonly Case[];

function opened(one: Case) {
  const control: Control = { name: "c", type: `${one.type}@1`, required: true, field: one.field, options: one.options };
  const schema: LabelSchema = { name: "t", controls: [control] };
  let next = 0;
  const entities = readLabels(schema, { c: one.value }, () => {
    next += 1;
    return `n${next}`;
  });
  return { schema, entities, control };
}

test.each(cases)("$type $options: $value", (one) => {
  const { schema, entities, control } = opened(one);
  expect(kindOf(control)?.type).toBe(one.type);
  const problems = problemsOf(schema, entities, record);
  if (one.canonical !== undefined) {
    expect(writeLabels(schema, entities).c).toEqual(one.canonical);
    expect(problems).toEqual([]);
  } else if (problems.length === 0) {
    // What the server refuses is either told before, or mended when it is written: then it is as the server has it.
    expect(writeLabels(schema, entities).c).not.toEqual(one.value);
  }
});

test.each(told.fields)("what a field holds: $field", ({ field, candidates, steps, messages }) => {
  const given = field as unknown as Json;
  expect(candidateIds(given)).toEqual(candidates);
  expect(messagesOf(given)).toEqual(messages);
  if (steps?.every((step) => !step.startsWith("{"))) expect(stepsOf(given)).toEqual(steps);
  else expect(stepsOf(given) === null).toBe(steps === null);
});

test.each(told.texts)("what a message says: $text", ({ message, text }) => {
  expect(messageText(message as unknown as JsonObject)).toBe(text);
});

test("an answer half given says what is missing, and no answer at all is one problem only where it is required", () => {
  const one = (type: string, field: string, options: JsonObject, value: Json): readonly (string | undefined)[] => {
    const { schema, entities } = opened({ type, field, options, value });
    return problemsOf(schema, entities, record).map(({ id, text }) => `${id ?? ""} ${text.en.split(":")[0]}`);
  };
  expect(one("ranking", "responses", {}, [["b"]])).toEqual([" Not ranked yet"]);
  expect(one("ranking", "responses", { top: 2 }, [["b"]])).toEqual([" Rank the best {top}"]);
  expect(one("ranking", "nothing", {}, [["b"]])).toEqual([" This record has no candidates that can be told apart."]);
  expect(one("steps", "solution", {}, [{ mark: "right" }, null, null])).toEqual(["=c/1 Steps without a mark"]);
  expect(one("steps", "solution", {}, [null, null, null])).toEqual([" This question needs an answer."]);
  const criteria = [{ name: "a", reason: "required" }, { name: "b" }];
  expect(one("rubric", "responses", { criteria }, { a: { score: 1, reason: " " } })).toEqual([
    "=c/a A reason is asked for",
    "=c/b Not scored yet",
  ]);
});
