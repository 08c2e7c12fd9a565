/** Bytes as text: hex, strict base64, UTF-8, and their comparison. */

export type Bytes = Uint8Array<ArrayBuffer>;

const ENCODER = new TextEncoder();

export function utf8(text: string): Bytes {
  return ENCODER.encode(text) as Bytes;
}

/** The text that the bytes spell; null when they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Lower-case hex of whole bytes, or null. */
export function unhex(text: string): Bytes | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16));
}

export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Standard base64 with padding in its one canonical spelling, or null. */
export function unbase64(text: string): Bytes | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const spelled = atob(text);
  const bytes = Uint8Array.from(spelled, (character) => character.charCodeAt(0));
  return base64(bytes) === text ? bytes : null;
}

/** Order by code points, as Python sorts: UTF-16 would put what lies beyond U+FFFF too early. */
export function byCodePoints(left: string, right: string): number {
  const [one, other] = [left[Symbol.iterator](), right[Symbol.iterator]()];
  for (;;) {
    const [mine, yours] = [one.next(), other.next()];
    if (mine.done === true || yours.done === true) return Number(mine.done !== true) - Number(yours.done !== true);
    const apart = (mine.value.codePointAt(0) ?? 0) - (yours.value.codePointAt(0) ?? 0);
    if (apart !== 0) return apart;
  }
}
