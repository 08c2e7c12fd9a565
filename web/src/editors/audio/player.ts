/**
 * Plays the sound through a media element, which fetches what it plays by range; nothing is decoded beforehand.
 *
 * Times are the element's own `currentTime`, so what is heard, the playhead and the marks cannot drift apart.
 */

import { Cleanup } from "@/kit/dom";
import type { Place } from "./edits";

export const RATE_MIN = 0.5;
export const RATE_MAX = 3;
const RATE_STEP = 0.25;
/** Durations may differ by so much before it is worth a word: encoders pad the end. */
const DRIFT_SECONDS = 0.5;
const LONGEST_SECONDS = 1e9;
const SEARCH_MS = 150;

export interface PlayerEvents {
  /** The place changed, or whether it plays. */
  onTick(): void;
  /** A second was played. */
  onSecond(): void;
  /** It does not load: newer links are asked for. */
  onLost?(): Promise<void>;
  onTrouble(trouble: "format" | "drift", facts: { readonly here: number; readonly there: number }): void;
}

export class Player {
  readonly element: HTMLMediaElement;
  readonly #events: PlayerEvents;
  readonly #cleanup = new Cleanup();
  #known: number | undefined;
  readonly #url: () => string | undefined;
  #pending: number | null = null;
  #stretch: (Place & { readonly loop: boolean }) | null = null;
  #frame = 0;
  #search = 0;
  #drifted = false;
  #ended = false;
  #asked = false;

  /** The address is asked for again when it no longer serves: links run out. */
  constructor(
    element: HTMLMediaElement,
    url: () => string | undefined,
    duration: number | undefined,
    events: PlayerEvents,
  ) {
    this.element = element;
    this.#url = url;
    this.#events = events;
    this.#known = duration;
    // With facts nothing need be fetched before somebody listens.
    element.preload = duration === undefined || element instanceof HTMLVideoElement ? "metadata" : "none";
    element.preservesPitch = true;
    element.src = url() ?? "";
    const tick = (): void => this.#tick();
    for (const event of ["timeupdate", "seeked", "play", "pause", "ended", "ratechange"] as const) {
      this.#cleanup.listen(element, event, tick);
    }
    this.#cleanup.listen(element, "loadedmetadata" as "load", () => this.#loaded());
    this.#cleanup.listen(element, "durationchange" as "load", () => this.#measured());
    this.#cleanup.listen(element, "play" as "load", () => this.#run());
    this.#cleanup.listen(element, "error" as "load", () => this.#failed());
    const seconds = window.setInterval(() => {
      if (this.playing) events.onSecond();
    }, 1000);
    this.#cleanup.add(() => clearInterval(seconds));
  }

  /** Seconds; what the server measured goes before what the browser thinks. */
  get duration(): number {
    const { duration } = this.element;
    return this.#known ?? (Number.isFinite(duration) ? duration : 0);
  }

  /** The server measured it in the meantime. */
  learn(duration: number | undefined): void {
    this.#known = duration ?? this.#known;
    this.#measured();
  }

  /** Whether it loads and has nothing in it: no length, or none that can be found. */
  get empty(): boolean {
    const { duration, error } = this.element;
    return this.#known === undefined && (duration === 0 || (duration === Number.POSITIVE_INFINITY && error !== null));
  }

  get time(): number {
    const time = this.#pending ?? this.element.currentTime;
    return time < LONGEST_SECONDS ? time : 0; // its end was being looked for
  }

  get playing(): boolean {
    return !this.element.paused && !this.element.ended;
  }

  get rate(): number {
    return this.element.playbackRate;
  }

  get looping(): boolean {
    return this.#stretch?.loop === true;
  }

  /** What is played and then stopped at, or begun again. */
  get stretch(): Place | null {
    return this.#stretch;
  }

