/** Large pictures and many shapes, the same for every program that shows them. */

import { deflateSync } from "node:zlib";

/** A grey PNG with a pattern of squares, so that it is seen to move. */
export function picture(width: number, height: number): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 0, 0, 0, 0], 8);
  const row = (shift: number): Buffer =>
    Buffer.from([0, ...Array.from({ length: width }, (_, x) => 96 + (((x >> 6) * 5 + shift * 3) % 8) * 12)]);
  const rows = Array.from({ length: 8 }, (_, shift) => row(shift));
  const body = deflateSync(Buffer.concat(Array.from({ length: height }, (_, y) => rows[(y >> 6) % 8]!)));
  const parts = [chunk("IHDR", size), chunk("IDAT", body), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)];
  head.writeUInt32BE(data.length);
  tail.writeUInt32BE(crc(body));
  return Buffer.concat([head, body, tail]);
}

function crc(bytes: Buffer): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes in rows and columns over a picture, in pixels; none touches another. */
export function boxes(count: number, width: number, height: number): Box[] {
  const across = Math.ceil(Math.sqrt((count * width) / height));
  const down = Math.ceil(count / across);
  const [wide, high] = [width / across, height / down];
  return Array.from({ length: count }, (_, at) => ({
    x: (at % across) * wide,
    y: Math.floor(at / across) * high,
    width: wide * 0.6,
    height: high * 0.6,
  }));
}

/** The one of them that lies nearest to the middle. */
export function middleOf(all: readonly Box[], width: number, height: number): Box {
  const far = ({ x, y, width: wide, height: high }: Box): number =>
    Math.hypot(x + wide / 2 - width / 2, y + high / 2 - height / 2);
  return all.reduce((best, box) => (far(box) < far(best) ? box : best));
}

/** Boxes, polygons of twelve corners and ellipses strewn over a picture, the same for the same count. */
export function strewn(
  count: number,
  width: number,
  height: number,
): { boxes: object[]; areas: object[]; cells: object[] } {
  let seed = 12345;
  const random = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  const [square, areas, cells]: [object[], object[], object[]] = [[], [], []];
  for (let at = 0; at < count; at += 1) {
    const size = 20 + random() * random() * width * 0.04;
    const [x, y] = [random() * (width - size), random() * (height - size)];
    const label = `l${at % 2}`;
    const [cx, cy] = [x + size / 2, y + size / 2];
    if (at % 3 === 0) square.push({ x, y, width: size, height: size * (0.4 + random() * 0.6), label });
    else if (at % 3 === 1) {
      const points = Array.from({ length: 12 }, (_, place) => {
        const [angle, far] = [(place / 12) * 2 * Math.PI, (size / 2) * (0.6 + 0.4 * random())];
        return [cx + far * Math.cos(angle), cy + far * Math.sin(angle)];
      });
      areas.push({ points, label });
    } else cells.push({ cx, cy, rx: size / 2, ry: size / 3, angle: Math.round(random() * 179), label });
  }
  return { boxes: square, areas, cells };
}
