import { words } from "@/core/words";

export const NOTICES = words({
  title: { en: "Notices", zh: "通知" },
  about: {
    en: "What concerns you: work that came back, answers to what you said, decisions, and long work you had asked for.",
    zh: "与您有关的事：被退回的工作、对您留言的回复、各项决定，以及您发起的任务的结果。",
  },
  bell: { en: "Notices, none unread", zh: "通知，没有未读" },
  bellUnread: { en: "Notices, {count} unread", zh: "通知，{count} 条未读" },
  none: { en: "Nothing yet", zh: "暂无通知" },
  noneHint: {
    en: "You are told here when your work comes back, when somebody answers you, and when something is decided about you.",
    zh: "当工作被退回、有人回复您，或有与您相关的决定时，会在这里通知您。",
  },
  readAll: { en: "Mark all as read", zh: "全部标为已读" },
  all: { en: "All notices", zh: "全部通知" },
  unread: { en: "unread", zh: "未读" },
});

/** A sentence for each kind of notice, made of its facts. */
export const SENTENCES = words({
  returned: { en: "Your answer to {item} came back: {reason}.", zh: "您对 {item} 的答案被退回：{reason}。" },
  commented: { en: "Somebody commented on your answer to {item}.", zh: "有人评论了您对 {item} 的答案。" },
  answered: { en: "Somebody answered your comment on {item}.", zh: "有人回复了您在 {item} 上的评论。" },
  resolved: { en: "Your comment on {item} was dealt with.", zh: "您在 {item} 上的评论已处理。" },
  appealUpheld: { en: "Your appeal was decided: the action stands.", zh: "您的申诉已有结果：维持原措施。" },
  appealOverturned: {
    en: "Your appeal was decided: the action was taken back.",
    zh: "您的申诉已有结果：原措施已撤销。",
  },
  lateAdopted: { en: "Your late answer to {item} was accepted after all.", zh: "您对 {item} 的迟交答案已被采纳。" },
  lateDismissed: { en: "Your late answer to {item} was not taken.", zh: "您对 {item} 的迟交答案未被采纳。" },
  rule: { en: "An isolation rule waits for your approval.", zh: "有一条隔离规则等待您批准。" },
  ruleApproved: { en: "The isolation rule you proposed is in force.", zh: "您提议的隔离规则已生效。" },
  ruleRefused: { en: "The isolation rule you proposed was refused.", zh: "您提议的隔离规则被拒绝。" },
  invitation: { en: "{name} accepted your invitation.", zh: "{name} 接受了您的邀请。" },
  jobDone: { en: "{work}: done.", zh: "{work}：已完成。" },
  jobFailed: { en: "{work}: failed ({code}).", zh: "{work}：失败（{code}）。" },
  pause: { en: "You get no work here for a while.", zh: "您在此项目中的工作已暂停。" },
  block: { en: "You get no work here any more.", zh: "您已被停止在此项目中工作。" },
  reopen: { en: "You can work here again.", zh: "您可以继续在此项目中工作。" },
  review: { en: "More of your answers are reviewed for a while.", zh: "您的答案在一段时间内会被更多复核。" },
  set_skill: { en: "One of your skill levels was set.", zh: "您的一项技能等级已更新。" },
  move_skill: { en: "One of your skill levels was changed.", zh: "您的一项技能等级有调整。" },
  tell_worker: { en: "There is a note about the quality of your work.", zh: "有一条关于您工作质量的提示。" },
  action: { en: "Something was decided about your work.", zh: "有一项与您的工作相关的决定。" },
});

export const RETURNED_FOR = words({
  wrong: { en: "wrong", zh: "标错" },
  missing: { en: "something is missing", zh: "有遗漏" },
  extra: { en: "something too much", zh: "有多余" },
  imprecise: { en: "not precise enough", zh: "不够精确" },
  guideline: { en: "against the guideline", zh: "不符合规范" },
  other: { en: "see the note", zh: "见说明" },
});

export const JOBS = words({
  import: { en: "Import", zh: "导入" },
  export: { en: "Export", zh: "导出" },
  prelabel: { en: "Prelabelling", zh: "预标注" },
});
