import { words } from "@/core/words";

export const FORM = words({
  required: { en: "required", zh: "必填" },
  optional: { en: "optional", zh: "选填" },
  search: { en: "Search", zh: "搜索" },
  none: { en: "None of these", zh: "以上都不是" },
  noMatch: { en: "Nothing found", zh: "没有匹配项" },
  choose: { en: "Choose", zh: "请选择" },
  clear: { en: "Clear", zh: "清除" },
  count: { en: "{count} characters", zh: "{count} 字" },
  countMost: { en: "{count} of at most {most} characters", zh: "{count} / {most} 字" },
  stars: { en: "{value} of {max}", zh: "{value} / {max}" },
  question: { en: "Question {number}", zh: "第 {number} 题" },
  group: { en: "Form", zh: "表单" },
  next: { en: "Next question", zh: "下一题" },
  previous: { en: "Previous question", zh: "上一题" },
  open: { en: "Open {name}", zh: "展开 {name}" },
  unknown: {
    en: "This kind of question cannot be answered here: {type}. An answer that is there stays as it is.",
    zh: "此处无法回答该类型：{type}。已有的答案保持不变。",
  },
  suggested: { en: "Suggested by {name}", zh: "由 {name} 预标" },
  sure: { en: "{percent} sure", zh: "置信度 {percent}" },
});
