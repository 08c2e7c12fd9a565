/** The buttons above the wave: everything they do has a key, and pressing one does not take the caret from a text. */

import { shownChord } from "@/core/hotkeys";
import type { Text } from "@/core/words";
import { el, fill } from "@/kit/dom";
import { SAYS } from "./words";
import type { Workplace } from "./workplace";

const SVG = "http://www.w3.org/2000/svg";

/** Lines in a square of 16. */
const ICONS = {
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  back: "M8 3V1L4 4l4 3V5a4 4 0 1 1-4 4H2a6 6 0 1 0 6-6z",
  loop: "M11 1l3 3-3 3V5H5v3H3V3h8zM5 15l-3-3 3-3v2h6V8h2v5H5z",
  once: "M2 3h2v10H2zM12 3h2v10h-2zM6 4.5v7L11 8z",
  in: "M3 2h5v2H5v8h3v2H3zM8 7h6v2H8z",
  out: "M13 2H8v2h3v8H8v2h5zM2 7h6v2H2z",
  split: "M7 1h2v14H7zM1 5h4v6H1zM11 5h4v6h-4z",
  merge: "M1 5h14v6H1zM4 7v2h8V7z",
  plus: "M7 3h2v4h4v2H9v4H7V9H3V7h4z",
  minus: "M3 7h10v2H3z",
  whole: "M1 3h2v10H1zM13 3h2v10h-2zM4 8l3-3v2h2V5l3 3-3 3V9H7v2z",
} as const;

type Icon = keyof typeof ICONS;

function icon(name: Icon): SVGElement {
  const drawn = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 16 16",
    width: "16",
    height: "16",
    "aria-hidden": "true",
  })) {
    drawn.setAttribute(key, value);
  }
  path.setAttribute("d", ICONS[name]);
  path.setAttribute("fill-rule", "evenodd");
  path.setAttribute("fill", "currentColor");
  drawn.append(path);
  return drawn;
}

export function addToolbar(place: Workplace): void {
  const { surface, player } = place;
  const { say, keys } = surface;
  const titled = (title: Text, action: string): string => {
    const chord = keys.chords(`audio.${action}`)[0];
    return chord === undefined ? say(title) : `${say(title)} (${shownChord(chord)})`;
  };
  const button = (face: Icon | string, title: Text, action: string, run?: () => void): HTMLButtonElement => {
    const click = run ?? ((): void => keys.run(`audio.${action}`));
    const content = face in ICONS ? icon(face as Icon) : face;
    const made = el(
      "button",
      { type: "button", class: "ga-button", title: titled(title, action), on: { click } },
      content,
    );
    if (typeof content !== "string") made.setAttribute("aria-label", say(title));
    return made;
  };
  const play = button("play", SAYS.play, "play");
  const loop = button("loop", SAYS.loop, "loop");
  const rate = button("1×", SAYS.usual, "usual");
  rate.classList.add("ga-rate");
  const follow = button(say(SAYS.follow), SAYS.followHint, "follow", () => place.turn("follow"));
  const snap = button(say(SAYS.snap), SAYS.snapHint, "snap", () => place.turn("snap"));
  const heat = button(say(SAYS.spectrogram), SAYS.spectrogram, "spectrogram");
  const marks = place.work.controls.length > 0;
  const edits = marks && !surface.readOnly;
  const group = (...children: (HTMLElement | false)[]): HTMLElement => el("div", { class: "ga-group" }, children);
  fill(
    surface.toolbar,
    el(
      "div",
      {
        class: "ga-tools",
        role: "toolbar",
        "aria-label": say(SAYS.playing),
        on: { mousedown: (event) => event.preventDefault() },
      },
      group(
        button("back", SAYS.back, "back"),
        play,
        marks && button("once", SAYS.playSegment, "play_segment"),
        marks && loop,
      ),
      group(button("minus", SAYS.slower, "slower"), rate, button("plus", SAYS.faster, "faster")),
      edits &&
        group(
          button("in", SAYS.setIn, "set_in"),
          button("out", SAYS.setOut, "set_out"),
          button("split", SAYS.split, "split"),
          button("merge", SAYS.merge, "merge"),
        ),
      group(
        button("minus", SAYS.zoomOut, "zoom_out"),
        button("whole", SAYS.zoomWhole, "zoom_whole"),
        button("plus", SAYS.zoomIn, "zoom_in"),
      ),
      group(heat, follow, edits && snap),
    ),
  );
  let shown = "";
  const show = (): void => {
    const state = [
      player.playing,
      player.looping,
      player.rate,
      place.follow,
      place.snap,
      place.heat,
      place.sound.mayHaveHeat,
    ];
    if (state.join() === shown) return;
    shown = state.join();
    heat.hidden = !place.sound.mayHaveHeat;
    fill(play, icon(player.playing ? "pause" : "play"));
    play.setAttribute("aria-pressed", String(player.playing));
    fill(rate, `${player.rate}×`);
    rate.setAttribute("aria-label", `${say(SAYS.speed)} ${player.rate}×`);
    for (const [made, on] of [
      [loop, player.looping],
      [follow, place.follow],
      [snap, place.snap],
      [heat, place.heat],
    ] as const) {
      made.setAttribute("aria-pressed", String(on));
    }
  };
  place.listen(show);
  show();
}
