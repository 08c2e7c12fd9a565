import { words } from "@/core/words";

export const GRIDS = words({
  title: { en: "Grid", zh: "宫格标注" },
  leave: {
    en: "Leave; what you said is kept, the others are given back",
    zh: "离开（已标注的内容保留，其余归还）",
  },
  skipped: { en: "{count} skipped.", zh: "已跳过 {count} 条。" },
  lost: {
    en: "Some of these were given to others because they were open too long. What you submit of them goes to a lead, and is not lost.",
    zh: "部分条目打开过久，已分配给他人。您提交的内容不会丢失，将交由负责人处理。",
  },
  submit: { en: "Hand in {count}", zh: "提交 {count} 条" },
  nothingSaid: { en: "Say first what some of the pictures are.", zh: "请先为部分图像标注类别。" },
  handedIn: { en: "{count} handed in.", zh: "已提交 {count} 条。" },
  unfit: { en: "This project is not for the grid", zh: "该项目不适用宫格标注" },
  unfitHint: {
    en: "The grid is for pictures with one required question that has one answer. Work on them one by one.",
    zh: "宫格标注适用于仅有一道必答单选题的图像项目。请逐条标注。",
  },
  oneByOne: { en: "One by one", zh: "逐条标注" },
  none: { en: "Nothing for the grid now", zh: "暂无可用宫格标注的条目" },
  noneHint: {
    en: "All is handed in or with others. What came back, or was begun, is worked on one by one.",
    zh: "全部已提交，或正由他人标注。退回或已开始的条目请逐条标注。",
  },
  again: { en: "Look again", zh: "重新查看" },
});
