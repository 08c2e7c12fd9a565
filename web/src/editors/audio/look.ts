/** How segments look on the board and in the strip, and what the line below says. */

import type { MarkLook } from "./marks";
import { clockText } from "./time";
import type { TimeView } from "./view";
import { SAYS } from "./words";
import type { Workplace } from "./workplace";

/** The segments in view. */
export function looksOf({ surface, work, player }: Workplace, view: TimeView): readonly MarkLook[] {
  const { selection, palette, store } = surface;
  const { index } = work;
  const playing = new Set(index.at(player.time).map(({ id }) => id));
  return index.within(view.start, view.start + view.span).map((spot) => {
    const from = store.get(spot.id)?.from;
    const dashed = from?.kind === "prelabel";
    const sure = dashed ? `✦${from.confidence === undefined ? "" : ` ${Math.round(from.confidence * 100)}%`}` : "";
    return {
      spot,
      lane: index.lane(spot.id),
      color: palette.color(spot.control, spot.label),
      told: [sure, work.labelTitle(spot), spot.speaker, spot.text].filter((part) => part !== "").join(" · "),
      selected: selection.has(spot.id),
      hover: selection.hover === spot.id,
      playing: playing.has(spot.id),
      dashed,
    };
  });
}

/** All segments, for the strip. */
export function* marksOf({
  surface,
  work,
}: Workplace): Iterable<{ readonly start: number; readonly end: number; readonly color: string }> {
  for (const { start, end, control, label } of work.index.spots) {
    yield { start, end, color: surface.palette.color(control, label) };
  }
}

/** What the person is told: what they are about to do, what is selected, what is missing. */
export function statusOf(place: Workplace): string {
  const { surface, work, rows, sound } = place;
  const { say, selection, readOnly } = surface;
  if (place.inAt !== null) return say(SAYS.inAt, { time: clockText(place.inAt) });
  if ((rows?.typingIn ?? null) !== null) return say(SAYS.textHint);
  if (place.typing) return say(SAYS.formHint);
  const spot = work.spot(selection.focus);
  if (spot !== null) {
    const [from, to] = [clockText(spot.start), clockText(spot.end)];
    const label = [work.labelTitle(spot), spot.speaker].filter((part) => part !== "").join(" · ");
    return say(SAYS.segmentTold, { label, from, to, length: (spot.end - spot.start).toFixed(3) }).trim();
  }
  if (sound.state === "reading") return say(SAYS.waiting);
  if (sound.state === "making") return say(SAYS.making);
  const { player } = place;
  const bareSound = player.empty ? SAYS.empty : player.duration > 0 ? SAYS.noWave : SAYS.cannotPlay;
  if (sound.state === "none") return [say(bareSound), sound.trouble(surface.language)].filter(Boolean).join(" ");
  const bare = rows === null && work.controls.length > 0 && work.index.spots.length === 0;
  return bare ? say(readOnly ? SAYS.noneRead : SAYS.none) : "";
}
