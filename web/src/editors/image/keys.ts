/** The keys of the image editor. Some hold always, those of the canvas only while it has the focus. */

import type { Id } from "@/core/entity";
import type { Chord } from "@/core/hotkeys";
import type { Text } from "@/core/words";
import {
  change,
  copySelected,
  duplicate,
  groupSelected,
  nudge,
  paste,
  removeSelected,
  reorder,
  ungroupSelected,
} from "./edit";
import { inside, type Point, turned } from "./geometry";
import type { Shape } from "./scene";
import type { Handle } from "./shape";
import type { Pointing } from "./tool";
import { SAYS } from "./words";
import type { Workplace } from "./workplace";

/** Name, title, chords, what it does, and when it is heard. */
export type Key = readonly [string, Text, readonly Chord[], () => void, (() => boolean)?];

/** Pixels a copy is put beside what it was made of, on the screen. */
const BESIDE = 14;

/** Keys that hold wherever the focus is, as long as nobody types. */
export function wideKeys(bench: Workplace): Key[] {
  const { stage, surface, selection } = bench;
  const toggled = (): void => {
    const ids = [...selection.ids];
    selection.hide(ids, !ids.every((id) => selection.isHidden(id)));
  };
  const locked = (): void => {
    const ids = [...selection.ids];
    selection.lock(ids, !ids.every((id) => selection.isLocked(id)));
  };
  // Digits are mostly hotkeys of labels: 1 is ours only where it is nobody's.
  const taken = surface.palette.controls.flatMap((control) => JSON.stringify(control.options.labels ?? ""));
  const one = taken.some((text) => text.includes('"hotkey":"1"')) || surface.palette.controls.length > 0 ? [] : ["1"];
  return [
    ["image.zoom_in", SAYS.zoomIn, ["+", "="], () => stage.zoom(1.25)],
    ["image.zoom_out", SAYS.zoomOut, ["-"], () => stage.zoom(0.8)],
    ["image.whole", SAYS.whole, ["0"], () => stage.fitWhole()],
    ["image.actual", SAYS.actual, ["Alt+1", ...one], () => stage.zoom(1 / stage.view.scale)],
    ["image.to_selection", SAYS.toSelection, ["Alt+2"], () => showSelected(bench)],
    ["image.hide", SAYS.hide, ["Alt+h"], toggled],
    ["image.lock", SAYS.lock, ["Alt+l"], locked],
  ];
}

