/** Searching a text: plain or by regular expression. Pure; `finder.ts` bounds the time of a bad expression. */

import { Segments } from "./segments";
import type { Stretch } from "./spans";

export interface Query {
  readonly wanted: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  readonly expression: boolean;
}

export interface Found {
  /** `slow`: stopped before the end; `wrong`: no regular expression; `none`: expressions cannot be bounded here. */
  readonly state: "done" | "slow" | "wrong" | "none";
  readonly matches: readonly Stretch[];
  /** There are more than are told. */
  readonly more: boolean;
}

export const MATCHES_MAX = 20_000;

/** All matches, in order, none empty, none overlapping another. */
export function findAll(text: string, query: Query, most = MATCHES_MAX): Found {
  const pattern = patternOf(query);
  if (pattern === null) return { state: "wrong", matches: [], more: false };
  const matches: Stretch[] = [];
  if (query.wanted === "") return { state: "done", matches, more: false };
  const words = query.wholeWord ? new Segments(text) : null;
  for (let hit = pattern.exec(text); hit !== null; hit = pattern.exec(text)) {
    const [start, end] = [hit.index, hit.index + hit[0].length];
    if (end === start) {
      pattern.lastIndex += text.codePointAt(end)! > 0xffff ? 2 : 1;
      continue;
    }
    if (words !== null && !isWhole(text, words, start, end)) continue;
    if (matches.length === most) return { state: "done", matches, more: true };
    matches.push({ start, end });
  }
  return { state: "done", matches, more: false };
}

/** The pattern of a query; null when it is no regular expression. */
export function patternOf({ wanted, matchCase, expression }: Query): RegExp | null {
  const source = expression ? wanted : wanted.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  try {
    return new RegExp(source, matchCase ? "gmu" : "gimu");
  } catch {
    return null;
  }
}

/** Whether no word goes on across an edge; between Chinese words the dictionary says where one ends. */
function isWhole(text: string, words: Segments, start: number, end: number): boolean {
  const edge = (unit: number): boolean => {
    const [before, behind] = [text[unit - 1] ?? " ", text[unit] ?? " "];
    if (SPACE.test(before) || SPACE.test(behind)) return true;
    if (LATIN.test(before) && LATIN.test(behind)) return false;
    return words.isBreak(unit, "word");
  };
  return edge(start) && edge(end);
}

const SPACE = /\s/u;
const LATIN = /\w/;
