/** What people are called who are met on a page, and all members to choose from. */

import { useQueries, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { call } from "@/api/call";
import type { Member } from "@/api/types";
import { useSpeech } from "../../language";
import { personOf, sayName } from "../../parts/person";

const PAGES_MAX = 10;

export function useMembers(org: number) {
  return useQuery({
    queryKey: ["members-all", org],
    staleTime: 300_000,
    queryFn: async () => {
      const members: Member[] = [];
      let after: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const { items, next } = await call("GET /api/v1/orgs/{org}/members", {
          path: { org },
          query: { limit: 100, ...(after === undefined ? {} : { after }) },
        });
        members.push(...items);
        if (next === null || next === undefined) break;
        after = next;
      }
      return members;
    },
  });
}

const CHUNK = 100;

interface Place {
  readonly org: number;
  readonly project: number;
}

/** Numbers in lots of what one request takes. Pure. */
export function chunked(numbers: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(numbers.length / CHUNK) }, (_, at) =>
    numbers.slice(at * CHUNK, at * CHUNK + CHUNK),
  );
}

/** The name to show for a labeler's name: those met while rendering are asked for together, whoever is on the page. */
export function useNames({ org, project }: Place): (labeler: string) => string {
  const { t } = useSpeech();
  const [chunks, setChunks] = useState<readonly (readonly number[])[]>([]);
  const met = useRef({ known: new Set<number>(), fresh: [] as number[] });
  const asked = useQueries({
    queries: chunks.map((people) => ({
      queryKey: ["names", org, project, people],
      staleTime: 300_000,
      retry: false,
      queryFn: () =>
        call("GET /api/v1/orgs/{org}/projects/{project}/people/names", {
          path: { org, project },
          query: { people: people.join(",") },
        }),
    })),
  });
  const names = new Map(
    asked.flatMap(({ data }) => data?.items.map(({ person, name }) => [person, name] as const) ?? []),
  );
  const ask = (person: number): void => {
    const { known, fresh } = met.current;
    if (known.has(person)) return;
    known.add(person);
    if (fresh.push(person) > 1) return;
    // When everything that is rendered now has said whom it shows.
    setTimeout(() => {
      const people = met.current.fresh.splice(0).sort((a, b) => a - b);
      setChunks((had) => [...had, ...chunked(people)]);
    });
  };
  return (labeler) => {
    const person = personOf(labeler);
    if (person === null) return labeler;
    ask(person);
    return names.get(person) ?? sayName(t, labeler);
  };
}
