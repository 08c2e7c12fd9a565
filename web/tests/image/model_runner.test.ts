// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Asked, Told } from "@/editors/image/assist/model/asked";
import { Left, Runner, type Stage } from "@/editors/image/assist/model/runner";
import type { PictureModel } from "@/host/editor";

/** The other side of a worker, answered by hand: no thread runs here. */
class Hands {
  static all: Hands[] = [];
  readonly asked: { readonly id: number; readonly asked: Asked }[] = [];
  ended = false;
  #hear: (event: { data: Told }) => void = () => {};

  constructor() {
    Hands.all.push(this);
  }

  addEventListener(name: string, hear: (event: { data: Told }) => void): void {
    if (name === "message") this.#hear = hear;
  }

  postMessage(told: { readonly id: number; readonly asked: Asked }): void {
    this.asked.push(told);
    if (told.asked.is === "open") {
      this.tell({ id: told.id, is: "fetched", part: 0.5 });
      this.tell({ id: told.id, is: "fetched", part: 1 });
      this.done(told.id, null);
    }
  }

  terminate(): void {
    this.ended = true;
  }

  tell(told: Told): void {
    if (!this.ended) this.#hear({ data: told });
  }

  done(id: number, answer: (Told & { is: "done" })["answer"]): void {
    this.tell({ id, is: "done", answer });
  }

  get reads(): number {
    return this.asked.filter(({ asked }) => asked.is === "encode").length;
  }

  /** Answer the last picture that is being read. */
  answer(): void {
    const last = this.asked.at(-1)!;
    expect(last.asked.is).toBe("encode");
    this.done(last.id, { data: Float32Array.of(last.id), dims: [1, 1, 1, 1] });
  }
}

const MODEL: PictureModel = {
  name: "small",
  title: { en: "Small", zh: "小" },
  picture: { side: 64, mean: [0, 0, 0], std: [1, 1, 1], channels: "rgb", layout: "nchw", padded: true },
  encoder: { url: "/e", bytes: 2 },
  decoder: { url: "/d", bytes: 2 },
};

const pixels = async (): Promise<ImageBitmap> => ({}) as ImageBitmap;
const settle = (): Promise<void> => new Promise((done) => setTimeout(done));

beforeEach(() => {
  Hands.all = [];
  vi.stubGlobal("Worker", Hands);
});
afterEach(() => vi.unstubAllGlobals());

async function read(runner: Runner, key: string, stages: Stage[] = []): Promise<unknown> {
  const found = runner.read(key, pixels, (stage) => stages.push(stage), new AbortController().signal);
  await settle();
  const hands = Hands.all.at(-1)!;
  if (hands.asked.at(-1)!.asked.is === "encode") hands.answer();
  return found;
}

test("a picture is read once; of many, the last four are kept", async () => {
  const runner = new Runner(MODEL);
  const stages: Stage[] = [];
  const first = await read(runner, "a", stages);
  expect(stages.map((stage) => ("part" in stage ? `${stage.is} ${stage.part}` : stage.is))).toEqual([
    "fetching 0",
    "fetching 0.5",
    "starting",
    "reading",
  ]);
  expect(await runner.read("a", pixels, () => {}, new AbortController().signal)).toBe(first);
  const hands = Hands.all[0]!;
  expect(hands.reads).toBe(1);
  for (const key of ["b", "c", "d"]) await read(runner, key);
  await runner.read("a", pixels, () => {}, new AbortController().signal); // used again: not the oldest any more
  await read(runner, "e");
  expect(hands.reads).toBe(5);
  await runner.read("a", pixels, () => {}, new AbortController().signal);
  expect(hands.reads).toBe(5);
  await read(runner, "b"); // the oldest went
  expect(hands.reads).toBe(6);
  expect(Hands.all).toHaveLength(1);
});

test("who leaves a picture that is being read ends the worker; what was read before is kept", async () => {
  const runner = new Runner(MODEL);
  await read(runner, "a");
  const leaving = new AbortController();
  const left = runner.read("b", pixels, () => {}, leaving.signal);
  left.catch(() => {});
  await settle();
  leaving.abort();
  await expect(left).rejects.toBeInstanceOf(Left);
  expect(Hands.all.map(({ ended }) => ended)).toEqual([true]);
  await read(runner, "a");
  await read(runner, "b");
  expect(Hands.all.map(({ ended, reads }) => [ended, reads])).toEqual([
    [true, 2],
    [false, 1],
  ]);
  leaving.abort(); // long gone: it ends nothing that others began
  expect(Hands.all[1]!.ended).toBe(false);
});

test("what is wrong with a model is told, and the next who asks tries again", async () => {
  const runner = new Runner(MODEL);
  const failed = runner.read("a", pixels, () => {}, new AbortController().signal);
  failed.catch(() => {});
  await settle();
  const hands = Hands.all[0]!;
  hands.tell({ id: hands.asked.at(-1)!.id, is: "failed", reason: "no such shape" });
  await expect(failed).rejects.toThrow("no such shape");
  await read(runner, "a");
  expect(hands.reads).toBe(2);
});
