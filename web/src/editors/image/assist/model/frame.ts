/**
 * What goes into a model of the Segment Anything family and what comes out of it, in numbers. Pure.
 *
 * The picture is scaled so that its longer side is `side` (the frame); points and boxes are told in pixels of the frame.
 */

import type { PictureModel } from "@/host/editor";
import type { Point, Rect, Size } from "../../geometry";

/** What a person said: points on what is meant, points on what is not, and a box around it. */
export interface Prompts {
  readonly points: readonly { readonly at: Point; readonly on: boolean }[];
  readonly box: Rect | null;
}

/** The picture's size as the model sees it, without what is padded. */
export function frameOf({ width, height }: Size, side: number): Size {
  const scale = side / Math.max(width, height, 1);
  const scaled = (length: number): number => Math.min(Math.max(Math.round(length * scale), 1), side);
  return { width: scaled(width), height: scaled(height) };
}

/** How large a mask is asked for: no larger than the picture, no larger than what the model saw of it. */
export function answerOf(picture: Size, frame: Size): Size {
  return picture.width * picture.height <= frame.width * frame.height ? picture : frame;
}

export interface Numbers {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** The encoder's input from the frame's pixels (red, green, blue and alpha, row by row). */
export function pictureNumbers(rgba: ArrayLike<number>, frame: Size, told: PictureModel["picture"]): Numbers {
  const { side, layout, padded } = told;
  const [width, height] = padded ? [side, side] : [frame.width, frame.height];
  const data = new Float32Array(width * height * 3);
  const planar = layout === "nchw" || layout === "chw";
  const [across, between] = planar ? [1, width * height] : [3, 1];
  for (let channel = 0; channel < 3; channel += 1) {
    const from = told.channels === "rgb" ? channel : 2 - channel;
    const [mean, std] = [told.mean[channel]!, told.std[channel]!];
    for (let y = 0; y < frame.height; y += 1) {
      let to = y * width * across + channel * between;
      for (let x = 0, at = y * frame.width * 4 + from; x < frame.width; x += 1, at += 4, to += across) {
        data[to] = (rgba[at]! - mean) / std;
      }
    }
  }
  const dims = planar ? [3, height, width] : [height, width, 3];
  return { data, dims: layout.startsWith("n") ? [1, ...dims] : dims };
}

/** The decoder's points: 1 is meant, 0 is not, 2 and 3 are a box's corners, -1 stands where there is no box. */
export function promptNumbers(prompts: Prompts, picture: Size, frame: Size): { coords: Numbers; labels: Numbers } {
  const [fx, fy] = [frame.width / picture.width, frame.height / picture.height];
  const told: [number, number, number][] = prompts.points.map(({ at: [x, y], on }) => [x * fx, y * fy, on ? 1 : 0]);
  const { box } = prompts;
  if (box === null) told.push([0, 0, -1]);
  else told.push([box.left * fx, box.top * fy, 2], [box.right * fx, box.bottom * fy, 3]);
  return {
    coords: { data: Float32Array.from(told.flatMap((one) => one.slice(0, 2))), dims: [1, told.length, 2] },
    labels: { data: Float32Array.from(told.map(([, , label]) => label)), dims: [1, told.length] },
  };
}

/**
 * Which of several masks to show. Of four, the first is meant for prompts that leave no doubt; a single click may mean
 * a part, a thing or a group, and takes the best of the others (as in the reference implementation).
 */
export function bestOf(scores: ArrayLike<number>, prompts: Prompts): number {
  const doubtful = prompts.box === null && prompts.points.length === 1;
  if (scores.length === 4 && !doubtful) return 0;
  let best = scores.length === 4 ? 1 : 0;
  for (let at = best + 1; at < scores.length; at += 1) if (scores[at]! > scores[best]!) best = at;
  return best;
}

/**
 * Where logits are above 0, in pixels of the picture: runs `[y, from, end, …]`. Between the numbers, which stand for the
 * middles of their cells, it is interpolated.
 */
export function runsAbove(logits: ArrayLike<number>, from: Size, picture: Size): Int32Array {
  const bounds = boundsAbove(logits, from);
  if (bounds === null) return new Int32Array(0);
  const [fx, fy] = [from.width / picture.width, from.height / picture.height];
  // A cell reaches halfway into its neighbours.
  const first = Math.max(Math.floor((bounds.left - 1) / fx), 0);
  const last = Math.min(Math.ceil((bounds.right + 1) / fx), picture.width);
  const bottom = Math.min(Math.ceil((bounds.bottom + 1) / fy), picture.height);
  const places = Array.from({ length: last - first }, (_, at) => between((first + at + 0.5) * fx, from.width));
  const row = new Float32Array(from.width);
  const runs: number[] = [];
  for (let y = Math.max(Math.floor((bounds.top - 1) / fy), 0); y < bottom; y += 1) {
    const [low, high, part] = between((y + 0.5) * fy, from.height);
    for (let x = Math.max(bounds.left - 1, 0); x < Math.min(bounds.right + 1, from.width); x += 1) {
      const above = logits[low * from.width + x]!;
      row[x] = above + (logits[high * from.width + x]! - above) * part;
    }
    let begun = -1;
    for (let at = 0; at < places.length; at += 1) {
      const [left, right, share] = places[at]!;
      const on = row[left]! + (row[right]! - row[left]!) * share > 0;
      if (on && begun < 0) begun = at;
      if (!on && begun >= 0) {
        runs.push(y, first + begun, first + at);
        begun = -1;
      }
    }
    if (begun >= 0) runs.push(y, first + begun, last);
  }
  return Int32Array.from(runs);
}

/** The two cells a place lies between, and how far towards the second. */
function between(place: number, count: number): readonly [number, number, number] {
  const middle = Math.min(Math.max(place - 0.5, 0), count - 1);
  const low = Math.floor(middle);
  return [low, Math.min(low + 1, count - 1), middle - low];
}

/** The cells above 0, right and bottom exclusive. */
function boundsAbove(logits: ArrayLike<number>, { width, height }: Size): Rect | null {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      if (!(logits[at]! > 0)) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return right > left ? { left, top, right, bottom } : null;
}

export function areaOf(runs: ArrayLike<number>): number {
  let area = 0;
  for (let at = 0; at < runs.length; at += 3) area += runs[at + 2]! - runs[at + 1]!;
  return area;
}
