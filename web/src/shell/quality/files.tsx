/** The files of a release as its manifest and its seal list them. */

import { Anchor, Table } from "@mantine/core";
import type { ReactNode } from "react";
import { call } from "@/api/call";
import { useSpeech } from "../language";
import { LongTable } from "../parts/long-table";
import { MorePages, usePages, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { QUALITY } from "./words";

export function fileAddress(org: number, release: number, path: string): string {
  return `/api/v1/orgs/${org}/releases/${release}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
}

export function Files({ org, release }: { readonly org: number; readonly release: number }): ReactNode {
  const { t, format } = useSpeech();
  const pages = usePages(["release-files", org, release], (after) =>
    call("GET /api/v1/orgs/{org}/releases/{release}/files", {
      path: { org, release },
      query: { limit: 200, ...(after && { after }) },
    }),
  );
  if (pages.error !== null) return <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />;
  if (pages.rows === undefined) return <Waiting />;
  return (
    <LongTable minWidth={700}>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(QUALITY.path)}</Table.Th>
            <Table.Th ta="right">{t(QUALITY.size)}</Table.Th>
            <Table.Th ta="right">{t(QUALITY.rows)}</Table.Th>
            <Table.Th>{t(QUALITY.hash)}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pages.rows.map((file) => (
            <Table.Tr key={file.path}>
              <Table.Td>
                <Anchor
                  size="sm"
                  href={fileAddress(org, release, file.path)}
                  download={file.path.split("/").at(-1)}
                  aria-label={t(QUALITY.download, { path: file.path })}
                >
                  {file.path}
                </Anchor>
              </Table.Td>
              <Table.Td ta="right">{format.bytes(file.bytes)}</Table.Td>
              <Table.Td ta="right">{file.rows === null ? "" : format.number(file.rows)}</Table.Td>
              <Table.Td>
                <code className="gq-hash" title={file.sha256}>
                  {file.sha256.slice(0, 16)}…
                </code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <MorePages pages={pages} count={pages.rows.length} />
    </LongTable>
  );
}
