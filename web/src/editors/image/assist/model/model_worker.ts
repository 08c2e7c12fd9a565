/** Runs a model where it holds up nobody: WebAssembly on the processor, with files of this site only. */

import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { PictureModel } from "@/host/editor";
import type { Size } from "../../geometry";
import type { Answered, Asked, Told } from "./asked";
import {
  answerOf,
  bestOf,
  frameOf,
  type Numbers,
  type Prompts,
  pictureNumbers,
  promptNumbers,
  runsAbove,
} from "./frame";

const NEEDED = ["image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size"];

const page = self as unknown as { postMessage(told: Told, transfer?: Transferable[]): void };

interface Opened {
  readonly model: PictureModel;
  readonly encoder: InferenceSession;
  readonly decoder: InferenceSession;
}

let opened: Opened | null = null;

async function open(id: number, model: PictureModel, wasm: string): Promise<null> {
  env.wasm.wasmPaths = { wasm };
  env.wasm.numThreads = 1;
  env.logLevel = "error";
  const whole = (model.encoder.bytes ?? 0) + (model.decoder.bytes ?? 0);
  let fetched = 0;
  const hear = (count: number): void => {
    fetched += count;
    if (whole > 0) page.postMessage({ id, is: "fetched", part: Math.min(fetched / whole, 1) });
  };
  const options: InferenceSession.SessionOptions = { executionProviders: ["wasm"] };
  const encoder = await InferenceSession.create(await bytesOf(model.encoder.url, hear), options);
  const decoder = await InferenceSession.create(await bytesOf(model.decoder.url, hear), options);
  const missing = NEEDED.filter((name) => !decoder.inputNames.includes(name));
  if (missing.length > 0) throw new Error(`decoder: no ${missing.join(", ")}`);
  if (encoder.inputNames.length !== 1) throw new Error(`encoder: ${encoder.inputNames.length} inputs`);
  opened = { model, encoder, decoder };
  return null;
}

async function bytesOf(url: string, hear: (count: number) => void): Promise<Uint8Array> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok || answer.body === null) throw new Error(`${answer.status} ${url}`);
  const parts: Uint8Array[] = [];
  const reader = answer.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    hear(next.value.length);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

async function encode({ model, encoder }: Opened, bitmap: ImageBitmap): Promise<Numbers> {
  const frame = frameOf(bitmap, model.picture.side);
  const context = new OffscreenCanvas(frame.width, frame.height).getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, frame.width, frame.height);
  bitmap.close();
  const pixels = context.getImageData(0, 0, frame.width, frame.height).data;
  const { data, dims } = pictureNumbers(pixels, frame, model.picture);
  const found = await encoder.run({ [encoder.inputNames[0]!]: new Tensor("float32", data, dims) });
  const embedding = found.image_embeddings ?? found[encoder.outputNames[0]!]!;
  return { data: (embedding.data as Float32Array).slice(), dims: [...embedding.dims] };
}

async function decode(
  { model, decoder }: Opened,
  embedding: Numbers,
  prompts: Prompts,
  picture: Size,
): Promise<Int32Array> {
  const frame = frameOf(picture, model.picture.side);
  const asked = answerOf(picture, frame);
  const { coords, labels } = promptNumbers(prompts, picture, frame);
  const [high, wide] = [embedding.dims[2]! * 4, embedding.dims[3]! * 4];
  const found = await decoder.run({
    image_embeddings: tensor(embedding),
    point_coords: tensor(coords),
    point_labels: tensor(labels),
    mask_input: new Tensor("float32", new Float32Array(high * wide), [1, 1, high, wide]),
    has_mask_input: new Tensor("float32", new Float32Array(1), [1]),
    orig_im_size: new Tensor("float32", Float32Array.of(asked.height, asked.width), [2]),
  });
  const masks = found.masks ?? found[decoder.outputNames[0]!]!;
  const [height, width] = [masks.dims.at(-2)!, masks.dims.at(-1)!];
  const scores = (found.iou_predictions?.data as Float32Array | undefined) ?? [1];
  const at = bestOf(scores, prompts) * width * height;
  const logits = (masks.data as Float32Array).subarray(at, at + width * height);
  return runsAbove(logits, { width, height }, picture);
}

function tensor({ data, dims }: Numbers): Tensor {
  return new Tensor("float32", data, dims);
}

function answer(id: number, asked: Asked): Promise<Answered[keyof Answered]> {
  if (asked.is === "open") return open(id, asked.model, asked.wasm);
  if (opened === null) return Promise.reject(new Error("not opened"));
  if (asked.is === "encode") return encode(opened, asked.bitmap);
  return decode(opened, asked.embedding, asked.prompts, asked.picture);
}

self.addEventListener("message", ({ data: { id, asked } }: MessageEvent<{ id: number; asked: Asked }>) => {
  answer(id, asked).then(
    (told) => page.postMessage({ id, is: "done", answer: told }),
    (problem: unknown) =>
      page.postMessage({ id, is: "failed", reason: problem instanceof Error ? problem.message : String(problem) }),
  );
});
