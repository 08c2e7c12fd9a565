/** Words of the parts that several pages of the manager share. */

import { words } from "@/core/words";

export const PARTS = words({
  sure: { en: "Are you sure?", zh: "确定吗？" },
  preview: { en: "Live preview of the workbench", zh: "工作台实时预览" },
  noPreview: { en: "The preview appears when the schema is complete.", zh: "标签体系完整后将显示预览。" },
  opening: { en: "Opening the preview…", zh: "正在打开预览…" },
  previewBroken: { en: "The preview cannot show this record: {problem}", zh: "预览无法显示该记录：{problem}" },
  editor: { en: "Editor", zh: "编辑器" },
  line: { en: "line {line}", zh: "第 {line} 行" },
  waiting: { en: "Waiting", zh: "等待中" },
  running: { en: "Running", zh: "进行中" },
  done: { en: "Done", zh: "已完成" },
  failed: { en: "Failed", zh: "失败" },
  cancelled: { en: "Cancelled", zh: "已取消" },
  read: { en: "{count} read", zh: "已读取 {count} 行" },
  added: { en: "{count} added", zh: "新增 {count}" },
  already: { en: "{count} already here", zh: "已存在 {count}" },
  bad: { en: "{count} could not be taken", zh: "{count} 行无法导入" },
  answers: { en: "{count} {count:answer|answers} came along", zh: "随带 {count} 条标注" },
  showErrors: { en: "Show the errors", zh: "查看错误" },
  errors: { en: "Rows that could not be taken", zh: "无法导入的行" },
  errorsHint: {
    en: "Everything else is in. Mend these rows in your file and import it again: what is here already is not doubled.",
    zh: "其余数据均已导入。修正这些行后重新导入即可，已有数据不会重复。",
  },
  row: { en: "Row", zh: "行" },
  place: { en: "Place", zh: "位置" },
  reason: { en: "Reason", zh: "原因" },
  excerpt: { en: "Beginning", zh: "内容开头" },
  cancelJob: { en: "Cancel", zh: "取消任务" },
  retryJob: { en: "Try again", zh: "重试" },
  download: { en: "Download", zh: "下载" },
  items: { en: "{count} {count:item|items}", zh: "{count} 条" },
  sent: { en: "{sent} of {whole} sent", zh: "已上传 {sent} / {whole}" },
  import: { en: "import", zh: "导入" },
  export: { en: "export", zh: "导出" },
  prelabel: { en: "prelabelling", zh: "预标注" },
});

export const STATES = words({
  open: { en: "Open", zh: "进行中" },
  paused: { en: "Paused", zh: "已暂停" },
  draining: { en: "Draining", zh: "收尾中" },
  closed: { en: "Closed", zh: "已关闭" },
});

export const STAGES = words({
  label: { en: "Annotate", zh: "标注" },
  annotate: { en: "Annotate", zh: "标注" },
  review: { en: "Review", zh: "审核" },
  accept: { en: "Acceptance", zh: "验收" },
  adjudicate: { en: "Adjudicate", zh: "裁决" },
  consensus: { en: "Consensus", zh: "共识" },
  agent: { en: "Agent", zh: "智能体" },
  router: { en: "Router", zh: "分流" },
  collect: { en: "Collect", zh: "采集" },
  clean: { en: "Clean", zh: "清洗" },
  assess: { en: "Assess", zh: "评估" },
  release: { en: "Release", zh: "发布" },
  verify: { en: "Verify", zh: "核验" },
});

export const ROLES = words({
  owner: { en: "Owner", zh: "所有者" },
  manager: { en: "Manager", zh: "项目经理" },
  annotator: { en: "Annotator", zh: "标注员" },
  reviewer: { en: "Reviewer", zh: "审核员" },
  inspector: { en: "Inspector", zh: "质检员" },
  client: { en: "Client", zh: "委托方" },
  auditor: { en: "Auditor", zh: "审计员" },
});
