/** Name, number of opinions and review: the choices every way to a project shares. */

import { Group, NumberInput, Select, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useSpeech } from "../../language";
import type { Plan } from "../parts/graph";
import { START } from "./words";

export interface Basics {
  readonly name: string;
  readonly plan: Plan;
  /** `YYYY-MM-DD` or nothing. */
  readonly due: string;
}

const SHARES = [0, 10, 25, 50, 100];

export function BasicsForm(props: {
  readonly value: Basics;
  readonly onChange: (value: Basics) => void;
  /** Whether stages can be chosen; without them it is name and date alone. */
  readonly planned?: boolean;
}): ReactNode {
  const { t, format } = useSpeech();
  const { value, onChange, planned = true } = props;
  const share = (percent: number): string =>
    percent === 0 ? t(START.reviewNone) : percent === 100 ? t(START.reviewAll) : format.percent(percent / 100, 0);
  return (
    <>
      <TextInput
        label={t(START.name)}
        description={t(START.nameHint)}
        required
        value={value.name}
        onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
        maxLength={200}
      />
      <Group grow align="flex-end" mt="sm">
        {planned && (
          <>
            <NumberInput
              label={t(START.opinions)}
              title={t(START.opinionsHint)}
              min={1}
              max={10}
              value={value.plan.overlap}
              onChange={(overlap) => onChange({ ...value, plan: { ...value.plan, overlap: Number(overlap) || 1 } })}
            />
            <Select
              label={t(START.review)}
              title={t(START.reviewHint)}
              allowDeselect={false}
              value={String(value.plan.review)}
              data={SHARES.map((percent) => ({ value: String(percent), label: share(percent) }))}
              onChange={(review) => onChange({ ...value, plan: { ...value.plan, review: Number(review) } })}
            />
          </>
        )}
        <TextInput
          type="date"
          label={t(START.due)}
          value={value.due}
          onChange={(event) => onChange({ ...value, due: event.currentTarget.value })}
        />
      </Group>
    </>
  );
}

/** The end of the day that was chosen, where the manager is. */
export function dueOf(day: string): string | null {
  return day === "" ? null : new Date(`${day}T23:59:59`).toISOString();
}
