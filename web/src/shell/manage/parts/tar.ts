/** A folder as one archive: files in a row as POSIX tar, made of parts so that no file is read into memory. Pure. */

const BLOCK = 512;
const encoder = new TextEncoder();

export interface Entry {
  /** With `/` between folders. */
  readonly path: string;
  readonly size: number;
  readonly part: BlobPart;
}

/** The parts of the archive, in order: what `new Blob` takes. */
export function tarParts(entries: readonly Entry[]): BlobPart[] {
  const parts: BlobPart[] = [];
  for (const { path, size, part } of entries) {
    const long = paxOf(path, size);
    if (long !== null) {
      parts.push(header("PaxHeader", long.byteLength, "x"), long, new Uint8Array(padding(long.byteLength)));
    }
    parts.push(header(path, size, "0"), part, new Uint8Array(padding(size)));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return parts;
}

/** What does not fit a header: long or non-ASCII names, and files from 8 GiB up. */
function paxOf(path: string, size: number): Uint8Array<ArrayBuffer> | null {
  const plain = encoder.encode(path).byteLength <= 100 && [...path].every((letter) => letter <= "~");
  const records = [...(plain ? [] : [`path=${path}`]), ...(size < 8 ** 11 ? [] : [`size=${size}`])];
  if (records.length === 0) return null;
  return encoder.encode(records.map(record).join(""));
}

/** `LENGTH key=value\n`, where the length counts itself. */
function record(told: string): string {
  const body = encoder.encode(` ${told}\n`).byteLength;
  let length = body + 1;
  while (String(length).length + body !== length) length = String(length).length + body;
  return `${length} ${told}\n`;
}

function header(path: string, size: number, kind: "0" | "x"): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const write = (at: number, text: string, room: number): void => block.set(encoder.encode(text).slice(0, room), at);
  write(0, path, 100);
  write(100, "0000644\0", 8);
  write(108, "0000000\0", 8);
  write(116, "0000000\0", 8);
  write(124, `${(size < 8 ** 11 ? size : 0).toString(8).padStart(11, "0")}\0`, 12);
  write(136, "00000000000\0", 12);
  write(148, " ".repeat(8), 8);
  write(156, kind, 1);
  write(257, "ustar\x0000", 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(148, `${sum.toString(8).padStart(6, "0")}\0 `, 8);
  return block;
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
