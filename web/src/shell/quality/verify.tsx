/** Checks a release in the browser: what is checked, how far it is, what was found. */

import { Alert, Badge, Button, Group, Progress, Stack, Table, Textarea, Text as Words } from "@mantine/core";
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Unreachable } from "@/api/call";
import type { ReleaseView } from "@/api/types";
import type { Text } from "@/core/words";
import { Fault } from "@/verify/fault";
import { parseKeys, type VerifierKey } from "@/verify/notes";
import { type Check, type Source, verifyRelease } from "@/verify/release";
import { TITLES } from "@/verify/words";
import { useSpeech } from "../language";
import { served } from "./sources";
import { VERIFY } from "./words";

export default function Verify(props: { readonly org: number; readonly release: ReleaseView }): ReactNode {
  const { t } = useSpeech();
  return (
    <Stack maw={980}>
      <Words size="sm">{t(VERIFY.about)}</Words>
      <Checking source={(signal) => served(props.org, props.release.id, signal)} root={props.release.root} />
    </Stack>
  );
}

interface State {
  readonly running: boolean;
  readonly done: number;
  readonly total: number;
  readonly path: string;
  readonly checks: readonly Check[];
  readonly problem: Text | null;
  readonly pinned: boolean;
}

const IDLE: State = { running: false, done: 0, total: 0, path: "", checks: [], problem: null, pinned: false };

/** Asks for keys, runs the checks, shows them as they are known. */
export function Checking(props: {
  readonly source: (signal: AbortSignal) => Source;
  readonly root?: string;
}): ReactNode {
  const { t, format } = useSpeech();
  const [keys, setKeys] = useState("");
  const [state, set] = useState<State>(IDLE);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async (): Promise<void> => {
    const control = new AbortController();
    stop.current = control;
    set({ ...IDLE, running: true });
    try {
      const trusted = keys.trim() === "" ? undefined : parseKeys(keys);
      set({ ...IDLE, running: true, pinned: trusted !== undefined });
      await run(props, trusted, control.signal, (change) => set((known) => ({ ...known, ...change(known) })));
    } catch (problem) {
      if (!control.signal.aborted) set((known) => ({ ...known, problem: told(problem) }));
    }
    set((known) => ({ ...known, running: false, ...(control.signal.aborted ? { checks: [] } : {}) }));
  };
  const { running, done, total } = state;
  return (
    <Stack gap="sm">
      <Textarea
        label={t(VERIFY.keys)}
        description={t(VERIFY.keysHint)}
        placeholder="example.org/signer+1a2b3c4d+AVx…"
        autosize
        minRows={2}
        maxRows={5}
        value={keys}
        spellCheck={false}
        onChange={(event) => setKeys(event.currentTarget.value)}
      />
      <Group>
        <Button onClick={() => void start()} loading={running} leftSection={<IconShieldCheck size={16} />}>
          {t(state.checks.length > 0 ? VERIFY.again : VERIFY.start)}
        </Button>
        {running && (
          <Button variant="default" onClick={() => stop.current?.abort()}>
            {t(VERIFY.stop)}
          </Button>
        )}
      </Group>
      {running && total > 0 && (
        <div role="status">
          <Progress value={(done / total) * 100} aria-label={t(VERIFY.start)} animated />
          <Words size="xs" c="dimmed">
            {t(VERIFY.progress, { done: format.bytes(done), total: format.bytes(total) })} · {state.path}
          </Words>
        </div>
      )}
      {state.problem !== null && <Alert color="red">{t(state.problem)}</Alert>}
      {!running && state.checks.length > 0 && <Verdict state={state} />}
      {state.checks.length > 0 && <Found checks={state.checks} />}
    </Stack>
  );
}

function told(problem: unknown): Text {
  if (problem instanceof Fault) return problem.said;
  return problem instanceof Unreachable ? VERIFY.offline : { en: String(problem), zh: String(problem) };
}

async function run(
  props: { readonly source: (signal: AbortSignal) => Source; readonly root?: string },
  trusted: readonly VerifierKey[] | undefined,
  signal: AbortSignal,
  tell: (change: (known: State) => Partial<State>) => void,
): Promise<void> {
  let last = 0;
  const wishes = {
    ...(trusted && { trusted }),
    ...(props.root !== undefined && { root: props.root }),
    progress: (done: number, total: number, path: string) => {
      const now = performance.now();
      if (now - last < 50 && done < total) return;
      last = now;
      tell(() => ({ done, total, path }));
    },
  };
  for await (const check of verifyRelease(props.source(signal), wishes)) {
    signal.throwIfAborted();
    tell((known) => ({ checks: [...known.checks, check] }));
  }
}

function Verdict({ state }: { readonly state: State }): ReactNode {
  const { t } = useSpeech();
  const count = (outcome: string): number => state.checks.filter((check) => check.outcome === outcome).length;
  const failed = count("failed");
  const facts = { count: failed, passed: count("passed"), skipped: count("skipped") };
  return (
    <Alert
      role="status"
      color={failed === 0 ? "teal" : "red"}
      icon={failed === 0 ? <IconShieldCheck /> : <IconShieldX />}
      title={t(failed === 0 ? VERIFY.good : VERIFY.bad, facts)}
      data-verdict={failed === 0 ? "good" : "bad"}
    >
      {t(failed === 0 ? VERIFY.goodHint : VERIFY.badHint, facts)} {!state.pinned && failed === 0 && t(VERIFY.unpinned)}
    </Alert>
  );
}

const COLOR = { passed: "teal", failed: "red", skipped: "gray" } as const;

function Found({ checks }: { readonly checks: readonly Check[] }): ReactNode {
  const { t } = useSpeech();
  return (
    <Table verticalSpacing={6} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={200}>{t(VERIFY.check)}</Table.Th>
          <Table.Th w={100}>{t(VERIFY.result)}</Table.Th>
          <Table.Th>{t(VERIFY.finding)}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {checks.map((check) => (
          <Table.Tr
            key={`${check.name} ${check.file ?? ""} ${check.detail.en}`}
            data-check={check.name}
            data-outcome={check.outcome}
          >
            <Table.Td>
              {check.number}. {t(TITLES[check.name])}
            </Table.Td>
            <Table.Td>
              <Badge variant="light" tt="none" color={COLOR[check.outcome]}>
                {t(VERIFY[check.outcome])}
              </Badge>
            </Table.Td>
            <Table.Td>
              <Words size="sm" className="gq-finding">
                {check.file !== undefined && <code>{check.file}: </code>}
                {t(check.detail)}
              </Words>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
