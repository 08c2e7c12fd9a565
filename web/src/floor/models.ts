/** The models that the operator installed: asked for once a session, when somebody opens a picture that could use them. */

import { call } from "@/api/call";
import type { PictureModel } from "@/host/editor";

let asked: Promise<readonly PictureModel[]> | null = null;

export function installedModels(): Promise<readonly PictureModel[]> {
  asked ??= call("GET /api/v1/models", {}).catch(() => {
    asked = null; // a dead network: the next picture asks again
    return [];
  });
  return asked;
}
