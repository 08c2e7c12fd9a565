/** Which part of a recording is in view: seconds to pixels and back, zooming and scrolling. Pure. */

/** Nobody marks within less than half a second on a whole screen. */
export const SPAN_MIN = 0.5;

export interface TimeView {
  /** The second at the left edge. */
  readonly start: number;
  /** Seconds shown. */
  readonly span: number;
  /** Seconds of the whole. */
  readonly duration: number;
  /** Pixels. */
  readonly width: number;
}

export function timeView(duration: number, width: number, span: number, start = 0): TimeView {
  return settled({ start, span, duration: Math.max(duration, 0.001), width: Math.max(width, 1) });
}

/** The view with its bounds kept: never narrower than `SPAN_MIN`, never beyond the ends. */
export function settled(view: TimeView): TimeView {
  const span = Math.min(Math.max(view.span, Math.min(SPAN_MIN, view.duration)), view.duration);
  const start = Math.min(Math.max(view.start, 0), view.duration - span);
  return { ...view, span, start };
}

export function secondsPerPixel(view: TimeView): number {
  return view.span / view.width;
}

export function xOf(view: TimeView, time: number): number {
  return ((time - view.start) / view.span) * view.width;
}

export function timeAt(view: TimeView, x: number): number {
  return view.start + (x / view.width) * view.span;
}

/** Zoom; what lies at `x` stays there, as far as the ends allow. */
export function zoomed(view: TimeView, factor: number, x: number): TimeView {
  const fixed = timeAt(view, x);
  const span = settled({ ...view, span: view.span / factor }).span;
  return settled({ ...view, span, start: fixed - (x / view.width) * span });
}

export function scrolled(view: TimeView, seconds: number): TimeView {
  return settled({ ...view, start: view.start + seconds });
}

/** Show from one time to another, with a margin on both sides as a share of it. */
export function fittedTo(view: TimeView, start: number, end: number, margin = 0.15): TimeView {
  const span = settled({ ...view, span: (end - start) * (1 + 2 * margin) }).span;
  return settled({ ...view, span, start: (start + end) / 2 - span / 2 });
}

/** The view moved just so far that a stretch is in it; one that is longer than the view begins at its left. */
export function withIn(view: TimeView, start: number, end: number): TimeView {
  const margin = view.span * 0.05;
  if (start >= view.start && end <= view.start + view.span) return view;
  if (end - start + 2 * margin > view.span || start < view.start) return settled({ ...view, start: start - margin });
  return settled({ ...view, start: end + margin - view.span });
}

/** The view that follows the playhead: it turns the page when the playhead leaves. */
export function following(view: TimeView, time: number): TimeView {
  const end = view.start + view.span;
  if (time >= view.start && time <= end - view.span * 0.04) return view;
  return settled({ ...view, start: time - view.span * 0.06 });
}
