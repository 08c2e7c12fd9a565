/** Words of the label schema editor. */

import { words } from "@/core/words";

export const SCHEMA = words({
  title: { en: "Label schema", zh: "标签体系" },
  about: {
    en: "The questions people are asked. The preview beside it is the real workbench.",
    zh: "向标注员提出的问题；右侧即真实的工作台预览。",
  },
  text: { en: "Schema (YAML, JSON or Label Studio XML)", zh: "标签体系（YAML、JSON 或 Label Studio XML）" },
  checking: { en: "Checking…", zh: "检查中…" },
  blank: { en: "Nothing is asked yet: write a schema, or paste one.", zh: "尚无内容：请编写或粘贴标签体系。" },
  right: { en: "This is a label schema: {count} {count:question|questions}.", zh: "标签体系有效：{count} 个问题。" },
  wrongAt: { en: "Line {line}: {title}", zh: "第 {line} 行：{title}" },
  goLine: { en: "The line is marked on the left.", zh: "左侧已标出该行。" },
  losses: { en: "What of the Label Studio config has no place here", zh: "Label Studio 配置中无法迁入的部分" },
  convert: { en: "Turn it into YAML", zh: "转换为 YAML" },
  record: { en: "Example record (JSON)", zh: "示例数据（JSON）" },
  recordHint: {
    en: "What the preview shows. Put a record of yours here to see how it looks.",
    zh: "预览所显示的数据，可替换为您自己的数据。",
  },
  notJson: { en: "This is not JSON.", zh: "不是有效的 JSON。" },
  ownItem: { en: "Show an item of this project", zh: "显示本项目的一条数据" },
  impact: { en: "What would change?", zh: "评估影响" },
  impactAbout: {
    en: "Every newest answer is held against the new schema; nothing is changed by this.",
    zh: "用新体系核对所有最新答案，此操作不会修改任何数据。",
  },
  fits: {
    en: "{answers:The one answer still fits|All {answers} answers still fit}.",
    zh: "全部 {answers} 条答案仍然有效。",
  },
  misfits: {
    en: "{misfits} of {answers} {answers:answer|answers} no longer {misfits:fits|fit}.",
    zh: "{answers} 条答案中有 {misfits} 条不再有效。",
  },
  misfitsHint: {
    en: "They stay as they are, under the version they were given in; new work is asked by the new one.",
    zh: "这些答案保留在原版本下；新任务使用新版本。",
  },
  noAnswers: { en: "Nobody has answered yet: nothing is affected.", zh: "尚无答案，不受影响。" },
  save: { en: "Save as a new version", zh: "保存为新版本" },
  saveTitle: { en: "Save the schema as version {version}?", zh: "将标签体系保存为版本 {version}？" },
  saved: { en: "The new schema is in force.", zh: "新标签体系已生效。" },
  same: { en: "Nothing has changed.", zh: "没有变化。" },
  versions: { en: "Versions", zh: "版本" },
  version: { en: "Version {version}", zh: "版本 {version}" },
  current: { en: "in force", zh: "当前" },
  by: { en: "{author}, {at}", zh: "{author}，{at}" },
  changes: { en: "What changed", zh: "变更内容" },
  against: { en: "Compared with version {version}", zh: "与版本 {version} 比较" },
  mine: { en: "Not saved yet, compared with version {version}", zh: "未保存的修改，与版本 {version} 比较" },
  back: { en: "Load into the editor", zh: "载入编辑器" },
  item: { en: "Item", zh: "数据" },
  why: { en: "Why it does not fit", zh: "不符原因" },
});
