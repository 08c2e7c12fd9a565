/** The frame around pages: navigation by role, organisation, language, dark and light. */

import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Menu,
  NavLink,
  Select,
  useMantineColorScheme,
  Text as Words,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLanguage, IconMoon, IconSun, IconUserCircle } from "@tabler/icons-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { Link as To, useLocation } from "wouter";
import { Bell } from "./account/notices/bell";
import { useSignOut } from "./account/sign-out";
import type { Link } from "./area";
import { AREAS } from "./areas";
import { useSpeech } from "./language";
import { useSession } from "./session";
import { FRAME } from "./words";

export function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useSpeech();
  const [open, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !open } }}
      padding="md"
    >
      <AppShell.Header className="gs-header">
        <a className="gs-skip" href="#main">
          {t(FRAME.skip)}
        </a>
        <Group gap="xs" wrap="nowrap">
          <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t(FRAME.menu)} />
          <To href="/" className="gs-brand">
            <img src="/favicon.svg" alt="" width={24} height={24} />
            {t(FRAME.galley)}
          </To>
          <OrganisationChoice />
        </Group>
        <Group gap={4} wrap="nowrap">
          <Bell />
          <LanguageSwitch />
          <ThemeSwitch />
          <PersonMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" onClick={close} style={{ overflowY: "auto" }}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <Offline />
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

/** The organisation and project of the address. */
export function useHere(): { readonly org: number | null; readonly project: number | null } {
  const [path] = useLocation();
  const found = /^\/o\/(\d+)(?:\/p\/(\d+))?/.exec(path);
  return { org: found ? Number(found[1]) : null, project: found?.[2] ? Number(found[2]) : null };
}

function useOrganisation(): number | null {
  const { me } = useSession();
  const { org } = useHere();
  return org ?? me.places[0]?.id ?? null;
}

function OrganisationChoice(): ReactNode {
  const { me } = useSession();
  const { t, language } = useSpeech();
  const [, go] = useLocation();
  const org = useOrganisation();
  const nameOf = (place: (typeof me.places)[number]): string => (language === "zh" && place.name_zh) || place.name;
  const only = me.places[0];
  if (me.places.length === 1 && only !== undefined)
    return (
      <Words size="sm" c="dimmed" visibleFrom="sm">
        {nameOf(only)}
      </Words>
    );
  if (only === undefined) return null;
  return (
    <Select
      aria-label={t(FRAME.organisation)}
      size="xs"
      w={180}
      allowDeselect={false}
      value={org === null ? null : String(org)}
      data={me.places.map((place) => ({ value: String(place.id), label: nameOf(place) }))}
      onChange={(value) => value !== null && go(`/o/${value}/projects`)}
    />
  );
}

function Navigation(): ReactNode {
  const { me, roles } = useSession();
  const { t } = useSpeech();
  const [path] = useLocation();
  const { project } = useHere();
  const org = useOrganisation();
  const mine = org === null ? new Set<string>() : roles(org, project ?? undefined);
  const links = AREAS.flatMap((area) => area.links)
    .filter((link) => shown(link, mine, me.operator, org, project))
    .sort((left, right) => left.order - right.order);
  const [inside, outside] = [
    links.filter(({ path: to }) => to.includes(":project")),
    links.filter(({ path: to }) => !to.includes(":project")),
  ];
  const entry = (link: Link): ReactNode => {
    const href = link.path.replace(":org", String(org)).replace(":project", String(project));
    return (
      <NavLink
        key={link.path}
        component={To}
        href={href}
        label={t(link.title)}
        leftSection={<link.icon size={18} stroke={1.6} />}
        active={href === path || (href !== "/" && !isProjectRoot(href) && path.startsWith(`${href}/`))}
      />
    );
  };
  return (
    <nav aria-label={t(FRAME.menu)}>
      {inside.length > 0 && <div className="gs-nav-project">{inside.map(entry)}</div>}
      {outside.map(entry)}
    </nav>
  );
}

function isProjectRoot(href: string): boolean {
  return /^\/o\/\d+\/(p\/\d+|projects)$/.test(href);
}

function shown(
  link: Link,
  roles: ReadonlySet<string>,
  operator: boolean,
  org: number | null,
  project: number | null,
): boolean {
  if (link.path.includes(":org") && org === null) return false;
  if (link.path.includes(":project") && project === null) return false;
  if (link.operator === true) return operator;
  return link.roles === undefined || link.roles.some((role) => roles.has(role));
}

export function LanguageSwitch(): ReactNode {
  const { t, language, setLanguage } = useSpeech();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={t(FRAME.language)}
      title={t(FRAME.language)}
      onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
    >
      <IconLanguage size={18} />
    </ActionIcon>
  );
}

export function ThemeSwitch(): ReactNode {
  const { t } = useSpeech();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark = colorScheme === "dark";
  const label = t(dark ? FRAME.light : FRAME.dark);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(dark ? "light" : "dark")}
    >
      {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}

function PersonMenu(): ReactNode {
  const { t } = useSpeech();
  const { me } = useSession();
  const { leave, dialog } = useSignOut();
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={me.name} title={me.name}>
            <IconUserCircle size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {me.name} · {me.login}
          </Menu.Label>
          <Menu.Item component={To} href="/me">
            {t(FRAME.account)}
          </Menu.Item>
          <Menu.Item onClick={() => void leave()}>{t(FRAME.signOut)}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog}
    </>
  );
}

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

export function Offline(): ReactNode {
  const { t } = useSpeech();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return online ? null : (
    <div className="gs-offline" role="status">
      {t(FRAME.offline)}
    </div>
  );
}
