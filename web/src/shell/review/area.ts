import {
  IconAward,
  IconChecklist,
  IconClipboardCheck,
  IconHourglassLow,
  IconMessages,
  IconScale,
  IconThumbUp,
} from "@tabler/icons-react";
import type { Area } from "../area";
import { PAGES } from "./words";

const ONE = "/o/:org/p/:project";

export const area: Area = {
  pages: [
    { path: `${ONE}/review`, title: PAGES.review, load: () => import("./review-page"), bare: true },
    { path: `${ONE}/accept`, title: PAGES.accept, load: () => import("./review-page"), bare: true },
    { path: `${ONE}/adjudicate`, title: PAGES.adjudicate, load: () => import("./adjudicate-page"), bare: true },
    { path: `${ONE}/comments`, title: PAGES.comments, load: () => import("./comments-page") },
    { path: `${ONE}/held`, title: PAGES.held, load: () => import("./held-page") },
    { path: `${ONE}/gold`, title: PAGES.gold, load: () => import("./gold/gold-page") },
    { path: `${ONE}/lots`, title: PAGES.lots, load: () => import("./lots/lots-page") },
    { path: `${ONE}/lots/:lot`, title: PAGES.lot, load: () => import("./lots/lot-page") },
    { path: `${ONE}/lots/:lot/inspect`, title: PAGES.inspect, load: () => import("./lots/inspect-page"), bare: true },
  ],
  links: [
    {
      path: `${ONE}/review`,
      title: PAGES.review,
      icon: IconChecklist,
      roles: ["reviewer", "manager", "owner"],
      order: 30,
    },
    {
      path: `${ONE}/adjudicate`,
      title: PAGES.adjudicate,
      icon: IconScale,
      roles: ["reviewer", "manager", "owner"],
      order: 31,
    },
    { path: `${ONE}/accept`, title: PAGES.accept, icon: IconThumbUp, roles: ["client", "owner"], order: 32 },
    {
      path: `${ONE}/comments`,
      title: PAGES.comments,
      icon: IconMessages,
      roles: ["reviewer", "client", "manager", "owner"],
      order: 33,
    },
    {
      path: `${ONE}/lots`,
      title: PAGES.lots,
      icon: IconClipboardCheck,
      roles: ["inspector", "manager", "owner"],
      order: 34,
    },
    { path: `${ONE}/gold`, title: PAGES.gold, icon: IconAward, roles: ["manager", "owner"], order: 35 },
    { path: `${ONE}/held`, title: PAGES.held, icon: IconHourglassLow, roles: ["manager", "owner"], order: 36 },
  ],
};
