/** One release: its card, certificate, report, files, statements, and the check of it all. */

import { Alert, Group, Tabs, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { useLocation } from "wouter";
import { call } from "@/api/call";
import type { ReleaseView } from "@/api/types";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { Markdown } from "../parts/markdown-view";
import { Empty, Found, PageHead, Waiting } from "../parts/page";
import { Files } from "./files";
import { Badges } from "./releases-page";
import { Statements } from "./statements";
import { QUALITY } from "./words";
import "./quality.css";

const Certificate = lazy(() => import("./certificate"));
const Report = lazy(() => import("./report"));
const Verify = lazy(() => import("./verify"));
const TABS = ["card", "certificate", "report", "files", "statements", "verify"] as const;

export default function ReleasePage({ org, params }: PageProps): ReactNode {
  const { t, format } = useSpeech();
  const [, go] = useLocation();
  const id = Number(params.release);
  const tab = TABS.find((name) => name === params.tab) ?? "card";
  const asked = useQuery({
    queryKey: ["release", org, id],
    queryFn: () => call("GET /api/v1/orgs/{org}/releases/{release}", { path: { org, release: id } }),
  });
  return (
    <Found query={asked}>
      {(release) => (
        <>
          <PageHead
            title={`${release.name} ${release.version}`}
            about={`${t(QUALITY.count, { count: format.number(release.rows) })} · ${format.bytes(release.bytes)} · ${release.line} · ${format.time(release.created_at)}`}
          >
            <Badges certified={release.certified} simulated={release.simulated} />
          </PageHead>
          <Group gap={6} mb="sm" wrap="nowrap">
            <Words size="xs" c="dimmed">
              {t(QUALITY.root)}
            </Words>
            <code className="gq-hash">{release.root}</code>
          </Group>
          {release.simulated && (
            <Alert color="orange" mb="sm" p="xs">
              {t(QUALITY.simulatedHint)}
            </Alert>
          )}
          <Tabs value={tab} onChange={(next) => go(`/o/${org}/releases/${id}/${next ?? "card"}`)} keepMounted={false}>
            <Tabs.List>
              {TABS.map((name) => (
                <Tabs.Tab key={name} value={name}>
                  {t(QUALITY[name])}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value={tab} pt="md">
              <Suspense fallback={<Waiting />}>
                <Part org={org} tab={tab} release={release} />
              </Suspense>
            </Tabs.Panel>
          </Tabs>
        </>
      )}
    </Found>
  );
}

function Part(props: { readonly org: number; readonly tab: string; readonly release: ReleaseView }): ReactNode {
  const { org, release } = props;
  if (props.tab === "certificate") return <Certificate org={org} release={release} />;
  if (props.tab === "report") return <Report org={org} release={release} />;
  if (props.tab === "files") return <Files org={org} release={release.id} />;
  if (props.tab === "statements") return <Statements statements={release.statements} />;
  if (props.tab === "verify") return <Verify org={org} release={release} />;
  if (release.card === "") return <Empty title={QUALITY.noCard} hint={QUALITY.noCardHint} />;
  // What stands before the text is for machines: the card's YAML head.
  return <Markdown text={release.card.replace(/^---\n[\s\S]*?\n---\n/, "")} className="gq-card" />;
}
