import { expect, test } from "vitest";
import { chunked } from "@/shell/manage/parts/names";
import { personOf, sayName } from "@/shell/parts/person";

const zh = (text: { readonly zh: string }, facts: { readonly [name: string]: string | number } = {}): string =>
  text.zh.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name]));

test("who is known by number only is a person with a number in words", () => {
  expect(personOf("person-7")).toBe(7);
  expect(personOf("qwen-person-7")).toBeNull();
  expect(sayName(zh, "person-7")).toBe("人员 7");
  expect(sayName(zh, "周敏")).toBe("周敏");
});

test("names are asked for in lots of a hundred, each number once", () => {
  const people = Array.from({ length: 250 }, (_, at) => at + 1);
  expect(chunked(people).map((one) => one.length)).toEqual([100, 100, 50]);
  expect(chunked(people).flat()).toEqual(people);
  expect(chunked([])).toEqual([]);
});
