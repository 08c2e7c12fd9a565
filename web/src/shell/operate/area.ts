import {
  IconBuildingCommunity,
  IconHeartbeat,
  IconListSearch,
  IconLockAccess,
  IconUsersGroup,
} from "@tabler/icons-react";
import type { Area } from "../area";
import { OPERATE } from "./words";

export const area: Area = {
  pages: [
    { path: "/organisations", title: OPERATE.organisations, load: () => import("./organisations-page") },
    { path: "/system", title: OPERATE.system, load: () => import("./system-page") },
    { path: "/o/:org/members", title: OPERATE.members, load: () => import("./members-page") },
    { path: "/o/:org/isolation", title: OPERATE.isolation, load: () => import("./isolation-page") },
    { path: "/o/:org/audit", title: OPERATE.audit, load: () => import("./audit-page") },
  ],
  links: [
    { path: "/o/:org/members", title: OPERATE.members, icon: IconUsersGroup, roles: ["owner", "manager"], order: 80 },
    {
      path: "/o/:org/isolation",
      title: OPERATE.isolation,
      icon: IconLockAccess,
      roles: ["owner", "manager", "client"],
      order: 82,
    },
    {
      path: "/o/:org/audit",
      title: OPERATE.audit,
      icon: IconListSearch,
      roles: ["owner", "manager", "client", "auditor"],
      order: 84,
    },
    { path: "/organisations", title: OPERATE.organisations, icon: IconBuildingCommunity, operator: true, order: 90 },
    { path: "/system", title: OPERATE.system, icon: IconHeartbeat, operator: true, order: 92 },
  ],
};
