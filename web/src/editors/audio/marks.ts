/** Draws the ruler and the segments in view on a canvas, in CSS pixels. */

import { type Board, type BoardState, LANE, type Rows } from "./board";
import type { Place } from "./edits";
import type { Spot } from "./spots";
import { clockText, rulerStep } from "./time";
import { secondsPerPixel, type TimeView, xOf } from "./view";

/** A segment as it looks. */
export interface MarkLook {
  readonly spot: Spot;
  readonly lane: number;
  readonly color: string;
  /** What stands on its bar. */
  readonly told: string;
  readonly selected: boolean;
  readonly hover: boolean;
  readonly playing: boolean;
  readonly dashed: boolean;
}

export interface Scene {
  readonly view: TimeView;
  readonly rows: Rows;
  readonly height: number;
  readonly state: BoardState;
  readonly of: Board["element"];
}

interface Inks {
  readonly fg: string;
  readonly soft: string;
  readonly line: string;
  readonly bg: string;
  readonly accent: string;
  readonly warn: string;
  readonly font: string;
}

export function drawMarks(context: CanvasRenderingContext2D, scene: Scene): void {
  const style = getComputedStyle(scene.of);
  const ink = (name: string): string => style.getPropertyValue(name).trim();
  const inks: Inks = {
    fg: ink("--g-fg"),
    soft: ink("--g-fg-2"),
    line: ink("--g-line"),
    bg: ink("--g-bg-2"),
    accent: ink("--g-accent"),
    warn: ink("--g-warn"),
    font: ink("--g-font"),
  };
  const { view, rows, state } = scene;
  drawRuler(context, scene, inks);
  const area = { top: rows.wave.top, height: rows.wave.height + rows.heat.height };
  if (rows.lanes.height > 0) {
    context.fillStyle = inks.bg;
    context.fillRect(0, rows.lanes.top, view.width, rows.lanes.height);
    context.fillStyle = inks.line;
    context.fillRect(0, rows.lanes.top, view.width, 1);
  }
  for (const place of state.marked) stripe(context, view, place, { top: 0, height: 5 }, inks.warn);
  const looks = state.looks(view);
  for (const look of looks) drawArea(context, view, look, area);
  for (const look of looks) drawBar(context, view, look, rows.lanes.top + 2, inks);
  for (const look of looks) if (look.selected || look.hover) drawEdges(context, view, look, scene, inks);
  if (state.flashed !== null) outline(context, view, state.flashed, area, inks.accent);
  if (state.drawn !== null) {
    stripe(context, view, state.drawn, area, `${state.drawnColor}59`);
    outline(context, view, state.drawn, area, state.drawnColor);
  }
  if (state.inAt !== null) {
    context.fillStyle = inks.accent;
    context.fillRect(xOf(view, state.inAt) - 1, 0, 2, scene.height);
    context.fillRect(xOf(view, state.inAt) - 1, area.top, 8, 3);
    context.fillRect(xOf(view, state.inAt) - 1, area.top + area.height - 3, 8, 3);
  }
}

function drawRuler(context: CanvasRenderingContext2D, { view, rows }: Scene, inks: Inks): void {
  context.fillStyle = inks.bg;
  context.fillRect(0, 0, view.width, rows.wave.top);
  const { step, decimals } = rulerStep(secondsPerPixel(view) * 90);
  context.font = `11px ${inks.font}`;
  context.textBaseline = "middle";
  const first = Math.floor(view.start / step);
  for (let tick = first; tick * step < view.start + view.span; tick += 1) {
    const x = xOf(view, tick * step);
    context.fillStyle = inks.line;
    context.fillRect(x, 0, 1, rows.wave.top);
    for (let part = 1; part < 5; part += 1)
      context.fillRect(xOf(view, (tick + part / 5) * step), rows.wave.top - 5, 1, 5);
    context.fillStyle = inks.soft;
    context.fillText(clockText(tick * step, decimals), x + 4, rows.wave.top / 2);
  }
}

type Area = { readonly top: number; readonly height: number };

function stripe(context: CanvasRenderingContext2D, view: TimeView, place: Place, area: Area, fill: string): void {
  const left = xOf(view, place.start);
  context.fillStyle = fill;
  context.fillRect(left, area.top, Math.max(xOf(view, place.end) - left, 1), area.height);
}

function outline(context: CanvasRenderingContext2D, view: TimeView, place: Place, area: Area, color: string): void {
  const left = xOf(view, place.start);
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.strokeRect(left, area.top + 1, Math.max(xOf(view, place.end) - left, 2), area.height - 2);
}

function drawArea(context: CanvasRenderingContext2D, view: TimeView, look: MarkLook, area: Area): void {
  const { spot, color, selected } = look;
  stripe(context, view, spot, area, `${color}${selected ? "47" : "24"}`);
  const [left, right] = [xOf(view, spot.start), xOf(view, spot.end)];
  if (right - left < 4) return;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.setLineDash(look.dashed ? [4, 4] : []);
  context.beginPath();
  for (const x of [left, right]) {
    context.moveTo(Math.round(x) + 0.5, area.top);
    context.lineTo(Math.round(x) + 0.5, area.top + area.height);
  }
  context.stroke();
  context.setLineDash([]);
}

function drawBar(context: CanvasRenderingContext2D, view: TimeView, look: MarkLook, from: number, inks: Inks): void {
  const { spot, color, dashed } = look;
  const top = from + (look.lane % 6) * LANE;
  const [left, right] = [Math.max(xOf(view, spot.start), -4), Math.min(xOf(view, spot.end), view.width + 4)];
  const width = Math.max(right - left - 1, 2);
  context.fillStyle = `${color}${look.playing || look.selected ? "66" : "33"}`;
  context.fillRect(left, top, width, LANE - 3);
  context.fillStyle = color;
  if (!dashed) context.fillRect(left, top, Math.min(4, width), LANE - 3);
  if (dashed || look.selected) {
    context.setLineDash(dashed ? [4, 3] : []);
    context.strokeStyle = look.selected ? inks.accent : color;
    context.lineWidth = look.selected ? 2 : 1.5;
    context.strokeRect(left + 1, top + 1, Math.max(width - 2, 1), LANE - 5);
    context.setLineDash([]);
  }
  if (width < 26 || look.told === "") return;
  context.save();
  context.beginPath();
  context.rect(left, top, width - 2, LANE);
  context.clip();
  context.fillStyle = inks.fg;
  context.font = `12px ${inks.font}`;
  context.textBaseline = "middle";
  context.fillText(look.told.slice(0, Math.ceil(width / 5)), left + 8, top + (LANE - 3) / 2 + 0.5);
  context.restore();
}

function drawEdges(context: CanvasRenderingContext2D, view: TimeView, look: MarkLook, scene: Scene, inks: Inks): void {
  const [left, right] = [xOf(view, look.spot.start), xOf(view, look.spot.end)];
  const { wave, heat } = scene.rows;
  context.fillStyle = look.selected ? inks.accent : inks.soft;
  for (const x of [left, right]) {
    context.fillRect(x - 1, wave.top, 2, wave.height + heat.height);
    if (look.selected) context.fillRect(x - 3, wave.top + wave.height / 2 - 14, 6, 28);
  }
}
