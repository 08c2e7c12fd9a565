/** The bar over the bench: what can be done with the item, and how the work goes, discreetly. */

import { ActionIcon, Badge, Button, Group, Menu, Text as Words } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconBook2,
  IconDotsVertical,
  IconHistory,
  IconKeyboard,
  IconLayoutGrid,
  IconListCheck,
  IconPlayerSkipForward,
  IconWifiOff,
} from "@tabler/icons-react";
import { type ComponentType, type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { Link as To } from "wouter";
import type { QueueState } from "@/floor/queue";
import { useSpeech } from "../language";
import { useSending } from "../outbox";
import type { OpenBench } from "./bench";
import { fitsGrid } from "./grid-fit";
import { readVersion } from "./guideline";
import { showChord } from "./hotkeys";
import type { GuidelinePlace } from "./use-guideline-place";
import { WORK } from "./words";

interface Props {
  readonly org: number;
  readonly project: number;
  readonly open: OpenBench | null;
  readonly state: QueueState | null;
  readonly guide: GuidelinePlace;
  readonly hasChecks: boolean;
  readonly run: (name: string) => void;
  readonly onGiveBack: () => void;
}

export function Bar(props: Props): ReactNode {
  const { open, run, guide } = props;
  const { t } = useSpeech();
  const version = open?.ready.lease.guideline_version ?? 0;
  const seen = readVersion(props.org, props.project);
  const changed = !guide.shown && seen > 0 && version > seen;
  const chord = (name: string): string => showChord(open?.bench.keys.chords(`bench.${name}`)[0] ?? "");
  return (
    <header className="gw-bar">
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          component={To}
          href="/"
          variant="subtle"
          color="gray"
          aria-label={t(WORK.leave)}
          title={t(WORK.leave)}
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
        <Tool name="undo" label={t(WORK.undo)} chord={chord("undo")} icon={IconArrowBackUp} {...props} />
        <Tool name="redo" label={t(WORK.redo)} chord={chord("redo")} icon={IconArrowForwardUp} {...props} />
        <State open={open} />
      </Group>
      <Group gap="xs" wrap="nowrap">
        <Pace open={open} state={props.state} />
        {open !== null && fitsGrid(open.ready) && (
          <Button
            size="xs"
            variant="default"
            component={To}
            href={`/o/${props.org}/p/${props.project}/grid`}
            leftSection={<IconLayoutGrid size={16} />}
            title={t(WORK.gridHint)}
          >
            {t(WORK.grid)}
          </Button>
        )}
        {props.hasChecks && (
          <Button
            size="xs"
            variant="default"
            disabled={open === null}
            leftSection={<IconListCheck size={16} />}
            title={`${t(WORK.checkHint)} ${chord("check")}`}
            onClick={() => run("check")}
          >
            {t(WORK.check)}
          </Button>
        )}
        <Button
          size="xs"
          variant={guide.shown ? "light" : "default"}
          color={changed ? "orange" : "blue"}
          aria-pressed={guide.shown}
          leftSection={<IconBook2 size={16} />}
          title={chord("guideline")}
          onClick={guide.toggle}
        >
          {t(changed ? WORK.guidelineNew : WORK.guideline)}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={open === null}
          leftSection={<IconPlayerSkipForward size={16} />}
          title={chord("skip")}
          onClick={() => run("skip")}
        >
          {t(WORK.skip)}
        </Button>
        <Button size="xs" disabled={open === null} onClick={() => run("submit")} title={t(WORK.submitHint)}>
          {t(WORK.submit)} <kbd className="gw-kbd">{chord("submit")}</kbd>
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t(WORK.more)} title={t(WORK.more)}>
              <IconDotsVertical size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconKeyboard size={16} />} disabled={open === null} onClick={() => run("keys")}>
              {t(WORK.keys)} <kbd className="gw-kbd">?</kbd>
            </Menu.Item>
            <Menu.Item component={To} href={`/o/${props.org}/p/${props.project}/me`}>
              {t(WORK.toQuality)}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item onClick={props.onGiveBack}>{t(WORK.giveBack)}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </header>
  );
}

function Tool(props: {
  readonly name: string;
  readonly label: string;
  readonly chord: string;
  readonly icon: ComponentType<{ size?: number }>;
  readonly open: OpenBench | null;
  readonly run: (name: string) => void;
}): ReactNode {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      disabled={props.open === null}
      aria-label={props.label}
      title={`${props.label} ${props.chord}`}
      onClick={() => props.run(props.name)}
    >
      <props.icon size={18} />
    </ActionIcon>
  );
}

function online(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

/** Whether it arrives: offline, waiting, or nothing to say. */
function State({ open }: { readonly open: OpenBench | null }): ReactNode {
  const { t } = useSpeech();
  const sending = useSending();
  const here = useSyncExternalStore(online, () => navigator.onLine);
  const offline = !here || sending.offline;
  return (
    <Group gap={6} wrap="nowrap" role="status">
      {offline && (
        <Badge
          color="yellow"
          variant="filled"
          autoContrast
          tt="none"
          leftSection={<IconWifiOff size={12} />}
          title={t(WORK.offlineBadgeHint)}
        >
          {t(WORK.offlineBadge)}
        </Badge>
      )}
      {sending.waiting > (offline ? 0 : 3) && (
        <Words size="xs" c="dimmed">
          {t(WORK.sending, { count: sending.waiting })}
        </Words>
      )}
      {open?.ready.restored && (
        <Words size="xs" c="dimmed" visibleFrom="md" className="gw-restored">
          <IconHistory size={13} aria-hidden /> {t(WORK.restored)}
        </Words>
      )}
    </Group>
  );
}

/** How many were done on this page and how long one took; how long this one is open. */
function Pace({ open, state }: { readonly open: OpenBench | null; readonly state: QueueState | null }): ReactNode {
  const { t, format } = useSpeech();
  const [began] = useState(() => Date.now());
  const now = useSeconds(open);
  const done = state?.done ?? 0;
  const about = [
    t(WORK.ahead, { count: state?.ahead ?? 0 }),
    ...(done > 0 ? [t(WORK.speed, { pace: format.duration((now - began) / 1000 / done) })] : []),
  ].join(" · ");
  const seconds = open === null ? 0 : Math.max(0, Math.floor((now - open.shownAt) / 1000));
  return (
    <Words size="xs" c="dimmed" title={about} visibleFrom="sm" className="gw-pace">
      {done > 0 && `${t(WORK.done, { count: done })} · `}
      <span title={t(WORK.openSince, { time: format.duration(seconds) })}>
        {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")}
      </span>
    </Words>
  );
}

function useSeconds(open: OpenBench | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    if (open === null) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [open]);
  return now;
}