  seek(time: number): void {
    const wanted = Math.min(Math.max(time, 0), Math.max(this.duration, 0));
    if (this.#stretch !== null && (wanted < this.#stretch.start || wanted > this.#stretch.end)) this.#stretch = null;
    this.#go(wanted);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (this.time >= this.duration - 0.01 && this.duration > 0) this.#go(this.#stretch?.start ?? 0);
    if (this.#stretch !== null && this.time >= this.#stretch.end - 0.005) {
      if (this.#stretch.loop) this.#go(this.#stretch.start);
      else this.#stretch = null;
    }
    // Refused where the browser wants a click first, or when a pause comes before the sound: both are seen.
    void this.element.play().catch(() => this.#events.onTick());
  }

  pause(): void {
    this.element.pause();
  }

  /** Play a stretch from its beginning, once or again and again. */
  playStretch(place: Place, loop: boolean): void {
    this.#stretch = { start: place.start, end: place.end, loop };
    this.#go(place.start);
    this.play();
  }

  /** The stretch that plays was changed meanwhile. */
  follow(place: Place): void {
    if (this.#stretch !== null) this.#stretch = { ...this.#stretch, start: place.start, end: place.end };
  }

  forget(): void {
    this.#stretch = null;
    this.#events.onTick();
  }

  setRate(rate: number): void {
    const steps = Math.round(Math.min(Math.max(rate, RATE_MIN), RATE_MAX) / RATE_STEP);
    this.element.playbackRate = steps * RATE_STEP;
    this.element.defaultPlaybackRate = this.element.playbackRate;
  }

  stepRate(by: 1 | -1): void {
    this.setRate(this.rate + by * RATE_STEP);
  }

  end(): void {
    this.#ended = true;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#search);
    this.#cleanup.run();
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load(); // or the browser keeps on fetching
  }

  #go(wanted: number): void {
    const time = Math.max(Number.isFinite(wanted) ? wanted : 0, 0);
    if (this.element.readyState === 0) {
      this.#pending = time;
      if (this.element.preload === "none") this.element.preload = "metadata";
    } else {
      this.#pending = null;
      this.element.currentTime = time;
    }
    this.#events.onTick();
  }

  #loaded(): void {
    this.#asked = false;
    // What a browser recorded itself says no length: the end has to be looked for once.
    if (this.element.duration === Number.POSITIVE_INFINITY && this.#known === undefined) {
      // Others say it a moment later, and those of no length at all break when they are searched.
      this.#search = window.setTimeout(() => {
        if (this.element.duration !== Number.POSITIVE_INFINITY) return;
        this.element.addEventListener("durationchange", () => this.#go(0), { once: true });
        this.element.currentTime = Number.MAX_SAFE_INTEGER;
      }, SEARCH_MS);
      return;
    }
    if (this.#pending !== null) this.element.currentTime = this.#pending;
    this.#pending = null;
    this.#events.onTick();
  }

  #failed(): void {
    const { error, currentTime } = this.element;
    if (this.#another(currentTime)) return;
    if (!this.#asked && this.#events.onLost !== undefined) {
      // Once until something plays: what cannot be played is no better under another address.
      this.#asked = true;
      void this.#events.onLost().then(() => !this.#ended && !this.#another(currentTime) && this.#failed());
      return;
    }
    if (this.empty || error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED) {
      this.#events.onTrouble("format", { here: 0, there: 0 });
    }
  }

  /** Go on from a newer address at the same place, if there is one. */
  #another(time: number): boolean {
    const next = this.#url();
    if (next === undefined || new URL(next, document.baseURI).href === this.element.src) return false;
    this.#pending ??= time;
    this.element.preload = "metadata";
    this.element.src = next;
    return true;
  }

  #measured(): void {
    const [here, there] = [this.element.duration, this.#known];
    if (this.#drifted || there === undefined || !Number.isFinite(here)) return;
    if (Math.abs(here - there) <= Math.max(DRIFT_SECONDS, there / 1000)) return;
    this.#drifted = true;
    this.#events.onTrouble("drift", { here, there });
  }

  #run(): void {
    cancelAnimationFrame(this.#frame);
    const step = (): void => {
      this.#tick();
      if (this.playing) this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  #tick(): void {
    const stretch = this.#stretch;
    if (stretch !== null && this.playing && this.#pending === null && this.element.currentTime >= stretch.end) {
      if (!stretch.loop) this.element.pause();
      this.element.currentTime = stretch.loop ? stretch.start : stretch.end;
      if (!stretch.loop) this.#stretch = null;
    }
    this.#events.onTick();
  }
}
