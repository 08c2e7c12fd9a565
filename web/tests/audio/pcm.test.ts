import fc from "fast-check";
import { expect, test } from "vitest";
import { ChunkStore } from "@/editors/audio/chunks";
import { columnsOf } from "@/editors/audio/columns";
import { binsOf, PcmReader, readWav } from "@/editors/audio/pcm";
import type { Reader } from "@/editors/audio/ranges";

interface Made {
  readonly channels?: number;
  readonly bits?: number;
  readonly kind?: number;
  /** Bytes of a chunk before the samples. */
  readonly before?: number;
}

function wavOf(samples: readonly number[], { channels = 1, bits = 16, kind = 1, before = 0 }: Made = {}): ArrayBuffer {
  const extra = before > 0 ? 8 + before : 0;
  const bytes = bits / 8;
  const data = new DataView(new ArrayBuffer(44 + extra + samples.length * bytes));
  const say = (at: number, text: string): void => {
    for (const [place, letter] of [...text].entries()) data.setUint8(at + place, letter.charCodeAt(0));
  };
  say(0, "RIFF");
  say(8, "WAVEfmt ");
  data.setUint32(16, 16, true);
  data.setUint16(20, kind, true);
  data.setUint16(22, channels, true);
  data.setUint32(24, 8000, true);
  data.setUint16(34, bits, true);
  if (before > 0) {
    say(36, "LIST");
    data.setUint32(40, before, true);
  }
  say(36 + extra, "data");
  data.setUint32(40 + extra, samples.length * bytes, true);
  for (const [place, value] of samples.entries()) {
    const at = 44 + extra + place * bytes;
    if (kind === 3) data.setFloat32(at, value, true);
    else if (bits === 8) data.setUint8(at, Math.round(value * 127) + 128);
    else if (bits === 16) data.setInt16(at, Math.round(value * 32_767), true);
    else if (bits === 32) data.setInt32(at, Math.round(value * 2_147_483_647), true);
    else {
      const whole = Math.round(value * 8_388_607);
      data.setUint16(at, whole & 0xffff, true);
      data.setInt8(at + 2, whole >> 16);
    }
  }
  return data.buffer;
}

test("the head of a WAV file, whatever stands before its samples", () => {
  expect(readWav(wavOf([0, 0, 0, 0]))).toEqual({
    channels: 1,
    sampleRate: 8000,
    bytes: 2,
    float: false,
    begin: 44,
    samples: 4,
  });
  expect(readWav(wavOf([0, 0, 0, 0], { channels: 2, before: 26 }))).toMatchObject({
    channels: 2,
    begin: 78,
    samples: 2,
  });
  expect(readWav(wavOf([0, 0], { kind: 3, bits: 32 }))).toMatchObject({ float: true, bytes: 4 });
  expect(readWav(wavOf([0, 0], { kind: 85 }))).toBeNull(); // MP3 in a WAV
  expect(readWav(new ArrayBuffer(4096))).toBeNull();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readWav(new Uint8Array(bytes).buffer)));
});

test("every sample lies between the least and the greatest of its bin, in every width", () => {
  const widths = fc.constantFrom({ bits: 8 }, { bits: 16 }, { bits: 24 }, { bits: 32 }, { bits: 32, kind: 3 });
  fc.assert(
    fc.property(
      widths,
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }),
      (made, samples) => {
        const file = wavOf(samples, made);
        const wav = readWav(file)!;
        const bins = new Int8Array(binsOf(file.slice(wav.begin), wav));
        expect(bins.length).toBe(Math.ceil(samples.length / 8) * 2);
        for (const [at, value] of samples.entries()) {
          const bin = Math.floor(at / 8) * 2;
          expect(bins[bin]! - 1.1).toBeLessThanOrEqual(value * 127);
          expect(bins[bin + 1]! + 1.1).toBeGreaterThanOrEqual(value * 127);
        }
      },
    ),
  );
});

test("samples are read as bins, only those in view, and a click is where it is", async () => {
  const samples = Array.from({ length: 800_000 }, () => 0);
  samples[640_008] = 0.9; // 80.001 s
  const file = wavOf(samples);
  let read = 0;
  const reader: Reader = {
    async read(begin, end) {
      read += end - begin;
      return file.slice(begin, end);
    },
    end() {},
  };
  const arrived: (() => void)[] = [];
  const store = (await ChunkStore.open(new PcmReader(reader, readWav(file)!), () => arrived.shift()?.(), false))!;
  expect(read).toBe(0);
  expect(store.covers(0, 79.9, 80.4)).toBe(false);
  const there = new Promise<void>((resolve) => arrived.push(resolve));
  store.want(79.9, 80.4, 0.0005);
  await there;
  expect(store.covers(0, 79.9, 80.4)).toBe(true);
  expect(read).toBeLessThan(500_000);
  const { values } = columnsOf(store, 0, { start: 79.9, perColumn: 0.0005, count: 1000 });
  const loud = Array.from({ length: 1000 }, (_, at) => at).filter((at) => values[at * 2 + 1]! > 100);
  expect(loud.map((at) => 79.9 + at * 0.0005).every((at) => Math.abs(at - 80.001) < 0.0016)).toBe(true);
  expect(loud.length).toBeGreaterThan(0);
  store.end();
});
