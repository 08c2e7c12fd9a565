import { describe, expect, test } from "vitest";
import type { JsonObject } from "@/core/json";
import type { Control } from "@/core/schema";
import { between, labelled, nextRole, rewritten, writtenIn } from "@/editors/dialogue/message_edit";
import { contextFields, shownFields } from "@/host/catalogue";

describe("what can be written anew in a message", () => {
  const call = (given: unknown): JsonObject =>
    ({
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c", function: { name: "f", arguments: given } }],
    }) as never;

  test("is its text, and nothing else of it changes", () => {
    const message = { role: "user", content: "a", name: "n" };
    const [text] = writtenIn(message);
    expect(rewritten(message, text!, "b")).toEqual({ ...message, content: "b" });
  });

  test("is each of its parts that are text", () => {
    const message: JsonObject = {
      role: "user",
      content: [{ type: "text", text: "a" }, { type: "image_url", image_url: { url: "u" } }, "b"],
    };
    const parts = writtenIn(message);
    expect(parts.map(({ text, about }) => [text, about])).toEqual([
      ["a", "1"],
      ["b", "3"],
    ]);
    expect(rewritten(message, parts[1]!, "c")?.content).toEqual([
      { type: "text", text: "a" },
      { type: "image_url", image_url: { url: "u" } },
      "c",
    ]);
  });

  test("is arguments of calls: text stays text, JSON stays JSON or is not taken", () => {
    const text = writtenIn(call('{"a":1}'))[1]!;
    expect(rewritten(call('{"a":1}'), text, '{"a":')).toEqual(call('{"a":'));
    const json = writtenIn(call({ a: 1 }))[1]!;
    expect(rewritten(call({ a: 1 }), json, '{"a": 2}')).toEqual(call({ a: 2 }));
    expect(rewritten(call({ a: 1 }), json, '{"a":')).toBe(null);
  });

  test("is no content where there is none, until something is written", () => {
    const [text] = writtenIn(call("{}"));
    expect(rewritten(call("{}"), text!, "")).toEqual(call("{}"));
    expect(rewritten(call("{}"), text!, "x")?.content).toBe("x");
  });
});

test("labels of a message are said and taken back; without any there is no field", () => {
  const message = { role: "user", content: "a" };
  const one = { name: "tone", multi: false };
  const many = { name: "topic", multi: true };
  expect(labelled(labelled(message, one, "kind"), one, "rude")).toEqual({ ...message, labels: { tone: "rude" } });
  expect(labelled(labelled(message, one, "kind"), one, "kind")).toEqual(message);
  expect(labelled(labelled(message, many, "a"), many, "b")).toEqual({ ...message, labels: { topic: ["a", "b"] } });
});

test("who speaks next is one of the roles that are offered", () => {
  expect(nextRole("user", ["user", "assistant"])).toBe("assistant");
  expect(nextRole("assistant", ["user", "assistant"])).toBe("user");
  expect(nextRole(undefined, ["assistant"])).toBe("assistant");
});

test("there is room between two orders until numbers end", () => {
  expect([between(undefined, undefined), between(2, undefined), between(undefined, 0), between(1, 2)]).toEqual([
    0, 3, -1, 1.5,
  ]);
  expect(between(1, 1 + Number.EPSILON)).toBe(null);
});

describe("what is shown of a record", () => {
  const control = (type: string, field: string): Control => ({
    name: `${type} ${field}`,
    type: `${type}@1`,
    required: true,
    field,
    options: {},
  });
  const content = {
    id: "7",
    model: "m",
    prompt: "p",
    responses: ["a", "b"],
    reference: "r",
    empty: "",
    image: "blob:1",
  };

  test("are answers with what they are about above them, and nothing else of the record", () => {
    const controls = [control("ranking", "responses"), control("text", "prompt")];
    expect(shownFields(controls, content)).toEqual(["responses"]);
    expect(contextFields(controls, content, "responses")).toEqual(["image", "prompt", "reference"]);
  });

  test("is a field with an editor of its own beside it, once", () => {
    const controls = [control("span", "prompt"), control("box", "image"), control("ranking", "responses")];
    expect(shownFields(controls, content)).toEqual(["prompt", "image", "responses"]);
    expect(contextFields(controls, content, "responses")).toEqual(["reference"]);
    expect(contextFields(controls, content, "prompt")).toEqual([]);
  });

  test("is what it was where there is no dialogue", () => {
    expect(shownFields([control("classify", "prompt")], content)).toEqual(["prompt"]);
    expect(contextFields([control("classify", "prompt")], content, "prompt")).toEqual([]);
    expect(shownFields([control("classify", "none")], { a: 1, b: 2 })).toEqual(["a", "b"]);
  });
});
