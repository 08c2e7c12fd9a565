/** People of a project: how much and how well each works; who may; teams; batches and assignment. */

import { Anchor, Badge, Table, Tabs, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link as To, useSearchParams } from "wouter";
import { call } from "@/api/call";
import type { ActionRow, PersonStats } from "@/api/types";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Part } from "../../parts/charts/rows";
import { wilson } from "../../parts/charts/scale";
import { LongTable } from "../../parts/long-table";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../../parts/page";
import { ProblemView } from "../../parts/problem";
import { useNames } from "../parts/names";
import { Access } from "./access";
import { Batches } from "./batches";
import { Teams } from "./teams";
import { PEOPLE } from "./words";

export default function PeoplePage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const place = { org, project };
  return (
    <>
      <PageHead title={t(PEOPLE.title)} about={t(PEOPLE.about)} />
      <Tabs
        value={search.get("tab") ?? "performance"}
        onChange={(tab) => setSearch({ tab: tab ?? "performance" })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {(["performance", "access", "teams", "batches"] as const).map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(PEOPLE[tab])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="performance">
          <Performance place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <Access place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="teams">
          <Teams org={org} />
        </Tabs.Panel>
        <Tabs.Panel value="batches">
          <Batches place={place} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

interface Place {
  readonly org: number;
  readonly project: number;
}

/** What rules and leads did that still holds, by labeler. */
export function useStandings({ org, project }: Place): ReadonlyMap<number, readonly ActionRow[]> {
  const asked = useQuery({
    queryKey: ["standings", org, project],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/quality/actions", {
        path: { org, project },
        query: { limit: 100 },
      }),
  });
  const held = new Map<number, readonly ActionRow[]>();
  for (const action of asked.data?.items ?? []) {
    if (action.state === "active") held.set(action.labeler, [...(held.get(action.labeler) ?? []), action]);
  }
  return held;
}

export function StandingBadges({ actions }: { readonly actions: readonly ActionRow[] }): ReactNode {
  const { t } = useSpeech();
  const acts = actions.map(({ act }) => act as { readonly do?: string; readonly percent?: number });
  const blocked = acts.some((act) => act.do === "block");
  const paused = acts.some((act) => act.do === "pause");
  const review = acts.find((act) => act.do === "review");
  if (!blocked && !paused && review === undefined)
    return (
      <Words size="sm" c="dimmed">
        {t(PEOPLE.good)}
      </Words>
    );
  return (
    <>
      {blocked && (
        <Badge variant="light" color="red">
          {t(PEOPLE.blockedState)}
        </Badge>
      )}
      {paused && !blocked && (
        <Badge variant="light" color="orange">
          {t(PEOPLE.pausedState)}
        </Badge>
      )}
      {review !== undefined && (
        <Badge variant="light" color="yellow">
          {t(PEOPLE.reviewState, { percent: review.percent ?? 100 })}
        </Badge>
      )}
    </>
  );
}

function Performance({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const standings = useStandings(place);
  const pages = usePages(["people", place.org, place.project], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/people", {
      path: { ...place },
      query: { limit: 50, ...(after === undefined ? {} : { after }) },
    }),
  );
  if (pages.rows === undefined) return pages.error ? <ProblemView problem={pages.error} /> : <Waiting />;
  if (pages.rows.length === 0) return <Empty title={PEOPLE.none} hint={PEOPLE.noneHint} />;
  const most = Math.max(1, ...pages.rows.map(({ answers, reviews }) => answers + reviews));
  return (
    <>
      <LongTable minWidth={760}>
        <Table highlightOnHover horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t(PEOPLE.name)}</Table.Th>
              <Table.Th w={120}>{t(PEOPLE.answers)}</Table.Th>
              <Table.Th>{t(PEOPLE.reviews)}</Table.Th>
              <Table.Th>{t(PEOPLE.speed)}</Table.Th>
              <Table.Th>{t(PEOPLE.hours)}</Table.Th>
              <Table.Th>{t(PEOPLE.gold)}</Table.Th>
              <Table.Th>{t(PEOPLE.returned)}</Table.Th>
              <Table.Th w={96}>{t(PEOPLE.standing)}</Table.Th>
              <Table.Th>{t(PEOPLE.last)}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pages.rows.map((one) => (
              <PersonRow
                key={one.labeler}
                place={place}
                one={one}
                most={most}
                actions={standings.get(one.labeler) ?? []}
              />
            ))}
          </Table.Tbody>
        </Table>
      </LongTable>
      <MorePages pages={pages} count={pages.rows.length} />
    </>
  );
}

function PersonRow(props: {
  readonly place: Place;
  readonly one: PersonStats;
  readonly most: number;
  readonly actions: readonly ActionRow[];
}): ReactNode {
  const { t, format } = useSpeech();
  const { one, place } = props;
  const nameOf = useNames(place);
  const right = one.gold_accuracy === null ? null : Math.round(one.gold_accuracy * one.gold_answers);
  const interval = right === null ? null : wilson(right, one.gold_answers);
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={To} href={`/o/${place.org}/p/${place.project}/people/${one.labeler}`}>
          {nameOf(one.name)}
        </Anchor>{" "}
        {one.kind !== "person" && (
          <Badge size="xs" variant="light" color="gray">
            {t(PEOPLE[one.kind])}
          </Badge>
        )}
      </Table.Td>
      <Table.Td>
        <Words size="sm">{format.number(one.answers)}</Words>
        <div className="gs-stack" aria-hidden="true">
          <Part share={one.answers / props.most} tone="accent" />
        </div>
      </Table.Td>
      <Table.Td>{format.number(one.reviews)}</Table.Td>
      <Table.Td>{one.answers_an_hour === null ? "–" : format.number(one.answers_an_hour)}</Table.Td>
      <Table.Td>{format.number(one.counted_hours, 1)}</Table.Td>
      <Table.Td>
        {one.gold_accuracy === null ? (
          "–"
        ) : (
          <>
            {format.percent(one.gold_accuracy, 0)}{" "}
            <Words span size="xs" c="dimmed">
              {interval !== null && `(${format.percent(interval[0], 0)}–${format.percent(interval[1], 0)}) `}
              {t(PEOPLE.goldOf, { count: one.gold_answers })}
            </Words>
          </>
        )}
      </Table.Td>
      <Table.Td>{one.returned_share === null ? "–" : format.percent(one.returned_share)}</Table.Td>
      <Table.Td>
        <StandingBadges actions={props.actions} />
      </Table.Td>
      <Table.Td>
        <Words size="xs">{format.time(one.last_at)}</Words>
      </Table.Td>
    </Table.Tr>
  );
}
