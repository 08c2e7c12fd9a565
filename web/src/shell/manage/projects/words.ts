/** Words of the list of projects. */

import { words } from "@/core/words";

export const PROJECTS = words({
  title: { en: "Projects", zh: "项目" },
  about: { en: "Everything people are labelling here, newest first.", zh: "当前机构的全部标注项目，最新的在前。" },
  fresh: { en: "New project", zh: "新建项目" },
  name: { en: "Project", zh: "项目" },
  state: { en: "State", zh: "状态" },
  progress: { en: "Progress", zh: "进度" },
  due: { en: "Due", zh: "截止" },
  finish: { en: "Likely finished", zh: "预计完成" },
  done: { en: "done", zh: "已完成" },
  open: { en: "open", zh: "待完成" },
  left: { en: "{done} of {whole}", zh: "{done} / {whole}" },
  noWork: { en: "no work yet", zh: "尚无任务" },
  ready: { en: "all done", zh: "全部完成" },
  unknown: { en: "too early to say", zh: "数据不足，暂无法预测" },
  late: { en: "later than due", zh: "将超期" },
  line: { en: "line {line}", zh: "产线 {line}" },
  none: { en: "No projects yet", zh: "还没有项目" },
  noneHint: {
    en: "A project is a label schema, data, and people. Start from a template: it takes less than two minutes until the first label.",
    zh: "项目由标签体系、数据和人员组成。从模板开始，两分钟内即可开始第一条标注。",
  },
  noneWorker: { en: "No projects you may see", zh: "没有您可以查看的项目" },
  noneWorkerHint: {
    en: "A manager gives you a role in a project; it then appears here.",
    zh: "项目经理为您分配角色后，项目将显示在此处。",
  },
});
