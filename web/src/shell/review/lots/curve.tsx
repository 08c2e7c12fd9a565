/** The operating characteristic of a plan: with what chance it accepts a lot, by how much of the lot is wrong. */

import { Group, Slider, Stack, Text as Words } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Preview } from "@/api/types";
import { useSpeech } from "../../language";
import { Lines } from "../../parts/charts/lines";
import { acceptance, shareAt } from "./chances";
import { LOT } from "./words";

const STEPS = 24;

/** The plan in words, its curve, and a slider along it. */
export function PlanView({ preview }: { readonly preview: Preview }): ReactNode {
  const { t, format } = useSpeech();
  const { plan, risks } = preview;
  const far = Math.min(1, Math.max(shareAt(0.02, plan.lot, plan.looks), risks.bad_share * 1.5, 4 / plan.lot));
  const [share, setShare] = useState(risks.bad_share);
  // Whole items: between them nothing changes.
  const step = Math.max(1, Math.ceil((far * plan.lot) / STEPS));
  const shares = Array.from({ length: Math.floor((far * plan.lot) / step) + 1 }, (_, at) => (step * at) / plan.lot);
  const chanceAt = (one: number): number => acceptance(plan.lot, Math.ceil(one * plan.lot - 1e-9), plan.looks);
  const early = plan.looks.length > 1 ? plan.looks[0] : undefined;
  const of = (value: number): string => format.percent(value, value < 0.1 ? 2 : 1);
  return (
    <Stack gap="xs" data-testid="plan">
      <Words size="sm" fw={600}>
        {t(LOT.inspects, { sample: preview.sample })} {t(LOT.acRe, { accept: preview.accept, reject: preview.reject })}
      </Words>
      {early !== undefined && <Words size="sm">{t(LOT.early, { sample: early.sample, accept: early.accept })}</Words>}
      <Words size="sm" {...(risks.accept_bad > 0.2 ? { c: "red" } : {})}>
        {/* Exact terms promise a share: a bad lot is the first that breaks it. The standard's plans promise none. */}
        {t(plan.letter ? LOT.badChance : LOT.worseChance, { share: of(risks.bad_share), chance: of(risks.accept_bad) })}
      </Words>
      <Words size="sm">{t(LOT.goodChance, { share: of(risks.good_share), chance: of(risks.reject_good) })}</Words>
      <Words size="sm" c="dimmed">
        {t(LOT.tenPercent, { share: of(risks.consumer_share) })}
      </Words>
      <Lines
        title={t(LOT.curve)}
        along={t(LOT.curveAlong)}
        labels={shares.map((one) => of(one))}
        series={[{ name: t(LOT.curve), tone: "accent", values: shares.map(chanceAt) }]}
        format={(value) => format.percent(value, 0)}
        domain={[0, 1]}
      />
      <Group gap="md" wrap="nowrap">
        <Words size="sm" miw={260} aria-live="polite">
          {t(LOT.whatIf, { share: of(share) })} <b>{of(chanceAt(share))}</b>
        </Words>
        <Slider
          flex={1}
          min={0}
          max={far}
          step={far / 200}
          value={Math.min(share, far)}
          label={null}
          thumbLabel={t(LOT.curveAlong)}
          onChange={setShare}
        />
      </Group>
    </Stack>
  );
}
