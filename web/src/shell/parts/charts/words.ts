/** Words of charts. */

import { words } from "@/core/words";

export const CHART = words({
  asTable: { en: "As a table", zh: "以表格查看" },
  nothing: { en: "Nothing to show yet.", zh: "暂无数据。" },
  total: { en: "Total", zh: "合计" },
  summary: { en: "{title}: {told}", zh: "{title}：{told}" },
});
