/** Titles of the manager's pages. */

import { words } from "@/core/words";

export const TITLES = words({
  projects: { en: "Projects", zh: "项目" },
  fresh: { en: "New project", zh: "新建项目" },
  overview: { en: "Overview", zh: "概览" },
  explorer: { en: "Explorer", zh: "数据浏览" },
  people: { en: "People and work", zh: "人员与工作" },
  quality: { en: "Quality", zh: "质量" },
  schema: { en: "Label schema", zh: "标签体系" },
  guideline: { en: "Guideline", zh: "标注规范" },
  data: { en: "Data in and out", zh: "数据导入导出" },
  settings: { en: "Settings", zh: "设置" },
  lines: { en: "Lines", zh: "产线" },
});
