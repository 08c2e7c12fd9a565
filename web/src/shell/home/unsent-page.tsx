/** What the server does not have yet: parcels that wait, those it refused, and items begun and not handed in. */

import { Alert, Badge, Button, Group, Stack, Table, Text as Words } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Link as To } from "wouter";
import type { Json } from "@/core/json";
import type { OpenItem, Parcel } from "@/outbox/model";
import { useSpeech } from "../language";
import { type Outbox, useOutbox, useSending } from "../outbox";
import { Dialog } from "../parts/dialog";
import { LongTable } from "../parts/long-table";
import { Empty, Found, PageHead, Waiting } from "../parts/page";
import { useSession } from "../session";
import { FRAME } from "../words";
import { deskPath } from "./next-up";
import { UNSENT } from "./words";

export default function UnsentPage(): ReactNode {
  const { t } = useSpeech();
  const outbox = useOutbox();
  return (
    <>
      <PageHead title={t(UNSENT.title)} about={t(UNSENT.about)} />
      {outbox === null ? <Waiting /> : <Unsent outbox={outbox} />}
    </>
  );
}

interface Kept {
  readonly parcels: readonly Parcel[];
  readonly begun: readonly OpenItem[];
}

function Unsent({ outbox }: { readonly outbox: Outbox }): ReactNode {
  const { me } = useSession();
  const queries = useQueryClient();
  const sending = useSending();
  const { shelf } = outbox;
  const person = me.person ?? 0;
  const kept = useQuery({
    queryKey: ["unsent", person],
    networkMode: "always",
    staleTime: 0,
    queryFn: async (): Promise<Kept> => {
      const items = await shelf.items(person);
      const begun = await Promise.all(items.map(async ({ key }) => ((await shelf.read(key))?.lines.length ?? 0) > 0));
      return { parcels: await shelf.parcels(person), begun: items.filter((_, at) => begun[at]) };
    },
  });
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ["unsent"] });
  useEffect(() => {
    void sending;
    void queries.invalidateQueries({ queryKey: ["unsent"] });
  }, [sending, queries]);
  return (
    <Found query={kept}>
      {({ parcels, begun }) =>
        parcels.length + begun.length === 0 ? (
          <Empty title={UNSENT.none} hint={UNSENT.noneHint} />
        ) : (
          <Stack>
            {parcels.length > 0 && <Parcels parcels={parcels} outbox={outbox} again={again} />}
            {begun.length > 0 && <Begun items={begun} />}
          </Stack>
        )
      }
    </Found>
  );
}

