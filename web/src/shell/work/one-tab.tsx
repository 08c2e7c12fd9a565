/** One tab at a desk: two of them would hand out the same items twice over. */

import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useSpeech } from "../language";
import { type Outbox, useOutbox } from "../outbox";
import { Empty, Waiting } from "../parts/page";
import { useSession } from "../session";
import { useDeskLock } from "./use-desk-lock";
import { WORK } from "./words";

interface OneTabProps {
  readonly org: number;
  readonly project: number;
  /** What is shown in the tab that has the desk. */
  readonly children: (outbox: Outbox) => ReactNode;
}

export function OneTab({ org, project, children }: OneTabProps): ReactNode {
  const outbox = useOutbox();
  const { me } = useSession();
  const { lock, take } = useDeskLock(`${me.person}/${org}/${project}`);
  const { t } = useSpeech();
  if (outbox === null || lock === "asking") return <Waiting />;
  if (lock === "elsewhere")
    return (
      <Empty title={WORK.otherTab} hint={WORK.otherTabHint}>
        <Button onClick={take}>{t(WORK.workHere)}</Button>
      </Empty>
    );
  return children(outbox);
}
