/** The session has ended: sign in here, without leaving the page and what is open on it. */

import { Button, Modal, Stack, Text as Words } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { Me } from "@/api/types";
import { words } from "@/core/words";
import { useSpeech } from "../language";
import { useOutbox } from "../outbox";
import { Password } from "../parts/password";
import { ProblemView } from "../parts/problem";

const SAYS = words({
  title: { en: "Your session has ended", zh: "登录已过期" },
  about: {
    en: "Nothing is lost: what you did is kept on this device. Sign in as {login} to go on where you are.",
    zh: "工作没有丢失，均已保存在本机。请以 {login} 重新登录，从当前位置继续。",
  },
  password: { en: "Password", zh: "密码" },
  signIn: { en: "Sign in and go on", zh: "登录并继续" },
  other: { en: "Sign in another way", zh: "以其他方式登录" },
});

export function SignAgain({ me }: { readonly me: Me }): ReactNode {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const outbox = useOutbox();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password"));
    setBusy(true);
    setProblem(null);
    try {
      await call("POST /api/v1/sign-in", { body: { login: me.login, password } });
      await outbox?.sender.kick();
      await queries.invalidateQueries();
    } catch (refused) {
      setProblem(refused);
    } finally {
      setBusy(false);
    }
  };
  const elsewhere = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={t(SAYS.title)} centered zIndex={900}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Words size="sm">{t(SAYS.about, { login: me.login })}</Words>
          {problem !== null && <ProblemView problem={problem} />}
          <input type="text" name="login" autoComplete="username" value={me.login} readOnly hidden />
          <Password name="password" label={t(SAYS.password)} autoComplete="current-password" required data-autofocus />
          <Button type="submit" loading={busy}>
            {t(SAYS.signIn)}
          </Button>
          <Button component="a" href={elsewhere} variant="subtle" size="xs">
            {t(SAYS.other)}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
