import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf } from "@/editors/audio/columns";
import { peaksOf, type Sound } from "@/editors/audio/decoded";
import { binsIn, chunkBins, levelFor, planned, readHead } from "@/editors/audio/pyramid";

/** A head as `docs/reference/media.md` has it. */
function peaksHead(counts: readonly number[], channels = 1, rate = 8000): ArrayBuffer {
  const data = new DataView(new ArrayBuffer(512));
  for (const [at, letter] of [..."GLYP"].entries()) data.setUint8(at, letter.charCodeAt(0));
  data.setUint16(4, 1, true);
  data.setUint16(6, channels, true);
  data.setUint32(8, rate, true);
  data.setUint32(12, counts.length, true);
  data.setBigUint64(16, BigInt(counts[0]! * 256), true);
  let begin = 32 + 24 * counts.length;
  for (const [level, count] of counts.entries()) {
    data.setUint32(32 + 24 * level, 256 * 4 ** level, true);
    data.setBigUint64(40 + 24 * level, BigInt(count), true);
    data.setBigUint64(48 + 24 * level, BigInt(begin), true);
    begin += count * 2 * channels;
  }
  return data.buffer;
}

const TWO_HOURS = [225_000, 56_250, 14_063, 3516, 879];

test("the head of peaks", () => {
  const head = readHead(peaksHead(TWO_HOURS))!;
  expect(head).toMatchObject({ kind: "peaks", rows: 1, binBytes: 2, sampleRate: 8000, duration: 7200 });
  expect(head.levels.map(({ seconds }) => seconds)).toEqual([0.032, 0.128, 0.512, 2.048, 8.192]);
  expect(head.levels[1]).toMatchObject({ bins: 56_250, begin: 152 + 450_000 });
});

test("what is no such file, is cut off or of another version is not read", () => {
  expect(readHead(new ArrayBuffer(0))).toBeNull();
  expect(readHead(new ArrayBuffer(512))).toBeNull();
  expect(readHead(peaksHead(TWO_HOURS).slice(0, 60))).toBeNull();
  const other = peaksHead(TWO_HOURS);
  new DataView(other).setUint16(4, 2, true);
  expect(readHead(other)).toBeNull();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const copy = new Uint8Array(bytes);
      expect(() => readHead(copy.buffer)).not.toThrow();
    }),
  );
});

test("the level whose bins are no wider than a pixel", () => {
  const head = readHead(peaksHead(TWO_HOURS))!;
  expect(levelFor(head, 7.2)).toBe(3);
  expect(levelFor(head, 9)).toBe(4);
  expect(levelFor(head, 0.13)).toBe(1);
  expect(levelFor(head, 0.0005)).toBe(0);
});

test("requests cover what is missing of a stretch once, within the level, and nothing that is there", () => {
  const head = readHead(peaksHead(TWO_HOURS))!;
  fc.assert(
    fc.property(
      fc.nat(4),
      fc.double({ min: -100, max: 7300, noNaN: true }),
      fc.double({ min: 0, max: 7200, noNaN: true }),
      fc.array(fc.nat(40), { maxLength: 20 }),
      (level, start, span, there) => {
        const told = head.levels[level]!;
        const known = new Set(there);
        const bins = binsIn(told, start, start + span);
        const found = planned(head, level, bins, (chunk) => known.has(chunk));
        const chunks = found.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at));
        expect(new Set(chunks).size).toBe(chunks.length);
        expect(chunks.some((chunk) => known.has(chunk))).toBe(false);
        const size = chunkBins(head);
        for (let bin = bins.from; bin < bins.to; bin += size) {
          const chunk = Math.floor(bin / size);
          expect(chunks.includes(chunk) || known.has(chunk)).toBe(true);
        }
        for (const { begin, end } of found) {
          expect(begin).toBeGreaterThanOrEqual(told.begin);
          expect(end).toBeLessThanOrEqual(told.begin + told.bins * head.binBytes);
          expect(end).toBeGreaterThan(begin);
          expect(end - begin).toBeLessThanOrEqual(8 * 16_384);
        }
      },
    ),
  );
});

function soundOf(channels: readonly Float32Array[], sampleRate = 8000): Sound {
  return {
    sampleRate,
    length: channels[0]!.length,
    numberOfChannels: channels.length,
    getChannelData: (channel) => channels[channel]!,
  };
}

test("a click is in the column of its time at every scale, in its channel", () => {
  fc.assert(
    fc.property(fc.nat(159_999), fc.double({ min: 0.001, max: 1, noNaN: true }), (at, perColumn) => {
      const right = new Float32Array(160_000);
      right[at] = 0.9;
      const source = peaksOf(soundOf([new Float32Array(160_000), right]));
      const level = source.bestLevel(0, 20, perColumn);
      const count = Math.floor(20 / perColumn);
      const { values } = columnsOf(source, level, { start: 0, perColumn, count });
      const loud = Array.from({ length: count }, (_, column) => values[column * 4 + 3]!).map((high, column) => [
        high,
        column,
      ]);
      const seen = loud.filter(([high]) => high! > 100).map(([, column]) => column!);
      const wide = source.pyramid.levels[level]!.seconds;
      expect(seen.length > 0 || at / 8000 >= count * perColumn).toBe(true);
      for (const column of seen) {
        expect(Math.abs((column + 0.5) * perColumn - at / 8000)).toBeLessThanOrEqual(perColumn + wide);
      }
      expect(Array.from({ length: count }, (_, column) => values[column * 4 + 1]!).every((high) => high === 0)).toBe(
        true,
      );
    }),
    { numRuns: 25 },
  );
});

test("peaks are floored and ceiled as the server's", () => {
  const samples = new Float32Array(40);
  samples[3] = 0.5;
  samples[35] = -1;
  const source = peaksOf(soundOf([samples]));
  const first = source.find(0, 0)!;
  expect([...new Int8Array(first.bytes.buffer, first.offset, 4)]).toEqual([0, 64, -127, 0]);
});
