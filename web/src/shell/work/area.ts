import { IconPencil } from "@tabler/icons-react";
import { words } from "@/core/words";
import type { Area } from "../area";

const TITLES = words({ work: { en: "Annotate", zh: "标注" }, grid: { en: "Grid", zh: "宫格" } });

export const area: Area = {
  pages: [
    { path: "/o/:org/p/:project/work", title: TITLES.work, load: () => import("./work-page"), bare: true },
    { path: "/o/:org/p/:project/grid", title: TITLES.grid, load: () => import("./grid-page"), bare: true },
  ],
  links: [
    {
      path: "/o/:org/p/:project/work",
      title: TITLES.work,
      icon: IconPencil,
      roles: ["annotator"],
      order: 10,
    },
  ],
};
