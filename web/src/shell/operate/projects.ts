/** The projects of an organisation that somebody sees, by number. */

import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/call";
import type { ProjectView } from "@/api/types";

/** Empty until they are known, and for who may not list them. */
export function useProjects(org: number): readonly ProjectView[] {
  const asked = useQuery({
    queryKey: ["projects", org, "names"],
    staleTime: 60_000,
    retry: false,
    queryFn: () => call("GET /api/v1/orgs/{org}/projects", { path: { org }, query: { limit: 200 } }),
  });
  return asked.data?.items ?? [];
}
