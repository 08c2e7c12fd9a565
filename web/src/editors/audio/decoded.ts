/**
 * Peaks of a short sound, made here: for pages that embed the editor without a server that makes them.
 *
 * The whole sound is decoded, which takes memory (a minute of stereo: 23 MB), so it is only done up to two minutes.
 */

import type { BinSource } from "./chunks";
import { type Level, levelFor, type Pyramid } from "./pyramid";

export const DECODED_SECONDS_MAX = 120;
const FINEST_SAMPLES = 32;
const FACTOR = 4;
const ENOUGH_BINS = 2048;

export interface Sound {
  readonly sampleRate: number;
  readonly length: number;
  readonly numberOfChannels: number;
  getChannelData(channel: number): Float32Array;
}

/** Levels of bins as bytes: for each channel an int8 least and an int8 greatest, as the server's file has them. */
export function peaksOf(sound: Sound): BinSource {
  const rows = sound.numberOfChannels;
  const data = [finest(sound)];
  while (data.at(-1)!.length / (2 * rows) > ENOUGH_BINS) data.push(merged(data.at(-1)!, rows));
  const levels = data.map((bytes, level): Level => {
    const seconds = (FINEST_SAMPLES * FACTOR ** level) / sound.sampleRate;
    return { seconds, bins: bytes.length / (2 * rows), begin: 0 };
  });
  const pyramid: Pyramid = {
    kind: "peaks",
    binBytes: 2 * rows,
    rows,
    sampleRate: sound.sampleRate,
    duration: sound.length / sound.sampleRate,
    levels,
    top: 0,
  };
  return {
    pyramid,
    find(level, bin) {
      const bytes = new Uint8Array(data[level]!.buffer);
      const offset = bin * 2 * rows;
      return offset < bytes.length ? { bytes, offset, bins: (bytes.length - offset) / (2 * rows) } : null;
    },
    want() {},
    bestLevel: (_start, _end, perPixel) => levelFor(pyramid, perPixel),
    covers: () => true,
    end() {
      data.length = 0;
    },
  };
}

function finest(sound: Sound): Int8Array<ArrayBuffer> {
  const rows = sound.numberOfChannels;
  const made = new Int8Array(Math.ceil(sound.length / FINEST_SAMPLES) * rows * 2);
  for (let row = 0; row < rows; row += 1) {
    const samples = sound.getChannelData(row);
    for (let bin = 0; bin * FINEST_SAMPLES < sound.length; bin += 1) {
      const end = Math.min((bin + 1) * FINEST_SAMPLES, sound.length);
      let [low, high] = [1, -1];
      for (let at = bin * FINEST_SAMPLES; at < end; at += 1) {
        const value = samples[at]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      made[(bin * rows + row) * 2] = Math.max(Math.floor(low * 127), -128);
      made[(bin * rows + row) * 2 + 1] = Math.min(Math.ceil(high * 127), 127);
    }
  }
  return made;
}

function merged(bins: Int8Array, rows: number): Int8Array<ArrayBuffer> {
  const count = bins.length / (2 * rows);
  const made = new Int8Array(Math.ceil(count / FACTOR) * 2 * rows);
  for (let bin = 0; bin * FACTOR < count; bin += 1) {
    for (let row = 0; row < rows; row += 1) {
      let [low, high] = [127, -128];
      for (let at = bin * FACTOR; at < Math.min((bin + 1) * FACTOR, count); at += 1) {
        low = Math.min(low, bins[(at * rows + row) * 2]!);
        high = Math.max(high, bins[(at * rows + row) * 2 + 1]!);
      }
      made[(bin * rows + row) * 2] = low;
      made[(bin * rows + row) * 2 + 1] = high;
    }
  }
  return made;
}
