/** Words of data in and out. */

import { words } from "@/core/words";

export const DATA = words({
  title: { en: "Data in and out", zh: "数据导入导出" },
  about: {
    en: "Bring records in, take answers out, let models help, tell other systems.",
    zh: "导入数据、导出标注、接入模型、通知其他系统。",
  },
  in: { en: "In", zh: "导入" },
  out: { en: "Out", zh: "导出" },
  models: { en: "Models", zh: "模型" },
  hooks: { en: "Webhooks", zh: "Webhook" },
  imports: { en: "Imports so far", zh: "导入记录" },
  noImports: { en: "Nothing has been imported yet.", zh: "尚未导入数据。" },
  stream: { en: "Download now", zh: "直接下载" },
  streamHint: { en: "Streams the project as it stands; any size.", zh: "按当前状态流式下载，不限大小。" },
  format: { en: "Format", zh: "格式" },
  include: { en: "Items", zh: "范围" },
  answered: { en: "answered only", zh: "仅已标注" },
  all: { en: "all", zh: "全部" },
  answers: { en: "Answers", zh: "答案" },
  every: { en: "every opinion", zh: "全部答案" },
  chosen: { en: "one label an item", zh: "每条一个最终答案" },
  download: { en: "Download", zh: "下载" },
  snapshot: { en: "Files for other tools", zh: "导出为其他工具格式" },
  snapshotHint: {
    en: "A job makes a zip with a report of what the format cannot hold.",
    zh: "由后台任务生成压缩包，并附该格式无法容纳内容的报告。",
  },
  make: { en: "Make it", zh: "生成" },
  started: { en: "It is being made.", zh: "正在生成。" },
  jobs: { en: "Jobs", zh: "后台任务" },
  noJobs: { en: "No jobs yet.", zh: "暂无任务。" },
  backendsHint: {
    en: "A model server that speaks Label Studio's ML protocol proposes answers; people confirm or correct them.",
    zh: "支持 Label Studio ML 协议的模型服务可给出预标注，由人员确认或修正。",
  },
  noBackends: { en: "No model is connected.", zh: "尚未接入模型。" },
  name: { en: "Name", zh: "名称" },
  url: { en: "Address", zh: "地址" },
  interactive: { en: "Ask it while people work", zh: "标注时实时调用" },
  add: { en: "Add", zh: "添加" },
  test: { en: "Test", zh: "测试" },
  up: { en: "It answers. Version {version}", zh: "连接正常，版本 {version}" },
  down: { en: "It does not answer: {reason}", zh: "无法连接：{reason}" },
  prelabel: { en: "Prelabel", zh: "预标注" },
  prelabelling: { en: "Prelabelling has begun.", zh: "预标注已开始。" },
  train: { en: "Train", zh: "训练" },
  training: { en: "Training was asked for.", zh: "已请求训练。" },
  remove: { en: "Remove", zh: "移除" },
  removeSure: { en: "Its predictions stay; it is no longer asked.", zh: "保留已有预测，不再调用该模型。" },
  stateNew: { en: "not tested", zh: "未测试" },
  stateUp: { en: "up", zh: "正常" },
  stateDown: { en: "down", zh: "异常" },
  events: { en: "Events", zh: "事件" },
  hooksHint: {
    en: "Signed requests to an address of yours when something happens in this project.",
    zh: "项目发生事件时，向指定地址发送带签名的请求。",
  },
  noHooks: { en: "No webhooks.", zh: "尚无 Webhook。" },
  secret: { en: "Secret for checking the signature; shown once", zh: "签名密钥，仅显示一次" },
  pause: { en: "Pause", zh: "暂停" },
  resume: { en: "Resume", zh: "恢复" },
  removeHookSure: { en: "Nothing more is sent to this address.", zh: "不再向该地址发送请求。" },
});

/** States of webhooks. */
export const HOOK_STATES = words({
  active: { en: "active", zh: "正常" },
  paused: { en: "paused", zh: "已暂停" },
  failing: { en: "failing", zh: "发送失败" },
});

/** What webhooks tell of, as in `galley.annotate.hooks.model.EVENTS`. */
export const EVENTS = words({
  submitted: { en: "handed in", zh: "提交" },
  revised: { en: "revised", zh: "修订" },
  reviewed: { en: "reviewed", zh: "审核" },
  returned: { en: "sent back", zh: "退回" },
  skipped: { en: "skipped", zh: "跳过" },
  voided: { en: "withdrawn", zh: "作废" },
  orphaned: { en: "came too late", zh: "超时提交" },
});
