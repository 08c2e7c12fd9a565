/** An invitation, from the link somebody was sent: `/invitation#secret=…`. */

import { Alert, Button, Center, Paper, SegmentedControl, Stack, TextInput, Title, Text as Words } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { call } from "@/api/call";
import type { Me, Offer } from "@/api/types";
import { LanguageSwitch } from "../frame";
import { useSpeech } from "../language";
import { Found } from "../parts/page";
import { Password } from "../parts/password";
import { ProblemView } from "../parts/problem";
import { useMe } from "../session";
import { INVITED } from "./words";

/** The secret of the address; behind `#`, so that no server and no log sees it. */
export function secretOf(hash: string): string {
  const told = new URLSearchParams(hash.replace(/^#/, ""));
  return told.get("secret") ?? told.get("invitation") ?? told.get("ticket") ?? "";
}

export default function Invitation(): ReactNode {
  const { t } = useSpeech();
  const { me } = useMe();
  const [secret] = useState(() => secretOf(location.hash));
  // Kept here, so that it stays neither in the address bar nor in the history.
  useEffect(() => {
    if (location.hash !== "") history.replaceState(null, "", location.pathname);
  }, []);
  const offer = useQuery({
    queryKey: ["offer", secret],
    queryFn: () => call("POST /api/v1/invitations/offer", { body: { secret } }),
    enabled: secret !== "",
    retry: false,
    refetchOnWindowFocus: false,
  });
  return (
    <Center mih="100%" p="md" component="main">
      <Paper w={420} p="lg" withBorder shadow="sm">
        <Stack>
          <Center>
            <img src="/favicon.svg" alt="" width={48} height={48} />
          </Center>
          <Title order={1} size="h4" ta="center">
            {t(INVITED.title)}
          </Title>
          {secret === "" ? (
            <Alert color="yellow">{t(INVITED.noSecret)}</Alert>
          ) : (
            <Found query={offer}>
              {(told) => (
                <>
                  <About offer={told} />
                  {me ? (
                    <AcceptAsMe me={me} secret={secret} offer={told} />
                  ) : (
                    <AsSomebody secret={secret} offer={told} />
                  )}
                </>
              )}
            </Found>
          )}
          <Center>
            <LanguageSwitch />
          </Center>
        </Stack>
      </Paper>
    </Center>
  );
}

function About({ offer }: { readonly offer: Offer }): ReactNode {
  const { t, language, format } = useSpeech();
  const organisation = (language === "zh" && offer.organisation_name_zh) || offer.organisation_name;
  const roles = offer.roles.map((role) => t(INVITED[role])).join(language === "zh" ? "、" : ", ");
  return (
    <div>
      <Words ta="center">{t(INVITED.to, { organisation, roles })}</Words>
      <Words size="xs" c="dimmed" ta="center">
        {t(INVITED.until, { time: format.time(offer.expires_at) })}
      </Words>
    </div>
  );
}

/** Runs one way of coming in, then goes to the start as who one is now. */
function useEntering(): {
  readonly busy: boolean;
  readonly problem: unknown;
  enter(how: () => Promise<unknown>): void;
} {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const enter = (how: () => Promise<unknown>): void => {
    setBusy(true);
    setProblem(null);
    how().then(
      () => {
        queries.clear();
        go("/", { replace: true });
      },
      (refused: unknown) => {
        setProblem(refused);
        setBusy(false);
      },
    );
  };
  return { busy, problem, enter };
}

interface Props {
  readonly secret: string;
  readonly offer: Offer;
}

function AcceptAsMe({ me, secret }: Props & { readonly me: Me }): ReactNode {
  const { t } = useSpeech();
  const { busy, problem, enter } = useEntering();
  return (
    <Stack gap="sm">
      {problem !== null && <ProblemView problem={problem} />}
      <Button loading={busy} onClick={() => enter(() => call("POST /api/v1/invitations/accept", { body: { secret } }))}>
        {t(INVITED.accept, { name: me.name })}
      </Button>
    </Stack>
  );
}

function AsSomebody({ secret, offer }: Props): ReactNode {
  const { t, language } = useSpeech();
  const [known, setKnown] = useState(false);
  const { busy, problem, enter } = useEntering();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [login, password, name] = ["login", "password", "name"].map((field) => String(form.get(field) ?? ""));
    enter(async () => {
      if (!known) {
        const body = { secret, login: login!, password: password!, name: name!, language };
        return call("POST /api/v1/invitations/join", { body });
      }
      await call("POST /api/v1/sign-in", { body: { login: login!, password: password! } });
      return call("POST /api/v1/invitations/accept", { body: { secret } });
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SegmentedControl
          fullWidth
          value={known ? "known" : "new"}
          onChange={(value) => setKnown(value === "known")}
          data={[
            { value: "new", label: t(INVITED.asNew) },
            { value: "known", label: t(INVITED.asKnown) },
          ]}
        />
        {problem !== null && <ProblemView problem={problem} />}
        <TextInput
          name="login"
          label={t(INVITED.login)}
          autoComplete="username"
          defaultValue={offer.email ?? ""}
          required
        />
        {!known && <TextInput name="name" label={t(INVITED.name)} autoComplete="name" required />}
        <Password
          name="password"
          label={t(INVITED.password)}
          {...(known ? {} : { description: t(INVITED.passwordHint), minLength: 10 })}
          autoComplete={known ? "current-password" : "new-password"}
          required
        />
        <Button type="submit" loading={busy}>
          {t(known ? INVITED.signIn : INVITED.join)}
        </Button>
      </Stack>
    </form>
  );
}
