/**
 * The files `peaks.bin` and `spectrogram.bin`: what their heads say, and which bytes a view needs. Pure.
 *
 * Their layout: `docs/reference/media.md`. A pyramid has levels of bins, each level four times as coarse as the one
 * before; a view needs the bins of one level, fetched in chunks.
 */

/** Enough for either head with the eight levels it may have. */
export const HEAD_BYTES = 512;

export interface Level {
  /** Seconds one bin spans. */
  readonly seconds: number;
  readonly bins: number;
  /** Where its first bin lies in the file. */
  readonly begin: number;
}

export interface Pyramid {
  readonly kind: "peaks" | "spectrogram";
  readonly binBytes: number;
  /** Channels of a wave, bands of a spectrogram. */
  readonly rows: number;
  readonly sampleRate: number;
  readonly duration: number;
  /** The finest first. */
  readonly levels: readonly Level[];
  /** Hertz, of a spectrogram. */
  readonly top: number;
}

/** What a head says; null when it is no such file, or of a version we do not know. */
export function readHead(bytes: ArrayBuffer): Pyramid | null {
  const data = new DataView(bytes);
  if (bytes.byteLength < 32 || data.getUint16(4, true) !== 1) return null;
  const magic = String.fromCharCode(data.getUint8(0), data.getUint8(1), data.getUint8(2), data.getUint8(3));
  if (magic === "GLYP") return peaksHead(data);
  return magic === "GLYS" ? spectrogramHead(data) : null;
}

function peaksHead(data: DataView): Pyramid | null {
  const [rows, sampleRate, count] = [data.getUint16(6, true), data.getUint32(8, true), data.getUint32(12, true)];
  const samples = Number(data.getBigUint64(16, true));
  const levels = readLevels(data, 32, count, 1 / sampleRate);
  if (levels === null || rows < 1 || sampleRate < 1) return null;
  return { kind: "peaks", binBytes: 2 * rows, rows, sampleRate, duration: samples / sampleRate, levels, top: 0 };
}

function spectrogramHead(data: DataView): Pyramid | null {
  if (data.byteLength < 48) return null;
  const [rows, sampleRate, count] = [data.getUint16(6, true), data.getUint32(8, true), data.getUint32(12, true)];
  const [columns, hop] = [Number(data.getBigUint64(16, true)), data.getUint32(24, true)];
  const levels = readLevels(data, 48, count, hop / sampleRate);
  if (levels === null || rows < 1 || sampleRate < 1 || hop < 1) return null;
  const [duration, top] = [(columns * hop) / sampleRate, data.getFloat32(36, true)];
  return { kind: "spectrogram", binBytes: rows, rows, sampleRate, duration, levels, top };
}

function readLevels(data: DataView, from: number, count: number, unitSeconds: number): readonly Level[] | null {
  if (count < 1 || count > 16 || data.byteLength < from + 24 * count) return null;
  return Array.from({ length: count }, (_, at) => {
    const place = from + 24 * at;
    return {
      seconds: data.getUint32(place, true) * unitSeconds,
      bins: Number(data.getBigUint64(place + 8, true)),
      begin: Number(data.getBigUint64(place + 16, true)),
    };
  });
}

/** The coarsest level whose bins are no wider than a pixel; the finest when all are wider. */
export function levelFor(pyramid: Pyramid, secondsPerPixel: number): number {
  for (let level = pyramid.levels.length - 1; level > 0; level -= 1) {
    if (pyramid.levels[level]!.seconds <= secondsPerPixel) return level;
  }
  return 0;
}

/** The bins of a level that a stretch of time touches, the end not included. */
export function binsIn(level: Level, start: number, end: number): { readonly from: number; readonly to: number } {
  const from = Math.min(Math.max(Math.floor(start / level.seconds), 0), level.bins);
  const to = Math.min(Math.max(Math.ceil(end / level.seconds), from), level.bins);
  return { from, to };
}

/** So many bytes at most are one chunk, the unit in which bins are fetched and kept. */
const CHUNK_BYTES = 16_384;

export function chunkBins(pyramid: Pyramid): number {
  return Math.max(Math.floor(CHUNK_BYTES / pyramid.binBytes), 1);
}

export interface Request {
  readonly level: number;
  /** Chunks from … to, the end not included. */
  readonly from: number;
  readonly to: number;
  /** Bytes of the file, the end not included. */
  readonly begin: number;
  readonly end: number;
}

/** At most so many chunks are asked for at once, so that the first of them are soon there. */
const CHUNKS_AT_ONCE = 8;

/** The requests for the chunks of a stretch of bins that are not there; neighbours are one request. */
export function planned(
  pyramid: Pyramid,
  level: number,
  bins: { readonly from: number; readonly to: number },
  has: (chunk: number) => boolean,
): Request[] {
  const size = chunkBins(pyramid);
  const { begin, bins: count } = pyramid.levels[level]!;
  const found: Request[] = [];
  for (let chunk = Math.floor(bins.from / size); chunk * size < bins.to; chunk += 1) {
    if (has(chunk)) continue;
    const last = found.at(-1);
    const end = begin + Math.min((chunk + 1) * size, count) * pyramid.binBytes;
    if (last !== undefined && last.to === chunk && last.to - last.from < CHUNKS_AT_ONCE) {
      found[found.length - 1] = { ...last, to: chunk + 1, end };
    } else found.push({ level, from: chunk, to: chunk + 1, begin: begin + chunk * size * pyramid.binBytes, end });
  }
  return found;
}
