import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entity } from "@/core/entity";
import type { JsonObject } from "@/core/json";
import type { Control } from "@/core/schema";
import { decodeCounts, encodeCounts, fromTiles, intoTiles, lengthsOf, mask, runsOf, SIDE } from "@/labels/mask";
import known from "./masks.json";

const control: Control = { name: "m", type: "mask@1", required: false, field: "image", options: {} };

function read(value: JsonObject[]): Entity[] {
  let next = 0;
  return mask.read(value, {
    control,
    others: [],
    newId: () => {
      next += 1;
      return `e${next}`;
    },
  });
}

const write = (entities: Entity[]): JsonObject[] => mask.write(entities, control, new Map()) as unknown as JsonObject[];

test("what pycocotools writes is read pixel by pixel, and written back as it was", () => {
  for (const { name, size, counts, area, spots } of known) {
    const [height, width] = size as [number, number];
    const entities = read([{ label: name, size, counts, z: 3 }]);
    expect(write(entities), name).toEqual([{ label: name, size, counts, z: 3 }]);
    const tiles = intoTiles(runsOf(decodeCounts(counts)!, height * width)!, height);
    const total = [...tiles.values()].flat().reduce((sum, place, at) => sum + (at % 2 === 0 ? -place : place), 0);
    expect(total, name).toBe(area);
    for (const [x, y] of spots as [number, number][]) {
      const tile = tiles.get(`${Math.floor(x / SIDE)},${Math.floor(y / SIDE)}`)!;
      const place = (x % SIDE) * SIDE + (y % SIDE);
      expect(tile.some((from, at) => at % 2 === 0 && from <= place && place < tile[at + 1]!)).toBe(true);
    }
  }
});

test("plain lengths are read, too; what cannot be is a mask without pixels, which is a problem and not written", () => {
  expect(write(read([{ size: [2, 2], counts: [1, 2, 1] as never, label: "a" }]))).toEqual([
    { size: [2, 2], counts: encodeCounts([1, 2, 1]), label: "a" },
  ]);
  for (const counts of ["no code~", encodeCounts([1, 9]), 7]) {
    const entities = read([{ size: [2, 2], counts: counts as never, label: "a" }]);
    expect(entities).toHaveLength(1);
    expect(write(entities)).toEqual([]);
    expect(mask.problems!(entities, control, {})).toMatchObject([{ id: "e1", control: "m" }]);
  }
});

test("lengths survive their code, and runs their tiles", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1 << 28)), (lengths) => {
      expect(decodeCounts(encodeCounts(lengths))).toEqual(lengths);
    }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1, max: 600 }),
      fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 60 }),
      (height, width, steps) => {
        const runs: number[] = [];
        let place = 0;
        for (const step of steps) {
          place += step;
          if (place <= height * width) runs.push(place - 1);
        }
        if (runs.length % 2 === 1) runs.pop();
        const whole = runsOf(lengthsOf(runs, height * width), height * width)!;
        const tiles = [...intoTiles(whole, height)].map(([name, own]) => {
          const [x, y] = name.split(",").map(Number);
          return { x: x!, y: y!, runs: own };
        });
        expect(fromTiles(tiles.reverse(), height, width)).toEqual(whole);
      },
    ),
  );
});

test("a mask whose tiles are as they were is not encoded again; one changed tile makes a new one", () => {
  const { size, counts } = known.find(({ name }) => name === "disc over tiles")!;
  const entities = read([{ label: "a", size, counts }]);
  expect(entities.filter(({ of }) => of !== undefined).length).toBe(4);
  write(entities);
  const relabelled = entities.map((one) =>
    one.of === undefined ? { ...one, value: { ...one.value, label: "b" } } : one,
  );
  expect(write(relabelled)).toEqual([{ label: "b", size, counts }]);
  const fewer = entities.slice(0, -1);
  expect(write(fewer)[0]!.counts).not.toBe(counts);
});
