/** Offers the tool where a model is installed. Loaded only then. */

import type { PictureModel } from "@/host/editor";
import type { Bench } from "../../bench";
import { freeChords } from "../../labelled_keys";
import type { MaskWork } from "../../mask/work";
import { modelPanel } from "./panel";
import { modelTool } from "./tool";

/** Returns how to take it away. */
export function offerModels(bench: Bench, work: MaskWork, models: readonly PictureModel[]): () => void {
  const panel = modelPanel(bench, models);
  const tool = modelTool(work, panel);
  const stop = bench.tools.add({ ...tool, chords: freeChords(bench.surface, tool.chords) });
  return () => {
    stop();
    panel.end();
  };
}