function Parcels(props: {
  readonly parcels: readonly Parcel[];
  readonly outbox: Outbox;
  readonly again: () => Promise<void>;
}): ReactNode {
  const { t, format } = useSpeech();
  const { parcels, outbox, again } = props;
  const [asked, ask] = useState<Parcel | null>(null);
  const sendNow = async (parcel: Parcel): Promise<void> => {
    await outbox.shelf.unpark(parcel.id);
    await outbox.sender.kick();
    await again();
  };
  const forget = async (parcel: Parcel): Promise<void> => {
    await outbox.shelf.forget(parcel.key);
    ask(null);
    await outbox.sender.kick();
    await again();
  };
  const reopen = async (parcel: Parcel): Promise<void> => {
    await outbox.shelf.reopen(parcel.id);
    await outbox.sender.kick();
    await again();
  };
  return (
    <>
      <LongTable minWidth={640}>
        <Table verticalSpacing="xs" withTableBorder>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t(UNSENT.what)}</Table.Th>
              <Table.Th>{t(UNSENT.when)}</Table.Th>
              <Table.Th>{t(UNSENT.state)}</Table.Th>
              <Table.Th aria-label={t(UNSENT.again)} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {parcels.map((parcel) => (
              <Table.Tr key={parcel.id}>
                <Table.Td>{t(titleOf(parcel), { item: slotOf(parcel) })}</Table.Td>
                <Table.Td>{format.time(parcel.madeAt)}</Table.Td>
                <Table.Td className="gs-row-note">
                  <ParcelState parcel={parcel} />
                </Table.Td>
                <Table.Td>
                  <Group gap={4} justify="flex-end" wrap="nowrap">
                    <Button size="xs" variant="light" onClick={() => void sendNow(parcel)}>
                      {t(parcel.parked === undefined ? UNSENT.sendNow : UNSENT.again)}
                    </Button>
                    {parcel.parked !== undefined && (
                      <Button
                        size="xs"
                        variant="default"
                        title={t(UNSENT.reopenHint)}
                        onClick={() => void reopen(parcel)}
                      >
                        {t(UNSENT.reopen)}
                      </Button>
                    )}
                    <Button size="xs" variant="default" onClick={() => void download(parcel, outbox)}>
                      {t(UNSENT.download)}
                    </Button>
                    <Button size="xs" variant="subtle" color="red" onClick={() => ask(parcel)}>
                      {t(UNSENT.discard)}
                    </Button>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </LongTable>
      <Dialog opened={asked !== null} onClose={() => ask(null)} title={t(UNSENT.discardTitle)}>
        <Words size="sm">{t(UNSENT.discardHint)}</Words>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => ask(null)} data-autofocus>
            {t(FRAME.cancel)}
          </Button>
          <Button variant="default" onClick={() => asked !== null && void download(asked, outbox)}>
            {t(UNSENT.download)}
          </Button>
          <Button color="red" onClick={() => asked !== null && void forget(asked)}>
            {t(UNSENT.discard)}
          </Button>
        </Group>
      </Dialog>
    </>
  );
}

function ParcelState({ parcel }: { readonly parcel: Parcel }): ReactNode {
  const { t, format } = useSpeech();
  if (parcel.parked === undefined) {
    return parcel.tries === 0 ? (
      <Badge variant="light" tt="none">
        {t(UNSENT.waiting)}
      </Badge>
    ) : (
      <Words size="sm">{t(UNSENT.waitingTries, { count: parcel.tries, time: format.time(parcel.notBefore) })}</Words>
    );
  }
  const { title, hint, code } = parcel.parked;
  return (
    <Alert color="red" p="xs" title={`${t(UNSENT.parked)}: ${title}`}>
      {hint} <span className="gs-dim">{code}</span>
    </Alert>
  );
}

function Begun({ items }: { readonly items: readonly OpenItem[] }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <section>
      <Words component="h2" fw={600} size="sm" mb={4}>
        {t(UNSENT.openItems)}
      </Words>
      <Table verticalSpacing="xs" withTableBorder>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.key}>
              <Table.Td>{String(item.lease.item ?? item.slot)}</Table.Td>
              <Table.Td>{format.time(item.openedAt)}</Table.Td>
              <Table.Td>
                <Group justify="flex-end">
                  <Button size="xs" variant="light" component={To} href={deskPath(item.org, item.project, item.desk)}>
                    {t(UNSENT.goOn)}
                  </Button>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function titleOf({ operation }: Parcel): (typeof UNSENT)["submit"] {
  if (operation.endsWith("/submit")) return UNSENT.submit;
  return operation.endsWith("/skip") ? UNSENT.skip : UNSENT.other;
}

function slotOf(parcel: Parcel): string {
  return parcel.key.split("/").at(-2) ?? parcel.key;
}

/** Everything of a parcel with the log of its item, as a file. */
async function download(parcel: Parcel, { shelf }: Outbox): Promise<void> {
  const known = await shelf.read(parcel.key);
  const told = { parcel, item: known?.item ?? null, log: known?.lines ?? [] } as unknown as Json;
  const url = URL.createObjectURL(new Blob([JSON.stringify(told, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `galley-${parcel.key.replaceAll("/", "-")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
