import { words } from "@/core/words";

export const GRID = words({
  pictures: { en: "Pictures", zh: "图像" },
  classes: { en: "Classes", zh: "类别" },
  keys: { en: "Grid", zh: "网格" },
  left: { en: "Left", zh: "向左" },
  right: { en: "Right", zh: "向右" },
  up: { en: "Up", zh: "向上" },
  down: { en: "Down", zh: "向下" },
  extendLeft: { en: "Choose leftwards", zh: "向左扩选" },
  extendRight: { en: "Choose rightwards", zh: "向右扩选" },
  extendUp: { en: "Choose upwards", zh: "向上扩选" },
  extendDown: { en: "Choose downwards", zh: "向下扩选" },
  toggle: { en: "Choose or leave", zh: "选中或取消" },
  all: { en: "Choose all", zh: "全选" },
  none: { en: "Choose none", zh: "取消选择" },
  clear: { en: "Take the class back", zh: "清除类别" },
  open: { en: "nothing said yet", zh: "未标注" },
  said: { en: "{count} of {all} said · {chosen} chosen", zh: "已标注 {count} / {all} · 已选 {chosen}" },
  hint: {
    en: "Arrows move, Shift extends, Space chooses; a class's key says what the chosen ones are.",
    zh: "方向键移动，Shift 扩选，空格选中；按类别的快捷键为所选图像分类。",
  },
  broken: { en: "This picture cannot be shown.", zh: "无法显示该图像。" },
});
