/** What was released, the newest first. */

import { Anchor, Badge, Button, Group, Table } from "@mantine/core";
import { IconFolderCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { call } from "@/api/call";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { LongTable } from "../parts/long-table";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { CERT, QUALITY } from "./words";

export default function ReleasesPage({ org }: PageProps): ReactNode {
  const { t, format } = useSpeech();
  const pages = usePages(["releases", org], (after) =>
    call("GET /api/v1/orgs/{org}/releases", { path: { org }, query: { limit: 50, ...(after && { after }) } }),
  );
  const check = (
    <Button
      component={Link}
      href={`/o/${org}/releases/check`}
      variant="default"
      leftSection={<IconFolderCheck size={16} />}
    >
      {t(QUALITY.checkFolder)}
    </Button>
  );
  return (
    <>
      <PageHead title={t(QUALITY.releases)} about={t(QUALITY.about)}>
        {check}
      </PageHead>
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {pages.rows === undefined && pages.error === null && <Waiting />}
      {pages.rows?.length === 0 && (
        <Empty title={QUALITY.none} hint={QUALITY.noneHint}>
          {check}
        </Empty>
      )}
      {(pages.rows?.length ?? 0) > 0 && (
        <LongTable minWidth={760}>
          <Table highlightOnHover verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                {[
                  QUALITY.name,
                  QUALITY.version,
                  QUALITY.line,
                  QUALITY.records,
                  QUALITY.size,
                  CERT.issued,
                  QUALITY.made,
                ].map((head, at) => (
                  <Table.Th key={head.en} ta={at === 3 || at === 4 ? "right" : "left"}>
                    {at === 5 ? t(QUALITY.certificate) : t(head)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.rows?.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    <Anchor component={Link} href={`/o/${org}/releases/${one.id}`} fw={600}>
                      {one.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{one.version}</Table.Td>
                  <Table.Td>{one.line}</Table.Td>
                  <Table.Td ta="right">{format.number(one.rows)}</Table.Td>
                  <Table.Td ta="right">{format.bytes(one.bytes)}</Table.Td>
                  <Table.Td>
                    <Badges certified={one.certified} simulated={one.simulated} />
                  </Table.Td>
                  <Table.Td>{format.time(one.created_at)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <MorePages pages={pages} count={pages.rows?.length ?? 0} />
        </LongTable>
      )}
    </>
  );
}

export function Badges(props: { readonly certified: boolean | null; readonly simulated: boolean }): ReactNode {
  const { t } = useSpeech();
  const { certified } = props;
  const said = certified === null ? QUALITY.uncertified : certified ? QUALITY.certified : QUALITY.refused;
  return (
    <Group gap={6}>
      <Badge variant="light" tt="none" color={certified === null ? "gray" : certified ? "teal" : "red"}>
        {t(said)}
      </Badge>
      {props.simulated && (
        <Badge variant="outline" tt="none" color="orange" title={t(QUALITY.simulatedHint)}>
          {t(QUALITY.simulated)}
        </Badge>
      )}
    </Group>
  );
}
