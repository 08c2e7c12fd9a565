/** Quality of a project: charts, rules, what was done, appeals. */

import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { useSearchParams } from "wouter";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { PageHead } from "../../parts/page";
import { ChartsTab } from "./charts";
import { Actions, Appeals } from "./log";
import { Rules } from "./rules";
import { QUAL } from "./words";

const TABS = ["charts", "rules", "actions", "appeals"] as const;

export default function QualityPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const place = { org, project };
  return (
    <>
      <PageHead title={t(QUAL.title)} about={t(QUAL.about)} />
      <Tabs
        value={search.get("tab") ?? "charts"}
        onChange={(tab) => setSearch({ tab: tab ?? "charts" })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(QUAL[tab])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="charts">
          <ChartsTab place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <Rules place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="actions">
          <Actions place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="appeals">
          <Appeals place={place} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
