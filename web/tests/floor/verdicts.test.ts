import { describe, expect, it } from "vitest";
import { outcomeOf, verdictBody } from "@/floor/verdicts";

describe("what became of a verdict", () => {
  const receipt = { accepted: true, revision: 7, orphan: null, reason: null };

  it("is done when it has a receipt, and so is any other answer", () => {
    const answer = [{ slot: 1, receipt, problem: null }];
    expect(outcomeOf(answer)).toEqual({ kind: "done", answer });
    expect(outcomeOf({ leases: [] })).toEqual({ kind: "done", answer: { leases: [] } });
    expect(outcomeOf(undefined)).toEqual({ kind: "done", answer: undefined });
  });

  it("is refused, not done, when it has a problem", () => {
    const problem = { code: "GLY-ANN-012", title: "Stale.", hint: "Look again.", status: 409 };
    expect(outcomeOf([{ slot: 1, receipt: null, problem }])).toEqual({
      kind: "refused",
      why: { code: "GLY-ANN-012", title: "Stale.", hint: "Look again." },
    });
  });

  it("is sent again when the server could not just now", () => {
    expect(outcomeOf([{ slot: 1, problem: { code: "x", title: "", status: 503 } }])).toMatchObject({ kind: "later" });
  });
});

it("is one verdict in a list, with its comments", () => {
  const parcel = { slot: 3, token: "t", clientId: "c", note: "n", comments: [{ client_id: "k", body: "b" }] };
  expect(verdictBody({ verdict: "fix", labels: { a: "b" }, base: 4 }, parcel)).toEqual({
    verdicts: [
      {
        slot: 3,
        token: "t",
        client_id: "c",
        verdict: "fix",
        labels: { a: "b" },
        base: 4,
        note: "n",
        comments: [{ client_id: "k", body: "b" }],
      },
    ],
  });
});
