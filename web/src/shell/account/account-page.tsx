/** My account: name, language, password, sessions, keys. */

import { Badge, Button, Card, Group, SegmentedControl, Stack, Table, TextInput, Text as Words } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState, useSyncExternalStore } from "react";
import { call } from "@/api/call";
import type { Session } from "@/api/types";
import type { Language } from "@/core/words";
import { useSpeech } from "../language";
import { Found, PageHead } from "../parts/page";
import { Password } from "../parts/password";
import { problemText } from "../parts/problem";
import { useSession } from "../session";
import { useToast } from "../toast";
import { FRAME } from "../words";
import { keepHotkeys, keptHotkeys, onHotkeys } from "../work/hotkeys";
import { ACCOUNT } from "./words";

export default function AccountPage(): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <PageHead title={t(ACCOUNT.title)} />
      <Stack maw={860}>
        <Profile />
        <ChangePassword />
        <Sessions />
        <Hotkeys />
      </Stack>
    </>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <Card withBorder component="section">
      <Words component="h2" fw={600} mb="sm">
        {title}
      </Words>
      {children}
    </Card>
  );
}

/** Does something at the server and says how it went. */
function useDoing(): { readonly busy: boolean; run(work: () => Promise<string>): Promise<boolean> } {
  const { t } = useSpeech();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  return {
    busy,
    run: async (work) => {
      setBusy(true);
      try {
        toast(await work(), "good");
        return true;
      } catch (problem) {
        toast(problemText(problem, t(FRAME.offline)), "bad");
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

function Profile(): ReactNode {
  const { t, setLanguage } = useSpeech();
  const { me, refresh } = useSession();
  const [name, setName] = useState(me.name);
  const [language, choose] = useState<Language>(me.language);
  const { busy, run } = useDoing();
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void run(async () => {
      await call("PATCH /api/v1/me", { body: { name, language } });
      setLanguage(language);
      await refresh();
      return t(ACCOUNT.saved);
    });
  };
  return (
    <Section title={t(ACCOUNT.profile)}>
      <form onSubmit={save}>
        <Stack gap="sm" maw={420}>
          <TextInput label={t(ACCOUNT.login)} value={me.login} readOnly variant="filled" />
          <TextInput
            label={t(ACCOUNT.name)}
            value={name}
            required
            maxLength={200}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <div>
            <Words size="sm" fw={500} mb={4} id="account-language">
              {t(ACCOUNT.language)}
            </Words>
            <SegmentedControl
              aria-labelledby="account-language"
              value={language}
              onChange={(value) => choose(value as Language)}
              data={[
                { value: "zh", label: "中文" },
                { value: "en", label: "English" },
              ]}
            />
          </div>
          <Button type="submit" loading={busy} w="fit-content">
            {t(ACCOUNT.save)}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function ChangePassword(): ReactNode {
  const { t } = useSpeech();
  const { me, refresh } = useSession();
  const queries = useQueryClient();
  const [differ, setDiffer] = useState(false);
  const { busy, run } = useDoing();
  const change = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const target = event.currentTarget;
    const form = new FormData(target);
    const [old, fresh, again] = ["old", "new", "again"].map((name) => String(form.get(name) ?? ""));
    setDiffer(fresh !== again);
    if (fresh !== again) return;
    const done = await run(async () => {
      await call("PUT /api/v1/me/password", { body: { new: fresh!, old: me.has_password ? old! : null } });
      await queries.invalidateQueries({ queryKey: ["my-sessions"] });
      await refresh();
      return t(ACCOUNT.changed);
    });
    if (done) target.reset();
  };
  return (
    <Section title={t(ACCOUNT.password)}>
      {!me.has_password && (
        <Words size="sm" c="dimmed" mb="sm">
          {t(ACCOUNT.noPassword)}
        </Words>
      )}
      <form onSubmit={(event) => void change(event)}>
        <input type="text" name="username" autoComplete="username" value={me.login} readOnly hidden />
        <Stack gap="sm" maw={420}>
          {me.has_password && <Password name="old" label={t(ACCOUNT.old)} autoComplete="current-password" required />}
          <Password
            name="new"
            label={t(ACCOUNT.fresh)}
            description={t(ACCOUNT.freshHint)}
            autoComplete="new-password"
            minLength={10}
            required
          />
          <Password
            name="again"
            label={t(ACCOUNT.again)}
            autoComplete="new-password"
            required
            error={differ ? t(ACCOUNT.differ) : null}
          />
          <Button type="submit" loading={busy} w="fit-content">
            {t(ACCOUNT.change)}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function Sessions(): ReactNode {
  const { t } = useSpeech();
  const { me } = useSession();
  const queries = useQueryClient();
  const { busy, run } = useDoing();
  const sessions = useQuery({ queryKey: ["my-sessions"], queryFn: () => call("GET /api/v1/me/sessions", {}) });
  const end = (which: number | null): void =>
    void run(async () => {
      const { count } =
        which === null
          ? await call("DELETE /api/v1/me/sessions", {})
          : await call("DELETE /api/v1/me/sessions/{session}", { path: { session: which } });
      await queries.invalidateQueries({ queryKey: ["my-sessions"] });
      return t(ACCOUNT.ended, { count: count ?? 1 });
    });
  return (
    <Section title={t(ACCOUNT.sessions)}>
      <Found query={sessions}>
        {(rows) => (
          <>
            <Table.ScrollContainer minWidth={560}>
              <Table verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t(ACCOUNT.device)}</Table.Th>
                    <Table.Th>{t(ACCOUNT.way)}</Table.Th>
                    <Table.Th>{t(ACCOUNT.used)}</Table.Th>
                    <Table.Th>{t(ACCOUNT.expires)}</Table.Th>
                    <Table.Th aria-label={t(ACCOUNT.end)} />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((row) => (
                    <SessionRow key={row.id} row={row} mine={row.id === me.session} busy={busy} onEnd={end} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {rows.length > 1 && (
              <Button size="xs" variant="default" mt="xs" loading={busy} onClick={() => end(null)}>
                {t(ACCOUNT.endAll)}
              </Button>
            )}
          </>
        )}
      </Found>
    </Section>
  );
}

function SessionRow(props: {
  readonly row: Session;
  readonly mine: boolean;
  readonly busy: boolean;
  readonly onEnd: (session: number) => void;
}): ReactNode {
  const { t, format } = useSpeech();
  const { row } = props;
  return (
    <Table.Tr>
      <Table.Td>
        {browserOf(row.agent)} <span className="gs-dim">{row.address}</span>
      </Table.Td>
      <Table.Td>{t(ACCOUNT[`way-${row.way}`])}</Table.Td>
      <Table.Td>{format.time(row.used_at)}</Table.Td>
      <Table.Td>{format.date(row.expires_at)}</Table.Td>
      <Table.Td>
        <Group justify="flex-end">
          {props.mine ? (
            <Badge variant="light" tt="none">
              {t(ACCOUNT.thisOne)}
            </Badge>
          ) : (
            <Button size="xs" variant="default" disabled={props.busy} onClick={() => props.onEnd(row.id)}>
              {t(ACCOUNT.end)}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** A browser and its system by the words people know. */
export function browserOf(agent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\/(\d+)/.exec(agent.replace(/Chrome\/\S+(?=.*(Edg|OPR)\/)/, ""));
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(agent)?.[1];
  const names: { readonly [name: string]: string } = { Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS" };
  const parts = [
    browser === null ? agent.slice(0, 40) || "–" : `${names[browser[1]!] ?? browser[1]} ${browser[2]}`,
    ...(system === undefined ? [] : [names[system] ?? system]),
  ];
  return parts.join(" · ");
}

const kept = (): string => JSON.stringify(keptHotkeys());

function Hotkeys(): ReactNode {
  const { t } = useSpeech();
  const changed = Object.keys(JSON.parse(useSyncExternalStore(onHotkeys, kept)) as object).length;
  return (
    <Section title={t(ACCOUNT.hotkeys)}>
      <Group justify="space-between">
        <Words size="sm">{changed === 0 ? t(ACCOUNT.hotkeysNone) : t(ACCOUNT.hotkeysSome, { count: changed })}</Words>
        {changed > 0 && (
          <Button size="xs" variant="default" onClick={() => keepHotkeys({})}>
            {t(ACCOUNT.hotkeysReset)}
          </Button>
        )}
      </Group>
    </Section>
  );
}
