/**
 * Superpixels: a picture cut into pieces of alike colour (SLIC; Achanta et al., PAMI 2012), each one connected. Pure.
 */

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha of each pixel. */
  readonly data: ArrayLike<number>;
}

export interface Superpixels {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** The number of its superpixel for each pixel, row by row. */
  readonly labels: Int32Array;
}

const ROUNDS = 6;
/** How much nearness counts against alikeness of colour. */
const COMPACT = 12;

/** Cut a picture into superpixels about `side` pixels wide. */
export function superpixels(picture: Pixels, side: number): Superpixels {
  const { width, height } = picture;
  const lab = labOf(picture);
  const across = Math.max(Math.round(width / side), 1);
  const down = Math.max(Math.round(height / side), 1);
  const centres = begun(lab, width, height, across, down);
  const labels = new Int32Array(width * height).fill(-1);
  const far = new Float32Array(width * height);
  const reach = Math.ceil(Math.max(width / across, height / down, 2));
  for (let round = 0; round < ROUNDS; round += 1) {
    far.fill(Infinity);
    for (let at = 0; at < centres.length; at += 5) claim(lab, labels, far, centres, at, width, height, reach);
    recentre(lab, labels, centres, width);
  }
  return connected(labels, width, height, Math.max(Math.round((reach * reach) / 6), 1));
}

/** CIE L*a*b* (D65), three numbers a pixel: distances are as people see them. */
function labOf({ width, height, data }: Pixels): Float32Array {
  const lab = new Float32Array(width * height * 3);
  for (let at = 0; at < width * height; at += 1) {
    const [red, green, blue] = [LINEAR[data[at * 4]!]!, LINEAR[data[at * 4 + 1]!]!, LINEAR[data[at * 4 + 2]!]!];
    const x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
    const y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    const z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
    lab[at * 3] = 116 * y - 16;
    lab[at * 3 + 1] = 500 * (x - y);
    lab[at * 3 + 2] = 200 * (y - z);
  }
  return lab;
}

const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
  const part = byte / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
});

function root(value: number): number {
  return value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
}

/** Centres on a grid: colour and place of each. */
function begun(lab: Float32Array, width: number, height: number, across: number, down: number): Float32Array {
  const centres = new Float32Array(across * down * 5);
  for (let row = 0, at = 0; row < down; row += 1) {
    for (let column = 0; column < across; column += 1, at += 5) {
      const x = Math.floor(((column + 0.5) * width) / across);
      const y = Math.floor(((row + 0.5) * height) / down);
      const place = (y * width + x) * 3;
      centres.set([lab[place]!, lab[place + 1]!, lab[place + 2]!, x, y], at);
    }
  }
  return centres;
}

/** Give a centre the pixels around it that it is the best for. */
function claim(
  lab: Float32Array,
  labels: Int32Array,
  far: Float32Array,
  centres: Float32Array,
  at: number,
  width: number,
  height: number,
  reach: number,
): void {
  const [l, a, b, cx, cy] = [centres[at]!, centres[at + 1]!, centres[at + 2]!, centres[at + 3]!, centres[at + 4]!];
  const factor = (COMPACT * COMPACT) / (reach * reach);
  const [left, right] = [Math.max(Math.floor(cx) - reach, 0), Math.min(Math.floor(cx) + reach, width - 1)];
  const [top, bottom] = [Math.max(Math.floor(cy) - reach, 0), Math.min(Math.floor(cy) + reach, height - 1)];
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const place = y * width + x;
      const [dl, da, db] = [lab[place * 3]! - l, lab[place * 3 + 1]! - a, lab[place * 3 + 2]! - b];
      const away = dl * dl + da * da + db * db + factor * ((x - cx) * (x - cx) + (y - cy) * (y - cy));
      if (away >= far[place]!) continue;
      far[place] = away;
      labels[place] = at / 5;
    }
  }
}

function recentre(lab: Float32Array, labels: Int32Array, centres: Float32Array, width: number): void {
  const sums = new Float64Array((centres.length / 5) * 6);
  for (let place = 0; place < labels.length; place += 1) {
    const label = labels[place]!;
    if (label < 0) continue;
    const at = label * 6;
    sums[at] = sums[at]! + lab[place * 3]!;
    sums[at + 1] = sums[at + 1]! + lab[place * 3 + 1]!;
    sums[at + 2] = sums[at + 2]! + lab[place * 3 + 2]!;
    sums[at + 3] = sums[at + 3]! + (place % width);
    sums[at + 4] = sums[at + 4]! + Math.floor(place / width);
    sums[at + 5] = sums[at + 5]! + 1;
  }
  for (let one = 0; one * 5 < centres.length; one += 1) {
    const count = sums[one * 6 + 5]!;
    if (count > 0) for (let part = 0; part < 5; part += 1) centres[one * 5 + part] = sums[one * 6 + part]! / count;
  }
}

/** Number each connected piece anew; one that is too small goes to the one beside it. */
function connected(labels: Int32Array, width: number, height: number, least: number): Superpixels {
  const found = new Int32Array(labels.length).fill(-1);
  const queue = new Int32Array(labels.length);
  let count = 0;
  for (let start = 0; start < labels.length; start += 1) {
    if (found[start] !== -1) continue;
    const beside = start % width > 0 ? found[start - 1]! : start >= width ? found[start - width]! : -1;
    const size = flood(labels, found, queue, { start, width, number: count });
    if (size < least && beside >= 0) for (let at = 0; at < size; at += 1) found[queue[at]!] = beside;
    else count += 1;
  }
  return { width, height, count, labels: found };
}

/** Number a connected piece; its places are in the queue. Returns how many. */
function flood(
  labels: Int32Array,
  found: Int32Array,
  queue: Int32Array,
  { start, width, number }: { readonly start: number; readonly width: number; readonly number: number },
): number {
  let size = 1;
  queue[0] = start;
  found[start] = number;
  const take = (next: number): void => {
    if (next < 0 || next >= labels.length || found[next] !== -1 || labels[next] !== labels[start]) return;
    found[next] = number;
    queue[size] = next;
    size += 1;
  };
  for (let at = 0; at < size; at += 1) {
    const place = queue[at]!;
    if (place % width > 0) take(place - 1);
    if (place % width < width - 1) take(place + 1);
    take(place - width);
    take(place + width);
  }
  return size;
}

/** Where each superpixel lies: runs of rows `[y, from, end]`, one after the other. */
export function rowsOf({ width, height, count, labels }: Superpixels): readonly (readonly number[])[] {
  const rows: number[][] = Array.from({ length: count }, () => []);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; ) {
      const label = labels[y * width + x]!;
      const from = x;
      while (x < width && labels[y * width + x] === label) x += 1;
      rows[label]!.push(y, from, x);
    }
  }
  return rows;
}
