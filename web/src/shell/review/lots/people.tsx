/** Whose answers: chosen by name where one may see names, else by number. */

import { NumberInput, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { call } from "@/api/call";
import type { LotLabeler } from "@/api/types";
import { useSpeech } from "../../language";
import { useNames } from "../../manage/parts/names";
import { Found } from "../../parts/page";
import { useSession } from "../../session";
import { LOT } from "./words";

interface Choosing {
  readonly org: number;
  readonly project: number;
  readonly value: number | null;
  onChange(labeler: number | null): void;
}

// --- whose answers go back -------------------------------------------------------------------------------------------

/** One of those whose answers are in a closed lot. */
export function LabelerOfLot(props: Choosing & { readonly lot: number }): ReactNode {
  const { org, project, lot } = props;
  const asked = useQuery({
    queryKey: ["lot-labelers", org, project, lot],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}/labelers", { path: { org, project, lot } }),
  });
  return (
    <Found query={asked}>
      {(found) =>
        found.some(({ name }) => name !== null) ? (
          <WithNames {...props} labelers={found} />
        ) : (
          <OfLot {...props} labelers={found} nameOf={() => null} />
        )
      }
    </Found>
  );
}

interface OfLotProps extends Choosing {
  readonly labelers: readonly LotLabeler[];
}

function WithNames(props: OfLotProps): ReactNode {
  const nameOf = useNames(props);
  return <OfLot {...props} nameOf={nameOf} />;
}

function OfLot(props: OfLotProps & { nameOf(labeler: string): string | null }): ReactNode {
  const { t } = useSpeech();
  const data = props.labelers.map(({ labeler, name, wrong, returnable }) => ({
    value: String(labeler),
    disabled: returnable === 0,
    label: t(LOT.labelerFacts, {
      name: (name === null ? null : props.nameOf(name)) ?? t(LOT.labelerNo, { number: labeler }),
      answers: returnable,
      wrong,
    }),
  }));
  return <Person {...props} data={data} />;
}

// --- whose answers make a lot ----------------------------------------------------------------------------------------

/** Somebody of the project; who may not see people types the number. */
export function LabelerOfProject(props: Choosing): ReactNode {
  const { t } = useSpeech();
  const roles = useSession().roles(props.org, props.project);
  if (roles.has("owner") || roles.has("manager")) return <OfProject {...props} />;
  return (
    <NumberInput
      label={t(LOT.person)}
      placeholder={t(LOT.anybody)}
      min={1}
      allowDecimal={false}
      value={props.value ?? ""}
      onChange={(value) => props.onChange(typeof value === "number" ? value : null)}
    />
  );
}

const MOST = 500;

function OfProject(props: Choosing): ReactNode {
  const { org, project } = props;
  const { t } = useSpeech();
  const nameOf = useNames({ org, project });
  const asked = useQuery({
    queryKey: ["lot-people", org, project],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/people", { path: { org, project }, query: { limit: MOST } }),
  });
  const data = (asked.data?.items ?? [])
    .filter(({ answers }) => answers > 0)
    .map(({ labeler, name }) => ({ value: String(labeler), label: nameOf(name) }));
  return <Person {...props} data={data} placeholder={t(LOT.anybody)} />;
}

function Person(
  props: Choosing & {
    readonly data: readonly { readonly value: string; readonly label: string }[];
    readonly placeholder?: string;
  },
): ReactNode {
  const { t } = useSpeech();
  return (
    <Select
      label={t(LOT.person)}
      {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder, clearable: true })}
      searchable
      data={[...props.data]}
      value={props.value === null ? null : String(props.value)}
      onChange={(value) => props.onChange(value === null ? null : Number(value))}
    />
  );
}
