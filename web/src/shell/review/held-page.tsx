/** What waits for a lead: answers that came too late, and items the flow could not decide on. */

import { Badge, Button, Group, Table, Title, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { call } from "@/api/call";
import type { LateView } from "@/api/types";
import type { Json } from "@/core/json";
import type { Text } from "@/core/words";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { useDo } from "../manage/parts/ask";
import { Dialog } from "../parts/dialog";
import { Empty, Found, MorePages, PageHead, usePages } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { useToast } from "../toast";
import { type Shown, useAnswerBench } from "./answer-bench";
import { mediaOf, useSchema } from "./item-facts";
import { GOLD, HELD, LATE, STEPS } from "./leads-words";
import { PAGES } from "./words";
import "./review.css";

export default function HeldPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <PageHead title={t(PAGES.held)} about={t(HELD.about)} />
      <Late org={org} project={project} />
      <Stuck org={org} project={project} />
    </>
  );
}

interface Place {
  readonly org: number;
  readonly project: number;
}

function Late({ org, project }: Place): ReactNode {
  const { t, format } = useSpeech();
  const [seen, see] = useState<LateView | null>(null);
  const pages = usePages(["late", org, project], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/late", {
      path: { org, project },
      query: after === undefined ? {} : { after },
    }),
  );
  const settle = useDo({
    run: ({ id, adopt }: { readonly id: number; readonly adopt: boolean }) =>
      call("POST /api/v1/orgs/{org}/projects/{project}/late/{orphan}/settle", {
        path: { org, project, orphan: id },
        body: { adopt },
      }),
    stale: [["late", org, project]],
    onDone: () => see(null),
  });
  const { rows } = pages;
  const named = (known: { readonly [name: string]: Text }, name: string): string => {
    const text = known[name];
    return text === undefined ? name : t(text);
  };
  const decide = (one: LateView): ReactNode => (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {isVerdict(one) ? null : (
        <Button size="xs" loading={settle.isPending} onClick={() => settle.mutate({ id: one.id, adopt: true })}>
          {t(HELD.adopt)}
        </Button>
      )}
      <Button
        size="xs"
        variant="light"
        color="red"
        loading={settle.isPending}
        onClick={() => settle.mutate({ id: one.id, adopt: false })}
      >
        {t(HELD.dismiss)}
      </Button>
    </Group>
  );
  return (
    <section data-testid="late">
      <Title order={2} size="h4">
        {t(HELD.late)}
      </Title>
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {rows?.length === 0 && <Empty title={HELD.lateNone} hint={HELD.lateHint} />}
      {rows !== undefined && rows.length > 0 && (
        <>
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t(GOLD.item)}</Table.Th>
                <Table.Th>{t(HELD.step)}</Table.Th>
                <Table.Th>{t(HELD.when)}</Table.Th>
                <Table.Th>{t(HELD.error)}</Table.Th>
                <Table.Th />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td className="gr-wrap">{one.item}</Table.Td>
                  <Table.Td>
                    <Badge variant="light">{named(STEPS, one.stage)}</Badge>
                  </Table.Td>
                  <Table.Td>{format.time(one.created_at)}</Table.Td>
                  <Table.Td>{named(LATE, one.reason)}</Table.Td>
                  <Table.Td>
                    <Group gap={6} justify="flex-end" wrap="nowrap">
                      <Button size="xs" variant="default" onClick={() => see(one)}>
                        {t(HELD.see)}
                      </Button>
                      {decide(one)}
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <MorePages pages={pages} count={rows.length} />
        </>
      )}
      <Dialog opened={seen !== null} onClose={() => see(null)} title={seen?.item} size="90%">
        {seen !== null && (
          <>
            {isVerdict(seen) && <Words size="sm">{t(HELD.review)}</Words>}
            <Seen org={org} project={project} late={seen} />
            {decide(seen)}
          </>
        )}
      </Dialog>
    </section>
  );
}

function isVerdict({ stage }: LateView): boolean {
  return stage === "review" || stage === "accept";
}

function Seen({ org, project, late }: Place & { readonly late: LateView }): ReactNode {
  const schema = useSchema(org, project);
  const facts = useQuery({
    queryKey: ["late-item", org, project, late.item],
    queryFn: async () => {
      const [path, query] = [{ org, project }, { item: late.item }];
      const { data } = await call("GET /api/v1/orgs/{org}/projects/{project}/item", { path, query });
      const media = await mediaOf(data, () =>
        call("GET /api/v1/orgs/{org}/projects/{project}/item/media", { path, query }),
      );
      return { content: data, media };
    },
  });
  const labels = (isVerdict(late) ? (late.body as { body?: Json } | null)?.body : late.body) as Json | undefined;
  return (
    <Found query={schema}>
      {(known) => (
        <Found query={facts}>
          {(found) => <SeenBench shown={{ key: `late/${late.id}`, schema: known, labels, ...found }} />}
        </Found>
      )}
    </Found>
  );
}

function SeenBench(props: { readonly shown: Shown }): ReactNode {
  const { language } = useSpeech();
  const toast = useToast();
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same answer is not opened twice
  const shown = useMemo(() => props.shown, [props.shown.key]);
  useAnswerBench(place, shown, { language, readOnly: true, keys: true, onNotice: toast });
  return <div ref={place} className="gr-gold" />;
}

function Stuck({ org, project }: Place): ReactNode {
  const { t, format } = useSpeech();
  const stuck = useQuery({
    queryKey: ["stuck", org, project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/stuck", { path: { org, project } }),
  });
  const retry = useDo({
    run: () => call("POST /api/v1/orgs/{org}/projects/{project}/stuck/retry", { path: { org, project } }),
    stale: [["stuck", org, project]],
    said: HELD.retried,
  });
  return (
    <section data-testid="stuck">
      <Group justify="space-between" mt="lg">
        <Title order={2} size="h4">
          {t(HELD.stuck)}
        </Title>
        {(stuck.data?.items.length ?? 0) > 0 && (
          <Button size="xs" loading={retry.isPending} onClick={() => retry.mutate(undefined)}>
            {t(HELD.retry)}
          </Button>
        )}
      </Group>
      <Found query={stuck}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={HELD.stuckNone} hint={HELD.stuckHint} />
          ) : (
            <Table>
              <Table.Tbody>
                {items.map((one) => (
                  <Table.Tr key={one.item}>
                    <Table.Td className="gr-wrap">{one.item}</Table.Td>
                    <Table.Td className="gr-wrap">{one.error}</Table.Td>
                    <Table.Td>{format.time(one.at)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Found>
    </section>
  );
}
