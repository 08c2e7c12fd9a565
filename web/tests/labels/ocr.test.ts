import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entity } from "@/core/entity";
import type { Control } from "@/core/schema";
import { inReadingOrder, ocr, orderAt } from "@/labels/ocr";

const control: Control = { name: "t", type: "ocr@1", required: false, field: "image", options: {} };
const points = [
  [0, 0],
  [9, 0],
  [9, 5],
];

test("the list's order is the reading order, and no number is handed in", () => {
  let next = 0;
  const newId = (): string => {
    next += 1;
    return `e${next}`;
  };
  const value = ["one", "two", "three"].map((text) => ({ points, text, label: "line" }));
  const entities = ocr.read(value, { control, newId, others: [] });
  expect(ocr.write([...entities].reverse(), control, new Map())).toEqual(value);
  const drawn: Entity = { id: "new", control: "t", value: { points, text: "four" } };
  const texts = inReadingOrder([drawn, ...entities]).map((one) => one.value.text);
  expect(texts).toEqual(["one", "two", "three", "four"]);
});

test("a region that is moved gets a number between its neighbours, or all are to be numbered anew", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50))), fc.nat(60), (orders, wish) => {
      const others = inReadingOrder(
        orders.map((order, at) => ({ id: `e${at}`, control: "t", value: order === null ? {} : { order } })),
      );
      const place = Math.min(wish, others.length);
      const order = orderAt(others, place);
      if (order === null) return;
      const moved: Entity = { id: "moved", control: "t", value: { order } };
      expect(inReadingOrder([moved, ...others]).indexOf(moved)).toBe(place);
      expect(inReadingOrder([...others, moved]).indexOf(moved)).toBe(place);
    }),
  );
});
