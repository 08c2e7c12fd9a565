import { words } from "@/core/words";

export const WORK = words({
  submit: { en: "Submit", zh: "提交" },
  submitHint: { en: "Submit and show the next item", zh: "提交并进入下一条" },
  undo: { en: "Undo", zh: "撤销" },
  redo: { en: "Redo", zh: "重做" },
  done: { en: "{count} done here", zh: "本次已完成 {count} 条" },
  ahead: { en: "{count} ready", zh: "已备好 {count} 条" },
  saved: { en: "Saved on this device", zh: "已保存在本机" },
  leave: { en: "Leave", zh: "离开" },
  nothing: { en: "There is nothing for you to do here now.", zh: "目前没有可做的任务。" },
  nothingHint: {
    en: "New items appear by themselves; this page looks again every few seconds.",
    zh: "有新任务时会自动出现，本页每隔几秒检查一次。",
  },
  "project-paused": { en: "The project is paused.", zh: "项目已暂停。" },
  "project-closed": { en: "The project is closed.", zh: "项目已关闭。" },
  paused: { en: "Your work in this project is paused.", zh: "您在本项目的工作已被暂停。" },
  blocked: { en: "You are blocked in this project.", zh: "您在本项目中已被停用。" },
  skill: { en: "This work needs a skill you do not have yet.", zh: "该任务需要您尚未具备的技能。" },
  refusedHint: { en: "Your quality page says why, and lets you appeal.", zh: "请在“我的质量”中查看原因并申诉。" },
  offline: { en: "No connection, and no more items on this device.", zh: "网络不可用，本机已没有备好的任务。" },
  offlineHint: {
    en: "What you did is safe. Work goes on as soon as the network is back.",
    zh: "已做的工作安全保存，网络恢复后自动继续。",
  },
  lost: {
    en: "This item was given to somebody else because it was open too long. What you submit goes to a lead, and is not lost.",
    zh: "该条目打开过久，已分配给他人。您提交的内容不会丢失，将交由负责人处理。",
  },
  returned: { en: "Returned to you: {reason}", zh: "退回给您：{reason}" },
  restored: { en: "Restored from this device", zh: "已从本机恢复" },
});
