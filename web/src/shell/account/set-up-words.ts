/** Words of the first steps on a new server. */

import { words } from "@/core/words";

export const SETUP = words({
  title: { en: "Welcome to Galley", zh: "欢迎使用 Galley" },
  about: {
    en: "Two steps, and the first labels are made in under two minutes.",
    zh: "两步即可开始，两分钟内完成首批标注。",
  },
  you: { en: "You", zh: "您" },
  data: { en: "Data", zh: "数据" },
  label: { en: "Label", zh: "标注" },
  organisation: { en: "Organisation", zh: "机构名称" },
  organisationHint: { en: "Whose data and people are kept together here.", zh: "数据与人员归属的机构。" },
  name: { en: "Your name", zh: "您的姓名" },
  email: { en: "E-mail (to sign in with)", zh: "邮箱（用于登录）" },
  password: { en: "Password", zh: "密码" },
  passwordHint: { en: "At least 10 characters; a sentence is best.", zh: "至少 10 个字符，推荐使用一句话。" },
  begin: { en: "Create and sign in", zh: "创建并登录" },
  noTicket: {
    en: "This page needs the link that `galley serve` printed",
    zh: "请使用 `galley serve` 输出的链接打开本页",
  },
  noTicketHint: {
    en: "Look at the terminal in which the server runs and open the link with #ticket= in it. It is good once.",
    zh: "请在运行服务器的终端中找到包含 #ticket= 的链接并打开，该链接仅一次有效。",
  },
  closed: { en: "This server is set up already", zh: "此服务器已完成初始设置" },
  closedHint: {
    en: "Sign in with your account, or ask an owner for an invitation.",
    zh: "请登录，或向所有者索取邀请。",
  },
  signIn: { en: "Sign in", zh: "登录" },
  first: { en: "What would you like to label first?", zh: "您想先标注什么？" },
  firstAbout: { en: "All of this can be done again later, as often as you like.", zh: "以下操作之后均可随时再做。" },
  examples: { en: "Try it with example data", zh: "使用示例数据试用" },
  examplesAbout: { en: "A ready project, one click. Nothing to prepare.", zh: "一键生成现成项目，无需准备。" },
  folder: { en: "A folder of files", zh: "导入文件夹" },
  folderAbout: {
    en: "Texts, pictures, sounds, tables or archives on this computer.",
    zh: "本机上的文本、图片、音频、表格或压缩包。",
  },
  studio: { en: "From Label Studio", zh: "从 Label Studio 迁移" },
  studioAbout: {
    en: "Its labelling config and its JSON export, answers included.",
    zh: "标注配置与 JSON 导出，含已有答案。",
  },
  ask: { en: "What is asked about each file", zh: "针对每个文件提出的问题" },
  make: { en: "Make the project", zh: "创建项目" },
  making: { en: "Making the project…", zh: "正在创建项目…" },
  start: { en: "Start labelling", zh: "开始标注" },
  ready: { en: "{count} {count:item is|items are} ready", zh: "已有 {count} 个条目就绪" },
  waits: {
    en: "Bring data in below; labelling can start with the first item.",
    zh: "请在下方导入数据；有第一个条目即可开始标注。",
  },
  back: { en: "Choose another way", zh: "选择其他方式" },
  overview: { en: "Look at the project first", zh: "先查看项目" },
  all: { en: "All templates", zh: "全部模板" },
});
