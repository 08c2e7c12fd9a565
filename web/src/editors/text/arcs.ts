/** The course of a relation's arrow between two spans: pure geometry, in pixels of the page. */

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Arc {
  /** An SVG path. */
  readonly path: string;
  /** Where the label stands. */
  readonly x: number;
  readonly y: number;
}

/** An arc above the text on one line, a curve between lines. `level` keeps arcs over the same place apart. */
export function arcBetween(from: Rect, to: Rect, level = 0): Arc {
  const [ax, bx] = [from.x + from.width / 2, to.x + to.width / 2];
  if (Math.abs(from.y - to.y) < from.height / 2) {
    const rise = Math.min(10 + Math.abs(bx - ax) * 0.06, 18) + level * 6;
    const top = Math.min(from.y, to.y);
    const shift = Math.min(12, Math.abs(bx - ax) / 4) * Math.sign(bx - ax || 1);
    return {
      path: `M${n(ax)} ${n(from.y)}C${n(ax + shift)} ${n(top - rise)} ${n(bx - shift)} ${n(top - rise)} ${n(bx)} ${n(to.y)}`,
      x: (ax + bx) / 2,
      y: top - rise * 0.75,
    };
  }
  const down = to.y > from.y;
  const [ay, by] = down ? [from.y + from.height, to.y] : [from.y, to.y + to.height];
  const middle = (ay + by) / 2;
  const bow = (level + 1) * 8;
  return {
    path: `M${n(ax)} ${n(ay)}C${n(ax + bow)} ${n(middle)} ${n(bx + bow)} ${n(middle)} ${n(bx)} ${n(by)}`,
    x: (ax + bx) / 2 + bow * 0.75,
    y: middle,
  };
}

function n(value: number): string {
  return value.toFixed(1);
}
