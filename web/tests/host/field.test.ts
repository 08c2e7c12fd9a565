// @vitest-environment jsdom
import { expect, test } from "vitest";
import { isField } from "@/host/embed";

test("letters are typed into fields, and are keys on radios, boxes and buttons", () => {
  const input = (type: string): HTMLInputElement => Object.assign(document.createElement("input"), { type });
  expect(["text", "search", "number", "password", "date"].map((type) => isField(input(type)))).toEqual(
    Array(5).fill(true),
  );
  expect(["radio", "checkbox", "button"].map((type) => isField(input(type)))).toEqual(Array(3).fill(false));
  expect(["textarea", "select"].map((tag) => isField(document.createElement(tag)))).toEqual([true, true]);
  expect([document.createElement("div"), null].map(isField)).toEqual([false, false]);
});