/** Keys of the canvas. */
export function canvasKeys(bench: Workplace): Key[] {
  const { readOnly } = bench.surface;
  const arrows: [string, Text, Chord, Point][] = [
    ["left", SAYS.left, "ArrowLeft", [-1, 0]],
    ["right", SAYS.right, "ArrowRight", [1, 0]],
    ["up", SAYS.up, "ArrowUp", [0, -1]],
    ["down", SAYS.down, "ArrowDown", [0, 1]],
    ["left_far", SAYS.leftFar, "Shift+ArrowLeft", [-10, 0]],
    ["right_far", SAYS.rightFar, "Shift+ArrowRight", [10, 0]],
    ["up_far", SAYS.upFar, "Shift+ArrowUp", [0, -10]],
    ["down_far", SAYS.downFar, "Shift+ArrowDown", [0, 10]],
  ];
  const moves = arrows.map(
    ([name, title, chord, by]): Key => [`image.${name}`, title, [chord], () => arrow(bench, by)],
  );
  const looks: Key[] = [
    ["image.set", SAYS.setPoint, ["Enter"], () => click(bench, false)],
    ["image.cancel", SAYS.cancel, ["Escape"], () => cancel(bench)],
    ["image.all", SAYS.all, ["Mod+a"], () => selectAll(bench)],
    ["image.copy", SAYS.copy, ["Mod+c"], () => void copySelected(bench)],
  ];
  if (readOnly) return [...moves, ...looks];
  const beside = (): number => Math.max(Math.round(BESIDE / bench.stage.view.scale), 1);
  return [
    ...moves,
    ...looks,
    ["image.set_hidden", SAYS.setHidden, ["Alt+Enter"], () => click(bench, true)],
    // Only while something is being drawn: otherwise the chord hands the item in.
    [
      "image.finish",
      SAYS.finish,
      ["Mod+Enter", "f"],
      () => bench.tools.send({ is: "finish" }),
      () => bench.tools.hand?.busy === true,
    ],
    ["image.skip", SAYS.skip, ["x"], () => bench.tools.send({ is: "skip" })],
    [
      "image.back",
      SAYS.back,
      ["Backspace"],
      () => (bench.tools.hand?.busy === true ? bench.tools.send({ is: "back" }) : remove(bench)),
    ],
    ["image.remove", SAYS.remove, ["Delete"], () => remove(bench)],
    ["image.duplicate", SAYS.duplicate, ["Mod+d"], () => void duplicate(bench, beside())],
    ["image.paste", SAYS.paste, ["Mod+v"], () => void paste(bench, beside())],
    ["image.group", SAYS.group, ["Mod+g"], () => groupSelected(bench)],
    ["image.ungroup", SAYS.ungroup, ["Mod+Shift+g"], () => ungroupSelected(bench)],
    ["image.forward", SAYS.forward, ["Mod+]", "PageUp"], () => reorder(bench, true)],
    ["image.backward", SAYS.backward, ["Mod+[", "PageDown"], () => reorder(bench, false)],
    ["image.next_point", SAYS.nextPoint, ["e"], () => nextHandle(bench)],
    ["image.insert_point", SAYS.insertPoint, ["i", "Insert"], () => insertPoint(bench)],
    ["image.hide_point", SAYS.hidePoint, ["o"], () => turnPoint(bench)],
  ];
}

export function remove(bench: Workplace): void {
  const held = handleInHand(bench);
  if (held !== null && bench.removePoint(held.shape.id, held.handle.name)) {
    bench.live.overlay.handle = null;
    return;
  }
  const count = removeSelected(bench);
  if (count > 0) bench.announce(SAYS.removed, { count });
}

export function showSelected(bench: Workplace): void {
  const places = [...bench.selection.ids].flatMap((id) => bench.boundsOf(id) ?? []);
  if (places.length === 0) return;
  bench.show({
    left: Math.min(...places.map(({ left }) => left)),
    top: Math.min(...places.map(({ top }) => top)),
    right: Math.max(...places.map(({ right }) => right)),
    bottom: Math.max(...places.map(({ bottom }) => bottom)),
  });
}

function selectAll(bench: Workplace): void {
  const ids: Id[] = [];
  for (const { id } of bench.scene.all()) if (!bench.scene.isHidden(id) && !bench.selection.isLocked(id)) ids.push(id);
  bench.selection.set(ids);
}

function arrow(bench: Workplace, by: Point): void {
  const held = handleInHand(bench);
  if (held !== null && !bench.surface.readOnly) {
    const { shape, handle } = held;
    if (handle.kind === "turn") {
      // Degrees, about the middle; turning needs no room within the picture.
      const { left, top, right, bottom } = shape.bounds;
      const about: Point = [(left + right) / 2, (top + bottom) / 2];
      const spun = turned(handle.at, about, by[0] || by[1]);
      change(bench, "turn", shape.id, shape.kind.drag(shape.entity.value, handle.name, spun, false, bench.size));
      return;
    }
    const to = inside([handle.at[0] + by[0], handle.at[1] + by[1]], bench.size);
    change(bench, "reshape", shape.id, shape.kind.drag(shape.entity.value, handle.name, to, false, bench.size));
    return;
  }
  const selecting = bench.tools.current?.hits === true;
  if (selecting && bench.selection.ids.size > 0 && !bench.surface.readOnly) {
    nudge(bench, by);
    return;
  }
  const from = bench.live.overlay.crosshair ?? start(bench);
  const at = inside([Math.round(from[0] + by[0]), Math.round(from[1] + by[1])], bench.size);
  bench.live.overlay.crosshair = at;
  bench.live.overlay.guides = null;
  const [x, y] = at;
  if (!within(bench, at)) bench.stage.centre(x, y);
  const input = pointing(bench, at, false);
  bench.live.overlay.crosshair = at;
  bench.tools.send({ is: "move", ...input });
  bench.announce(SAYS.crosshair, { x, y });
  bench.tellPointer();
  bench.repaint();
}

