import { expect, test } from "vitest";
import { rowsOf, superpixels } from "@/editors/image/assist/slic";

function picture(width: number, height: number, color: (x: number, y: number) => readonly number[]) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < width * height; at += 1) data.set([...color(at % width, Math.floor(at / width)), 255], at * 4);
  return { width, height, data };
}

test("no superpixel reaches over an edge of colours, each is connected, and together they are the picture", () => {
  const disc = (x: number, y: number): boolean => (x - 50) ** 2 + (y - 40) ** 2 < 26 ** 2;
  const found = superpixels(
    picture(120, 90, (x, y) => (disc(x, y) ? [230, 120, 20] : [30, 60, 90])),
    12,
  );
  expect(found.count).toBeGreaterThan(40);
  expect(found.count).toBeLessThan(140);
  const sides = new Map<number, { within: number; without: number }>();
  for (const [at, label] of found.labels.entries()) {
    const known = sides.get(label) ?? { within: 0, without: 0 };
    known[disc(at % 120, Math.floor(at / 120)) ? "within" : "without"] += 1;
    sides.set(label, known);
  }
  const wrong = [...sides.values()].reduce((sum, { within, without }) => sum + Math.min(within, without), 0);
  expect(wrong).toBeLessThan(120 * 90 * 0.005);
  const rows = rowsOf(found);
  const covered = rows.flatMap((one) => one.filter((_, at) => at % 3 === 2).map((end, at) => end - one[at * 3 + 1]!));
  expect(covered.reduce((sum, one) => sum + one, 0)).toBe(120 * 90);
});

test("a picture of one colour is cut evenly, the smallest into one piece", () => {
  const plain = superpixels(
    picture(64, 64, () => [128, 128, 128]),
    16,
  );
  expect(plain.count).toBe(16);
  expect(
    superpixels(
      picture(1, 1, () => [0, 0, 0]),
      16,
    ).count,
  ).toBe(1);
});
