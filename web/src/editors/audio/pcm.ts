/**
 * Samples of a WAV file, a few seconds at a time, where the server's peaks are too coarse: nobody could see an edge of
 * 10 ms in bins of 16. Compressed files have the peaks alone, since a part of one cannot be decoded by itself.
 */

import type { Reader } from "./ranges";

/** Enough for the chunks that recorders put before the samples. */
export const WAV_HEAD_BYTES = 4096;
/** Samples in one bin. */
export const FINE_SAMPLES = 8;

export interface Wav {
  readonly channels: number;
  readonly sampleRate: number;
  /** Of one sample of one channel. */
  readonly bytes: 1 | 2 | 3 | 4;
  readonly float: boolean;
  readonly begin: number;
  readonly samples: number;
}

/** What the head of a WAV file says; null when it is none, is compressed, or its samples begin later. */
export function readWav(head: ArrayBuffer): Wav | null {
  const data = new DataView(head);
  if (head.byteLength < 44 || tag(data, 0) !== "RIFF" || tag(data, 8) !== "WAVE") return null;
  let format: Omit<Wav, "begin" | "samples"> | null = null;
  for (let at = 12; at + 8 <= head.byteLength; ) {
    const [name, size] = [tag(data, at), data.getUint32(at + 4, true)];
    if (name === "fmt " && at + 24 <= head.byteLength) format = formatAt(data, at + 8, size);
    if (name === "data") {
      if (format === null) return null;
      return { ...format, begin: at + 8, samples: Math.floor(size / (format.bytes * format.channels)) };
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

function formatAt(data: DataView, at: number, size: number): Omit<Wav, "begin" | "samples"> | null {
  const [told, channels, sampleRate, bits] = [
    data.getUint16(at, true),
    data.getUint16(at + 2, true),
    data.getUint32(at + 4, true),
    data.getUint16(at + 14, true),
  ];
  // "Extensible" says the format later on.
  const kind = told === 0xfffe && size >= 26 && at + 26 <= data.byteLength ? data.getUint16(at + 24, true) : told;
  const bytes = bits / 8;
  if (channels < 1 || sampleRate < 1 || ![1, 2, 3, 4].includes(bytes)) return null;
  if (kind !== 1 && !(kind === 3 && bytes === 4)) return null;
  return { channels, sampleRate, bytes: bytes as Wav["bytes"], float: kind === 3 };
}

function tag(data: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((place) => data.getUint8(at + place)));
}

const HEAD = 512;

/** Presents the samples as a file of peaks with one level, which is made as it is read. */
export class PcmReader implements Reader {
  readonly #reader: Reader;
  readonly #wav: Wav;
  readonly #bins: number;

  constructor(reader: Reader, wav: Wav) {
    this.#reader = reader;
    this.#wav = wav;
    this.#bins = Math.ceil(wav.samples / FINE_SAMPLES);
  }

  async read(begin: number, end: number): Promise<ArrayBuffer> {
    if (begin < HEAD) return this.#head();
    const { channels, bytes, begin: first, samples } = this.#wav;
    const [from, to] = [(begin - HEAD) / (2 * channels), Math.min((end - HEAD) / (2 * channels), this.#bins)];
    const block = bytes * channels;
    const last = Math.min(to * FINE_SAMPLES, samples);
    const read = await this.#reader.read(first + from * FINE_SAMPLES * block, first + last * block);
    return binsOf(read, this.#wav);
  }

  end(): void {
    this.#reader.end();
  }

  #head(): ArrayBuffer {
    const { channels, sampleRate, samples } = this.#wav;
    const head = new DataView(new ArrayBuffer(HEAD));
    for (const [at, letter] of [..."GLYP"].entries()) head.setUint8(at, letter.charCodeAt(0));
    head.setUint16(4, 1, true);
    head.setUint16(6, channels, true);
    head.setUint32(8, sampleRate, true);
    head.setUint32(12, 1, true);
    head.setBigUint64(16, BigInt(samples), true);
    head.setUint32(32, FINE_SAMPLES, true);
    head.setBigUint64(40, BigInt(this.#bins), true);
    head.setBigUint64(48, BigInt(HEAD), true);
    return head.buffer;
  }
}

/** The bins of a stretch of samples, as in a file of peaks. */
export function binsOf(read: ArrayBuffer, wav: Wav): ArrayBuffer {
  const { channels, bytes } = wav;
  const data = new DataView(read);
  const samples = Math.floor(read.byteLength / (bytes * channels));
  const made = new Int8Array(Math.ceil(samples / FINE_SAMPLES) * channels * 2);
  for (let at = 0; at < made.length; at += 2) [made[at], made[at + 1]] = [127, -128];
  for (let sample = 0; sample < samples; sample += 1) {
    const bin = Math.floor(sample / FINE_SAMPLES) * channels;
    for (let channel = 0; channel < channels; channel += 1) {
      const value = sampleAt(data, (sample * channels + channel) * bytes, wav) * 127;
      const place = (bin + channel) * 2;
      made[place] = Math.max(Math.min(made[place]!, Math.floor(value)), -128);
      made[place + 1] = Math.min(Math.max(made[place + 1]!, Math.ceil(value)), 127);
    }
  }
  return made.buffer;
}

function sampleAt(data: DataView, at: number, { bytes, float }: Wav): number {
  if (float) return Math.min(Math.max(data.getFloat32(at, true), -1), 1);
  if (bytes === 1) return (data.getUint8(at) - 128) / 128;
  if (bytes === 2) return data.getInt16(at, true) / 32_768;
  if (bytes === 3) return (data.getUint16(at, true) | (data.getInt8(at + 2) << 16)) / 8_388_608;
  return data.getInt32(at, true) / 2_147_483_648;
}
