/**
 * A model in use: its worker, begun when somebody first needs it, and what it has read of the last few pictures.
 *
 * One for each model and page: going to the next picture starts nothing anew. A run cannot be stopped halfway, so who
 * leaves a picture that is still being read ends the worker, and the next one begins with the files the browser kept.
 */

import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import type { PictureModel } from "@/host/editor";
import { scriptUrl } from "@/kit/trusted";
import type { Size } from "../../geometry";
import type { Answered, Asked, Told } from "./asked";
import type { Numbers, Prompts } from "./frame";
import workerUrl from "./model_worker?worker&url";

/** Pictures of which the reading is kept; some megabytes each. */
const KEPT = 4;

/** Where the reading of a picture is. */
export type Stage = { readonly is: "fetching"; readonly part: number } | { readonly is: "starting" | "reading" };

interface Waiting {
  readonly done: (answer: never) => void;
  readonly failed: (problem: Error) => void;
  readonly fetched: (part: number) => void;
}

/** The work was ended because nobody waits for it any more. */
export class Left extends Error {}

export class Runner {
  readonly #model: PictureModel;
  readonly #waiting = new Map<number, Waiting>();
  readonly #read = new Map<string, Numbers>();
  #worker: Worker | null = null;
  #opened: Promise<null> | null = null;
  #last = 0;

  constructor(model: PictureModel) {
    this.#model = model;
  }

  /** What the model makes of a picture; `key` says which it is. Raises what kept it from being read, or Left. */
  async read(
    key: string,
    pixels: () => Promise<ImageBitmap>,
    tell: (stage: Stage) => void,
    signal: AbortSignal,
  ): Promise<Numbers> {
    const known = this.#read.get(key);
    const leave = (): void => this.#stop(new Left("left"));
    signal.addEventListener("abort", leave);
    try {
      await this.#open(tell);
      if (known !== undefined) return this.#keep(key, known);
      tell({ is: "reading" });
      const bitmap = await pixels();
      if (signal.aborted) throw new Left("left");
      return this.#keep(key, await this.#ask({ is: "encode", bitmap }, [bitmap]));
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** The mask of what is meant: runs of rows in pixels of the picture. */
  async mask(embedding: Numbers, prompts: Prompts, picture: Size): Promise<Int32Array> {
    await this.#open(() => {});
    return this.#ask({ is: "decode", embedding, prompts, picture });
  }

  #keep(key: string, embedding: Numbers): Numbers {
    this.#read.delete(key);
    this.#read.set(key, embedding);
    for (const oldest of this.#read.keys()) {
      if (this.#read.size <= KEPT) break;
      this.#read.delete(oldest);
    }
    return embedding;
  }

  #open(tell: (stage: Stage) => void): Promise<null> {
    if (this.#opened === null) {
      this.#worker = new Worker(scriptUrl(workerUrl), { type: "module" });
      this.#worker.addEventListener("message", ({ data }: MessageEvent<Told>) => this.#hear(data));
      this.#worker.addEventListener("error", (event) => this.#stop(new Error(event.message || "worker")));
      const full = (file: PictureModel["encoder"]) => ({ ...file, url: new URL(file.url, document.baseURI).href });
      const model = { ...this.#model, encoder: full(this.#model.encoder), decoder: full(this.#model.decoder) };
      const fetched = (part: number): void => tell(part < 1 ? { is: "fetching", part } : { is: "starting" });
      tell({ is: "fetching", part: 0 });
      const wasm = new URL(wasmUrl, location.href).href;
      const opened = this.#ask({ is: "open", model, wasm }, [], fetched);
      this.#opened = opened;
      opened.catch((problem: Error) => {
        if (this.#opened === opened) this.#stop(problem); // the next who asks tries again
      });
    }
    return this.#opened;
  }

  #ask<A extends Asked>(
    asked: A,
    transfer: Transferable[] = [],
    fetched: (part: number) => void = () => {},
  ): Promise<Answered[A["is"]]> {
    return new Promise((done, failed) => {
      this.#last += 1;
      this.#waiting.set(this.#last, { done, failed, fetched });
      this.#worker!.postMessage({ id: this.#last, asked }, transfer);
    });
  }

  #hear(told: Told): void {
    const waiting = this.#waiting.get(told.id);
    if (told.is === "fetched") {
      waiting?.fetched(told.part);
      return;
    }
    this.#waiting.delete(told.id);
    if (told.is === "done") waiting?.done(told.answer as never);
    else waiting?.failed(new Error(told.reason));
  }

  #stop(problem: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#opened = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { failed } of waiting) failed(problem);
  }
}

const runners = new Map<string, Runner>();

export function runnerOf(model: PictureModel): Runner {
  const key = `${model.encoder.url} ${model.decoder.url}`;
  const known = runners.get(key) ?? new Runner(model);
  runners.set(key, known);
  return known;
}
