/** The first steps on a new server: organisation and person, then data, then the first label. */

import {
  Button,
  Center,
  Group,
  Paper,
  PasswordInput,
  Stack,
  Stepper,
  TextInput,
  Title,
  Text as Words,
} from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link } from "wouter";
import { call } from "@/api/call";
import { LanguageSwitch, ThemeSwitch } from "../frame";
import { useSpeech } from "../language";
import { Empty, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { SessionProvider, useMe } from "../session";
import { FirstProject } from "./first-project";
import { SETUP } from "./set-up-words";

export default function Page(): ReactNode {
  const { t } = useSpeech();
  const { me, problem } = useMe();
  // Behind `#`, so that no server and no log sees it; kept here, so that it does not stay in the history.
  const [ticket] = useState(() => {
    const secret = new URLSearchParams(location.hash.slice(1)).get("ticket");
    if (secret !== null) history.replaceState(null, "", location.pathname);
    return secret;
  });
  return (
    <Center p="md" component="main" mih="100%" className="ga-set-up">
      <Paper w={me ? 1040 : 480} maw="100%" p="lg" withBorder shadow="sm">
        <Group justify="space-between" wrap="nowrap" align="start">
          <Group gap="sm" wrap="nowrap">
            <img src="/favicon.svg" alt="" width={40} height={40} />
            <div>
              <Title order={1} size="h3">
                {t(SETUP.title)}
              </Title>
              <Words size="sm" c="dimmed">
                {t(SETUP.about)}
              </Words>
            </div>
          </Group>
          <Group gap={4} wrap="nowrap">
            <LanguageSwitch />
            <ThemeSwitch />
          </Group>
        </Group>
        <Stepper active={me ? 1 : 0} size="xs" my="lg">
          {[SETUP.you, SETUP.data, SETUP.label].map((step) => (
            <Stepper.Step key={step.en} label={t(step)} />
          ))}
        </Stepper>
        {problem !== null && <ProblemView problem={problem} onAgain={() => location.reload()} />}
        {me === undefined && problem === null && <Waiting />}
        {me === null && <FirstOwner ticket={ticket} />}
        {me && (
          <SessionProvider me={me}>
            <FirstProject org={me.places[0]?.id ?? 0} />
          </SessionProvider>
        )}
      </Paper>
    </Center>
  );
}

function FirstOwner({ ticket }: { readonly ticket: string | null }): ReactNode {
  const { t, language } = useSpeech();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const state = useQuery({ queryKey: ["set-up"], queryFn: () => call("GET /api/v1/set-up", {}) });
  if (state.data?.open === false)
    return (
      <Empty title={SETUP.closed} hint={SETUP.closedHint}>
        <Button component={Link} href="/sign-in">
          {t(SETUP.signIn)}
        </Button>
      </Empty>
    );
  if (ticket === null) return <Empty title={SETUP.noTicket} hint={SETUP.noTicketHint} />;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const said = (name: string): string => String(form.get(name)).trim();
    setBusy(true);
    setProblem(null);
    try {
      await call("POST /api/v1/set-up", {
        body: {
          ...{ ticket, language, organisation: said("organisation"), name: said("name"), email: said("email") },
          password: String(form.get("password")),
        },
      });
      await queries.invalidateQueries({ queryKey: ["me"] });
    } catch (refused) {
      setProblem(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        {problem !== null && <ProblemView problem={problem} />}
        <TextInput
          name="organisation"
          label={t(SETUP.organisation)}
          description={t(SETUP.organisationHint)}
          autoComplete="organization"
          maxLength={200}
          required
          autoFocus
        />
        <TextInput name="name" label={t(SETUP.name)} autoComplete="name" maxLength={200} required />
        <TextInput name="email" type="email" label={t(SETUP.email)} autoComplete="username" required />
        <PasswordInput
          name="password"
          label={t(SETUP.password)}
          description={t(SETUP.passwordHint)}
          autoComplete="new-password"
          minLength={10}
          required
        />
        <Button type="submit" loading={busy} mt="xs">
          {t(SETUP.begin)}
        </Button>
      </Stack>
    </form>
  );
}
