/** Words of gold, comments, late and stuck work. */

import { words } from "@/core/words";

export const GOLD = words({
  about: {
    en: "Items whose answer is known. They are mixed into people's work to see how well it goes; nobody is told which.",
    zh: "答案已知的条目，混入日常任务以衡量质量，作答者不会知晓。",
  },
  none: { en: "No gold yet.", zh: "还没有标准答案。" },
  noneHint: {
    en: "Take an item that was answered well, check its answer, and keep it as gold.",
    zh: "选择一条答得好的条目，核对答案后设为标准答案。",
  },
  add: { en: "Add gold", zh: "添加标准答案" },
  pick: { en: "Finished items with an answer", zh: "已有答案的条目" },
  pickHint: { en: "Choose one to check and keep.", zh: "选择一条进行核对。" },
  item: { en: "Item", zh: "条目" },
  from: { en: "From", zh: "来源" },
  shown: { en: "Answered", zh: "作答次数" },
  passed: { en: "Right", zh: "答对" },
  changed: { en: "Changed", zh: "更新" },
  doubt: {
    en: "Most people answer differently: look whether the known answer is right.",
    zh: "多数人的回答与之不同，请核对标准答案是否正确。",
  },
  edit: { en: "Edit", zh: "编辑" },
  forget: { en: "Forget", zh: "取消" },
  forgetAbout: {
    en: "The item becomes ordinary work again. What people answered to it stays counted.",
    zh: "该条目恢复为普通任务，已有的作答统计保留。",
  },
  keep: { en: "Keep as gold", zh: "设为标准答案" },
  kept: { en: "Kept as gold.", zh: "已设为标准答案。" },
  forgotten: { en: "Forgotten.", zh: "已取消。" },
  choose: { en: "Use", zh: "选用" },
});

export const HELD = words({
  about: {
    en: "Answers that came after their lease had run out, and items the flow could not decide on.",
    zh: "租约过期后提交的答案，以及流程无法继续的条目。",
  },
  late: { en: "Late answers", zh: "逾期答案" },
  lateNone: { en: "No late answer waits.", zh: "没有待处理的逾期答案。" },
  lateHint: {
    en: "When somebody submits after their lease ran out, nothing is lost: it waits here until you decide.",
    zh: "若有人在租约过期后提交，答案不会丢失，将在此等待您决定。",
  },
  stuck: { en: "Stuck items", zh: "停滞条目" },
  stuckNone: { en: "Nothing is stuck.", zh: "没有停滞的条目。" },
  stuckHint: { en: "Items appear here when a step fails on them.", zh: "某一步骤出错的条目会显示在此。" },
  retry: { en: "Try all again", zh: "全部重试" },
  retried: { en: "They are looked at again.", zh: "已重新处理。" },
  see: { en: "See", zh: "查看" },
  adopt: { en: "Adopt", zh: "采纳" },
  adopted: { en: "Adopted as one more answer.", zh: "已采纳为一个答案。" },
  dismiss: { en: "Dismiss", zh: "不采纳" },
  dismissed: { en: "Dismissed; it is kept in the record.", zh: "未采纳，记录仍保留。" },
  review: { en: "A verdict that came late: it can only be dismissed.", zh: "逾期的审核结论，只能不采纳。" },
  step: { en: "Step", zh: "步骤" },
  when: { en: "When", zh: "时间" },
  error: { en: "What happened", zh: "原因" },
});

export const STEPS = words({
  label: { en: "Labelling", zh: "标注" },
  review: { en: "Review", zh: "审核" },
  adjudicate: { en: "Adjudication", zh: "裁决" },
  accept: { en: "Acceptance", zh: "验收" },
});

/** Why an answer closed no slot: what had become of the slot. */
export const LATE = words({
  expired: { en: "the lease had run out", zh: "租约已过期" },
  taken: { en: "somebody else has it now", zh: "已由他人领取" },
  done: { en: "somebody else had answered", zh: "已由他人作答" },
  void: { en: "the work was taken back", zh: "任务已收回" },
});

export const SAID = words({
  about: {
    en: "What was said about answers and is not dealt with yet.",
    zh: "针对答案、尚未处理的批注。",
  },
  none: { en: "No open comments.", zh: "没有未处理的批注。" },
  noneHint: {
    en: "Reviewers comment with C on what they have selected; annotators answer on returned work.",
    zh: "审核时选中内容按 C 添加批注；标注员在退回任务中回复。",
  },
  all: { en: "Resolved ones, too", zh: "包含已处理" },
  thread: { en: "All about this item", zh: "该条目的全部批注" },
  answer: { en: "Answer", zh: "回复" },
  send: { en: "Send", zh: "发送" },
  where: { en: "at {place}", zh: "位置：{place}" },
});
