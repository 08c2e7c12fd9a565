/** RFC 8785 canonical JSON, and reading JSON that must not name a member twice. */

import type { Json } from "@/core/json";
import { type Bytes, textOf, utf8 } from "./bytes";

/** JavaScript's numbers and strings are RFC 8785's; only members must be sorted (by UTF-16, as the RFC says). */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalText(inner)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

export function canonical(value: unknown): Bytes {
  return utf8(canonicalText(value));
}

/** The JSON that the bytes spell, or undefined: not UTF-8, not JSON, or a member named twice. */
export function parseJson(data: Uint8Array): Json | undefined {
  const text = textOf(data);
  if (text === null) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return repeats(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether an object of a (well-formed) JSON text names a member twice; readers disagree about what that means. */
function repeats(text: string): boolean {
  const open: (Set<string> | null)[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [spelled] = found;
    if (spelled === "{") open.push(new Set());
    else if (spelled === "[") open.push(null);
    else if (spelled === "}" || spelled === "]") open.pop();
    else if (/^\s*:/.test(text.slice(token.lastIndex, token.lastIndex + 64))) {
      const names = open.at(-1);
      const name = JSON.parse(spelled) as string;
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}
