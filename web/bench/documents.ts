/** A long document with many spans, the same for every program that shows it. */

export const LABELS = ["PER", "LOC", "ORG", "DATE", "EVENT"] as const;

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** So many characters in paragraphs, and spans all over them: one in four lies in another. */
export function longDocument(characters: number, count: number): { text: string; spans: Span[] } {
  const words =
    "the ship left Boston harbour on Monday and 王小明 saw 上海 from afar while Ada wrote to Babbage about it".split(
      " ",
    );
  let seed = 7;
  const random = (most: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % most;
  };
  const parts: string[] = [];
  for (let length = 0; length < characters; ) {
    const part = words[random(words.length)]! + (random(60) === 0 ? ".\n" : " ");
    parts.push(part);
    length += part.length;
  }
  const text = parts.join("").slice(0, characters);
  const made = new Map<string, Span>();
  const step = Math.floor(characters / count);
  for (let at = 0; made.size < count; at += 1) {
    const start = (Math.floor(at / 4) * 4 * step + random(step * 3)) % (characters - 80);
    const end = start + (at % 4 === 0 ? 20 + random(40) : 4 + random(12));
    const label = LABELS[random(LABELS.length)]!;
    made.set(`${start} ${end} ${label}`, { start, end, label });
  }
  return { text, spans: [...made.values()] };
}
