/** One lot: its plan, its draw with the proof, how its inspection stands, and what became of it. */

import {
  Badge,
  Button,
  Card,
  Code,
  Group,
  Radio,
  Select,
  SimpleGrid,
  Stack,
  Table,
  Textarea,
  TextInput,
  Title,
  Text as Words,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { DrawProof, LotReturn, Standing } from "@/api/types";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { useConfirm, useDo } from "../../manage/parts/ask";
import { Dialog } from "../../parts/dialog";
import { Found, PageHead } from "../../parts/page";
import { FRAME } from "../../words";
import { REASONS, RETURN_REASONS, type Reason } from "../words";
import { PlanView } from "./curve";
import { Gauge } from "./gauge";
import { STATE_COLORS } from "./lots-page";
import { LabelerOfLot } from "./people";
import { LOT } from "./words";
import "../review.css";

interface OfLot {
  readonly org: number;
  readonly project: number;
  readonly lot: number;
}

export default function LotPage({ org, project, params }: PageProps): ReactNode {
  const lot = Number(params.lot);
  const standing = useQuery({
    queryKey: ["lot", org, project, lot],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}", { path: { org, project, lot } }),
  });
  return <Found query={standing}>{(found) => <One path={{ org, project, lot }} standing={found} />}</Found>;
}

function One({ path, standing }: { readonly path: OfLot; readonly standing: Standing }): ReactNode {
  const { t, format } = useSpeech();
  const { lot, judged } = standing;
  const inspected = judged?.inspected ?? 0;
  const here = `/o/${path.org}/p/${path.project}/lots/${path.lot}/inspect`;
  return (
    <>
      <PageHead
        title={lot.name}
        about={`${t(LOT.items)}: ${format.number(lot.size)} · ${format.time(lot.created_at)} · ${lot.created_by}`}
      >
        <Badge size="lg" variant="light" color={STATE_COLORS[lot.state]} data-testid="lot-state">
          {t(LOT[lot.state])}
        </Badge>
        {lot.state === "drawn" && (
          <Button component={To} href={here} variant={judged?.verdict === "open" ? "filled" : "default"}>
            {t(inspected > 0 ? LOT.goOn : LOT.inspect)}
          </Button>
        )}
        {(lot.state === "accepted" || lot.state === "rejected") && (
          <Button component={To} href={here} variant="default">
            {t(LOT.look)}
          </Button>
        )}
        {lot.state === "drawn" && judged !== null && judged.verdict !== "open" && (
          <Close path={path} verdict={judged.verdict} />
        )}
        {(lot.state === "open" || lot.state === "drawn") && <Withdraw path={path} />}
        {(lot.state === "accepted" || lot.state === "rejected") && <GiveBack path={path} />}
      </PageHead>
      {lot.reason !== "" && <Words c="dimmed">{lot.reason}</Words>}
      {standing.returned > 0 && <Words size="sm">{t(LOT.returnedSoFar, { count: standing.returned })}</Words>}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Stack>
          {judged !== null && (
            <Card withBorder>
              <Gauge standing={standing} />
            </Card>
          )}
          {lot.state === "open" && <Draw path={path} />}
          {lot.log_index != null && <Proof path={path} />}
          <Roots standing={standing} />
        </Stack>
        <Card withBorder>
          <PlanView preview={standing.preview} />
        </Card>
      </SimpleGrid>
    </>
  );
}

function useLotDo<G>(path: OfLot, run: (given: G) => Promise<unknown>, onDone?: () => void) {
  return useDo({
    run,
    stale: [
      ["lot", path.org, path.project, path.lot],
      ["lots", path.org, path.project],
      ["lot-labelers", path.org, path.project, path.lot],
    ],
    ...(onDone === undefined ? {} : { onDone }),
  });
}

function Draw({ path }: { readonly path: OfLot }): ReactNode {
  const { t } = useSpeech();
  const [beacon, set] = useState("");
  const draw = useLotDo(path, () =>
    call("POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/draw", { path: { ...path }, body: { beacon } }),
  );
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Words size="sm">{t(LOT.drawAbout)}</Words>
        <TextInput
          label={t(LOT.beacon)}
          description={t(LOT.beaconHint)}
          maxLength={1000}
          value={beacon}
          onChange={(event) => set(event.currentTarget.value)}
        />
        <Button loading={draw.isPending} onClick={() => draw.mutate(undefined)}>
          {t(LOT.draw)}
        </Button>
      </Stack>
    </Card>
  );
}

