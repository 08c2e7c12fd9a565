/** Words of those who look at others' answers. */

import { words } from "@/core/words";

export const REVIEW = words({
  group: { en: "Review", zh: "审核" },
  accept: { en: "Accept", zh: "通过" },
  fix: { en: "Fix", zh: "修正" },
  submitFix: { en: "Submit the fix", zh: "提交修正" },
  stopFixing: { en: "Undo all and read again", zh: "撤销修改并返回查看" },
  giveBack: { en: "Return", zh: "退回" },
  comment: { en: "Comment", zh: "批注" },
  compare: { en: "Compare", zh: "对比" },
  nextCandidate: { en: "Next to compare with", zh: "下一个对比项" },
  previousCandidate: { en: "Previous to compare with", zh: "上一个对比项" },
  nextDifference: { en: "Next difference", zh: "下一处差异" },
  previousDifference: { en: "Previous difference", zh: "上一处差异" },
  undo: { en: "Undo", zh: "撤销" },
  redo: { en: "Redo", zh: "重做" },
  leave: { en: "Leave", zh: "离开" },
  done: { en: "{count} decided here", zh: "本次已处理 {count} 条" },
  ahead: { en: "{count} ready", zh: "已备好 {count} 条" },
  fixing: {
    en: "You are correcting this answer. Submitting makes your version the newest; the first one is kept.",
    zh: "您正在修正此答案。提交后您的版本成为最新版本，原答案仍保留。",
  },
  lost: {
    en: "This item was given to somebody else because it was open too long. What you decide goes to a lead.",
    zh: "该条目打开过久，已分配给他人。您的结论将交由负责人处理。",
  },
  nothing: { en: "Nothing waits for review now.", zh: "目前没有待审核的答案。" },
  nothingAccept: { en: "Nothing waits for your acceptance now.", zh: "目前没有待验收的答案。" },
  nothingAdjudicate: { en: "No disagreement waits to be decided now.", zh: "目前没有待裁决的分歧。" },
  nothingHint: {
    en: "New items appear by themselves; this page looks again every few seconds.",
    zh: "有新条目时会自动出现，本页每隔几秒检查一次。",
  },
  refused: { en: "You cannot work here now.", zh: "您目前无法在此工作。" },
  refusedHint: { en: "Ask a manager of the project why.", zh: "请向项目经理了解原因。" },
  offline: { en: "No connection, and no more items on this device.", zh: "网络不可用，本机已没有备好的条目。" },
  offlineHint: { en: "What you decided is safe and sent later.", zh: "已做的处理安全保存，稍后自动发送。" },
  returnTitle: { en: "Return this answer", zh: "退回此答案" },
  returnAbout: {
    en: "It goes back to whoever gave it, with the reason and your comments.",
    zh: "将连同原因和批注退回给作答者。",
  },
  reason: { en: "Why", zh: "原因" },
  note: { en: "Note (optional)", zh: "说明（可选）" },
  commentTitle: { en: "Comment on {about}", zh: "对“{about}”批注" },
  whole: { en: "the whole answer", zh: "整个答案" },
  commentBody: { en: "What do you want to say?", zh: "您想说什么？" },
  send: { en: "Add", zh: "添加" },
  kind: { en: "Kind", zh: "类型" },
  commented: { en: "Comment kept; it is sent by itself.", zh: "批注已保存，将自动发送。" },
  said: { en: "Said about this item", zh: "该条目的批注" },
  someone: { en: "Somebody", zh: "某人" },
  you: { en: "You", zh: "您" },
  where: { en: "Show where", zh: "定位" },
  resolve: { en: "Resolve", zh: "标记为已处理" },
  reopen: { en: "Open again", zh: "重新打开" },
  resolved: { en: "resolved", zh: "已处理" },
});

export const REASONS = words({
  wrong: { en: "Wrong label", zh: "标错" },
  missing: { en: "Something is missing", zh: "漏标" },
  extra: { en: "Something is too much", zh: "多标" },
  imprecise: { en: "Not precise enough", zh: "不够精确" },
  guideline: { en: "Against the guideline", zh: "不符合规范" },
  other: { en: "Other", zh: "其他" },
  question: { en: "Question", zh: "疑问" },
  note: { en: "Note", zh: "备注" },
});
export type Reason = keyof typeof REASONS;
export const RETURN_REASONS: readonly Reason[] = ["wrong", "missing", "extra", "imprecise", "guideline", "other"];

export const BESIDE = words({
  beside: { en: "Compared with", zh: "对比" },
  record: { en: "Original record", zh: "原始记录" },
  answer: { en: "Answer {name}", zh: "答案 {name}" },
  attempt: { en: "Returned attempt {name}", zh: "第 {name} 次退回前" },
  revision: { en: "Before correction {name}", zh: "第 {name} 次修正前" },
  prelabel: { en: "Prelabel of {name}", zh: "{name} 的预标注" },
  nameless: { en: "Prelabel", zh: "预标注" },
  sure: { en: "{share} sure", zh: "置信度 {share}" },
  returnedFor: { en: "Returned: {reason}", zh: "退回原因：{reason}" },
  mine: { en: "This answer", zh: "当前答案" },
  myAnswer: { en: "Your answer", zh: "您的答案" },
  differences: { en: "{count} {count:difference|differences}", zh: "{count} 处差异" },
  same: { en: "No difference: both say the same.", zh: "没有差异，两者一致。" },
  added: { en: "only here", zh: "仅此处有" },
  removed: { en: "only there", zh: "仅对方有" },
  changed: { en: "changed", zh: "不同" },
  takes: { en: "Start from this one", zh: "以此为起点" },
  submit: { en: "Submit", zh: "提交" },
  opinions: {
    en: "Opinions disagree. Take the best one, or answer yourself.",
    zh: "意见不一致。请选取最佳答案，或自行作答。",
  },
  between: { en: "Between {left} and {right}", zh: "{left} 与 {right} 之间" },
  nothing: { en: "–", zh: "–" },
});

/** Of the parts of a region: what differs between two of them. */
export const FIELDS = words({
  start: { en: "start", zh: "起点" },
  end: { en: "end", zh: "终点" },
  text: { en: "text", zh: "文本" },
  speaker: { en: "speaker", zh: "说话人" },
  width: { en: "width", zh: "宽" },
  height: { en: "height", zh: "高" },
  rotation: { en: "rotation", zh: "旋转" },
  points: { en: "points", zh: "点" },
  pixels: { en: "pixels", zh: "像素" },
  group: { en: "group", zh: "分组" },
});

export const PAGES = words({
  review: { en: "Review", zh: "审核" },
  accept: { en: "Acceptance", zh: "验收" },
  adjudicate: { en: "Decide disagreements", zh: "裁决分歧" },
  lots: { en: "Lots", zh: "批次抽检" },
  lot: { en: "Lot", zh: "批次" },
  inspect: { en: "Inspect", zh: "检验" },
  gold: { en: "Gold answers", zh: "标准题" },
  held: { en: "Late and stuck", zh: "逾期与停滞" },
  comments: { en: "Comments", zh: "批注" },
});
