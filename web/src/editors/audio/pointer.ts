/** Turns pointer events on the board into inputs of the gesture machine, and its effects into deeds. */

import { Running } from "@/core/machine";
import { Cleanup } from "@/kit/dom";
import { barAt, RULER } from "./board";
import type { Edge } from "./edits";
import { type Effect, handling, type Target } from "./gesture";
import type { Spot } from "./spots";
import { scrolled, secondsPerPixel, type TimeView, timeAt, xOf } from "./view";
import type { Workplace } from "./workplace";

const FAR = 4;
const EDGE = 6;
const EDGE_FINGER = 16;

export function addPointer(place: Workplace): () => void {
  const cleanup = new Cleanup();
  const { element } = place.board;
  let free = false;
  let rolling = 0;
  let last = { x: 0, y: 0 };
  let from = { x: 0, y: 0 };
  const running = new Running(handling, (effect: Effect) => perform(place, effect, free));
  const local = (event: PointerEvent | WheelEvent): { readonly x: number; readonly y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const time = (): number => timeAt(place.board.view, last.x);
  const move = (): void =>
    running.send({ is: "move", time: time(), far: Math.hypot(last.x - from.x, last.y - from.y) > FAR });
  /** Beyond an edge, the view scrolls along under the pointer. */
  const roll = (): void => {
    rolling = 0;
    if (!["drawing", "edging", "moving"].includes(running.state.at)) return;
    const { view } = place.board;
    const beyond = Math.min(0, last.x - 12) + Math.max(0, last.x - view.width + 12);
    if (beyond === 0) return;
    place.steer(scrolled(view, Math.max(-40, Math.min(40, beyond / 3)) * secondsPerPixel(view)));
    move();
    rolling = requestAnimationFrame(roll);
  };
  cleanup.add(() => cancelAnimationFrame(rolling));
  cleanup.listen(element, "pointerdown", (event) => {
    if (event.button > 1) return;
    last = local(event);
    from = last;
    free = event.altKey;
    event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    const finger = event.pointerType === "touch";
    const target = targetAt(place, last, finger);
    if (target.on === "edge") place.surface.selection.set([target.id]);
    const changes = !place.surface.readOnly && place.work.controls.length > 0;
    running.send({
      is: "down",
      time: target.on === "wave" ? place.snapped(time(), null, free) : time(),
      target,
      draws: changes && target.on === "wave",
      pans: finger || event.button === 1,
      movable: changes && target.on === "bar" && place.surface.selection.has(target.id),
    });
  });
  cleanup.listen(element, "pointermove", (event) => {
    last = local(event);
    free = event.altKey;
    if (running.state.at === "rest") return hover(place, last);
    move();
    if (rolling === 0) rolling = requestAnimationFrame(roll);
  });
  cleanup.listen(element, "pointerup", (event) => {
    last = local(event);
    running.send({ is: "up", time: time(), more: event.ctrlKey || event.metaKey });
  });
  cleanup.listen(element, "pointercancel", () => running.send({ is: "cancel" }));
  cleanup.listen(element, "pointerleave", () => place.surface.selection.point(null));
  cleanup.listen(element, "dblclick", (event) => {
    const spot = barAt(
      place.board,
      place.work.index.spots,
      (id) => place.work.index.lane(id),
      local(event as PointerEvent),
    );
    if (spot !== null) place.playSegment(spot);
  });
  cleanup.listen(
    element,
    "wheel",
    (event) => {
      event.preventDefault();
      const { view } = place.board;
      const lines = event.deltaMode === 1 ? 30 : 1;
      if (event.ctrlKey || event.metaKey) place.zoom(Math.exp((-event.deltaY * lines) / 250), local(event).x);
      else {
        const by = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
        place.steer(scrolled(view, by * lines * secondsPerPixel(view)));
      }
    },
    { passive: false },
  );
  return () => cleanup.run();
}

function targetAt(place: Workplace, at: { readonly x: number; readonly y: number }, finger: boolean): Target {
  const { board, work, surface } = place;
  const time = timeAt(board.view, at.x);
  if (at.y < RULER) return { on: "ruler" };
  const bar = barAt(board, work.index.within(time - 60, time + 60), (id) => work.index.lane(id), at);
  const reach = finger ? EDGE_FINGER : EDGE;
  const inLanes = at.y >= board.rows.lanes.top;
  // On the wave only the selected segment has handles, so that one may draw close to the others.
  const grip = inLanes ? bar : work.spot(surface.selection.focus);
  const edge = grip === null || surface.readOnly ? null : edgeAt(board.view, grip, at.x, { reach, narrow: inLanes });
  if (grip !== null && edge !== null) return { on: "edge", id: grip.id, edge };
  if (bar !== null) return { on: "bar", id: bar.id };
  return { on: "wave", id: work.index.at(time)[0]?.id ?? null };
}

function edgeAt(
  view: TimeView,
  spot: Spot,
  x: number,
  { reach, narrow }: { readonly reach: number; readonly narrow: boolean },
): Edge | null {
  const [left, right] = [xOf(view, spot.start), xOf(view, spot.end)];
  const near: Edge = Math.abs(x - right) <= Math.abs(x - left) ? "end" : "start";
  // The middle of a short bar is still the bar.
  const inside = narrow ? Math.min(reach, (right - left) / 4) : reach;
  return Math.abs(x - (near === "end" ? right : left)) <= inside ? near : null;
}

function hover(place: Workplace, at: { readonly x: number; readonly y: number }): void {
  const target = targetAt(place, at, false);
  const { style } = place.board.element;
  const changes = !place.surface.readOnly && place.work.controls.length > 0;
  style.cursor =
    target.on === "edge"
      ? "ew-resize"
      : target.on === "bar"
        ? "pointer"
        : target.on === "wave" && changes
          ? "crosshair"
          : "default";
  place.surface.selection.point(target.on === "ruler" ? null : target.id);
}

function perform(place: Workplace, effect: Effect, free: boolean): void {
  const { surface, work } = place;
  switch (effect.do) {
    case "seek":
      place.player.seek(effect.time);
      break;
    case "pick":
      if (effect.id === null) surface.selection.clear();
      else if (effect.more) surface.selection.toggle(effect.id);
      else surface.selection.set([effect.id]);
      if (effect.id !== null) place.rows?.scrollTo(effect.id);
      break;
    case "draw":
      place.draw(effect.from, place.snapped(effect.to, null, free), effect.keep);
      break;
    case "edge":
      work.dragEdge(effect.id, effect.edge, place.snapped(effect.time, effect.id, free));
      break;
    case "shift": {
      const id = effect.id;
      surface.store.cancelPreview();
      const spot = work.spot(id);
      if (spot !== null) work.dragWhole(id, place.snapped(spot.start + effect.by, id, free));
      break;
    }
    case "settle":
      place.stopDrawing();
      work.settle(effect.keep);
      break;
    case "pan":
      place.steer(scrolled(place.board.view, effect.grip - effect.time));
      break;
  }
}
