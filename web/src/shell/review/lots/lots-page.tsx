/** The lots of a project, newest first. */

import { Anchor, Badge, Button, Table } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { LotView } from "@/api/types";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { LongTable } from "../../parts/long-table";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../../parts/page";
import { ProblemView } from "../../parts/problem";
import { PAGES } from "../words";
import { NewLot } from "./new-lot";
import { LOT } from "./words";
import "../review.css";

export const STATE_COLORS = {
  open: "gray",
  drawn: "blue",
  accepted: "green",
  rejected: "red",
  withdrawn: "gray",
} as const;

export default function LotsPage({ org, project }: PageProps): ReactNode {
  const { t, format } = useSpeech();
  const [making, make] = useState(false);
  const pages = usePages(["lots", org, project], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/lots", {
      path: { org, project },
      query: after === undefined ? {} : { after },
    }),
  );
  const { rows } = pages;
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => make(true)}>
      {t(LOT.newLot)}
    </Button>
  );
  return (
    <>
      <PageHead title={t(PAGES.lots)} about={t(LOT.about)}>
        {button}
      </PageHead>
      <NewLot org={org} project={project} opened={making} onClose={() => make(false)} />
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {rows === undefined && pages.error === null && <Waiting />}
      {rows?.length === 0 && (
        <Empty title={LOT.none} hint={LOT.noneHint}>
          {button}
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && (
        <>
          <LongTable minWidth={640}>
            <Table highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t(LOT.name)}</Table.Th>
                  <Table.Th>{t(LOT.state)}</Table.Th>
                  <Table.Th ta="right">{t(LOT.items)}</Table.Th>
                  <Table.Th>{t(LOT.plan)}</Table.Th>
                  <Table.Th>{t(LOT.made)}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((lot: LotView) => (
                  <Table.Tr key={lot.id}>
                    <Table.Td>
                      <Anchor component={To} href={`/o/${org}/p/${project}/lots/${lot.id}`}>
                        {lot.name}
                      </Anchor>
                    </Table.Td>
                    <Table.Td>
                      <Badge variant="light" color={STATE_COLORS[lot.state]}>
                        {t(LOT[lot.state])}
                      </Badge>
                    </Table.Td>
                    <Table.Td ta="right">{format.number(lot.size)}</Table.Td>
                    <Table.Td>
                      {t((lot.terms as { kind?: string }).kind === "standard" ? LOT.standard : LOT.exact)}
                    </Table.Td>
                    <Table.Td>
                      {format.time(lot.created_at)} · {lot.created_by}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </LongTable>
          <MorePages pages={pages} count={rows.length} />
        </>
      )}
    </>
  );
}
