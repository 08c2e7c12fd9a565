/** Verdicts as they are sent, and what became of one: each is stored on its own, so an answer may hold a problem. */

import type { CommentBody, VerdictAnswer } from "@/api/types";
import type { Json, JsonObject } from "@/core/json";
import { isObject } from "@/core/json";
import type { Outcome } from "@/outbox/sender";

export type Verdict =
  | { readonly verdict: "accept" }
  | { readonly verdict: "fix"; readonly labels: Json; readonly base: number | null }
  | { readonly verdict: "return"; readonly reason: string };

export interface VerdictParcel {
  readonly slot: number;
  readonly token: string;
  readonly clientId: string;
  readonly note: string;
  readonly comments: readonly CommentBody[];
}

/** The body of `…/verdicts` with this one verdict. */
export function verdictBody(verdict: Verdict, { clientId, comments, ...parcel }: VerdictParcel): JsonObject {
  return {
    verdicts: [{ ...parcel, ...verdict, client_id: clientId, comments: comments as unknown as Json }],
  };
}

/**
 * What the answer to a parcel says became of it. Most answers mean that it is with the server; of verdicts each has a
 * receipt or a problem, and a problem must not pass for done.
 */
export function outcomeOf(answer: unknown): Outcome {
  const problem = Array.isArray(answer) ? answer.find(hasProblem)?.problem : undefined;
  if (problem === undefined || problem === null) return { kind: "done", answer };
  const status = Number(problem.status ?? 400);
  if (status >= 500 || status === 429 || status === 408) return { kind: "later", offline: false };
  const { code, title, hint } = problem;
  return {
    kind: "refused",
    why: { code: String(code ?? ""), title: String(title ?? ""), ...(typeof hint === "string" ? { hint } : {}) },
  };
}

function hasProblem(one: unknown): one is VerdictAnswer {
  return isObject(one) && "slot" in one && isObject(one.problem);
}
