/** Words of the quality page. */

import { words } from "@/core/words";

export const QUAL = words({
  title: { en: "Quality", zh: "质量" },
  about: {
    en: "How good the answers are, what rules watch over them, and what those rules did.",
    zh: "答案质量、监控规则及其处理记录。",
  },
  charts: { en: "Charts", zh: "图表" },
  rules: { en: "Rules", zh: "规则" },
  actions: { en: "What was done", zh: "处理记录" },
  appeals: { en: "Appeals", zh: "申诉" },
  outcomes: { en: "Review outcomes a day", zh: "每日审核结果" },
  accepted: { en: "accepted", zh: "通过" },
  fixed: { en: "fixed", zh: "修改" },
  returned: { en: "returned", zh: "退回" },
  day: { en: "Day", zh: "日期" },
  acceptedShare: { en: "Accepted share a day, with its interval", zh: "每日通过率（含置信区间）" },
  gold: { en: "Known answers right, by person", zh: "各人标准题正确率" },
  volume: { en: "Answers a day", zh: "每日标注数" },
  answers: { en: "answers", zh: "标注" },
  skipped: { en: "skipped", zh: "跳过" },
  distribution: { en: "How often each answer stands: {control}", zh: "标签分布：{control}" },
  upTo: { en: "Counted up to 1,000 each.", zh: "每项最多统计到 1,000。" },
  versionNow: { en: "Version {version} of the rules is in force.", zh: "当前规则版本 {version}。" },
  usualRules: { en: "These are the rules every project starts with.", zh: "这是每个项目的默认规则。" },
  sentence: {
    en: "Of the last {window} judged, from {least} on: when {conditions}, then {actions}.",
    zh: "在最近 {window} 次（至少 {least} 次）中：当{conditions}时，{actions}。",
  },
  enabled: { en: "on", zh: "启用" },
  window: { en: "Looks at the last", zh: "观察最近" },
  least: { en: "From", zh: "至少" },
  belowIs: { en: "{measure} below", zh: "{measure}低于" },
  aboveIs: { en: "{measure} above", zh: "{measure}高于" },
  isBelow: { en: "{measure} is below {value}", zh: "{measure}低于 {value}" },
  isAbove: { en: "{measure} is above {value}", zh: "{measure}高于 {value}" },
  and: { en: " and ", zh: "且" },
  comma: { en: ", ", zh: "、" },
  save: { en: "Save the rules", zh: "保存规则" },
  saved: { en: "The rules are in force.", zh: "规则已生效。" },
  expert: { en: "All rules as JSON (for experts)", zh: "全部规则 JSON（专家）" },
  notJson: { en: "This is not a JSON list.", zh: "不是有效的 JSON 列表。" },
  noActions: { en: "No rule has acted, and no lead either.", zh: "暂无处理记录。" },
  who: { en: "Who", zh: "人员" },
  what: { en: "What and why", zh: "内容与原因" },
  when: { en: "When", zh: "时间" },
  state: { en: "State", zh: "状态" },
  active: { en: "in force", zh: "生效中" },
  over: { en: "over", zh: "已结束" },
  undone: { en: "undone", zh: "已撤销" },
  noAppeals: { en: "Nobody has appealed.", zh: "没有申诉。" },
  note: { en: "Your words to the person", zh: "答复" },
  uphold: { en: "The action stands", zh: "维持处理" },
  overturn: { en: "Undo the action", zh: "撤销处理" },
  ruled: { en: "Ruled.", zh: "已裁定。" },
  open: { en: "open", zh: "待裁定" },
  upheld: { en: "upheld", zh: "已维持" },
  overturned: { en: "overturned", zh: "已撤销" },
});

/** Collectors of rules. */
export const COLLECTORS = words({
  gold: { en: "Known answers", zh: "标准题" },
  agreement: { en: "Agreement with others", zh: "与他人一致" },
  consensus: { en: "Agreement with the decided label", zh: "与最终答案一致" },
  returns: { en: "Returned work", zh: "退回" },
  speed: { en: "Speed", zh: "速度" },
  repeats: { en: "Same answer over and over", zh: "重复同一答案" },
  copies: { en: "Prelabels taken as they are", zh: "照抄预标注" },
  skips: { en: "Skipping", zh: "跳过" },
  lateness: { en: "Lateness", zh: "超时" },
});

/** Measures of conditions. */
export const MEASURES = words({
  share: { en: "the share", zh: "比例" },
  low: { en: "the share, surely,", zh: "比例（下限）" },
  high: { en: "the share, at best,", zh: "比例（上限）" },
  count: { en: "the count", zh: "次数" },
  mean: { en: "the mean", zh: "平均值" },
  chance: { en: "the chance of this by accident", zh: "偶然发生的概率" },
});

/** Actions of rules. */
export const ACTS = words({
  pause: { en: "the person is paused", zh: "暂停该人员" },
  block: { en: "the person is blocked", zh: "停用该人员" },
  reopen: { en: "the person may work again", zh: "恢复工作" },
  review: { en: "more of the answers are reviewed", zh: "提高审核比例" },
  stop_gold: { en: "no more known answers are mixed in", zh: "停止混入标准题" },
  tell_lead: { en: "the lead is told", zh: "通知组长" },
  tell_worker: { en: "the person is told", zh: "通知本人" },
  set_skill: { en: "a skill is set", zh: "设定技能等级" },
  move_skill: { en: "a skill moves", zh: "调整技能等级" },
});
