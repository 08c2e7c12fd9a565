/** What Tab and Enter do to indented text, and which lines differ between two texts. Pure. */

export interface Typed {
  readonly text: string;
  readonly caret: number;
}

/** Two spaces in or out: of the caret's place, or of every line of a selection. */
export function indented(text: string, start: number, end: number, out: boolean): Typed {
  if (start === end && !out) return { text: `${text.slice(0, start)}  ${text.slice(end)}`, caret: start + 2 };
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const lines = text.slice(from, end).split("\n");
  const changed = lines.map((line) => (out ? line.replace(/^ {1,2}/, "") : `  ${line}`)).join("\n");
  const grown = changed.length - (end - from);
  return { text: text.slice(0, from) + changed + text.slice(end), caret: Math.max(from, end + grown) };
}

/** A new line that begins where the one before did; deeper after a colon, beside a dash after a list item. */
export function newlined(text: string, start: number, end: number): Typed {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(from, start);
  const indent = /^ */.exec(before)![0];
  const deeper = /:\s*$/.test(before) ? "  " : "";
  const added = `\n${indent}${deeper}`;
  return { text: text.slice(0, start) + added + text.slice(end), caret: start + added.length };
}

export interface DiffLine {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

const LINES_MAX = 3000;

/** The lines of two texts side by side in one list: longest common subsequence. */
export function diff(before: string, after: string): readonly DiffLine[] {
  const [left, right] = [before.split("\n"), after.split("\n")];
  let [head, tail] = [0, 0];
  while (head < left.length && head < right.length && left[head] === right[head]) head += 1;
  const most = Math.min(left.length, right.length) - head;
  while (tail < most && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  const same = (text: string): DiffLine => ({ kind: "same", text });
  const middle = changed(left.slice(head, left.length - tail), right.slice(head, right.length - tail));
  return [...left.slice(0, head).map(same), ...middle, ...left.slice(left.length - tail).map(same)];
}

function changed(left: readonly string[], right: readonly string[]): readonly DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: "removed", text });
  const added = (text: string): DiffLine => ({ kind: "added", text });
  if (left.length * right.length > LINES_MAX * LINES_MAX) return [...left.map(removed), ...right.map(added)];
  const wide = right.length + 1;
  const common = new Uint32Array((left.length + 1) * wide);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      common[i * wide + j] =
        left[i] === right[j]
          ? common[(i + 1) * wide + j + 1]! + 1
          : Math.max(common[(i + 1) * wide + j]!, common[i * wide + j + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) {
      lines.push({ kind: "same", text: left[i]! });
      i += 1;
      j += 1;
    } else if (common[(i + 1) * wide + j]! >= common[i * wide + j + 1]!) lines.push(removed(left[i++]!));
    else lines.push(added(right[j++]!));
  }
  return [...lines, ...left.slice(i).map(removed), ...right.slice(j).map(added)];
}
