/** Items by what is said about them: filters in the address, pages by their keys, an item opened beside the list. */

import { Badge, Button, Checkbox, Drawer, Group, Image, Table, UnstyledButton, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { call } from "@/api/call";
import type { ItemFace, Thumbnails } from "@/api/types";
import type { LabelSchema } from "@/core/schema";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { answersOf } from "../../parts/answers-of";
import { LongTable } from "../../parts/long-table";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../../parts/page";
import { ProblemView } from "../../parts/problem";
import { FRAME } from "../../words";
import { useConfirm, useDo } from "../parts/ask";
import { useNames } from "../parts/names";
import { useProject } from "../parts/project";
import { FilterBar } from "./filter-bar";
import { type Filters, filtersOf, queryOf, searchOf } from "./filters";
import { ItemPanel } from "./item-panel";
import { againIn } from "./thumbnails";
import { ToBatch } from "./to-batch";
import { EXPLORER } from "./words";
import "./explorer.css";

const PAGE = 50;
const THUMBNAILS_MAX = 100;

interface Place {
  readonly org: number;
  readonly project: number;
}

/** The schema in force. */
export function useSchema(place: Place): LabelSchema | undefined {
  const project = useProject(place.org, place.project);
  const version = project.data?.schema_version;
  const asked = useQuery({
    queryKey: ["schema", place.org, place.project, version],
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/schemas/{version}", {
        path: { ...place, version: version ?? 1 },
      }),
  });
  return asked.data?.schema as LabelSchema | undefined;
}

export default function ExplorerPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const place = useMemo(() => ({ org, project }), [org, project]);
  const [search, setSearch] = useSearchParams();
  const filters = filtersOf(search);
  const open = search.get("item");
  const query = queryOf(filters);
  const key = JSON.stringify(query);
  const pages = usePages(["explorer", org, project, key], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/explorer", {
      path: place,
      query: { ...query, limit: PAGE, ...(after === undefined ? {} : { after }) },
    }),
  );
  // A rare combination comes back as empty pages with a next one: go on until something is found.
  const { hasNextPage, isFetching, fetchNextPage, rows } = pages;
  const looking = rows?.length === 0 && hasNextPage;
  useEffect(() => {
    if (looking && !isFetching) void fetchNextPage();
  }, [looking, isFetching, fetchNextPage]);
  const show = (item: string | null): void =>
    setSearch({ ...searchOf(filters), ...(item === null ? {} : { item }) }, { replace: open !== null });
  const filtered = key !== "{}";
  return (
    <>
      <PageHead title={t(EXPLORER.title)} about={t(EXPLORER.about)} />
      <FilterBar place={place} value={filters} onChange={(next: Filters) => setSearch(searchOf(next))} />
      {rows === undefined && (pages.error ? <ProblemView problem={pages.error} /> : <Waiting />)}
      {looking && <Waiting />}
      {rows?.length === 0 && !hasNextPage && (
        <Empty
          title={filtered ? EXPLORER.nothing : EXPLORER.empty}
          hint={filtered ? EXPLORER.nothingHint : EXPLORER.emptyHint}
        >
          {filtered && (
            <Button variant="default" size="xs" onClick={() => setSearch({})}>
              {t(EXPLORER.clear)}
            </Button>
          )}
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && (
        <>
          <Items place={place} rows={rows} onOpen={show} />
          <MorePages pages={pages} count={rows.length} />
        </>
      )}
      <Drawer
        opened={open !== null}
        onClose={() => show(null)}
        position="right"
        size="min(1000px, 92vw)"
        closeButtonProps={{ "aria-label": t(FRAME.close) }}
        title={open === null ? "" : t(EXPLORER.open, { item: open.slice(0, 40) })}
      >
        {open !== null && <ItemPanel key={open} place={place} item={open} />}
      </Drawer>
    </>
  );
}

/** Small pictures of what is shown, a request for a page of them. */
function useThumbnails(place: Place, items: readonly string[]): ReadonlyMap<string, string> {
  const some = items.slice(-THUMBNAILS_MAX);
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  const missing = some.filter((item) => !known.has(item));
  const told = useThumbnailsOf(place, missing);
  useEffect(() => {
    const links = Object.entries(told ?? {}).flatMap(([item, { link }]) => (link ? [[item, link] as const] : []));
    if (links.length > 0) setKnown((before) => new Map([...before, ...links]));
  }, [told]);
  return known;
}

/** What is known of small pictures; those still being made are asked for again until they are there or failed. */
function useThumbnailsOf(place: Place, items: readonly string[]): Thumbnails["items"] | undefined {
  const asked = useQuery({
    queryKey: ["thumbnails", place.org, place.project, items],
    enabled: items.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => againIn(state.data?.items, state.dataUpdateCount),
    queryFn: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/thumbnails", {
        path: { ...place },
        body: { items: [...items] },
      }),
  });
  return asked.data?.items;
}

