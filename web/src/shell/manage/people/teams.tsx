/** Teams of the organisation: their members and leaders. */

import { Button, Group, MultiSelect, Paper, Stack, TextInput, Title, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { Member, Team } from "@/api/types";
import { useSpeech } from "../../language";
import { Found } from "../../parts/page";
import { FRAME } from "../../words";
import { SureButton, useDo } from "../parts/ask";
import { useMembers } from "../parts/names";
import { PEOPLE } from "./words";

export function Teams({ org }: { readonly org: number }): ReactNode {
  const { t } = useSpeech();
  const [name, setName] = useState("");
  const members = useMembers(org);
  const listed = useQuery({
    queryKey: ["teams", org],
    queryFn: () => call("GET /api/v1/orgs/{org}/teams", { path: { org } }),
  });
  const make = useDo({
    run: () => call("POST /api/v1/orgs/{org}/teams", { path: { org }, body: { name: name.trim() } }),
    stale: [["teams", org]],
    onDone: () => setName(""),
  });
  return (
    <Stack maw={760}>
      <Found query={listed}>
        {(teams) =>
          teams.length === 0 ? (
            <Words c="dimmed">{t(PEOPLE.noTeams)}</Words>
          ) : (
            teams.map((team) => (
              <TeamCard
                key={`${team.id} ${team.people.join()} ${team.leaders.join()}`}
                org={org}
                team={team}
                members={members.data ?? []}
              />
            ))
          )
        }
      </Found>
      <Group align="flex-end">
        <TextInput label={t(PEOPLE.teamName)} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Button disabled={name.trim() === ""} loading={make.isPending} onClick={() => make.mutate({})}>
          {t(PEOPLE.newTeam)}
        </Button>
      </Group>
    </Stack>
  );
}

function TeamCard(props: {
  readonly org: number;
  readonly team: Team;
  readonly members: readonly Member[];
}): ReactNode {
  const { t } = useSpeech();
  const { org, team } = props;
  const [people, setPeople] = useState(team.people.map(String));
  const [leaders, setLeaders] = useState(team.leaders.map(String));
  const path = { org, team: team.id };
  const stale = [["teams", org]];
  const save = useDo({
    run: () =>
      call("PUT /api/v1/orgs/{org}/teams/{team}", {
        path,
        body: { people: people.map(Number), leaders: leaders.map(Number) },
      }),
    stale,
    said: PEOPLE.saved,
  });
  const remove = useDo({ run: () => call("DELETE /api/v1/orgs/{org}/teams/{team}", { path }), stale });
  const options = props.members.map((one) => ({ value: String(one.person), label: one.name }));
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h6">
        {team.name}
      </Title>
      <MultiSelect searchable label={t(PEOPLE.members)} data={options} value={people} onChange={setPeople} />
      <MultiSelect
        searchable
        label={t(PEOPLE.leaders)}
        data={options.filter(({ value }) => people.includes(value))}
        value={leaders.filter((one) => people.includes(one))}
        onChange={setLeaders}
      />
      <Group justify="flex-end" mt="sm">
        <SureButton label={t(PEOPLE.removeTeam)} about={t(PEOPLE.removeTeamSure)} onYes={() => remove.mutate({})} />
        <Button size="xs" loading={save.isPending} onClick={() => save.mutate({})}>
          {t(FRAME.save)}
        </Button>
      </Group>
    </Paper>
  );
}
