import {
  IconChartDots,
  IconDatabaseImport,
  IconFolders,
  IconGauge,
  IconListSearch,
  IconNotes,
  IconSettings,
  IconTags,
  IconTimeline,
  IconUsers,
} from "@tabler/icons-react";
import type { Text } from "@/core/words";
import type { Area, Link } from "../area";
import type { Role } from "../session";
import { TITLES } from "./words";

const RUNS: readonly Role[] = ["owner", "manager"];
const SEES: readonly Role[] = ["owner", "manager", "auditor"];
const HOME = "/o/:org/p/:project";

function link(path: string, title: Text, icon: Link["icon"], order: number, roles?: readonly Role[]): Link {
  return { path, title, icon, order, ...(roles === undefined ? {} : { roles }) };
}

export const area: Area = {
  pages: [
    { path: "/o/:org/projects", title: TITLES.projects, load: () => import("./projects/projects-page") },
    { path: "/o/:org/new", title: TITLES.fresh, load: () => import("./start/start-page") },
    { path: "/o/:org/lines", title: TITLES.lines, load: () => import("./lines/lines-page") },
    { path: "/o/:org/lines/:line", title: TITLES.lines, load: () => import("./lines/line-page") },
    { path: HOME, title: TITLES.overview, load: () => import("./overview/overview-page") },
    { path: `${HOME}/explorer`, title: TITLES.explorer, load: () => import("./explorer/explorer-page") },
    { path: `${HOME}/people`, title: TITLES.people, load: () => import("./people/people-page") },
    { path: `${HOME}/people/:labeler`, title: TITLES.people, load: () => import("./people/person-page") },
    { path: `${HOME}/schema`, title: TITLES.schema, load: () => import("./schema/schema-page") },
    { path: `${HOME}/guideline`, title: TITLES.guideline, load: () => import("./guideline/guideline-page") },
    { path: `${HOME}/data`, title: TITLES.data, load: () => import("./data/data-page") },
    { path: `${HOME}/quality`, title: TITLES.quality, load: () => import("./quality/quality-page") },
    { path: `${HOME}/settings`, title: TITLES.settings, load: () => import("./settings/settings-page") },
  ],
  links: [
    link("/o/:org/projects", TITLES.projects, IconFolders, 20),
    link("/o/:org/lines", TITLES.lines, IconTimeline, 40, [...SEES, "client"]),
    link(HOME, TITLES.overview, IconGauge, 41),
    link(`${HOME}/explorer`, TITLES.explorer, IconListSearch, 42, SEES),
    link(`${HOME}/people`, TITLES.people, IconUsers, 43, SEES),
    link(`${HOME}/schema`, TITLES.schema, IconTags, 45, RUNS),
    link(`${HOME}/guideline`, TITLES.guideline, IconNotes, 46, RUNS),
    link(`${HOME}/data`, TITLES.data, IconDatabaseImport, 47, RUNS),
    link(`${HOME}/quality`, TITLES.quality, IconChartDots, 44, SEES),
    link(`${HOME}/settings`, TITLES.settings, IconSettings, 48, RUNS),
  ],
};
