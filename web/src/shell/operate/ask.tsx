/** Something done with a toast at its end, and the question before what cannot be undone. */

import { Button, Group, Modal, Text as Words } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Text } from "@/core/words";
import { useSpeech } from "../language";
import { useDoing } from "../parts/doing";
import { problemText } from "../parts/problem";
import { useToast } from "../toast";
import { OPERATE } from "./words";

/** Runs a change, says how it went, and has the lists asked again that it changed. */
export function useChange(stale: readonly (readonly unknown[])[], said: Text = OPERATE.done) {
  const { t } = useSpeech();
  const tell = useToast();
  const queries = useQueryClient();
  return useDoing({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSuccess: async () => {
      tell(t(said), "good");
      for (const queryKey of stale) await queries.invalidateQueries({ queryKey: [...queryKey] });
    },
    onError: (problem) => tell(problemText(problem, t(OPERATE.offline)), "bad"),
  });
}

export function useQuestion(): {
  readonly ask: (title: string, why: string, run: () => void) => void;
  readonly dialog: ReactNode;
} {
  const { t } = useSpeech();
  const [asked, set] = useState<{ readonly title: string; readonly why: string; readonly run: () => void } | null>(
    null,
  );
  const dialog = (
    <Modal opened={asked !== null} onClose={() => set(null)} title={asked?.title} centered>
      <Words size="sm">{asked?.why}</Words>
      <Group justify="end" mt="md">
        <Button variant="default" onClick={() => set(null)}>
          {t(OPERATE.cancel)}
        </Button>
        <Button
          color="red"
          onClick={() => {
            asked?.run();
            set(null);
          }}
        >
          {asked?.title}
        </Button>
      </Group>
    </Modal>
  );
  return { ask: (title, why, run) => set({ title, why, run }), dialog };
}
