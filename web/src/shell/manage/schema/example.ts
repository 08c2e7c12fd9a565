/** An example record for a label schema: something to show in every field it asks about. Pure. */

import type { Json, JsonObject } from "@/core/json";
import { type Control, type LabelSchema, typeOf } from "@/core/schema";

const IMAGE = new Set(["box", "rotated_box", "polygon", "polyline", "ellipse", "keypoint", "mask", "skeleton", "ocr"]);
const TEXTS = {
  en: "Galley brings raw data in at one door and certified datasets out at the other. Marie Curie was born in Warsaw.",
  zh: "原始数据从一扇门进来，经认证的数据集从另一扇门出去。居里夫人出生于华沙。",
} as const;
const MEDIA = "/api/v1/templates/media";

export function exampleOf(schema: LabelSchema): JsonObject {
  const fields = new Map<string, Control[]>();
  for (const control of schema.controls) fields.set(control.field, [...(fields.get(control.field) ?? []), control]);
  const record: { [field: string]: Json } = {};
  for (const [field, controls] of fields) {
    const types = new Set(controls.map(typeOf));
    if (field === "") continue;
    if (field === "image" || [...types].some((type) => IMAGE.has(type))) record[field] = `${MEDIA}/street.png`;
    else if (field === "audio" || types.has("segment")) record[field] = `${MEDIA}/tones.wav`;
    else if (field === "messages" || types.has("dialogue")) record[field] = dialogue();
    else if (types.has("ranking") || types.has("pairwise")) record[field] = responses();
    else if (types.has("steps")) record[field] = ["6 × 7 = 42", "42 + 1 = 44"];
    else record[field] = `${TEXTS.en} ${TEXTS.zh}`;
  }
  return record;
}

function dialogue(): Json {
  return [
    { role: "user", content: "How many legs has a spider?" },
    { role: "assistant", content: "Eight." },
  ];
}

function responses(): Json {
  return [
    { id: "a", content: "Canberra." },
    { id: "b", content: "Sydney." },
  ];
}
