/** What changed between two texts, line by line: the longest common run of lines stays. */

export interface DiffLine {
  readonly is: "same" | "gone" | "new";
  readonly text: string;
}

const MOST_CELLS = 4_000_000;

export function diffLines(before: string, after: string): DiffLine[] {
  const [left, right] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head += 1;
  let tail = 0;
  while (
    tail < left.length - head &&
    tail < right.length - head &&
    left[left.length - 1 - tail] === right[right.length - 1 - tail]
  )
    tail += 1;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ is: "same", text }));
  return [
    ...same(left.slice(0, head)),
    ...middle(left.slice(head, left.length - tail), right.slice(head, right.length - tail)),
    ...same(left.slice(left.length - tail)),
  ];
}

function middle(left: readonly string[], right: readonly string[]): DiffLine[] {
  const gone = (text: string): DiffLine => ({ is: "gone", text });
  const fresh = (text: string): DiffLine => ({ is: "new", text });
  if ((left.length + 1) * (right.length + 1) > MOST_CELLS) return [...left.map(gone), ...right.map(fresh)];
  const width = right.length + 1;
  const longest = new Uint32Array((left.length + 1) * width);
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      longest[row * width + column] =
        left[row] === right[column]
          ? longest[(row + 1) * width + column + 1]! + 1
          : Math.max(longest[(row + 1) * width + column]!, longest[row * width + column + 1]!);
    }
  }
  const found: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < left.length && column < right.length) {
    if (left[row] === right[column]) {
      found.push({ is: "same", text: left[row]! });
      row += 1;
      column += 1;
    } else if (longest[(row + 1) * width + column]! >= longest[row * width + column + 1]!) {
      found.push(gone(left[row]!));
      row += 1;
    } else {
      found.push(fresh(right[column]!));
      column += 1;
    }
  }
  return [...found, ...left.slice(row).map(gone), ...right.slice(column).map(fresh)];
}
