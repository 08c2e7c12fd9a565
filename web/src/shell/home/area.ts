import { IconChartDots, IconHome, IconInbox } from "@tabler/icons-react";
import { words } from "@/core/words";
import type { Area } from "../area";

const TITLES = words({
  work: { en: "My work", zh: "我的工作" },
  quality: { en: "My quality", zh: "我的质量" },
  unsent: { en: "Kept on this device", zh: "本机暂存" },
});

export const area: Area = {
  pages: [
    { path: "/", title: TITLES.work, load: () => import("./home-page") },
    { path: "/me/unsent", title: TITLES.unsent, load: () => import("./unsent-page") },
    { path: "/o/:org/p/:project/me", title: TITLES.quality, load: () => import("./quality-page") },
  ],
  links: [
    { path: "/", title: TITLES.work, icon: IconHome, order: 0 },
    { path: "/me/unsent", title: TITLES.unsent, icon: IconInbox, order: 2 },
    {
      path: "/o/:org/p/:project/me",
      title: TITLES.quality,
      icon: IconChartDots,
      roles: ["annotator", "reviewer", "inspector"],
      order: 12,
    },
  ],
};
