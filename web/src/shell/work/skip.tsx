/** Passing an item on with a reason, and giving items back. */

import { Button, Group, Stack, Text as Words } from "@mantine/core";
import type { ReactNode } from "react";
import { useSpeech } from "../language";
import { Dialog } from "../parts/dialog";
import { FRAME } from "../words";
import { WORK } from "./words";

/** As the server has them: `galley.annotate.model.SKIP_REASONS`. */
export const SKIP_REASONS = ["unclear", "broken", "too-hard", "off-topic", "conflict-of-interest", "other"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export function SkipDialog(props: {
  readonly opened: boolean;
  /** How many items are meant; 1 unless told. */
  readonly count?: number;
  readonly onClose: () => void;
  readonly onSkip: (reason: SkipReason) => void;
}): ReactNode {
  const { t } = useSpeech();
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t(WORK.skipTitle)}>
      <Stack gap="xs">
        <Words size="sm" c="dimmed">
          {(props.count ?? 1) > 1 ? t(WORK.skipMany, { count: props.count ?? 1 }) : t(WORK.skipHint)}
        </Words>
        {SKIP_REASONS.map((reason, at) => (
          <Button
            key={reason}
            variant="default"
            justify="flex-start"
            onClick={() => props.onSkip(reason)}
            {...(at === 0 ? { "data-autofocus": true } : {})}
          >
            {t(WORK[`skip-${reason}`])}
          </Button>
        ))}
      </Stack>
    </Dialog>
  );
}

export function GiveBackDialog(props: {
  readonly opened: boolean;
  /** The item in front has work that would be thrown away. */
  readonly begun: boolean;
  readonly onClose: () => void;
  readonly onLeave: () => void;
}): ReactNode {
  const { t } = useSpeech();
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t(WORK.giveBackTitle)}>
      {props.begun && <Words size="sm">{t(WORK.giveBackHint)}</Words>}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={props.onClose}>
          {t(FRAME.cancel)}
        </Button>
        <Button color={props.begun ? "red" : "blue"} onClick={props.onLeave} data-autofocus>
          {t(WORK.giveBack)}
        </Button>
      </Group>
    </Dialog>
  );
}
