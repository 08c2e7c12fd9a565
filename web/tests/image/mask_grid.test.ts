import fc from "fast-check";
import { expect, test } from "vitest";
import { Grid } from "@/editors/image/mask/grid";
import { between, holds, piecesOf } from "@/editors/image/mask/pieces";

const SIZE = { width: 700, height: 530 };

function painted(grid: Grid): Set<string> {
  const found = new Set<string>();
  const { top, rows } = grid.lines() ?? { top: 0, rows: [] };
  for (const [at, runs] of rows.entries()) {
    for (let place = 0; place < runs.length; place += 2) {
      for (let x = runs[place]!; x < runs[place + 1]!; x += 1) found.add(`${x},${top + at}`);
    }
  }
  return found;
}

test("a stroke sets the pixels whose middle is within reach of it, over tiles and up to the edge", () => {
  const place = fc.tuple(fc.double({ min: -9, max: 60, noNaN: true }), fc.double({ min: -9, max: 60, noNaN: true }));
  fc.assert(
    fc.property(place, place, fc.double({ min: 1, max: 12, noNaN: true }), ([ax, ay], [bx, by], radius) => {
      const move = 230; // around the corner of four tiles, and in a second grid at the picture's corner
      for (const off of [move, 0]) {
        const grid = new Grid(SIZE);
        grid.stroke([ax + off, ay + off], [bx + off, by + off], radius, true);
        for (let y = off; y < off + 60; y += 3) {
          for (let x = off; x < off + 60; x += 2) {
            const [dx, dy] = [bx - ax, by - ay];
            const square = dx * dx + dy * dy;
            const [px, py] = [x + 0.5 - ax - off, y + 0.5 - ay - off];
            const part = square === 0 ? 0 : Math.min(Math.max((px * dx + py * dy) / square, 0), 1);
            const away = Math.hypot(px - part * dx, py - part * dy);
            if (Math.abs(away - radius) > 1e-6) expect(grid.has(x, y)).toBe(away < radius);
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("what was changed is told, tile by tile; a tile that is read from its runs is as it was", () => {
  const grid = new Grid(SIZE);
  const told: string[] = [];
  grid.changed = (x, y) => told.push(`${x},${y}`);
  grid.stroke([250, 250], [260, 260], 20, true);
  expect(new Set(told)).toEqual(new Set(["0,0", "1,0", "0,1", "1,1"]));
  const before = painted(grid);
  const other = new Grid(SIZE);
  for (const name of grid.tiles.keys()) {
    const [x, y] = name.split(",").map(Number) as [number, number];
    other.setTile(x, y, grid.runsOf(x, y));
  }
  expect(painted(other)).toEqual(before);
  expect(other.bounds()).toEqual(grid.bounds());
  grid.stroke([250, 250], [260, 260], 30, false);
  expect(grid.bounds()).toBe(null);
  expect(grid.runsOf(0, 0)).toEqual([]);
});

test("the smallest brush paints the pixel that is pointed at", () => {
  const grid = new Grid(SIZE);
  grid.stroke([3.1, 4.9], [3.1, 4.9], 0.5, true);
  expect(painted(grid)).toContain("3,4");
});

test("an outline is filled between its lines", () => {
  const grid = new Grid(SIZE);
  grid.polygon(
    [
      [250, 250],
      [260, 250],
      [260, 258],
      [250, 258],
    ],
    true,
  );
  expect(painted(grid).size).toBe(80);
  expect(grid.bounds()).toEqual({ left: 250, top: 250, right: 260, bottom: 258 });
});

type Place = [number, number];

function set(rows: boolean[][]): Place[] {
  return rows.flatMap((row, y) => row.flatMap((on, x): Place[] => (on ? [[x, y]] : [])));
}

function flood(rows: boolean[][], start: Place, corners: boolean, seen: Set<string>): Place[] {
  const found: Place[] = [start];
  seen.add(start.join());
  for (const [x, y] of found) {
    for (const [dx, dy] of AROUND) {
      const next: Place = [x + dx!, y + dy!];
      const near = corners || dx === 0 || dy === 0;
      if (!near || rows[next[1]]?.[next[0]] !== true || seen.has(next.join())) continue;
      seen.add(next.join());
      found.push(next);
    }
  }
  return found;
}

const AROUND = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy]));

test("pieces are told apart as a flood over pixels would", () => {
  const bits = fc.array(fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(bits, fc.boolean(), (rows, corners) => {
      const size = { width: 9, height: rows.length };
      const runs = rows.map((row) =>
        row.flatMap((on, x) => [...(on && !row[x - 1] ? [x] : []), ...(on && !row[x + 1] ? [x + 1] : [])]),
      );
      const pieces = piecesOf(runs, 0, size, corners);
      const seen = new Set<string>();
      let count = 0;
      for (const [x, y] of set(rows)) {
        if (seen.has(`${x},${y}`)) continue;
        count += 1;
        const piece = pieces.find((one) => holds(one, x, y))!;
        const flooded = flood(rows, [x, y], corners, seen);
        expect(flooded.every(([px, py]) => holds(piece, px, py))).toBe(true);
        expect(piece.area).toBe(flooded.length);
      }
      expect(pieces.length).toBe(count);
      const free = between(runs, 0, 9);
      for (const [y, row] of rows.entries()) {
        for (const [x, on] of row.entries()) {
          const within = free[y]!.some((from, at) => at % 2 === 0 && from <= x && x < free[y]![at + 1]!);
          expect(within).toBe(!on);
        }
      }
    }),
  );
});
