import { words } from "@/core/words";
import type { Area } from "../area";

const TITLES = words({
  account: { en: "My account", zh: "我的账号" },
  notices: { en: "Notices", zh: "通知" },
});

export const area: Area = {
  pages: [
    { path: "/me", title: TITLES.account, load: () => import("./account-page") },
    { path: "/me/notices", title: TITLES.notices, load: () => import("./notices-page") },
  ],
  links: [],
};
