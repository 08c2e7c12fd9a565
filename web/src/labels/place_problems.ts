/**
 * Where a region may be: what the server refuses of its geometry, told before it is handed in. Prelabels and imports
 * bring what nobody would draw: boxes beyond the picture, spans beyond the text, outlines without an area.
 *
 * The counterpart of `shape` of the types in `galley.labels.types`; sizes of pictures are those the record tells.
 */

import type { Entity } from "@/core/entity";
import type { Json, JsonObject } from "@/core/json";
import { type Control, typeOf } from "@/core/schema";
import { words } from "@/core/words";
import type { Problem } from "./kind";

const SAYS = words({
  outside: {
    en: "This lies outside of what is shown. Move it inside, or delete it.",
    zh: "此项超出显示内容的范围，请移入范围内或删除。",
  },
  nothing: { en: "This covers nothing. Draw it anew, or delete it.", zh: "此项不覆盖任何内容，请重新绘制或删除。" },
});

/** What any picture may have. */
const FARTHEST = 10_000_000;
/** Of a picture that masks are made for. */
const MASK_PIXELS_MAX = 200_000_000;
/** Square pixels of an outline; less is no area. */
const LEAST_AREA = 1e-7;

interface Room {
  readonly width: number;
  readonly height: number;
  /** Whether the server moves what lies outside to the edge. */
  readonly clips: boolean;
}

type Fault = "outside" | "nothing" | null;
type Check = (value: JsonObject, room: Room, content: JsonObject, control: Control) => Fault;

const CHECKS: { readonly [type: string]: Check } = {
  span: (value, _, content, control) => {
    const text = content[control.field];
    const length = typeof text === "string" ? Array.from(text).length : FARTHEST;
    return stretched(numbers(value, "start", "end"), length);
  },
  segment: (value) => stretched(numbers(value, "start", "end").map(round), FARTHEST),
  box,
  rotated_box: (value, room) => centred(numbers(value, "cx", "cy", "width", "height"), room),
  ellipse: (value, room) => centred(numbers(value, "cx", "cy", "rx", "ry"), room),
  polygon: outline,
  ocr: outline,
  polyline: (value, room) => {
    const points = pointsOf(value);
    if (new Set(points.map(String)).size < 2) return "nothing";
    return room.clips || points.every((point) => isIn(point, room)) ? null : "outside";
  },
  mask: masked,
  keypoint: (value, room) => (room.clips || isIn(numbers(value, "x", "y"), room) ? null : "outside"),
  skeleton: (value, room, _, control) => {
    const [points, { points: asked }] = [pointsOf(value), control.options];
    const set = points.filter((point) => point[2] !== 0);
    if (set.length === 0 || (Array.isArray(asked) && points.length !== asked.length)) return "nothing";
    return room.clips || set.every((point) => isIn(point, room)) ? null : "outside";
  },
};

function masked(value: JsonObject, { width, height }: Room): Fault {
  const [high, wide] = Array.isArray(value.size) ? value.size.map(numberOr) : [];
  if (!(high! >= 1 && wide! >= 1 && high! * wide! <= MASK_PIXELS_MAX)) return "nothing";
  const known = (found: number, told: number): boolean => told === FARTHEST || found === told;
  return known(wide!, width) && known(high!, height) ? null : "outside";
}

/** What is wrong with the places of regions, in their order. */
export function placeProblems(entities: readonly Entity[], control: Control, content: JsonObject): Problem[] {
  const check = CHECKS[typeOf(control)];
  if (check === undefined) return [];
  const room = {
    width: sizeOr(content.width),
    height: sizeOr(content.height),
    clips: control.options.outside === "clip",
  };
  return entities.flatMap(({ id, value }): Problem[] => {
    const fault = check(value, room, content, control);
    return fault === null ? [] : [{ control: control.name, id, text: SAYS[fault] }];
  });
}

function sizeOr(told: Json | undefined): number {
  return typeof told === "number" && Number.isInteger(told) && told > 0 ? told : FARTHEST;
}

/** Numbers of a value; NaN, which is inside of nothing, for those that are none. */
function numbers(value: JsonObject, ...names: readonly string[]): number[] {
  return names.map((name) => numberOr(value[name]));
}

function numberOr(told: Json | undefined): number {
  return typeof told === "number" ? told : Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function pointsOf(value: JsonObject): number[][] {
  if (!Array.isArray(value.points)) return [];
  return value.points.map((point: Json) =>
    Array.isArray(point) ? point.map((one: Json) => round(numberOr(one))) : [],
  );
}

function isIn([x, y]: readonly number[], { width, height }: Room): boolean {
  return x !== undefined && y !== undefined && x >= 0 && x <= width && y >= 0 && y <= height;
}

function stretched([start, end]: readonly number[], length: number): Fault {
  if (!(start! >= 0 && end! >= 0 && start! <= length && end! <= length)) return "outside";
  return start! < end! ? null : "nothing";
}

function centred([x, y, one, other]: readonly number[], room: Room): Fault {
  if (!(round(one!) > 0 && round(other!) > 0)) return "nothing";
  return isIn([round(x!), round(y!)], room) ? null : "outside";
}

function box(value: JsonObject, room: Room): Fault {
  const [x, y, width, height] = numbers(value, "x", "y", "width", "height") as [number, number, number, number];
  const turned = typeof value.rotation === "number" && value.rotation % 360 !== 0;
  if (turned) return centred([x + width / 2, y + height / 2, width, height], room);
  if (!(round(width) > 0 && round(height) > 0)) return "nothing";
  const corners = [
    [round(x), round(y)],
    [round(x + width), round(y + height)],
  ];
  if (!room.clips) return corners.every((corner) => isIn(corner, room)) ? null : "outside";
  // What is moved to the edge must leave something.
  const meets = x < room.width && y < room.height && x + width > 0 && y + height > 0;
  return meets ? null : "outside";
}

function outline(value: JsonObject, room: Room): Fault {
  const points = pointsOf(value);
  if (points.length < 3 || !(areaOf(points) > LEAST_AREA)) return "nothing";
  return room.clips || points.every((point) => isIn(point, room)) ? null : "outside";
}

/** An area that is nought only where the points lie on a line: an outline that crosses itself has some. */
function areaOf(points: readonly (readonly number[])[]): number {
  const [first] = points;
  let most = 0;
  for (let at = 1; at + 1 < points.length; at += 1) {
    const [one, other] = [points[at]!, points[at + 1]!];
    const [ax, ay] = [one[0]! - first![0]!, one[1]! - first![1]!];
    const [bx, by] = [other[0]! - first![0]!, other[1]! - first![1]!];
    const area = Math.abs(ax * by - ay * bx);
    if (Number.isNaN(area)) return area;
    most = Math.max(most, area);
  }
  return most;
}
