/** Turns pointer events into inputs of the gesture machine, and its effects into deeds of the view. */

import { Running } from "@/core/machine";
import { Cleanup } from "@/kit/dom";
import { type Edge, type Effect, pointing } from "./gesture";
import type { View } from "./view";

const FAR = 4;
const HOLD_MS = 450;
const AGAIN_MS = 400;

export function addPointer(view: View): () => void {
  const cleanup = new Cleanup();
  const { scroller } = view.page;
  const running = new Running(pointing, (effect: Effect) => perform(view, effect));
  let from = { x: 0, y: 0 };
  let last = { x: 0, y: 0 };
  let pressed: { readonly time: number; readonly unit: number; clicks: number } = { time: 0, unit: -1, clicks: 0 };
  let holding = 0;
  let rolling = 0;
  const move = (): void => {
    const far = Math.hypot(last.x - from.x, last.y - from.y) > FAR;
    const { at } = running.state;
    const over = at === "linking" || (at === "pressed" && running.state.tag !== null) ? spanAt(view, last) : null;
    running.send({ is: "move", unit: view.page.unitAt(last.x, last.y), far, over });
  };
  const stopRolling = (): void => {
    cancelAnimationFrame(rolling);
    rolling = 0;
  };
  /** Beyond an edge, the text scrolls along under the pointer. */
  const roll = (): void => {
    rolling = 0;
    const { at } = running.state;
    if (at !== "selecting" && at !== "edging" && at !== "linking") return;
    const box = scroller.getBoundingClientRect();
    const beyond = Math.min(0, last.y - box.top - 16) + Math.max(0, last.y - box.bottom + 16);
    if (beyond === 0) return;
    scroller.scrollTop += Math.max(-60, Math.min(60, beyond / 2));
    view.page.update();
    move();
    rolling = requestAnimationFrame(roll);
  };
  cleanup.listen(scroller, "pointerdown", (event) => {
    if (event.button !== 0 || event.offsetX > scroller.clientWidth + scroller.scrollLeft) return;
    const target = event.target as Element;
    const relation = target.closest<SVGElement>("[data-relation]")?.dataset.relation;
    scroller.focus({ preventScroll: true });
    if (relation !== undefined) return view.chooseRelation(relation);
    [from, last] = [at(event), at(event)];
    const unit = view.page.unitAt(last.x, last.y);
    const again = event.timeStamp - pressed.time < AGAIN_MS && unit === pressed.unit;
    pressed = { time: event.timeStamp, unit, clicks: again ? pressed.clicks + 1 : 1 };
    const handle = target.closest<HTMLElement>("[data-edge]")?.dataset;
    const tag = target.closest<HTMLElement>("[data-span]")?.dataset.span ?? null;
    running.send({
      is: "down",
      unit,
      extend: event.shiftKey ? view.caret.anchor : null,
      finger: event.pointerType === "touch",
      tag,
      handle: handle === undefined ? null : { id: handle.of!, edge: handle.edge as Edge },
      // A double click on a span goes through the spans there; on bare text it takes the word.
      clicks: view.work.index.at(unit).length > 0 ? 1 : pressed.clicks,
      plain: event.altKey || view.surface.readOnly,
      more: event.ctrlKey || event.metaKey,
      links: view.work.relations.length > 0 && !view.surface.readOnly,
    });
    if (running.state.at === "waiting") {
      holding = window.setTimeout(() => running.send({ is: "hold" }), HOLD_MS);
    } else scroller.setPointerCapture(event.pointerId);
  });
  cleanup.listen(scroller, "mousedown", (event) => {
    if (event.offsetX <= scroller.clientWidth) event.preventDefault(); // the browser's own selection
  });
  cleanup.listen(scroller, "pointermove", (event) => {
    last = at(event);
    const state = running.state.at;
    if (state === "rest") return view.surface.selection.point(tagUnder(event.target));
    move();
    if (rolling === 0 && running.state.at !== "pressed") rolling = requestAnimationFrame(roll);
  });
  // A finger that has rested draws; until then it scrolls.
  cleanup.listen(
    scroller,
    "touchmove",
    (event) => {
      if (running.state.at !== "rest" && running.state.at !== "waiting") event.preventDefault();
    },
    { passive: false },
  );
  const finish = (event: PointerEvent, input: "up" | "cancel"): void => {
    clearTimeout(holding);
    stopRolling();
    if (running.state.at === "rest") return;
    last = at(event);
    if (input === "cancel") running.send({ is: "cancel" });
    else {
      const over = running.state.at === "linking" ? spanAt(view, last) : null;
      running.send({
        is: "up",
        unit: view.page.unitAt(last.x, last.y),
        over,
        more: event.ctrlKey || event.metaKey,
      });
    }
  };
  cleanup.listen(scroller, "pointerup", (event) => finish(event, "up"));
  cleanup.listen(scroller, "pointercancel", (event) => finish(event, "cancel"));
  cleanup.listen(scroller, "pointerleave", () => view.surface.selection.point(null));
  cleanup.listen(scroller, "copy", (event) => {
    if (view.caret.empty) return;
    event.clipboardData?.setData("text/plain", view.text.slice(view.caret.stretch));
    event.preventDefault();
  });
  cleanup.add(() => clearTimeout(holding));
  cleanup.add(stopRolling);
  return () => cleanup.run();
}

function perform(view: View, effect: Effect): void {
  switch (effect.do) {
    case "select":
      view.select(effect.anchor, effect.focus);
      break;
    case "word":
    case "draw":
      draw(view, effect);
      break;
    case "pick":
      view.pick(effect.unit, effect.id, effect.more);
      break;
    case "edge":
      view.work.dragEdge(effect.id, effect.edge, effect.unit, view.snap);
      break;
    case "edged":
      view.work.dropEdge(effect.keep);
      break;
    case "thread":
      view.thread = threadTo(view, effect.from, effect.unit);
      view.tell();
      break;
    case "link":
      view.thread = { from: effect.from, x: 0, y: 0 };
      if (effect.to === null || effect.to === effect.from) view.stopLinking();
      else view.linkTo(effect.to);
      break;
  }
}

/** With a label in hand, what was drawn becomes a span; else it is only selected. */
function draw(view: View, effect: Effect & { readonly do: "draw" | "word" }): void {
  if (effect.do === "word") {
    const word = view.text.segments.snapped(effect.unit, effect.unit, "word");
    if (word === null) view.select(effect.unit);
    else view.select(word[0], word[1]);
  } else view.select(effect.anchor, effect.focus);
  if (!effect.plain && !view.caret.empty && view.work.inHand !== null) view.make();
}

function threadTo(view: View, from: string, unit: number): View["thread"] {
  const place = view.page.caret(unit);
  return { from, x: place?.x ?? 0, y: place?.y ?? 0 };
}

function spanAt(view: View, { x, y }: { readonly x: number; readonly y: number }): string | null {
  const tag = tagUnder(document.elementFromPoint(x, y));
  return tag ?? view.work.index.at(view.page.unitAt(x, y))[0]?.id ?? null;
}

function tagUnder(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest<HTMLElement>("[data-span]")?.dataset.span ?? null) : null;
}

function at({ clientX, clientY }: PointerEvent): { readonly x: number; readonly y: number } {
  return { x: clientX, y: clientY };
}
