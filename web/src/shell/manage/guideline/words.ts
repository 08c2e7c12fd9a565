/** Words of the guideline editor. */

import { words } from "@/core/words";

export const GUIDE = words({
  title: { en: "Guideline", zh: "标注规范" },
  about: {
    en: "What annotators read beside each item. Every answer remembers the version it was given under.",
    zh: "标注员在每条数据旁看到的规范。每个答案都会记录其所依据的版本。",
  },
  text: { en: "Guideline (Markdown)", zh: "规范正文（Markdown）" },
  preview: { en: "As annotators read it", zh: "标注员所见" },
  write: { en: "Write here; the preview follows.", zh: "在左侧编写，预览将同步更新。" },
  start: {
    en: "# Guideline\n\n## What is asked\n\n## Examples\n\n| Item | Answer | Why |\n|---|---|---|\n| | | |\n",
    zh: "# 标注规范\n\n## 任务说明\n\n## 示例\n\n| 数据 | 答案 | 原因 |\n|---|---|---|\n| | | |\n",
  },
  save: { en: "Save as version {version}", zh: "保存为版本 {version}" },
  saved: { en: "The new version is in force; annotators are told of it.", zh: "新版本已生效，标注员将收到提示。" },
  sure: {
    en: "New work is handed out with it. Answers given under older versions stay; the list below shows them.",
    zh: "新任务将使用此版本；按旧版本给出的答案保留，见下方列表。",
  },
  versions: { en: "Versions", zh: "版本" },
  version: { en: "Version {version}", zh: "版本 {version}" },
  by: { en: "{author}, {at}", zh: "{author}，{at}" },
  changed: { en: "What changed since version {version}", zh: "与版本 {version} 的差异" },
  unsaved: { en: "Not saved yet, compared with version {version}", zh: "未保存的修改，与版本 {version} 比较" },
  impact: { en: "Impact", zh: "影响" },
  impactHint: {
    en: "Items answered before version {version} came into force ({at}). Open them to see whether they still hold.",
    zh: "版本 {version}（{at}）生效前已标注的数据，可打开核对是否仍然有效。",
  },
  open: { en: "Show them in the explorer", zh: "在数据浏览中查看" },
  none: { en: "There is no guideline yet.", zh: "尚无标注规范。" },
});
