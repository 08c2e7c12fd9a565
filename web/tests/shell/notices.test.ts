import { describe, expect, it } from "vitest";
import type { Notice } from "@/api/types";
import { say } from "@/core/words";
import { countText, toldOf } from "@/shell/account/notices/sentence";
import { AREAS } from "@/shell/areas";

const PATHS = AREAS.flatMap(({ pages }) => pages.map(({ path }) => path));

function notice(kind: Notice["kind"], facts: Notice["facts"], project: number | null = 7): Notice {
  return { id: 1, organisation: 2, project, project_name: "p", kind, facts, at: "2026-01-01T00:00:00Z", read: false };
}

function both(of: Notice, leads = false): readonly [string, string, string] {
  const { text, facts, href } = toldOf(of, leads);
  return [say(text, "en", facts), say(text, "zh", facts), href];
}

describe("sentences of notices", () => {
  it("tell why work came back and lead to where it is done", () => {
    expect(both(notice("returned", { item: "a", stage: "label", reason: "missing" }))).toEqual([
      "Your answer to a came back: something is missing.",
      "您对 a 的答案被退回：有遗漏。",
      "/o/2/p/7/work",
    ]);
    expect(both(notice("returned", { item: "a", stage: "adjudicate", reason: "lot 3" }))[2]).toBe(
      "/o/2/p/7/adjudicate",
    );
    expect(both(notice("returned", { item: "a", stage: "label", reason: "constructor" }))[0]).toContain("constructor");
  });

  it("lead leads to the comments, and workers to their own page", () => {
    expect(both(notice("answered", { item: "a" }), true)[2]).toBe("/o/2/p/7/comments");
    expect(both(notice("answered", { item: "a" }))[2]).toBe("/o/2/p/7/me");
    expect(both(notice("commented", { item: "a" }), true)[2]).toBe("/o/2/p/7/me");
  });

  it("fill every fact of every kind, in both languages", () => {
    const all: readonly Notice[] = [
      notice("returned", { item: "x".repeat(64), stage: "label", reason: "" }),
      notice("returned", { item: "a", stage: "adjudicate", reason: "wrong" }),
      notice("commented", { item: "a" }),
      notice("answered", { item: "a" }),
      notice("resolved", { item: "a" }),
      ...["pause", "block", "reopen", "review", "set_skill", "move_skill", "tell_worker", "unheard"].map((act) =>
        notice("action", { do: act }),
      ),
      notice("appeal", { state: "upheld" }),
      notice("appeal", { state: "overturned" }),
      notice("late", { item: "a", settled: "adopted" }),
      notice("late", { item: "a", settled: "dismissed" }),
      notice("rule", { rule: 1 }, null),
      notice("rule_decided", { state: "approved" }, null),
      notice("rule_decided", { state: "refused" }, null),
      notice("invitation", { name: "Wu" }, null),
      notice("job", { work: "import", state: "done" }),
      notice("job", { work: "prelabel", state: "failed", code: "GLY-X-001" }, null),
    ];
    for (const one of all) {
      const [en, zh, href] = both(one);
      expect(en).not.toMatch(/[{}]|[\u4e00-\u9fff]/);
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(zh).not.toMatch(/[{}]/);
      expect(en.length).toBeLessThan(90);
      expect(PATHS).toContain(href.replace("/o/2", "/o/:org").replace("/p/7", "/p/:project"));
    }
  });

  it("count up to 99", () => {
    expect([countText(0, false), countText(99, false), countText(99, true)]).toEqual(["0", "99", "99+"]);
  });
});