/** Where the crosshair begins: where the pointer was, else in the middle of what is seen. */
function start(bench: Workplace): Point {
  if (bench.pointer !== null && within(bench, bench.pointer)) return bench.pointer;
  const { left, top, right, bottom } = bench.stage.seen;
  return inside([(left + right) / 2, (top + bottom) / 2], bench.size);
}

function within(bench: Workplace, [x, y]: Point): boolean {
  const { left, top, right, bottom } = bench.stage.seen;
  return x >= left && x <= right && y >= top && y <= bottom;
}

function pointing(bench: Workplace, at: Point, alt: boolean): Pointing {
  // The crosshair is where it is to the pixel: a reach only as wide as that.
  const { hits } = bench.tools.current ?? {};
  const reach = hits === true ? 7 / bench.stage.view.scale : 1;
  return bench.point(at, { reach, shift: false, alt, mod: false, clicks: 1, pressure: 0.5, trail: [] });
}

function click(bench: Workplace, alt: boolean): void {
  const at = bench.live.overlay.crosshair ?? start(bench);
  bench.live.overlay.crosshair = at;
  const input = pointing(bench, at, alt);
  bench.tools.send({ is: "down", ...input });
  bench.tools.send({ is: "up", ...input });
  bench.repaint();
}

/** Escape goes one step back: the drawing, the point in hand, the selection, the crosshair, the tool. */
export function cancel(bench: Workplace): void {
  const { overlay } = bench.live;
  if (bench.tools.hand?.busy === true) bench.tools.send({ is: "cancel" });
  else if (overlay.handle !== null) overlay.handle = null;
  else if (bench.selection.ids.size > 0) bench.selection.clear();
  else if (overlay.crosshair !== null) overlay.crosshair = null;
  else bench.tools.take("select");
  bench.repaint();
}

function handleInHand(bench: Workplace): { readonly shape: Shape; readonly handle: Handle } | null {
  const { handle: name } = bench.live.overlay;
  const held = name === null ? null : bench.live.handles(bench.stage.view.scale);
  const handle = held?.handles.find((one) => one.name === name);
  return held === null || handle === undefined ? null : { shape: held.shape, handle };
}

function nextHandle(bench: Workplace): void {
  const names = bench.live.handles(bench.stage.view.scale)?.handles.filter(({ kind }) => kind !== "middle");
  if (names === undefined || names.length === 0) return;
  const at = names.findIndex(({ name }) => name === bench.live.overlay.handle);
  const next = names[(at + 1) % names.length]!;
  bench.live.overlay.handle = next.name;
  const [x, y] = next.at;
  if (!within(bench, next.at) && next.kind !== "turn") bench.stage.centre(x, y);
  bench.announce(SAYS.crosshair, { x, y });
  bench.repaint();
}

function insertPoint(bench: Workplace): void {
  const held = handleInHand(bench);
  const made = held?.shape.kind.split?.(held.shape.entity.value, held.handle.name);
  if (held === null || made === null || made === undefined) return;
  if (change(bench, "insert point", held.shape.id, made.fields)) bench.live.overlay.handle = made.handle;
  bench.repaint();
}

function turnPoint(bench: Workplace): void {
  const held = handleInHand(bench);
  if (held === null) return;
  change(bench, "point", held.shape.id, held.shape.kind.turnPoint?.(held.shape.entity.value, held.handle.name));
}
