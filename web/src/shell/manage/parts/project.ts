/** The project of the page. */

import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/call";

export function useProject(org: number, project: number) {
  return useQuery({
    queryKey: ["project", org, project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}", { path: { org, project } }),
  });
}
