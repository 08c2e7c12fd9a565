/** Pointer events made inputs: tools, panning (space, middle button, two fingers), zooming by wheel and pinch. */

import type { Cleanup } from "@/kit/dom";
import { distance, type Point } from "./geometry";
import type { Stage } from "./stage";
import type { Input, Pointing } from "./tool";
import { panned, pinched, type View } from "./view";

const DOUBLE_MS = 350;
const DOUBLE_PX = 8;

export interface PointerTarget {
  /** Send an input to the tool in hand. */
  send(input: Input): void;
  pointing(event: PointerEvent, clicks: number, trail: readonly Point[]): Pointing;
  /** The pointer hovers, or left the stage. */
  hover(event: PointerEvent | null): void;
  /** Whether dragging moves the view, whatever is under it. */
  readonly pans: boolean;
  begin(): void;
}

type Gesture =
  | { readonly is: "none" }
  | { readonly is: "tool"; readonly pointer: number; readonly clicks: number }
  | { readonly is: "pan"; readonly pointer: number; readonly from: Point; readonly view: View }
  | {
      readonly is: "pinch";
      readonly from: readonly [Point, Point];
      readonly view: View;
      readonly ids: readonly [number, number];
    };

const NONE: Gesture = { is: "none" };

export class Pointer {
  readonly #stage: Stage;
  readonly #target: PointerTarget;
  readonly #down = new Map<number, Point>();
  #gesture: Gesture = NONE;
  #space = false;
  #over = false;
  #last: { readonly at: Point; readonly time: number; readonly clicks: number } | null = null;

