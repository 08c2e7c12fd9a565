import { words } from "@/core/words";

export const MODEL = words({
  tool: { en: "Point or box to mask (Alt: not this)", zh: "点选或框选生成掩码（Alt：排除）" },
  options: { en: "Model", zh: "模型" },
  which: { en: "Model", zh: "模型" },
  without: { en: "Points say what is not meant", zh: "点选表示排除" },
  accept: { en: "Take the mask", zh: "采用掩码" },
  corner: { en: "Corner of a box", zh: "框的一角" },
  fetching: { en: "Fetching the model… {percent}%", zh: "正在获取模型… {percent}%" },
  starting: { en: "The model is starting…", zh: "模型正在启动…" },
  reading: { en: "The model is reading the picture…", zh: "模型正在读取图像…" },
  ready: { en: "Click on an object, or drag a box around it.", zh: "请点选物体，或拖动框选。" },
  asking: { en: "The model is looking…", zh: "模型正在判断…" },
  found: { en: "{area} px ({points}) · Enter: take, Esc: drop", zh: "{area} 像素（{points}）· 回车采用，Esc 放弃" },
  points: { en: "points: {count}", zh: "点数：{count}" },
  boxed: { en: "box, points: {count}", zh: "框，点数：{count}" },
  nothing: { en: "The model finds nothing here.", zh: "模型在此处未发现物体。" },
  taken: { en: "Mask taken.", zh: "已采用掩码。" },
  dropped: { en: "Mask dropped.", zh: "已放弃掩码。" },
  wait: { en: "The mask is taken as soon as it is there.", zh: "掩码生成后即采用。" },
  cornerSet: { en: "Corner at {x}, {y}.", zh: "框角位于 {x}, {y}。" },
  broken: { en: "The model {name} does not work.", zh: "模型 {name} 无法运行。" },
  brokenBecause: {
    en: "The model {name} does not work: {reason}. Everything else does; tell your operator.",
    zh: "模型 {name} 无法运行：{reason}。其他功能不受影响，请告知运维人员。",
  },
});
