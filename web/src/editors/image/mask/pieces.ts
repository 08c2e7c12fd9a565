/** Connected pieces of a mask and of what is around it, found over runs of rows. Pure. */

export interface Line {
  readonly y: number;
  readonly from: number;
  readonly end: number;
}

export interface Piece {
  readonly area: number;
  /** Whether it touches the edge of the picture. */
  readonly open: boolean;
  readonly lines: readonly Line[];
}

/** Pieces of rows of runs; `corners`: pixels that touch at a corner belong together. */
export function piecesOf(
  rows: readonly (readonly number[])[],
  top: number,
  size: { readonly width: number; readonly height: number },
  corners: boolean,
): Piece[] {
  const lines: Line[] = [];
  const parent: number[] = [];
  const root = (at: number): number => {
    let found = at;
    while (parent[found] !== found) {
      parent[found] = parent[parent[found]!]!;
      found = parent[found]!;
    }
    return found;
  };
  const reach = corners ? 1 : 0;
  let above: readonly [number, number] = [0, 0];
  for (const [at, runs] of rows.entries()) {
    const begin = lines.length;
    let look = above[0];
    for (let place = 0; place < runs.length; place += 2) {
      const line = { y: top + at, from: runs[place]!, end: runs[place + 1]! };
      const id = lines.length;
      lines.push(line);
      parent.push(id);
      while (look < above[1] && lines[look]!.end + reach <= line.from) look += 1;
      for (let one = look; one < above[1] && lines[one]!.from < line.end + reach; one += 1) {
        parent[root(one)] = root(id);
      }
    }
    above = [begin, lines.length];
  }
  const pieces = new Map<number, { area: number; open: boolean; lines: Line[] }>();
  for (const [at, line] of lines.entries()) {
    const known = pieces.get(root(at)) ?? { area: 0, open: false, lines: [] };
    known.area += line.end - line.from;
    known.open ||= line.from === 0 || line.end === size.width || line.y === 0 || line.y === size.height - 1;
    known.lines.push(line);
    pieces.set(root(at), known);
  }
  return [...pieces.values()];
}

/** What is not in rows of runs, from one x up to another. */
export function between(rows: readonly (readonly number[])[], left: number, right: number): number[][] {
  return rows.map((runs) => {
    const free: number[] = [];
    let place = left;
    for (let at = 0; at < runs.length; at += 2) {
      if (runs[at]! > place) free.push(place, Math.min(runs[at]!, right));
      place = Math.max(place, runs[at + 1]!);
    }
    if (place < right) free.push(place, right);
    return free;
  });
}

export function holds(piece: Piece, x: number, y: number): boolean {
  return piece.lines.some((line) => line.y === y && line.from <= x && x < line.end);
}
