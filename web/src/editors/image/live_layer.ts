/** What moves: the selected shapes with their handles, what is pointed at, what is being drawn, crosshair and pins. */

import type { Selection } from "@/core/selection";
import { grown, joined, meet, type Point, type Rect } from "./geometry";
import { type Layer, type LayerFrame, ORDER, wipe } from "./layers";
import { captioned, drawCaption, drawOutline, type Lay } from "./paint";
import type { Scene, Shape } from "./scene";
import type { Handle, Outline } from "./shape";

/** More selected shapes than this are drawn as they stand, within a frame around them all. */
export const LIVELY_MAX = 300;
const HANDLES_MAX = 400;

export interface Overlay {
  sketch: { readonly outline: Outline; readonly color: string } | null;
  marquee: Rect | null;
  /** The keyboard's pointer; null while a mouse or finger is used. */
  crosshair: Point | null;
  /** Lines through the pointer, to see where a box will begin. */
  guides: Point | null;
  snapped: Point | null;
  /** The point of the selected shape the keyboard moves. */
  handle: string | null;
  /** Where comments and problems are: asked in each frame, since shapes move. */
  marks: readonly (() => Point | null)[];
  /** What was just revealed. */
  flash: Rect | null;
}

export function emptyOverlay(): Overlay {
  return {
    sketch: null,
    marquee: null,
    crosshair: null,
    guides: null,
    snapped: null,
    handle: null,
    marks: [],
    flash: null,
  };
}

export class LiveLayer implements Layer {
  readonly name = "live";
  readonly order = ORDER.live;
  readonly overlay = emptyOverlay();
  readonly #scene: Scene;
  readonly #selection: Selection;
  readonly #editable: boolean;
  captions = true;

  constructor(scene: Scene, selection: Selection, editable: boolean) {
    this.#scene = scene;
    this.#selection = selection;
    this.#editable = editable;
  }

