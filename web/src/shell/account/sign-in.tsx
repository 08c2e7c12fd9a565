/** Sign in: with a password, an organisation's provider, or a link that somebody sent. */

import { Button, Center, Divider, Paper, Stack, TextInput, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { call } from "@/api/call";
import { words } from "@/core/words";
import { LanguageSwitch } from "../frame";
import { useSpeech } from "../language";
import { Password } from "../parts/password";
import { ProblemView } from "../parts/problem";
import { nextOf } from "./next";

const SAYS = words({
  title: { en: "Sign in to Galley", zh: "登录 Galley" },
  login: { en: "E-mail or login", zh: "邮箱或登录名" },
  password: { en: "Password", zh: "密码" },
  signIn: { en: "Sign in", zh: "登录" },
  or: { en: "or", zh: "或" },
  with: { en: "Sign in with {name}", zh: "使用 {name} 登录" },
});

export default function SignIn(): ReactNode {
  const { t } = useSpeech();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const ticketSent = useRef(false);
  const providers = useQuery({ queryKey: ["oidc"], queryFn: () => call("GET /api/v1/sign-in/oidc", {}) });
  const enter = async (how: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await how();
      queries.clear();
      go(nextOf(location.search), { replace: true });
    } catch (refused) {
      setProblem(refused);
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    const secret = new URLSearchParams(location.hash.slice(1)).get("ticket");
    if (secret === null || ticketSent.current) return;
    ticketSent.current = true; // a ticket is good for once
    history.replaceState(null, "", location.pathname + location.search);
    void enter(() => call("POST /api/v1/sign-in/ticket", { body: { secret } }));
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [login, password] = [String(form.get("login")), String(form.get("password"))];
    void enter(() => call("POST /api/v1/sign-in", { body: { login, password } }));
  };
  return (
    <Center mih="100%" p="md" component="main">
      <Paper w={360} p="lg" withBorder shadow="sm">
        <Stack>
          <Center>
            <img src="/favicon.svg" alt="" width={48} height={48} />
          </Center>
          <Title order={1} size="h4" ta="center">
            {t(SAYS.title)}
          </Title>
          {problem !== null && <ProblemView problem={problem} />}
          <form onSubmit={submit}>
            <Stack gap="sm">
              <TextInput name="login" label={t(SAYS.login)} autoComplete="username" required autoFocus />
              <Password name="password" label={t(SAYS.password)} autoComplete="current-password" required />
              <Button type="submit" loading={busy} fullWidth>
                {t(SAYS.signIn)}
              </Button>
            </Stack>
          </form>
          {(providers.data ?? []).length > 0 && <Divider label={t(SAYS.or)} />}
          {(providers.data ?? []).map((provider) => (
            <Button
              key={provider.slug}
              variant="default"
              onClick={() =>
                void call("POST /api/v1/sign-in/oidc/{slug}", { path: { slug: provider.slug }, body: {} }).then(
                  ({ url }) => location.assign(url),
                  setProblem,
                )
              }
            >
              {t(SAYS.with, { name: provider.name })}
            </Button>
          ))}
          <Center>
            <LanguageSwitch />
          </Center>
        </Stack>
      </Paper>
    </Center>
  );
}
