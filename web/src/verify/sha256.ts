/** SHA-256 (FIPS 180-4) that takes its bytes piece by piece: WebCrypto wants a file whole. */

import { type Bytes, hex } from "./bytes";

const BLOCK = 64;

/** The first 32 bits of the fractional parts of the cube (K) and square (H) roots of the first primes. */
const [K, H] = constants();

function constants(): [Int32Array, Int32Array] {
  const k = new Int32Array(64);
  const h = new Int32Array(8);
  let found = 0;
  for (let candidate = 2; found < 64; candidate += 1) {
    let prime = true;
    for (let factor = 2; factor * factor <= candidate; factor += 1) if (candidate % factor === 0) prime = false;
    if (!prime) continue;
    if (found < 8) h[found] = rootBits(BigInt(candidate), 2n);
    k[found] = rootBits(BigInt(candidate), 3n);
    found += 1;
  }
  return [k, h];
}

/** floor(2^32 · n^(1/power)) mod 2^32, in integers: floating point could round the last bit. */
function rootBits(number: bigint, power: bigint): number {
  const target = number << (32n * power);
  let [low, high] = [0n, 1n << 40n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= target) low = middle;
    else high = middle - 1n;
  }
  return Number(BigInt.asIntN(32, low));
}

export class Sha256 {
  #state = Int32Array.from(H);
  #rest = new Uint8Array(BLOCK);
  #held = 0;
  #bytes = 0;
  readonly #words = new Int32Array(64);

  update(data: Uint8Array): this {
    this.#bytes += data.length;
    let at = 0;
    if (this.#held > 0) {
      at = Math.min(BLOCK - this.#held, data.length);
      this.#rest.set(data.subarray(0, at), this.#held);
      this.#held += at;
      if (this.#held < BLOCK) return this;
      this.#block(this.#rest, 0);
      this.#held = 0;
    }
    for (; at + BLOCK <= data.length; at += BLOCK) this.#block(data, at);
    this.#rest.set(data.subarray(at));
    this.#held = data.length - at;
    return this;
  }

  digest(): Bytes {
    const bytes = this.#bytes;
    const tail = new Uint8Array(this.#held < 56 ? BLOCK - this.#held : 2 * BLOCK - this.#held);
    tail[0] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(bytes / 0x20000000));
    view.setUint32(tail.length - 4, (bytes << 3) >>> 0);
    this.update(tail);
    const out = new Uint8Array(32);
    const written = new DataView(out.buffer);
    for (let word = 0; word < 8; word += 1) written.setInt32(word * 4, this.#state[word] ?? 0);
    return out;
  }

  #block(data: Uint8Array, from: number): void {
    const w = this.#words;
    for (let word = 0; word < 16; word += 1) {
      const at = from + word * 4;
      w[word] = (data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!;
    }
    for (let word = 16; word < 64; word += 1) {
      const [x, y] = [w[word - 15]!, w[word - 2]!];
      const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[word] = (w[word - 16]! + low + w[word - 7]! + high) | 0;
    }
    this.#rounds(w);
  }

  #rounds(w: Int32Array): void {
    const s = this.#state;
    let a = s[0]!;
    let b = s[1]!;
    let c = s[2]!;
    let d = s[3]!;
    let e = s[4]!;
    let f = s[5]!;
    let g = s[6]!;
    let h = s[7]!;
    for (let round = 0; round < 64; round += 1) {
      const mixE = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const first = (h + mixE + ((e & f) ^ (~e & g)) + K[round]! + w[round]!) | 0;
      const mixA = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const second = (mixA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    s[0] = (s[0]! + a) | 0;
    s[1] = (s[1]! + b) | 0;
    s[2] = (s[2]! + c) | 0;
    s[3] = (s[3]! + d) | 0;
    s[4] = (s[4]! + e) | 0;
    s[5] = (s[5]! + f) | 0;
    s[6] = (s[6]! + g) | 0;
    s[7] = (s[7]! + h) | 0;
  }
}

export function sha256(...parts: readonly Uint8Array[]): Bytes {
  const hash = new Sha256();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function sha256Hex(...parts: readonly Uint8Array[]): string {
  return hex(sha256(...parts));
}
