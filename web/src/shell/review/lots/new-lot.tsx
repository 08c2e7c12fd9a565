/** A new lot: which items, by which plan, and what that plan does, before anything is made. */

import {
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
  Text as Words,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { call } from "@/api/call";
import type { ExactTerms, LotRequest, Pick, StandardTerms } from "@/api/types";
import { newId } from "@/core/ids";
import { useSpeech } from "../../language";
import { useDo } from "../../manage/parts/ask";
import { Dialog } from "../../parts/dialog";
import { Found } from "../../parts/page";
import { FRAME } from "../../words";
import { PlanView } from "./curve";
import { LabelerOfProject } from "./people";
import { LOT } from "./words";

const AQLS = [
  "0.010",
  "0.015",
  "0.025",
  "0.040",
  "0.065",
  "0.10",
  "0.15",
  "0.25",
  "0.40",
  "0.65",
  "1.0",
  "1.5",
  "2.5",
  "4.0",
  "6.5",
  "10",
];
const LEVELS = ["S-1", "S-2", "S-3", "S-4", "I", "II", "III"];
type Severity = "series" | "normal" | "tightened" | "reduced";

interface Given {
  readonly kind: "exact" | "standard";
  readonly accuracy: number;
  readonly confidence: number;
  readonly expected: number;
  readonly aql: string;
  readonly level: string;
  readonly severity: Severity;
  readonly badShare: number;
}

const FIRST: Given = {
  kind: "exact",
  accuracy: 95,
  confidence: 95,
  expected: 98,
  aql: "1.0",
  level: "II",
  severity: "series",
  badShare: 5,
};

function termsOf(given: Given): ExactTerms | StandardTerms {
  if (given.kind === "exact") {
    const { accuracy, confidence, expected } = given;
    return {
      kind: "exact",
      accuracy: accuracy / 100,
      confidence: confidence / 100,
      expected: Math.max(expected, accuracy) / 100,
    };
  }
  const severity = given.severity === "series" ? {} : { severity: given.severity };
  return { kind: "standard", aql: given.aql, level: given.level, bad_share: given.badShare / 100, ...severity };
}

export function NewLot(props: {
  readonly org: number;
  readonly project: number;
  readonly opened: boolean;
  onClose(): void;
}): ReactNode {
  const { t } = useSpeech();
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t(LOT.newLot)} size="xl">
      {props.opened && <Form {...props} />}
    </Dialog>
  );
}

function Form(props: { readonly org: number; readonly project: number; onClose(): void }): ReactNode {
  const { org, project } = props;
  const { t } = useSpeech();
  const [, goTo] = useLocation();
  const [given, set] = useState<Given>(FIRST);
  const [name, setName] = useState("");
  const [series, setSeries] = useState("");
  const [limit, setLimit] = useState<number | "">("");
  const [which, setWhich] = useState<Which>({ batch: null, labeler: null, since: "", until: "" });
  const [size, setSize] = useState(1000);
  const [asked] = useDebouncedValue({ given, size: limit === "" ? size : limit }, 250);
  const preview = useQuery({
    queryKey: ["lot-preview", org, project, asked],
    queryFn: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/lots/preview", {
        path: { org, project },
        body: { terms: termsOf(asked.given), size: asked.size },
      }),
    placeholderData: (before) => before,
    retry: false,
  });
  const make = useDo({
    run: (body: LotRequest) =>
      call("POST /api/v1/orgs/{org}/projects/{project}/lots", {
        path: { org, project },
        body,
        once: newId(),
      }),
    stale: [["lots", org, project]],
    onDone: ({ lot }) => goTo(`/o/${org}/p/${project}/lots/${lot.id}`),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate({
      name: name.trim(),
      terms: termsOf(given),
      series: series.trim(),
      switching: given.severity === "series",
      pick: { ...pickOf(which), ...(limit === "" ? {} : { limit }) },
    });
  };
  return (
    <form onSubmit={submit}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="sm">
          <TextInput
            label={t(LOT.name)}
            required
            maxLength={200}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <WhichItems org={org} project={project} which={which} set={setWhich} />
          <NumberInput
            label={t(LOT.limit)}
            placeholder={t(LOT.allFinished)}
            min={2}
            max={500_000}
            allowDecimal={false}
            value={limit}
            onChange={(value) => setLimit(typeof value === "number" ? value : "")}
          />
          {limit === "" && (
            <NumberInput
              label={t(LOT.size)}
              description={t(LOT.sizeHint)}
              min={2}
              max={500_000}
              allowDecimal={false}
              value={size}
              onChange={(value) => typeof value === "number" && value >= 2 && setSize(value)}
            />
          )}
          <SegmentedControl
            aria-label={t(LOT.plan)}
            value={given.kind}
            data={[
              { value: "exact", label: t(LOT.exact) },
              { value: "standard", label: t(LOT.standard) },
            ]}
            onChange={(kind) => set({ ...given, kind: kind as Given["kind"] })}
          />
          <Words size="xs" c="dimmed">
            {t(given.kind === "exact" ? LOT.exactAbout : LOT.standardAbout)}
          </Words>
          {given.kind === "exact" ? (
            <ExactFields given={given} set={set} />
          ) : (
            <StandardFields given={given} set={set} series={series} setSeries={setSeries} />
          )}
        </Stack>
        <Found query={preview}>{(found) => <PlanView preview={found} />}</Found>
      </SimpleGrid>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={props.onClose}>
          {t(FRAME.cancel)}
        </Button>
        <Button
          type="submit"
          loading={make.isPending}
          disabled={name.trim() === "" || preview.isError || preview.isFetching || asked.given !== given}
        >
          {t(LOT.create)}
        </Button>
      </Group>
    </form>
  );
}

