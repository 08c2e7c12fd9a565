/** What to do next: what came back first, then what is open, then what waits. Pure. */

import type { DeskStage, MyProject } from "@/api/types";

export interface Duty {
  readonly org: number;
  readonly project: MyProject;
  readonly desk: DeskStage;
  readonly why: "returned" | "held" | "open";
}

export function dutiesOf(org: number, project: MyProject): Duty[] {
  if (project.standing !== null || project.state !== "open") return [];
  return project.desks.flatMap((desk): Duty[] => {
    if (desk.returned > 0) return [{ org, project, desk, why: "returned" }];
    if (desk.held > 0) return [{ org, project, desk, why: "held" }];
    return desk.open + desk.assigned > 0 ? [{ org, project, desk, why: "open" }] : [];
  });
}

/** Whether somebody finds anything here: work, what they began, or why they may not. */
export function concerns(project: MyProject): boolean {
  if (project.standing !== null || project.drafts > 0) return true;
  return project.desks.some(({ open, held, returned, assigned }) => open + held + returned + assigned > 0);
}

const RANK = { returned: 0, held: 1, open: 2 } as const;

/** The one to begin with; among equals what is due first. */
export function nextDuty(duties: readonly Duty[]): Duty | null {
  const due = ({ project }: Duty): number =>
    project.due_at === null ? Number.POSITIVE_INFINITY : Date.parse(project.due_at);
  const byRank = (left: Duty, right: Duty): number =>
    RANK[left.why] - RANK[right.why] || (due(left) === due(right) ? 0 : due(left) - due(right));
  return [...duties].sort(byRank)[0] ?? null;
}

/** Where a desk's work is done. */
export function deskPath(org: number, project: number, desk: string): string {
  return `/o/${org}/p/${project}/${PAGES[desk] ?? desk}`;
}

/** The words of the API's paths, and the pages where that work is done. */
const PAGES: { readonly [desk: string]: string } = {
  adjudications: "adjudicate",
  reviews: "review",
  acceptances: "accept",
};
