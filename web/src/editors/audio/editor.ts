/** The audio editor: segments with speakers and what they say; a field without them is shown to be heard. */

import { isObject } from "@/core/json";
import { typeOf } from "@/core/schema";
import type { EditorKind, Media, Surface } from "@/host/editor";
import { watchMedia } from "@/host/media_watch";
import { el, fill } from "@/kit/dom";
import { addKeys } from "./keys";
import { addPointer } from "./pointer";
import { addToolbar } from "./toolbar";
import { SAYS } from "./words";
import { Workplace } from "./workplace";
import "./audio.css";

const FILM = /\.(mp4|m4v|mov|mkv|webm|ogv)(\?|#|$)/i;

export const editor: EditorKind = {
  name: "audio",
  fits(field, controls, content) {
    if (typeof content[field] !== "string") return 0;
    return controls.some((control) => typeOf(control) === "segment") ? 10 : 1;
  },
  open(surface) {
    const reference = referenceOf(surface);
    const media = (): Media | undefined => (reference === null ? undefined : surface.task.media(reference));
    const found = media();
    if (found === undefined) return nothing(surface);
    const film = found.facts === undefined ? FILM.test(found.url) : found.facts.kind === "video";
    const place = new Workplace(surface, media, film ? el("video", { playsinline: true }) : el("audio"));
    fill(surface.root, place.root);
    const [dropKeys, dropPointer] = [addKeys(place), addPointer(place)];
    addToolbar(place);
    const stop = watchMedia(surface.task, reference ?? "", () => place.learn(media()?.facts?.duration ?? undefined));
    return {
      reveal: (anchor) => place.reveal(anchor),
      mark: (anchors) => place.mark(anchors),
      focus: () => place.board.element.focus({ preventScroll: true }),
      end() {
        stop();
        dropPointer();
        dropKeys();
        place.end();
        fill(surface.toolbar);
        fill(surface.root);
      },
    };
  },
};

/** A reference as it is, or in an object as some imports have it. */
function referenceOf({ task, field }: Surface): string | null {
  const value = task.content[field];
  if (typeof value === "string") return value;
  const inner = isObject(value) ? (value.audio ?? value.url) : undefined;
  return typeof inner === "string" ? inner : null;
}

function nothing(surface: Surface): ReturnType<EditorKind["open"]> {
  fill(surface.root, el("p", { class: "ga-hint" }, surface.say(SAYS.noMedia)));
  return { reveal() {}, focus: () => surface.root.focus(), end: () => fill(surface.root) };
}
