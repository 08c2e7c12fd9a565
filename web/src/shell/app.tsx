/** The app: who is here, and which page the address means. */

import { Button } from "@mantine/core";
import { Component, type ErrorInfo, lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Redirect, Route, Switch, Link as To, useLocation } from "wouter";
import type { Me } from "@/api/types";
import type { Page } from "./area";
import { AREAS } from "./areas";
import { Frame } from "./frame";
import { useSpeech } from "./language";
import { OutboxProvider, useSending } from "./outbox";
import { Empty, Waiting } from "./parts/page";
import { ProblemView } from "./parts/problem";
import { SessionProvider, useMe } from "./session";
import { FRAME } from "./words";

const SignIn = lazy(() => import("./account/sign-in"));
const SetUp = lazy(() => import("./account/set-up"));
const SignAgain = lazy(() => import("./account/sign-again").then((module) => ({ default: module.SignAgain })));
const Invitation = lazy(() => import("./account/invitation"));

const PAGES = AREAS.flatMap((area) => area.pages).map((page) => ({ page, View: lazy(page.load) }));

export function App(): ReactNode {
  return (
    <Faults>
      <Suspense fallback={<Waiting />}>
        <Switch>
          <Route path="/sign-in">
            <SignIn />
          </Route>
          <Route path="/set-up">
            <SetUp />
          </Route>
          <Route path="/invitation">
            <Invitation />
          </Route>
          <Route>
            <Inside />
          </Route>
        </Switch>
      </Suspense>
    </Faults>
  );
}

function Inside(): ReactNode {
  const { me: found, problem } = useMe();
  const [path] = useLocation();
  // A session that ends takes nothing off the screen: whoever was here signs in over it.
  const [last, setLast] = useState<Me | null>(null);
  if (found && found !== last) setLast(found);
  const me = found ?? last;
  if (found === undefined && me === null)
    return problem === null ? <Waiting /> : <ProblemView problem={problem} onAgain={() => location.reload()} />;
  if (me === null)
    return <Redirect to={`/sign-in?next=${encodeURIComponent(path + location.search)}${location.hash}`} />;
  return (
    <SessionProvider me={me}>
      <OutboxProvider>
        <Ended me={me} ended={found === null} />
        <Switch>
          {PAGES.map(({ page, View }) => (
            <Route key={page.path} path={page.path}>
              {(params: { readonly [name: string]: string | undefined }) =>
                isNumber(params.org) && isNumber(params.project) ? (
                  <Dressed page={page}>
                    <View
                      org={Number(params.org)}
                      project={Number(params.project)}
                      params={params as { [name: string]: string }}
                    />
                  </Dressed>
                ) : (
                  <Nowhere />
                )
              }
            </Route>
          ))}
          <Route>
            <Nowhere />
          </Route>
        </Switch>
      </OutboxProvider>
    </SessionProvider>
  );
}

/** Told by the server's answer to who is here, or by parcels that it did not take. */
function Ended({ me, ended }: { readonly me: Me; readonly ended: boolean }): ReactNode {
  const { signedOut } = useSending();
  return ended || signedOut ? (
    <Suspense fallback={null}>
      <SignAgain me={me} />
    </Suspense>
  ) : null;
}

/** Whether a part of an address is a number, where there is one. */
function isNumber(part: string | undefined): boolean {
  return part === undefined || /^\d{1,15}$/.test(part);
}

function Nowhere(): ReactNode {
  return (
    <Frame>
      <Empty title={FRAME.notFound} hint={FRAME.notFoundHint}>
        <Home />
      </Empty>
    </Frame>
  );
}

function Home(): ReactNode {
  const { t } = useSpeech();
  return (
    <Button component={To} href="/">
      {t(FRAME.toStart)}
    </Button>
  );
}

function Dressed({ page, children }: { readonly page: Page; readonly children: ReactNode }): ReactNode {
  const { t } = useSpeech();
  useEffect(() => {
    document.title = `${t(page.title)} · Galley`;
  }, [page, t]);
  const shown = (
    <Faults key={page.path}>
      <Suspense fallback={<Waiting />}>{children}</Suspense>
    </Faults>
  );
  return page.bare === true ? shown : <Frame>{shown}</Frame>;
}

/** A page that breaks says so, and leaves the rest standing. */
class Faults extends Component<{ readonly children: ReactNode }, { readonly problem: unknown }> {
  override state = { problem: null as unknown };

  static getDerivedStateFromError(problem: unknown): { problem: unknown } {
    return { problem };
  }

  override componentDidCatch(problem: unknown, info: ErrorInfo): void {
    console.error(problem, info.componentStack);
  }

  override render(): ReactNode {
    return this.state.problem === null ? this.props.children : <Broken problem={this.state.problem} />;
  }
}

function Broken({ problem }: { readonly problem: unknown }): ReactNode {
  const { t } = useSpeech();
  return (
    <Empty title={FRAME.wrong} hint={FRAME.wrongHint}>
      <code>{String(problem)}</code>
      <Button onClick={() => location.reload()}>{t(FRAME.again)}</Button>
    </Empty>
  );
}
