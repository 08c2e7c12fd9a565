/** How the installation is: versions, disk, database, what waits, how the duties fare. */

import { Badge, Paper, Progress, SimpleGrid, Stack, Table, Title, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { call } from "@/api/call";
import type { SystemHealth } from "@/api/types";
import type { Text } from "@/core/words";
import { useSpeech } from "../language";
import { Found, PageHead } from "../parts/page";
import { CHECKS, DUTIES, JOBS, OPERATE, READERS, SYSTEM } from "./words";

export default function SystemPage(): ReactNode {
  const { t } = useSpeech();
  const asked = useQuery({
    queryKey: ["system-health"],
    queryFn: () => call("GET /api/v1/system/health", {}),
    refetchInterval: 10_000,
  });
  return (
    <>
      <PageHead title={t(OPERATE.system)} about={t(SYSTEM.about)} />
      <Found query={asked}>
        {(health) => (
          <Stack gap="lg">
            <Numbers health={health} />
            <Checks health={health} />
            <Duties health={health} />
            <Waits health={health} />
          </Stack>
        )}
      </Found>
    </>
  );
}

/** What a newer server has and these words do not is shown as it is written. */
function said(known: { readonly [name: string]: Text }, name: string): Text {
  return known[name] ?? { en: name, zh: name };
}

interface Given {
  readonly health: SystemHealth;
}

function Numbers({ health }: Given): ReactNode {
  const { t, format } = useSpeech();
  const { disk } = health;
  const free = disk.total_bytes === 0 ? 0 : disk.free_bytes / disk.total_bytes;
  const told: readonly (readonly [Text, string])[] = [
    [SYSTEM.version, health.version],
    [SYSTEM.disk, `${format.bytes(disk.free_bytes)} (${format.percent(free, 0)})`],
    [SYSTEM.database, health.database_bytes === null ? "—" : format.bytes(health.database_bytes)],
    [SYSTEM.connections, health.connections === null ? "—" : format.number(health.connections)],
    [SYSTEM.inFlight, format.number(health.in_flight)],
  ];
  return (
    <div>
      <SimpleGrid cols={{ base: 2, sm: 5 }}>
        {told.map(([name, value]) => (
          <Paper key={name.en} withBorder p="sm">
            <Words size="xs" c="dimmed">
              {t(name)}
            </Words>
            <Words fz={18} fw={600}>
              {value}
            </Words>
            {name === SYSTEM.disk && (
              <Progress
                value={100 - free * 100}
                color={free < 0.1 ? "red" : "blue"}
                size="sm"
                aria-label={t(SYSTEM.disk)}
              />
            )}
          </Paper>
        ))}
      </SimpleGrid>
      {health.draining && (
        <Badge color="yellow" tt="none" mt="xs">
          {t(SYSTEM.draining)}
        </Badge>
      )}
    </div>
  );
}

function Checks({ health }: Given): ReactNode {
  const { t } = useSpeech();
  return (
    <Section title={SYSTEM.checks}>
      <Table verticalSpacing={4}>
        <Table.Tbody>
          {Object.entries(health.checks).map(([name, found]) => (
            <Table.Tr key={name}>
              <Table.Td w={220}>{t(said(CHECKS, name))}</Table.Td>
              <Table.Td>
                <Badge variant="light" tt="none" color={found === "ok" ? "teal" : "red"}>
                  {found === "ok" ? t(SYSTEM.ok) : t(said(CHECKS, found))}
                </Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function Section(props: { readonly title: Text; readonly children: ReactNode }): ReactNode {
  const { t } = useSpeech();
  return (
    <div>
      <Title order={2} size="h5" mb={4}>
        {t(props.title)}
      </Title>
      {props.children}
    </div>
  );
}

function Duties({ health }: Given): ReactNode {
  const { t, format } = useSpeech();
  const duties = Object.entries(health.duties);
  const when = (seconds: number | undefined): string => (seconds ? format.time(seconds * 1000) : t(SYSTEM.never));
  return (
    <Section title={SYSTEM.duties}>
      {duties.length === 0 ? (
        <Words size="sm" c="dimmed">
          {t(SYSTEM.dutiesNone)}
        </Words>
      ) : (
        <Table verticalSpacing={4}>
          <Head heads={[SYSTEM.duty, SYSTEM.runs, SYSTEM.handled, SYSTEM.failures, SYSTEM.last]} />
          <Table.Tbody>
            {duties.map(([name, told]) => (
              <Table.Tr key={name}>
                <Table.Td title={name}>{t(said(DUTIES, name))}</Table.Td>
                <Table.Td>{format.number(told.runs ?? 0)}</Table.Td>
                <Table.Td>{format.number(told.done ?? 0)}</Table.Td>
                <Table.Td {...((told.failures ?? 0) > 0 ? { c: "red" } : {})}>
                  {format.number(told.failures ?? 0)}
                </Table.Td>
                <Table.Td>{when(told.last_success)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}

function Head({ heads }: { readonly heads: readonly Text[] }): ReactNode {
  const { t } = useSpeech();
  return (
    <Table.Thead>
      <Table.Tr>
        {heads.map((head) => (
          <Table.Th key={head.en}>{t(head)}</Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}

function Waits({ health }: Given): ReactNode {
  const { t, format } = useSpeech();
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Section title={SYSTEM.readers}>
        <Table verticalSpacing={4}>
          <Head heads={[SYSTEM.reader, SYSTEM.events, SYSTEM.oldest]} />
          <Table.Tbody>
            {health.readers.map((one) => (
              <Table.Tr key={one.name}>
                <Table.Td title={one.name}>{t(said(READERS, one.name))}</Table.Td>
                <Table.Td>{format.number(one.events)}</Table.Td>
                <Table.Td>{one.oldest === null ? "—" : format.time(one.oldest)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Section>
      <Section title={SYSTEM.jobs}>
        {health.jobs.length === 0 ? (
          <Words size="sm" c="dimmed">
            {t(SYSTEM.jobsNone)}
          </Words>
        ) : (
          <Table verticalSpacing={4}>
            <Head heads={[SYSTEM.job, SYSTEM.status, SYSTEM.count, SYSTEM.oldest]} />
            <Table.Tbody>
              {health.jobs.map((one) => (
                <Table.Tr key={`${one.kind} ${one.state}`}>
                  <Table.Td title={one.kind}>{t(said(JOBS, one.kind))}</Table.Td>
                  <Table.Td>{t(said(JOBS, one.state))}</Table.Td>
                  <Table.Td>{format.number(one.jobs)}</Table.Td>
                  <Table.Td>{one.oldest === null ? "—" : format.time(one.oldest)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Section>
    </SimpleGrid>
  );
}
