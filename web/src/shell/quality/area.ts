import { IconArrowsDiff, IconCertificate } from "@tabler/icons-react";
import type { Area } from "../area";
import { QUALITY } from "./words";

export const area: Area = {
  pages: [
    { path: "/o/:org/releases", title: QUALITY.releases, load: () => import("./releases-page") },
    { path: "/o/:org/releases/check", title: QUALITY.checkFolder, load: () => import("./check-folder-page") },
    { path: "/o/:org/releases/:release/:tab?", title: QUALITY.release, load: () => import("./release-page") },
    { path: "/o/:org/versions/compare", title: QUALITY.compare, load: () => import("./compare-page") },
  ],
  links: [
    {
      path: "/o/:org/releases",
      title: QUALITY.releases,
      icon: IconCertificate,
      roles: ["owner", "manager", "inspector", "client", "auditor"],
      order: 70,
    },
    {
      path: "/o/:org/versions/compare",
      title: QUALITY.compare,
      icon: IconArrowsDiff,
      roles: ["owner", "manager", "client", "auditor"],
      order: 71,
    },
  ],
};
