/** What is said between the page and the worker that runs a model. */

import type { PictureModel } from "@/host/editor";
import type { Size } from "../../geometry";
import type { Numbers, Prompts } from "./frame";

export type Asked =
  | { readonly is: "open"; readonly model: PictureModel; readonly wasm: string }
  | { readonly is: "encode"; readonly bitmap: ImageBitmap }
  | { readonly is: "decode"; readonly embedding: Numbers; readonly prompts: Prompts; readonly picture: Size };

export type Answered = {
  readonly open: null;
  readonly encode: Numbers;
  /** Runs of rows in pixels of the picture. */
  readonly decode: Int32Array;
};

export type Told =
  | { readonly id: number; readonly is: "done"; readonly answer: Answered[keyof Answered] }
  | { readonly id: number; readonly is: "failed"; readonly reason: string }
  /** 0 to 1 of the model is fetched. */
  | { readonly id: number; readonly is: "fetched"; readonly part: number };
