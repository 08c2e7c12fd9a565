/** The guideline beside the item: the version that holds for it, and what changed since one read it last. */

import { ActionIcon, Badge, Group, SegmentedControl, Text as Words } from "@mantine/core";
import { IconPin, IconPinFilled, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { call } from "@/api/call";
import { words } from "@/core/words";
import { useSpeech } from "../language";
import { Markdown } from "../parts/markdown-view";
import { Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { FRAME } from "../words";
import { splitExamples } from "./examples";
import { diffLines } from "./line-diff";

const SAYS = words({
  title: { en: "Guideline", zh: "标注规范" },
  version: { en: "Version {version}", zh: "第 {version} 版" },
  changed: { en: "changed since you read it", zh: "您上次阅读后有更新" },
  text: { en: "Text", zh: "正文" },
  changes: { en: "What changed", zh: "更新内容" },
  examples: { en: "Worked examples", zh: "示例" },
  pin: { en: "Keep it beside the item", zh: "固定在条目旁" },
  unpin: { en: "Let it lie over the item", zh: "取消固定" },
  empty: { en: "This project has no guideline yet.", zh: "本项目暂无标注规范。" },
  since: { en: "Since version {version}", zh: "相对第 {version} 版" },
});

interface Props {
  readonly org: number;
  readonly project: number;
  readonly version: number;
  readonly pinned: boolean;
  onPin(pinned: boolean): void;
  onClose(): void;
}

/** The newest version somebody has had open on this device; 0: none. */
export function readVersion(org: number, project: number): number {
  return Number(localStorage.getItem(seenKey(org, project)) ?? 0) || 0;
}

function seenKey(org: number, project: number): string {
  return `galley.guideline.${org}.${project}`;
}

function useGuideline(org: number, project: number, version: number) {
  return useQuery({
    queryKey: ["guideline", org, project, version],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/guidelines/{version}", { path: { org, project, version } }),
    staleTime: Number.POSITIVE_INFINITY, // a version never changes
    enabled: version > 0,
  });
}

export function Guideline(props: Props): ReactNode {
  const { org, project, version } = props;
  const { t } = useSpeech();
  const [before] = useState(() => readVersion(org, project));
  const [shown, show] = useState<"text" | "changes">(before > 0 && before < version ? "changes" : "text");
  const now = useGuideline(org, project, version);
  const old = useGuideline(org, project, before > 0 && before < version ? before : Math.max(version - 1, 0));
  useEffect(() => {
    if (now.data !== undefined && version > readVersion(org, project))
      localStorage.setItem(seenKey(org, project), String(version));
  }, [now.data, org, project, version]);
  const since = old.data?.version;
  return (
    <aside className={props.pinned ? "gw-guide" : "gw-guide gw-guide-over"} aria-label={t(SAYS.title)} data-keys="own">
      <Group justify="space-between" wrap="nowrap" className="gw-guide-head">
        <Group gap={6}>
          <Words fw={600} size="sm">
            {t(SAYS.title)}
          </Words>
          {version > 0 && (
            <Badge variant="light" size="sm" tt="none">
              {t(SAYS.version, { version })}
            </Badge>
          )}
        </Group>
        <Group gap={2} wrap="nowrap">
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-pressed={props.pinned}
            aria-label={t(props.pinned ? SAYS.unpin : SAYS.pin)}
            title={t(props.pinned ? SAYS.unpin : SAYS.pin)}
            onClick={() => props.onPin(!props.pinned)}
          >
            {props.pinned ? <IconPinFilled size={16} /> : <IconPin size={16} />}
          </ActionIcon>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t(FRAME.close)} onClick={props.onClose}>
            <IconX size={16} />
          </ActionIcon>
        </Group>
      </Group>
      {before > 0 && before < version && (
        <Badge color="orange" variant="light" tt="none" mb={6}>
          {t(SAYS.changed)}
        </Badge>
      )}
      {since !== undefined && (
        <SegmentedControl
          size="xs"
          fullWidth
          mb="xs"
          value={shown}
          onChange={(value) => show(value as "text" | "changes")}
          data={[
            { value: "text", label: t(SAYS.text) },
            { value: "changes", label: `${t(SAYS.changes)} · ${t(SAYS.since, { version: since })}` },
          ]}
        />
      )}
      <div className="gw-guide-text" tabIndex={-1}>
        {version === 0 || now.data?.text.trim() === "" ? (
          <Words size="sm" c="dimmed">
            {t(SAYS.empty)}
          </Words>
        ) : now.data === undefined ? (
          now.error === null ? (
            <Waiting />
          ) : (
            <ProblemView problem={now.error} onAgain={() => void now.refetch()} />
          )
        ) : shown === "changes" && old.data !== undefined ? (
          <Changes before={old.data.text} after={now.data.text} />
        ) : (
          <GuidelineText text={now.data.text} />
        )}
      </div>
    </aside>
  );
}

/** The text, its worked examples folded behind a heading of their own where the text has one. */
function GuidelineText({ text }: { readonly text: string }): ReactNode {
  const { t } = useSpeech();
  const [rules, examples] = useMemo(() => splitExamples(text), [text]);
  return (
    <>
      <Markdown text={rules} />
      {examples !== "" && (
        <details className="gw-examples" open>
          <summary>{t(SAYS.examples)}</summary>
          <Markdown text={examples} />
        </details>
      )}
    </>
  );
}

function Changes({ before, after }: { readonly before: string; readonly after: string }): ReactNode {
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  return (
    <div className="gw-diff">
      {lines.map(({ is, text }, at) => {
        const Line = is === "gone" ? "del" : is === "new" ? "ins" : "span";
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that never changes
          <Line key={at} className={`gw-diff-${is}`}>
            {text || " "}
          </Line>
        );
      })}
    </div>
  );
}
