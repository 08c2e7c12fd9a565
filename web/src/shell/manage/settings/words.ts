/** Words of a project's settings. */

import { words } from "@/core/words";

export const SETTINGS = words({
  title: { en: "Settings", zh: "设置" },
  about: {
    en: "How the project works: its stages, its times, what people see.",
    zh: "项目的运行方式：流程、时间与可见内容。",
  },
  stages: { en: "Stages", zh: "流程" },
  stagesHint: { en: "Items go from left to right; dashed ways lead back.", zh: "数据从左到右流转，虚线表示退回。" },
  picture: { en: "The stages as a picture", zh: "流程图" },
  byHand: {
    en: "These stages were made by hand or by a line; edit them as JSON below.",
    zh: "该流程由手工或产线设定，请在下方以 JSON 编辑。",
  },
  byLine: {
    en: "The line that opened this project hands out its work; it has no stages of its own.",
    zh: "该项目由产线派发任务，没有自己的流程。",
  },
  usual: { en: "Usual stages", zh: "常用流程" },
  accept: { en: "The client accepts at the end", zh: "最后由委托方验收" },
  expert: { en: "Stages as JSON (for experts)", zh: "流程 JSON（专家）" },
  notJson: { en: "This is not JSON.", zh: "不是有效的 JSON。" },
  useUsual: { en: "Use the usual stages", zh: "使用常用流程" },
  stagesSure: {
    en: "New work follows the new stages; items on their way continue from where they are.",
    zh: "新任务按新流程进行；处理中的数据从当前位置继续。",
  },
  name: { en: "Name", zh: "名称" },
  description: { en: "Description", zh: "说明" },
  due: { en: "Due", zh: "截止" },
  lease: { en: "Minutes a task is kept for somebody", zh: "任务保留时间（分钟）" },
  leaseHint: { en: "After that without a sign of work it goes to somebody else.", zh: "超时无操作则转给他人。" },
  hidden: { en: "Fields of the records nobody sees while working", zh: "标注时隐藏的字段" },
  hiddenHint: { en: "For example the known answer, or where a record is from.", zh: "例如标准答案或数据来源。" },
  gold: { en: "Known answers", zh: "标准题" },
  goldOn: { en: "Mix known answers into the work", zh: "在任务中混入标准题" },
  rate: { en: "Share for newcomers (%)", zh: "新人比例（%）" },
  floor: { en: "Share for the trusted (%)", zh: "可信人员比例（%）" },
  target: { en: "Accuracy that earns trust (%)", zh: "获得信任的正确率（%）" },
  verifiers: { en: "Verifiers as JSON", zh: "校验器 JSON" },
  verifiersHint: {
    en: 'What checks an answer while it is worked on, for example [{"kind":"exact","name":"answer","control":"solution","field":"answer"}].',
    zh: '在标注过程中校验答案，例如 [{"kind":"exact","name":"answer","control":"solution","field":"answer"}]。',
  },
  unit: { en: "What is counted and paid", zh: "计量单位" },
  unitOf: { en: "Unit", zh: "单位" },
  unitHint: { en: "It holds for answers from now on.", zh: "对此后的答案生效。" },
  unitItem: { en: "an item", zh: "条" },
  unitRegion: { en: "a region", zh: "标注区域" },
  unitCharacter: { en: "a character", zh: "字符" },
  unitMedia: { en: "a second of sound or film", zh: "音视频秒" },
  set: { en: "Set the unit", zh: "设置单位" },
  saved: { en: "Saved.", zh: "已保存。" },
  end: { en: "done", zh: "完成" },
});

/** What leads from one stage to another: outcomes of stages, and usual names of a router's branches. */
export const WAYS = words({
  done: { en: "done", zh: "完成" },
  return: { en: "returned", zh: "退回" },
  agree: { en: "agree", zh: "一致" },
  disagree: { en: "disagree", zh: "不一致" },
  pass: { en: "pass", zh: "直接通过" },
  check: { en: "check", zh: "送检" },
});
