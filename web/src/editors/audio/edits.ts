/** What becomes of segments that are drawn, cut, joined and moved: values before and after. Pure. */

import type { JsonObject } from "@/core/json";
import type { Spot } from "./spots";
import { toMs } from "./time";

export type Edge = "start" | "end";

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Shorter ones are slips of the hand. */
export const SHORTEST = 0.02;

export interface Bounds {
  readonly duration: number;
  /** Segments that may not be overlapped; none where overlapping is allowed. */
  readonly others: readonly Place[];
}

/** A stretch drawn from one time to another, with its bounds kept; null when nothing is left of it. `from` stays. */
export function drawnPlace(from: number, to: number, { duration, others }: Bounds): Place | null {
  let [low, high] = [Math.max(Math.min(from, to), 0), Math.min(Math.max(from, to), duration)];
  for (const other of others) {
    if (other.start <= from && from < other.end) return null;
    if (other.end <= from) low = Math.max(low, other.end);
    else if (other.start >= from) high = Math.min(high, other.start);
  }
  const place = { start: toMs(low), end: toMs(high) };
  return place.end - place.start >= SHORTEST ? place : null;
}

/** A segment with one edge elsewhere: it stays at least `SHORTEST` long and stops at its neighbours. */
export function edged(place: Place, edge: Edge, time: number, { duration, others }: Bounds): Place {
  let [low, high] = edge === "start" ? [0, place.end - SHORTEST] : [place.start + SHORTEST, duration];
  for (const other of others) {
    if (edge === "start" && other.end <= place.start) low = Math.max(low, other.end);
    if (edge === "end" && other.start >= place.end) high = Math.min(high, other.start);
  }
  const at = toMs(Math.min(Math.max(time, low), Math.max(high, low)));
  return edge === "start" ? { start: at, end: place.end } : { start: place.start, end: at };
}

/** A segment moved as a whole, as far as its neighbours and the ends allow. */
export function moved(place: Place, start: number, { duration, others }: Bounds): Place {
  const length = place.end - place.start;
  let [low, high] = [0, duration - length];
  for (const other of others) {
    if (other.end <= place.start) low = Math.max(low, other.end);
    if (other.start >= place.end) high = Math.min(high, other.start - length);
  }
  const at = toMs(Math.min(Math.max(start, low), Math.max(high, low)));
  return { start: at, end: toMs(at + length) };
}

/** A segment cut in two; its text is cut at a place of it, or goes to the first. Null when a part would be too short. */
export function cut(value: JsonObject, time: number, textAt?: number): readonly [JsonObject, JsonObject] | null {
  const [at, start, end] = [toMs(time), Number(value.start), Number(value.end)];
  if (at - start < SHORTEST || end - at < SHORTEST) return null;
  const { text, ...rest } = value;
  const said = typeof text === "string" ? text : "";
  const [head, tail] = [said.slice(0, textAt ?? said.length).trim(), said.slice(textAt ?? said.length).trim()];
  return [
    { ...rest, end: at, ...(head === "" ? {} : { text: head }) },
    { ...rest, start: at, ...(tail === "" ? {} : { text: tail }) },
  ];
}

/** Two segments as one: the first's label and speaker, both texts. */
export function joined(first: JsonObject, second: JsonObject): JsonObject {
  const text = joinedText(String(first.text ?? ""), String(second.text ?? ""));
  const start = Math.min(Number(first.start), Number(second.start));
  const end = Math.max(Number(first.end), Number(second.end));
  const { text: _, ...rest } = { ...second, ...first };
  return { ...rest, start, end, ...(text === "" ? {} : { text }) };
}

/** Scripts without spaces between words are joined without one. */
function joinedText(first: string, second: string): string {
  if (first === "" || second === "") return first + second;
  const close =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]$/u.test(first) ||
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u.test(second);
  return close ? first + second : `${first} ${second}`;
}

/** The segments of a control that another may not overlap, nearest first not needed: all that are within a reach. */
export function othersOf(spots: readonly Spot[], control: string, but: string | null): readonly Place[] {
  return spots.filter((spot) => spot.control === control && spot.id !== but);
}