function Proof({ path }: { readonly path: OfLot }): ReactNode {
  const { t } = useSpeech();
  const proof = useQuery({
    queryKey: ["lot-proof", path],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}/proof", { path: { ...path } }),
    staleTime: 600_000,
  });
  const download = (found: DrawProof): void => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(found, null, 1)], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `lot-${path.lot}-draw.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <Card withBorder data-testid="proof">
      <Title order={2} size="h5" mb={4}>
        {t(LOT.proof)}
      </Title>
      <Words size="sm" c="dimmed">
        {t(LOT.proofAbout)}
      </Words>
      <Found query={proof}>
        {(found) => (
          <Stack gap={6} mt="xs">
            <Words size="sm">
              {t(LOT.logIndex)}: {found.log_index}
            </Words>
            <Words size="sm">{t(LOT.seed)}</Words>
            <Code block>{found.seed}</Code>
            <details>
              <summary>{t(LOT.commitment)}</summary>
              <Code block className="gr-wrap">
                {found.commitment}
              </Code>
            </details>
            <Button variant="light" size="xs" onClick={() => download(found)}>
              {t(LOT.download)}
            </Button>
          </Stack>
        )}
      </Found>
    </Card>
  );
}

function Roots({ standing }: { readonly standing: Standing }): ReactNode {
  const { t } = useSpeech();
  const { lot } = standing;
  return (
    <Table layout="fixed" className="gr-wrap">
      <Table.Tbody>
        <Table.Tr>
          <Table.Th w={150}>{t(LOT.itemsRoot)}</Table.Th>
          <Table.Td>
            <Code>{lot.items_root}</Code>
          </Table.Td>
        </Table.Tr>
        <Table.Tr>
          <Table.Th>{t(LOT.answersRoot)}</Table.Th>
          <Table.Td>
            <Code>{lot.answers_root}</Code>
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
}

function Close({ path, verdict }: { readonly path: OfLot; readonly verdict: "accepted" | "rejected" }): ReactNode {
  const { t } = useSpeech();
  const [ask, question] = useConfirm();
  const close = useLotDo(path, () =>
    call("POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/close", { path: { ...path } }),
  );
  const title = t(LOT.close, { verdict: t(LOT[verdict]) });
  return (
    <>
      {question}
      <Button
        color={verdict === "accepted" ? "green" : "red"}
        loading={close.isPending}
        onClick={() => ask({ title, about: t(LOT.closeAbout), act: title, onYes: () => close.mutate(undefined) })}
      >
        {title}
      </Button>
    </>
  );
}

function Withdraw({ path }: { readonly path: OfLot }): ReactNode {
  const { t } = useSpeech();
  const [opened, open] = useState(false);
  const [reason, set] = useState("");
  const withdraw = useLotDo(
    path,
    () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/withdraw", {
        path: { ...path },
        body: { reason: reason.trim() },
      }),
    () => open(false),
  );
  return (
    <>
      <Button variant="default" onClick={() => open(true)}>
        {t(LOT.withdraw)}
      </Button>
      <Dialog opened={opened} onClose={() => open(false)} title={t(LOT.withdraw)}>
        <Stack>
          <Words size="sm">{t(LOT.withdrawAbout)}</Words>
          <Textarea
            label={t(LOT.why)}
            required
            data-autofocus
            maxLength={2000}
            value={reason}
            onChange={(event) => set(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => open(false)}>
              {t(FRAME.cancel)}
            </Button>
            <Button
              color="red"
              disabled={reason.trim() === ""}
              loading={withdraw.isPending}
              onClick={() => withdraw.mutate(undefined)}
            >
              {t(LOT.withdraw)}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}

function GiveBack({ path }: { readonly path: OfLot }): ReactNode {
  const { t } = useSpeech();
  const [opened, open] = useState(false);
  const [scope, setScope] = useState<LotReturn["scope"]>("failing");
  const [reason, setReason] = useState<Reason>("wrong");
  const [labeler, setLabeler] = useState<number | null>(null);
  const back = useLotDo(
    path,
    () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/return", {
        path: { ...path },
        body: { scope, reason, ...(scope === "labeler" ? { labeler } : {}) },
      }),
    () => open(false),
  );
  return (
    <>
      <Button color="orange" variant="light" onClick={() => open(true)}>
        {t(LOT.giveBack)}
      </Button>
      <Dialog opened={opened} onClose={() => open(false)} title={t(LOT.giveBack)}>
        <Stack>
          <Words size="sm">{t(LOT.giveBackAbout)}</Words>
          <Radio.Group
            value={scope}
            onChange={(value) => setScope(value as LotReturn["scope"])}
            aria-label={t(LOT.giveBack)}
          >
            <Stack gap={6}>
              {(["failing", "labeler", "whole"] as const).map((one) => (
                <Radio key={one} value={one} label={t(LOT[one])} />
              ))}
            </Stack>
          </Radio.Group>
          {scope === "labeler" && <LabelerOfLot {...path} value={labeler} onChange={setLabeler} />}
          <Select
            label={t(LOT.why)}
            allowDeselect={false}
            value={reason}
            data={RETURN_REASONS.map((value) => ({ value, label: t(REASONS[value]) }))}
            onChange={(value) => value && setReason(value as Reason)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => open(false)}>
              {t(FRAME.cancel)}
            </Button>
            <Button
              color="orange"
              loading={back.isPending}
              disabled={scope === "labeler" && labeler === null}
              onClick={() => back.mutate(undefined)}
            >
              {t(LOT.giveBack)}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
