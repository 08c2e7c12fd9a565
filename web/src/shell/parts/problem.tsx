/** What went wrong, in words: the server's problem with its hint and code, or that it cannot be reached. */

import { Alert, Button, Group, Text as Words } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Refusal, Unreachable } from "@/api/call";
import { useSpeech } from "../language";
import { FRAME } from "../words";

export function ProblemView({
  problem,
  onAgain,
}: {
  readonly problem: unknown;
  readonly onAgain?: () => void;
}): ReactNode {
  const { t } = useSpeech();
  const offline = problem instanceof Unreachable;
  const told = problem instanceof Refusal ? problem.problem : null;
  return (
    <Alert
      color={offline ? "yellow" : "red"}
      role="alert"
      icon={offline ? <IconPlugConnectedX /> : <IconAlertTriangle />}
      title={offline ? t(FRAME.offline) : (told?.title ?? t(FRAME.wrong))}
    >
      {told?.hint && <Words size="sm">{told.hint}</Words>}
      {told === null && !offline && <Words size="sm">{String(problem)}</Words>}
      <Group justify="space-between" mt="xs">
        <Words size="xs" c="dimmed">
          {told?.code} {told?.request_id !== undefined && t(FRAME.request, { id: told.request_id })}
        </Words>
        {onAgain !== undefined && (
          <Button size="xs" variant="light" onClick={onAgain}>
            {t(FRAME.again)}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** The words of a problem for a toast. */
export function problemText(problem: unknown, offline: string): string {
  if (problem instanceof Refusal) return [problem.problem.title, problem.problem.hint].filter(Boolean).join(" ");
  return problem instanceof Unreachable ? offline : String(problem);
}
