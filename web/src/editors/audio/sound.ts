/** What is shown of a recording: the wave and the spectrogram, from the server's files or made here when it is short. */

import type { Language } from "@/core/words";
import type { Media } from "@/host/editor";
import { isMaking } from "@/host/media_watch";
import { type BinSource, ChunkStore } from "./chunks";
import { DECODED_SECONDS_MAX, peaksOf } from "./decoded";
import { PcmReader, readWav, WAV_HEAD_BYTES } from "./pcm";
import { RangeReader } from "./ranges";

/** Compressed bytes that are decoded here at most. */
const DECODED_BYTES_MAX = 32 * 1024 * 1024;

export class Sound {
  readonly #media: () => Media | undefined;
  readonly #changed: () => void;
  #readers: RangeReader[] = [];
  #ended = false;
  wave: BinSource | null = null;
  heat: BinSource | null = null;
  /** The samples themselves, of a file that has them one after the other. */
  #fine: BinSource | null = null;
  #fineAsked = false;
  /** Reading what there is: `making`, the server is at it. */
  state: "reading" | "making" | "there" | "none" = "reading";

  constructor(media: () => Media | undefined, changed: () => void) {
    this.#media = media;
    this.#changed = changed;
  }

  /** Find the wave. `duration`: seconds, once the media element knows them; needed only where there are no facts. */
  async read(duration: Promise<number>): Promise<void> {
    const facts = this.#media()?.facts;
    await this.#readPeaks();
    if (this.wave === null) {
      if (isMaking(facts)) this.#settle();
      await this.#decode(facts?.duration ?? (await duration));
    }
    this.#settle();
  }

  /** The server made more of it in the meantime. */
  async readAgain(): Promise<void> {
    await this.#readPeaks();
    this.#settle();
  }

  /** The spectrogram, once somebody wants to see it. */
  async readHeat(): Promise<void> {
    if (this.heat !== null || !this.mayHaveHeat) return;
    this.heat = await this.#opened(() => this.#media()?.facts?.spectrogram ?? undefined);
    this.#tell();
  }

  /** What the server found wrong with the recording. */
  trouble(language: Language): string {
    const { problem } = this.#media()?.facts ?? {};
    if (!problem) return "";
    return language === "zh" ? problem.message_zh : problem.message;
  }

  get mayHaveHeat(): boolean {
    return (this.#media()?.facts?.spectrogram ?? null) !== null;
  }

  /** The wave of a stretch as well as it is known. */
  waveFor(start: number, end: number, secondsPerPixel: number): BinSource | null {
    const fine = this.#fine;
    return fine !== null && this.#needsFine(secondsPerPixel) && fine.covers(0, start, end) ? fine : this.wave;
  }

  want(start: number, end: number, secondsPerPixel: number, heat: boolean): void {
    this.wave?.want(start, end, secondsPerPixel);
    if (this.#needsFine(secondsPerPixel)) {
      if (!this.#fineAsked) void this.#readFine();
      this.#fine?.want(start, end, secondsPerPixel);
    }
    if (heat) this.heat?.want(start, end, secondsPerPixel);
  }

  end(): void {
    this.#ended = true;
    for (const reader of this.#readers) reader.end();
    this.wave?.end();
    this.heat?.end();
    this.#fine?.end();
  }

  /** Bins two pixels wide are coarse to the eye. */
  #needsFine(secondsPerPixel: number): boolean {
    return this.wave !== null && secondsPerPixel * 2 < this.wave.pyramid.levels[0]!.seconds;
  }

  async #readFine(): Promise<void> {
    this.#fineAsked = true;
    if ((this.#media()?.facts?.peaks ?? null) === null) return; // what was decoded here is fine already
    const reader = new RangeReader(() => this.#media()?.url);
    this.#readers.push(reader);
    try {
      const wav = readWav(await reader.read(0, WAV_HEAD_BYTES));
      if (wav === null || wav.channels !== this.wave?.pyramid.rows || this.#ended) return;
      this.#fine = await ChunkStore.open(new PcmReader(reader, wav), () => this.#tell(), false);
      this.#tell();
    } catch {
      this.#fine = null; // another site's file that may be heard and not read
    }
  }

  async #readPeaks(): Promise<void> {
    if ((this.#media()?.facts?.peaks ?? null) === null) return;
    const made = await this.#opened(() => this.#media()?.facts?.peaks ?? undefined);
    if (made === null || this.#ended) return;
    this.wave?.end();
    this.wave = made;
    this.#fineAsked = false;
  }

  #settle(): void {
    if (this.wave !== null) this.state = "there";
    else this.state = isMaking(this.#media()?.facts) ? "making" : "none";
    this.#tell();
  }

  #tell(): void {
    if (!this.#ended) this.#changed();
  }

  async #opened(url: () => string | undefined): Promise<BinSource | null> {
    const reader = new RangeReader(url);
    this.#readers.push(reader);
    try {
      return await ChunkStore.open(reader, () => this.#tell());
    } catch {
      return null; // a link that ran out, a file that is not there: the recording can be heard all the same
    }
  }

  async #decode(duration: number): Promise<void> {
    const url = this.#media()?.url;
    if (url === undefined || !(duration > 0) || duration > DECODED_SECONDS_MAX || this.#ended) return;
    const reader = new RangeReader(() => url);
    this.#readers.push(reader);
    try {
      const bytes = await reader.read(0, DECODED_BYTES_MAX);
      const decoder = new OfflineAudioContext(1, 1, 44_100);
      const made = peaksOf(await decoder.decodeAudioData(bytes));
      this.wave ??= made; // unless the server's came first
    } catch {
      // Not a sound the browser can decode: it is marked without a wave.
    }
  }
}