// --- which items -----------------------------------------------------------------------------------------------------

interface Which {
  readonly batch: number | null;
  readonly labeler: number | null;
  /** As fields of date and time have them, in the time of this place; empty: any. */
  readonly since: string;
  readonly until: string;
}

function pickOf({ batch, labeler, since, until }: Which): Pick {
  return {
    ...(batch === null ? {} : { batch }),
    ...(labeler === null ? {} : { labeler }),
    ...(since === "" ? {} : { since: new Date(since).toISOString() }),
    ...(until === "" ? {} : { until: new Date(until).toISOString() }),
  };
}

function WhichItems(props: {
  readonly org: number;
  readonly project: number;
  readonly which: Which;
  set(which: Which): void;
}): ReactNode {
  const { t } = useSpeech();
  const { org, project, which, set } = props;
  const batches = useQuery({
    queryKey: ["lot-batches", org, project],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/batches", { path: { org, project }, query: { limit: 500 } }),
  });
  const moment = (name: "since" | "until"): ReactNode => (
    <TextInput
      type="datetime-local"
      label={t(LOT[name])}
      value={which[name]}
      onChange={(event) => set({ ...which, [name]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <Group grow align="start">
        <Select
          label={t(LOT.batch)}
          placeholder={t(LOT.anyBatch)}
          clearable
          searchable
          data={(batches.data?.items ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
          value={which.batch === null ? null : String(which.batch)}
          onChange={(batch) => set({ ...which, batch: batch === null ? null : Number(batch) })}
        />
        <LabelerOfProject
          org={org}
          project={project}
          value={which.labeler}
          onChange={(labeler) => set({ ...which, labeler })}
        />
      </Group>
      <Group grow align="start">
        {moment("since")}
        {moment("until")}
      </Group>
    </>
  );
}

// --- the plan --------------------------------------------------------------------------------------------------------

interface Fields {
  readonly given: Given;
  set(given: Given): void;
}

function Percent(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  onChange(value: number): void;
}): ReactNode {
  return (
    <NumberInput
      label={props.label}
      {...(props.hint === undefined ? {} : { description: props.hint })}
      suffix=" %"
      decimalScale={3}
      min={props.min}
      max={props.max}
      clampBehavior="strict"
      step={0.5}
      value={props.value}
      onChange={(value) => typeof value === "number" && value >= props.min && props.onChange(value)}
    />
  );
}

function ExactFields({ given, set }: Fields): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <Group grow>
        <Percent
          label={t(LOT.accuracy)}
          value={given.accuracy}
          min={50}
          max={99.99}
          onChange={(accuracy) => set({ ...given, accuracy })}
        />
        <Percent
          label={t(LOT.confidence)}
          value={given.confidence}
          min={50}
          max={99.99}
          onChange={(confidence) => set({ ...given, confidence })}
        />
      </Group>
      <Percent
        label={t(LOT.expected)}
        hint={t(LOT.expectedHint)}
        value={given.expected}
        min={50}
        max={99.999}
        onChange={(expected) => set({ ...given, expected })}
      />
    </>
  );
}

function StandardFields(props: Fields & { readonly series: string; setSeries(series: string): void }): ReactNode {
  const { t } = useSpeech();
  const { given, set } = props;
  return (
    <>
      <Group grow>
        <Select
          label={t(LOT.aql)}
          data={AQLS}
          value={given.aql}
          allowDeselect={false}
          onChange={(aql) => aql && set({ ...given, aql })}
        />
        <Select
          label={t(LOT.level)}
          data={LEVELS}
          value={given.level}
          allowDeselect={false}
          onChange={(level) => level && set({ ...given, level })}
        />
      </Group>
      <Select
        label={t(LOT.severity)}
        allowDeselect={false}
        value={given.severity}
        data={[
          { value: "series", label: t(LOT.bySeries) },
          ...(["normal", "tightened", "reduced"] as const).map((value) => ({ value, label: t(LOT[value]) })),
        ]}
        onChange={(severity) => severity && set({ ...given, severity: severity as Severity })}
      />
      <TextInput
        label={t(LOT.series)}
        description={t(LOT.seriesHint)}
        maxLength={200}
        value={props.series}
        onChange={(event) => props.setSeries(event.currentTarget.value)}
      />
      <Percent
        label={t(LOT.badShare)}
        value={given.badShare}
        min={0.01}
        max={99}
        onChange={(badShare) => set({ ...given, badShare })}
      />
    </>
  );
}