  constructor(stage: Stage, target: PointerTarget, cleanup: Cleanup) {
    this.#stage = stage;
    this.#target = target;
    const { element } = stage;
    cleanup.listen(element, "pointerdown", (event) => this.#press(event));
    cleanup.listen(element, "pointermove", (event) => this.#move(event));
    cleanup.listen(element, "pointerup", (event) => this.#release(event, false));
    cleanup.listen(element, "pointercancel", (event) => this.#release(event, true));
    cleanup.listen(element, "pointerenter", () => {
      this.#over = true;
    });
    cleanup.listen(element, "pointerleave", () => {
      this.#over = false;
      if (this.#gesture.is === "none") this.#target.hover(null);
    });
    cleanup.listen(element, "wheel", (event) => this.#wheel(event), { passive: false });
    cleanup.listen(element, "contextmenu", (event) => event.preventDefault());
    // Space held is a mode of the pointer, no hotkey of its own.
    cleanup.listen(window, "keydown", (event) => this.#hold(event, true));
    cleanup.listen(window, "keyup", (event) => this.#hold(event, false));
    cleanup.listen(window, "blur", () => this.#setSpace(false));
  }

  get busy(): boolean {
    return this.#gesture.is !== "none";
  }

  #at(event: MouseEvent): Point {
    const box = this.#stage.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #press(event: PointerEvent): void {
    if (this.#ours(event)) return;
    this.#stage.element.focus({ preventScroll: true });
    const at = this.#at(event);
    this.#down.set(event.pointerId, at);
    this.#capture(event);
    event.preventDefault();
    if (event.pointerType === "touch" && this.#down.size === 2) {
      this.#pinch();
      return;
    }
    if (this.#down.size > 1) return;
    this.#target.begin();
    if (event.button === 1 || this.#space || (event.button === 0 && this.#target.pans)) {
      this.#gesture = { is: "pan", pointer: event.pointerId, from: at, view: this.#stage.view };
      this.#stage.element.classList.add("gi-panning");
      return;
    }
    if (event.button === 2) {
      this.#target.send({ is: "back" });
      return;
    }
    if (event.button !== 0) return;
    const clicks = this.#count(at, event.timeStamp);
    this.#gesture = { is: "tool", pointer: event.pointerId, clicks };
    this.#target.send({ is: "down", ...this.#target.pointing(event, clicks, []) });
  }

  /** Buttons and panels on the stage take care of themselves. */
  #ours(event: PointerEvent): boolean {
    return event.target instanceof Element && event.target.closest("[data-gi-own]") !== null;
  }

  #capture(event: PointerEvent): void {
    try {
      this.#stage.element.setPointerCapture(event.pointerId);
    } catch {
      // The pointer is gone already: pointerup comes without capture, too.
    }
  }

  #pinch(): void {
    if (this.#gesture.is === "tool") this.#target.send({ is: "cancel" });
    const [one, other] = [...this.#down.entries()];
    this.#gesture = { is: "pinch", from: [one![1], other![1]], ids: [one![0], other![0]], view: this.#stage.view };
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event);
    if (this.#down.has(event.pointerId)) this.#down.set(event.pointerId, at);
    const gesture = this.#gesture;
    switch (gesture.is) {
      case "none":
        if (!this.#ours(event) && event.pointerType !== "touch") this.#target.hover(event);
        return;
      case "pan":
        if (gesture.pointer !== event.pointerId) return;
        this.#stage.setView(panned(gesture.view, at[0] - gesture.from[0], at[1] - gesture.from[1]));
        return;
      case "pinch": {
        const [one, other] = gesture.ids.map((id) => this.#down.get(id));
        if (one === undefined || other === undefined) return;
        this.#stage.setView(pinched(gesture.view, gesture.from, [one, other], this.#stage.scaleMin));
        return;
      }
      case "tool": {
        if (gesture.pointer !== event.pointerId) return;
        const trail = (event.getCoalescedEvents?.() ?? []).map((one) => this.#at(one));
        this.#target.send({ is: "move", ...this.#target.pointing(event, gesture.clicks, trail) });
      }
    }
  }

  #release(event: PointerEvent, lost: boolean): void {
    this.#down.delete(event.pointerId);
    const gesture = this.#gesture;
    if (gesture.is === "pinch") {
      if (this.#down.size < 2) this.#gesture = NONE;
      return;
    }
    if (gesture.is === "none" || gesture.pointer !== event.pointerId) return;
    this.#gesture = NONE;
    this.#stage.element.classList.remove("gi-panning");
    if (gesture.is !== "tool") return;
    if (lost) this.#target.send({ is: "cancel" });
    else this.#target.send({ is: "up", ...this.#target.pointing(event, gesture.clicks, []) });
  }

  #count(at: Point, time: number): number {
    const last = this.#last;
    const again = last !== null && time - last.time < DOUBLE_MS && distance(last.at, at) < DOUBLE_PX;
    const clicks = again ? (last.clicks % 2) + 1 : 1;
    this.#last = { at, time, clicks };
    return clicks;
  }

  #wheel(event: WheelEvent): void {
    if (event.target instanceof Element && event.target.closest("[data-gi-own]") !== null) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 120 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (event.shiftKey || (Math.abs(dx) > Math.abs(dy) && !event.ctrlKey)) {
      this.#stage.setView(panned(this.#stage.view, -(dx || dy), event.shiftKey ? 0 : -dy));
      return;
    }
    // A pinch on a trackpad comes as a wheel with Ctrl, in smaller steps.
    const factor = Math.exp(-Math.max(-240, Math.min(240, dy)) * (event.ctrlKey ? 0.01 : 0.002));
    this.#stage.zoom(factor, this.#at(event));
  }

  #hold(event: KeyboardEvent, down: boolean): void {
    if (event.key !== " ") return;
    if (!down) {
      this.#setSpace(false);
      return;
    }
    const { target } = event;
    const elsewhere =
      target instanceof Element && target.closest("input,textarea,select,button,[contenteditable]") !== null;
    if (elsewhere || (!this.#over && document.activeElement !== this.#stage.element)) return;
    event.preventDefault();
    this.#setSpace(true);
  }

  #setSpace(on: boolean): void {
    this.#space = on;
    this.#stage.element.classList.toggle("gi-space", on);
  }
}