  /** The handles of the one selected shape. */
  handles(scale: number): { readonly shape: Shape; readonly handles: readonly Handle[] } | null {
    if (!this.#editable || this.#selection.ids.size !== 1) return null;
    const shape = this.#scene.get(this.#selection.focus!);
    if (shape === undefined || this.#selection.isLocked(shape.id) || this.#scene.isHidden(shape.id)) return null;
    return { shape, handles: shape.kind.handles(shape.entity.value, scale) };
  }

  paint(frame: LayerFrame): boolean {
    wipe(frame);
    const { context, view, ratio } = frame;
    const lay: Lay = {
      scale: view.scale * ratio,
      dx: Math.round(view.x * ratio),
      dy: Math.round(view.y * ratio),
      ratio,
    };
    this.#selected(frame, lay);
    this.#hovered(context, lay);
    this.#handled(frame, lay);
    const { sketch, marquee, crosshair, guides, snapped, marks, flash } = this.overlay;
    if (guides !== null) drawCross(frame, lay, guides, 0.45);
    if (sketch !== null) {
      drawOutline(context, sketch.outline, lay, {
        color: sketch.color,
        width: 2,
        fill: 0.18,
        dashed: false,
        cased: true,
      });
    }
    if (marquee !== null) drawBand(context, marquee, lay);
    if (flash !== null) drawFlash(context, flash, lay);
    for (const place of marks) {
      const at = place();
      if (at !== null) drawPin(context, at, lay);
    }
    if (snapped !== null) drawDot(context, snapped, lay, 5, "#e73f74", "#ffffff");
    if (crosshair !== null) drawCross(frame, lay, crosshair, 1);
    return false;
  }

  #selected({ context, seen, view }: LayerFrame, lay: Lay): void {
    const { ids } = this.#selection;
    if (ids.size > LIVELY_MAX) {
      let around: Rect | null = null;
      for (const id of ids) {
        const shape = this.#scene.get(id);
        if (shape !== undefined) around = around === null ? shape.bounds : joined(around, shape.bounds);
      }
      if (around !== null) drawFlash(context, around, lay);
      return;
    }
    const near = grown(seen, 200 / view.scale);
    for (const id of ids) {
      const shape = this.#scene.get(id);
      if (shape === undefined || this.#scene.isHidden(id) || !meet(shape.bounds, near)) continue;
      const look = { color: shape.color, width: 2.5, fill: 0.22, dashed: shape.guessed, cased: true };
      drawOutline(context, shape.outline, lay, look);
      if (this.captions && captioned(shape, lay)) drawCaption(context, shape, lay);
    }
  }

  #hovered(context: CanvasRenderingContext2D, lay: Lay): void {
    const id = this.#selection.hover;
    if (id === null || (this.#selection.has(id) && this.#selection.ids.size <= LIVELY_MAX)) return;
    const shape = this.#scene.get(id);
    if (shape === undefined || this.#scene.isHidden(id)) return;
    drawOutline(context, shape.outline, lay, {
      color: shape.color,
      width: 2.5,
      fill: 0.12,
      dashed: shape.guessed,
      cased: true,
    });
    if (this.captions) drawCaption(context, shape, lay);
  }

  #handled({ context, view, seen }: LayerFrame, lay: Lay): void {
    const held = this.handles(view.scale);
    if (held === null) return;
    const near = grown(seen, 24 / view.scale);
    const shown = held.handles.filter(({ at: [x, y] }) => meet(near, { left: x, top: y, right: x, bottom: y }));
    if (shown.length > HANDLES_MAX) return;
    const turn = shown.find(({ kind }) => kind === "turn");
    if (turn !== undefined) drawStalk(context, held.handles, turn, lay);
    const { color } = held.shape;
    for (const handle of shown) {
      const active = handle.name === this.overlay.handle;
      const solid = active !== (handle.solid === true);
      if (handle.kind === "corner" || handle.kind === "side") drawKnob(context, handle.at, lay, active, color);
      else if (handle.kind === "middle" && !active)
        drawDot(context, handle.at, lay, 3, "rgba(255,255,255,0.75)", color);
      else drawDot(context, handle.at, lay, active ? 7 : 5, solid ? color : "#ffffff", solid ? "#ffffff" : color);
    }
  }
}

function drawDot(
  context: CanvasRenderingContext2D,
  at: Point,
  lay: Lay,
  radius: number,
  fill: string,
  line: string,
): void {
  context.beginPath();
  context.arc(at[0] * lay.scale + lay.dx, at[1] * lay.scale + lay.dy, radius * lay.ratio, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = line;
  context.lineWidth = 1.5 * lay.ratio;
  context.stroke();
}

function drawKnob(context: CanvasRenderingContext2D, at: Point, lay: Lay, active: boolean, color: string): void {
  const half = (active ? 6 : 4) * lay.ratio;
  const [x, y] = [at[0] * lay.scale + lay.dx, at[1] * lay.scale + lay.dy];
  context.fillStyle = active ? color : "#ffffff";
  context.fillRect(x - half, y - half, 2 * half, 2 * half);
  context.strokeStyle = active ? "#ffffff" : color;
  context.lineWidth = 1.5 * lay.ratio;
  context.strokeRect(x - half, y - half, 2 * half, 2 * half);
}

function drawStalk(context: CanvasRenderingContext2D, handles: readonly Handle[], turn: Handle, lay: Lay): void {
  const top = handles.find(({ name }) => name === "n");
  if (top === undefined) return;
  context.beginPath();
  context.moveTo(top.at[0] * lay.scale + lay.dx, top.at[1] * lay.scale + lay.dy);
  context.lineTo(turn.at[0] * lay.scale + lay.dx, turn.at[1] * lay.scale + lay.dy);
  context.strokeStyle = "#ffffff";
  context.lineWidth = 1.5 * lay.ratio;
  context.stroke();
}

function drawBand(context: CanvasRenderingContext2D, rect: Rect, lay: Lay): void {
  const [x, y] = [rect.left * lay.scale + lay.dx, rect.top * lay.scale + lay.dy];
  const [wide, high] = [(rect.right - rect.left) * lay.scale, (rect.bottom - rect.top) * lay.scale];
  context.fillStyle = "rgba(24,100,171,0.18)";
  context.fillRect(x, y, wide, high);
  twoToned(context, lay, () => context.strokeRect(x, y, wide, high));
}

function drawFlash(context: CanvasRenderingContext2D, rect: Rect, lay: Lay): void {
  const off = 6 * lay.ratio;
  const [x, y] = [rect.left * lay.scale + lay.dx - off, rect.top * lay.scale + lay.dy - off];
  const [wide, high] = [(rect.right - rect.left) * lay.scale + 2 * off, (rect.bottom - rect.top) * lay.scale + 2 * off];
  twoToned(context, lay, () => context.strokeRect(x, y, wide, high));
}

/** A line seen on dark and on light: white, with black dashes over it. */
function twoToned(context: CanvasRenderingContext2D, { ratio }: Lay, stroke: () => void): void {
  context.lineWidth = 1.5 * ratio;
  context.strokeStyle = "#ffffff";
  stroke();
  context.setLineDash([5 * ratio, 4 * ratio]);
  context.strokeStyle = "#000000";
  stroke();
  context.setLineDash([]);
}

function drawCross(frame: LayerFrame, lay: Lay, at: Point, alpha: number): void {
  const { context } = frame;
  const [x, y] = [Math.round(at[0] * lay.scale + lay.dx) + 0.5, Math.round(at[1] * lay.scale + lay.dy) + 0.5];
  context.globalAlpha = alpha;
  context.beginPath();
  context.moveTo(0, y);
  context.lineTo(context.canvas.width, y);
  context.moveTo(x, 0);
  context.lineTo(x, context.canvas.height);
  twoToned(context, { ...lay, ratio: lay.ratio * 0.67 }, () => context.stroke());
  context.globalAlpha = 1;
}

function drawPin(context: CanvasRenderingContext2D, at: Point, lay: Lay): void {
  const { ratio } = lay;
  const [x, y] = [at[0] * lay.scale + lay.dx, at[1] * lay.scale + lay.dy];
  context.beginPath();
  context.moveTo(x, y);
  context.arc(x, y - 15 * ratio, 8 * ratio, 0.75 * Math.PI, 0.25 * Math.PI);
  context.closePath();
  context.fillStyle = "#c02626";
  context.fill();
  context.strokeStyle = "#ffffff";
  context.lineWidth = 1.5 * ratio;
  context.stroke();
  context.beginPath();
  context.arc(x, y - 15 * ratio, 3 * ratio, 0, 2 * Math.PI);
  context.fillStyle = "#ffffff";
  context.fill();
}
