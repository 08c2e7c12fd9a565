import { words } from "@/core/words";

export const OCR = words({
  quad: { en: "Text in four points", zh: "四点文字框" },
  order: {
    en: "Reading order: click the texts one after the other (Alt: go on from this one)",
    zh: "阅读顺序：依次点击文字框（Alt：从此处继续）",
  },
  earlier: { en: "Read earlier", zh: "阅读顺序提前" },
  later: { en: "Read later", zh: "阅读顺序推后" },
  type: { en: "Type the text", zh: "输入文字" },
  text: { en: "Text of region {number}", zh: "第 {number} 处文字" },
  hint: { en: "Text (Enter: next)", zh: "文字（回车：下一处）" },
  arrows: { en: "Show the reading order", zh: "显示阅读顺序" },
  place: { en: "{text}: read as number {number} of {count}.", zh: "{text}：阅读顺序第 {number}，共 {count} 处。" },
  next: { en: "Click number {number}", zh: "请点击第 {number} 处" },
});
