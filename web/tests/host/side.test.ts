import { expect, test } from "vitest";
import { SIDE_LEAST, SIDE_SHARE, sideWidth } from "@/host/side";

test("the side column is as wide as meant, within what there is room for", () => {
  expect(sideWidth(440.4, 1366)).toBe(440);
  expect(sideWidth(10, 1366)).toBe(SIDE_LEAST);
  expect(sideWidth(5000, 1000)).toBe(1000 * SIDE_SHARE);
  expect(sideWidth(5000, 300)).toBe(SIDE_LEAST);
});
