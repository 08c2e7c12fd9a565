/** Two versions record by record: what was added, removed, changed, relabelled, and in which fields. */

import { Badge, Button, Group, Paper, SegmentedControl, Select, SimpleGrid, Stack, Text as Words } from "@mantine/core";
import { IconArrowsLeftRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { call } from "@/api/call";
import type { Changed, ComparedPage, VersionRow } from "@/api/types";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { Empty, Found, MorePages, PageHead, usePages, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { COMPARE, QUALITY } from "./words";
import "./quality.css";

export default function ComparePage({ org }: PageProps): ReactNode {
  const { t } = useSpeech();
  const asked = useQuery({
    queryKey: ["versions", org, "all"],
    queryFn: () => call("GET /api/v1/orgs/{org}/versions", { path: { org }, query: { limit: 200 } }),
  });
  return (
    <>
      <PageHead title={t(QUALITY.compare)} about={t(COMPARE.about)} />
      <Found query={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={COMPARE.no} hint={COMPARE.noHint} />
          ) : (
            <Chosen org={org} versions={items} />
          )
        }
      </Found>
    </>
  );
}

function Chosen({ org, versions }: { readonly org: number; readonly versions: readonly VersionRow[] }): ReactNode {
  const { t, format } = useSpeech();
  const [, go] = useLocation();
  const search = new URLSearchParams(useSearch());
  const known = (side: string): string | null => {
    const told = search.get(side) ?? "";
    return /^\d{1,15}$/.test(told) ? told : null;
  };
  const [left, right] = [known("left"), known("right")];
  const choose = (from: string | null, to: string | null): void => {
    const next = new URLSearchParams({ ...(from && { left: from }), ...(to && { right: to }) });
    go(`/o/${org}/versions/compare?${next}`, { replace: true });
  };
  const data = versions.map((one) => ({
    value: String(one.id),
    label: t(COMPARE.option, { name: one.name, number: one.number, rows: format.number(one.rows) }),
  }));
  return (
    <>
      <Group align="end" mb="md">
        <Select
          label={t(COMPARE.left)}
          w={320}
          searchable
          data={data}
          value={left}
          onChange={(one) => choose(one, right)}
        />
        <Button
          variant="default"
          px="xs"
          aria-label={t(COMPARE.swap)}
          title={t(COMPARE.swap)}
          onClick={() => choose(right, left)}
        >
          <IconArrowsLeftRight size={16} />
        </Button>
        <Select
          label={t(COMPARE.right)}
          w={320}
          searchable
          data={data}
          value={right}
          onChange={(one) => choose(left, one)}
        />
      </Group>
      {left === null || right === null ? (
        <Empty title={COMPARE.pick} hint={COMPARE.pickHint} />
      ) : (
        <Differences key={`${left} ${right}`} org={org} left={Number(left)} right={Number(right)} />
      )}
    </>
  );
}

const KINDS = ["all", "added", "removed", "changed", "relabelled"] as const;
type Kind = (typeof KINDS)[number];
type Links = ComparedPage["links"];
const COLOR = { added: "teal", removed: "red", changed: "blue", relabelled: "orange" } as const;

function Differences(props: { readonly org: number; readonly left: number; readonly right: number }): ReactNode {
  const { t, format } = useSpeech();
  const { org, left, right } = props;
  const [kind, setKind] = useState<Kind>("all");
  const pages = usePages(["compare", org, left, right, kind], async (after) => {
    const query = { left, right, limit: 50, ...(after && { after }), ...(kind !== "all" && { kind }) };
    const found = await call("GET /api/v1/orgs/{org}/versions/compare", { path: { org }, query });
    return found;
  });
  if (pages.error !== null) return <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />;
  const links = Object.assign({}, ...(pages.data?.pages ?? []).map((page) => (page as Partial<ComparedPage>).links));
  const totals = (pages.data?.pages[0] as { readonly totals?: { readonly [kind: string]: number } } | undefined)
    ?.totals;
  if (pages.rows === undefined || totals === undefined) return <Waiting />;
  const all = KINDS.slice(1).reduce((sum, name) => sum + (totals[name] ?? 0), 0);
  if (all === 0) return <Empty title={COMPARE.same} hint={COMPARE.sameHint} />;
  return (
    <Stack gap="sm">
      <SegmentedControl
        value={kind}
        onChange={(next) => setKind(next as Kind)}
        data={KINDS.map((name) => ({
          value: name,
          label: `${t(COMPARE[name])} ${format.number(name === "all" ? all : (totals[name] ?? 0))}`,
        }))}
      />
      {pages.rows.map((one) => (
        <Difference key={one.id} one={one} links={links} />
      ))}
      <MorePages pages={pages} count={pages.rows.length} />
    </Stack>
  );
}

/** What a record shows on one side, where a browser can show it. */
function Shown({ media, links }: { readonly media: Changed["left"]; readonly links: Links }): ReactNode {
  const link = media === null ? undefined : links[media.blob];
  if (media === null || link === undefined || !media.media_type.startsWith("image/")) return null;
  return (
    <img
      className="gq-thumb"
      src={link}
      alt=""
      loading="lazy"
      decoding="async"
      onError={(event) => {
        event.currentTarget.hidden = true; // a file that is broken is often why a record was dropped
      }}
    />
  );
}

function Difference({ one, links }: { readonly one: Changed; readonly links: Links }): ReactNode {
  const { t } = useSpeech();
  const [left, right] = [one.left, one.right];
  const same = left !== null && right !== null && left.blob === right.blob;
  return (
    <Paper withBorder p="sm" data-record={one.id}>
      <Group gap="xs" mb={4}>
        <Badge variant="light" tt="none" color={COLOR[one.kind]}>
          {t(COMPARE[one.kind])}
        </Badge>
        <code className="gq-hash">{one.id}</code>
      </Group>
      {same ? (
        <Shown media={left} links={links} />
      ) : (
        (left !== null || right !== null) && (
          <SimpleGrid cols={2} spacing="xs">
            <div>
              <Shown media={left} links={links} />
            </div>
            <div>
              <Shown media={right} links={links} />
            </div>
          </SimpleGrid>
        )
      )}
      {one.fields.map((change) => (
        <div key={change.field}>
          <Words size="xs" c="dimmed">
            {change.field}
          </Words>
          <SimpleGrid cols={2} spacing="xs">
            <div className="gq-diff-left">{shown(change.left) ?? <i>{t(COMPARE.nothing)}</i>}</div>
            <div className="gq-diff-right">{shown(change.right) ?? <i>{t(COMPARE.nothing)}</i>}</div>
          </SimpleGrid>
        </div>
      ))}
    </Paper>
  );
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
