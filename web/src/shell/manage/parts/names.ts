/** What people are called: labelers bear their person's number, members the name. */

import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/call";
import type { Member } from "@/api/types";

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

/** The person of a labeler that is one: `person-3`. */
export function personOf(labeler: string): number | null {
  const found = /^person-(\d+)$/.exec(labeler);
  return found === null ? null : Number(found[1]);
}

/** The name to show for a labeler's name. */
export function useNames(org: number): (labeler: string) => string {
  const { data } = useMembers(org);
  const names = new Map(data?.map(({ person, name }) => [person, name]));
  return (labeler) => names.get(personOf(labeler) ?? -1) ?? labeler;
}
