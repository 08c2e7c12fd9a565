import { words } from "@/core/words";
import type { Area } from "../area";

const TITLES = words({ work: { en: "Annotate", zh: "标注" } });

export const area: Area = {
  pages: [
    { path: "/o/:org/p/:project/work", title: TITLES.work, load: () => import("./work-page"), bare: true },
    { path: "/o/:org/p/:project/adjudications", title: TITLES.work, load: () => import("./work-page"), bare: true },
  ],
  links: [],
};
