/** How an inspection stands: found so far against the numbers that decide, and what is proved by now. */

import { Group, Stack, Text as Words } from "@mantine/core";
import type { ReactNode } from "react";
import type { Standing } from "@/api/types";
import { useSpeech } from "../../language";
import { LOT } from "./words";

export function Gauge({ standing }: { readonly standing: Standing }): ReactNode {
  const { t, format } = useSpeech();
  const { judged, preview } = standing;
  if (judged === null) return null;
  const { looks } = preview.plan;
  const next = looks.find(({ sample }) => judged.inspected < sample) ?? looks.at(-1)!;
  const says = t(LOT.gauge, { inspected: judged.inspected, sample: preview.sample, wrong: judged.wrong });
  const tone = judged.verdict === "accepted" ? "good" : judged.verdict === "rejected" ? "bad" : "plain";
  const cells = Array.from({ length: Math.min(preview.reject, 40) }, (_, at) => at);
  return (
    <Stack gap={4} className="gr-gauge" data-tone={tone} data-testid="gauge">
      <Group gap="md" justify="space-between">
        <Words size="sm" fw={600} role="status">
          {says}
        </Words>
        <Words size="sm">
          {judged.verdict === "open"
            ? `${t(LOT.missing, { count: judged.missing })} ${t(LOT.spare, { count: Math.max(preview.accept - judged.wrong, 0) })}`
            : t(LOT.decided, { verdict: t(LOT[judged.verdict]) })}
        </Words>
      </Group>
      <div className="gr-track" aria-hidden="true">
        <div className="gr-track-done" ref={widthOf(judged.inspected / preview.sample)} />
        {looks.slice(0, -1).map((look) => (
          <i key={look.sample} className="gr-track-look" ref={leftOf(look.sample / preview.sample)} />
        ))}
      </div>
      <Group gap={3} aria-hidden="true">
        {cells.map((cell) => (
          <span
            key={cell}
            className="gr-cell"
            data-on={cell < judged.wrong}
            data-last={cell === preview.accept}
            title={`${cell + 1}`}
          />
        ))}
        <Words size="xs" c="dimmed" ml="xs">
          Ac {next.accept} · Re {preview.reject}
        </Words>
      </Group>
      <Words size="sm">
        {t(LOT.bound, {
          bound: format.percent(judged.accuracy_bound, 2),
          confidence: format.percent(judged.confidence, 1),
        })}
      </Words>
    </Stack>
  );
}

const share = (part: number): string => `${Math.min(Math.max(part, 0), 1) * 100}%`;

/** By CSSOM: style attributes in HTML would need a wider policy. */
function widthOf(part: number) {
  return (element: HTMLElement | null): void => {
    if (element !== null) element.style.width = share(part);
  };
}

function leftOf(part: number) {
  return (element: HTMLElement | null): void => {
    if (element !== null) element.style.left = share(part);
  };
}
