/** No item to show: why, and what one can do. */

import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { Link as To } from "wouter";
import type { QueueState } from "@/floor/queue";
import { useSpeech } from "../language";
import { Empty, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { WORK } from "./words";

export function NothingHere(props: {
  readonly org: number;
  readonly project: number;
  readonly state: QueueState;
  readonly onAgain: () => void;
}): ReactNode {
  const { t } = useSpeech();
  const { empty, done } = props.state;
  if (empty.kind === "loading") return <Waiting />;
  if (empty.kind === "problem") return <ProblemView problem={empty.problem} onAgain={props.onAgain} />;
  const [title, hint] =
    empty.kind === "offline"
      ? [WORK.offline, WORK.offlineHint]
      : empty.kind === "refused"
        ? [WORK[empty.why], WORK.refusedHint]
        : [WORK.nothing, WORK.nothingHint];
  return (
    <Empty title={title} hint={hint}>
      {done > 0 && <p className="gw-done-here">{t(WORK.doneHere, { count: done })}</p>}
      <Group gap="xs">
        {empty.kind === "refused" && (
          <Button component={To} href={`/o/${props.org}/p/${props.project}/me`}>
            {t(WORK.toQuality)}
          </Button>
        )}
        <Button component={To} href="/" variant={empty.kind === "refused" ? "default" : "filled"}>
          {t(WORK.toHome)}
        </Button>
        <Button variant="default" onClick={props.onAgain}>
          {t(WORK.look)}
        </Button>
      </Group>
    </Empty>
  );
}
