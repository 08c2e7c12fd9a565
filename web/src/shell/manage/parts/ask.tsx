/** Doing things: a mutation that says what went wrong, and asking first where it cannot be undone. */

import { Button, Group, Stack, Text as Words } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useState } from "react";
import type { Text } from "@/core/words";
import { useSpeech } from "../../language";
import { Dialog } from "../../parts/dialog";
import { useDoing } from "../../parts/doing";
import { problemText } from "../../parts/problem";
import { useToast } from "../../toast";
import { FRAME } from "../../words";

interface Doing<G, A> {
  readonly run: (given: G) => Promise<A>;
  /** What to look up again afterwards. */
  readonly stale?: readonly (readonly unknown[])[];
  readonly said?: Text;
  onDone?(answer: A, given: G): void;
}

/** A mutation with a toast either way. */
export function useDo<G, A>({ run, stale = [], said, onDone }: Doing<G, A>) {
  const { t } = useSpeech();
  const toast = useToast();
  const queries = useQueryClient();
  return useDoing({
    mutationFn: run,
    onSuccess: (answer, given) => {
      for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
      if (said !== undefined) toast(t(said), "good");
      onDone?.(answer, given);
    },
    onError: (problem) => toast(problemText(problem, t(FRAME.offline)), "bad"),
  });
}

/** A button that asks first, for what cannot be undone. */
export function SureButton(props: {
  readonly label: string;
  readonly about: string;
  readonly onYes: () => void;
}): ReactNode {
  const [confirm, asking] = useConfirm();
  const { label, about, onYes } = props;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => confirm({ title: label, about, act: label, danger: true, onYes })}
      >
        {label}
      </Button>
      {asking}
    </>
  );
}

interface Question {
  readonly title: string;
  readonly about: string;
  readonly act: string;
  readonly danger?: boolean;
  onYes(): void;
}

/** Ask before doing; the element goes anywhere on the page. */
export function useConfirm(): readonly [(question: Question) => void, ReactNode] {
  const { t } = useSpeech();
  const [question, set] = useState<Question | null>(null);
  const close = useCallback(() => set(null), []);
  const element = (
    <Dialog opened={question !== null} onClose={close} title={question?.title}>
      <Stack>
        <Words size="sm">{question?.about}</Words>
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t(FRAME.cancel)}
          </Button>
          <Button
            color={question?.danger === true ? "red" : "blue"}
            onClick={() => {
              question?.onYes();
              close();
            }}
          >
            {question?.act}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
  return [set, element];
}
