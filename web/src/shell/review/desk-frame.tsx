/** What the desks of review and adjudication have around the answer: the bar, the state of the queue, keys to press. */

import { ActionIcon, Alert, Button, Group, Text as Words } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link as To } from "wouter";
import type { Text } from "@/core/words";
import type { QueueState } from "@/floor/queue";
import { useSpeech } from "../language";
import { Sending } from "../outbox";
import { Empty, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { REVIEW } from "./words";
import "../work/work.css";
import "./review.css";

export function DeskFrame(props: {
  readonly org: number;
  readonly project: number;
  readonly title: string;
  readonly state: QueueState | null;
  readonly nothing: Text;
  readonly actions: ReactNode;
  readonly notes?: ReactNode;
  readonly comparing: boolean;
  readonly children: ReactNode;
  onAgain(): void;
}): ReactNode {
  const { t } = useSpeech();
  const { org, project, state } = props;
  return (
    <div className="gw-page">
      <header className="gw-bar gr-bar">
        <Group gap="xs" wrap="nowrap">
          <ActionIcon
            component={To}
            href={`/o/${org}/p/${project}`}
            variant="subtle"
            color="gray"
            aria-label={t(REVIEW.leave)}
          >
            <IconArrowLeft size={18} />
          </ActionIcon>
          <Words component="h1" size="sm" fw={600}>
            {props.title}
          </Words>
          <Words size="xs" c="dimmed" visibleFrom="md">
            {t(REVIEW.done, { count: state?.done ?? 0 })} · {t(REVIEW.ahead, { count: state?.ahead ?? 0 })}
          </Words>
        </Group>
        <Group gap={6} wrap="nowrap">
          {props.actions}
        </Group>
      </header>
      <Sending />
      {state?.lost === true && <Alert color="yellow">{t(REVIEW.lost)}</Alert>}
      {props.notes}
      <main className="gr-main" data-comparing={props.comparing}>
        {state !== null && state.current === null && (
          <Nothing state={state} nothing={props.nothing} onAgain={props.onAgain} />
        )}
        {props.children}
      </main>
    </div>
  );
}

function Nothing(props: {
  readonly state: QueueState;
  readonly nothing: Text;
  readonly onAgain: () => void;
}): ReactNode {
  const { empty } = props.state;
  if (empty.kind === "loading") return <Waiting />;
  if (empty.kind === "problem") return <ProblemView problem={empty.problem} onAgain={props.onAgain} />;
  if (empty.kind === "offline") return <Empty title={REVIEW.offline} hint={REVIEW.offlineHint} />;
  if (empty.kind === "refused") return <Empty title={REVIEW.refused} hint={REVIEW.refusedHint} />;
  return <Empty title={props.nothing} hint={REVIEW.nothingHint} />;
}

/** A button that says its key. */
export function KeyButton(props: {
  readonly title: Text;
  readonly chord: string;
  readonly color?: string;
  readonly variant?: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  onPress(): void;
}): ReactNode {
  const { t } = useSpeech();
  return (
    <Button
      size="xs"
      color={props.color ?? "blue"}
      variant={props.variant ?? "default"}
      disabled={props.disabled === true}
      {...(props.pressed === undefined ? {} : { "aria-pressed": props.pressed })}
      onClick={props.onPress}
    >
      {t(props.title)} <kbd className="gw-kbd">{props.chord}</kbd>
    </Button>
  );
}