function Items(props: {
  readonly place: Place;
  readonly rows: readonly ItemFace[];
  readonly onOpen: (item: string) => void;
}): ReactNode {
  const { t, format } = useSpeech();
  const { place, rows } = props;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const pictures = useThumbnails(
    place,
    rows.map(({ item }) => item),
  );
  const names = usePeopleNames(place);
  const toggle = (item: string): void =>
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(item)) next.add(item);
      return next;
    });
  return (
    <>
      {chosen.size > 0 && (
        <Bulk place={place} rows={rows.filter(({ item }) => chosen.has(item))} onDone={() => setChosen(new Set())} />
      )}
      <LongTable minWidth={760}>
        <Table highlightOnHover verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={34} />
              <Table.Th>{t(EXPLORER.item)}</Table.Th>
              <Table.Th>{t(EXPLORER.status)}</Table.Th>
              <Table.Th>{t(EXPLORER.said)}</Table.Th>
              <Table.Th>{t(EXPLORER.person)}</Table.Th>
              <Table.Th>{t(EXPLORER.last)}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.item} data-item={row.item}>
                <Table.Td>
                  <Checkbox
                    size="xs"
                    aria-label={t(EXPLORER.select, { item: row.item })}
                    checked={chosen.has(row.item)}
                    onChange={() => toggle(row.item)}
                  />
                </Table.Td>
                <Table.Td>
                  <UnstyledButton className="gm-item" onClick={() => props.onOpen(row.item)}>
                    {pictures.has(row.item) && (
                      <Image src={pictures.get(row.item)} alt="" w={40} h={40} fit="contain" className="gm-thumb" />
                    )}
                    <span>
                      {row.head !== "" && (
                        <Words size="sm" lineClamp={2}>
                          {row.head}
                        </Words>
                      )}
                      <Words size="xs" c="dimmed" ff="monospace">
                        {row.item.slice(0, 24)}
                      </Words>
                    </span>
                  </UnstyledButton>
                </Table.Td>
                <Table.Td>
                  <Faces row={row} />
                </Table.Td>
                <Table.Td>
                  <Group gap={4}>
                    {Object.entries(row.labels).flatMap(([control, values]) =>
                      values.map((value) => (
                        <Badge
                          key={`${control} ${value}`}
                          variant="light"
                          color={row.differing ? "orange" : "blue"}
                          tt="none"
                          title={control}
                        >
                          {value}
                        </Badge>
                      )),
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>
                  <Words size="sm">{row.labelers.map((one) => names.get(one) ?? `#${one}`).join(", ")}</Words>
                </Table.Td>
                <Table.Td>
                  <Words size="xs">{row.last_at === null ? "–" : format.time(row.last_at)}</Words>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </LongTable>
    </>
  );
}

/** Labelers of the project by number. */
export function usePeopleNames(place: Place): ReadonlyMap<number, string> {
  const nameOf = useNames(place);
  const asked = useQuery({
    queryKey: ["people-names", place.org, place.project],
    staleTime: 60_000,
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/people", { path: { ...place }, query: { limit: 100 } }),
  });
  return new Map(asked.data?.items.map(({ labeler, name }) => [labeler, nameOf(name)]));
}

function Faces({ row }: { readonly row: ItemFace }): ReactNode {
  const { t } = useSpeech();
  return (
    <Group gap={4}>
      <Badge
        size="sm"
        variant="light"
        color={row.state === "done" ? "green" : row.state === "working" ? "blue" : "gray"}
      >
        {t(EXPLORER[row.state])}
      </Badge>
      {row.differing && (
        <Badge size="sm" variant="light" color="orange">
          {t(EXPLORER.differing)}
        </Badge>
      )}
      {row.gold && (
        <Badge size="sm" variant="light" color="yellow">
          {t(EXPLORER.gold)}
        </Badge>
      )}
      {row.waiting_at.length > 0 && (
        <Words size="xs" c="dimmed">
          {t(EXPLORER.waits)} {row.waiting_at.join(", ")}
        </Words>
      )}
    </Group>
  );
}

function Bulk(props: {
  readonly place: Place;
  readonly rows: readonly ItemFace[];
  readonly onDone: () => void;
}): ReactNode {
  const { t } = useSpeech();
  const { place, rows } = props;
  const [confirm, asking] = useConfirm();
  const stale = [["explorer", place.org, place.project]];
  const usable = rows.filter((row) => row.answers > 0 && !row.differing);
  const make = useDo({
    run: async () => {
      const answers = await Promise.all(
        usable.map(async ({ item }) => {
          const found = await call("GET /api/v1/orgs/{org}/projects/{project}/item", {
            path: { ...place },
            query: { item },
          });
          return { item, body: answersOf(found).at(-1)?.body };
        }),
      );
      return call("PUT /api/v1/orgs/{org}/projects/{project}/gold", {
        path: { ...place },
        body: { answers: answers.filter(({ body }) => body !== undefined), source: "explorer" },
      });
    },
    stale,
    onDone: props.onDone,
  });
  const forget = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/gold/forget", {
        path: { ...place },
        body: { items: rows.filter(({ gold }) => gold).map(({ item }) => item) },
      }),
    stale,
    onDone: props.onDone,
  });
  return (
    <Group gap="xs" className="gm-bulk" role="toolbar" aria-label={t(EXPLORER.chosen, { count: rows.length })}>
      <Words size="sm" fw={600}>
        {t(EXPLORER.chosen, { count: rows.length })}
      </Words>
      <Button
        size="compact-sm"
        variant="default"
        disabled={usable.length === 0}
        loading={make.isPending}
        onClick={() =>
          confirm({
            title: t(EXPLORER.makeGold),
            about: t(EXPLORER.makeGoldSure, { count: usable.length }),
            act: t(EXPLORER.makeGold),
            onYes: () => make.mutate({}),
          })
        }
      >
        {t(EXPLORER.makeGold)}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={!rows.some(({ gold }) => gold)}
        loading={forget.isPending}
        onClick={() => forget.mutate({})}
      >
        {t(EXPLORER.forgetGold)}
      </Button>
      <ToBatch place={place} items={rows.map(({ item }) => item)} onDone={props.onDone} />
      {asking}
    </Group>
  );
}
