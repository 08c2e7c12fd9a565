import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { actAs, call } from "@/api/call";
import { openShelf } from "@/outbox/indexed";
import type { OpenItem } from "@/outbox/model";
import { keptOf } from "@/shell/account/kept";
import { nextOf } from "@/shell/account/next";
import { mustLeave, tellPresence, watchPresence } from "@/shell/presence";

afterEach(() => {
  actAs(null);
  vi.unstubAllGlobals();
});

const next = (to: string): string => nextOf(`?next=${encodeURIComponent(to)}`);

test("after signing in one goes to pages of ours alone", () => {
  const ours = ["/", "/o/1/p/2/work", "/o/1/p/2?a=b#c", "/me/unsent"];
  expect(ours.map(next)).toEqual(ours);
  const others = [
    ...[
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "\\\\evil.example",
      "/\t/evil.example",
      "/\n//evil.example",
    ],
    ...[
      "\t//evil.example",
      "javascript:alert(1)",
      "/\r\\evil.example",
      "data:text/html,a",
      " //evil.example",
      "///evil.example",
    ],
    ...[
      "/.//evil.example",
      "/a/..//evil.example",
      "/%2e//evil.example",
      "/sign-in?next=/sign-in",
      "/api/v1/me/events",
      "evil",
    ],
  ];
  expect(others.map((one) => [one, next(one)])).toEqual(others.map((one) => [one, "/"]));
  expect(nextOf("")).toBe("/");
});

test("a tab lets go when its person left, or somebody else came, and of nothing else", () => {
  expect(mustLeave({ kind: "out" }, 1)).toBe(true);
  expect(mustLeave({ kind: "in", person: 2 }, 1)).toBe(true);
  for (const told of [{ kind: "in", person: 1 }, null, "out", {}, { kind: "__proto__" }]) {
    expect(mustLeave(told, 1)).toBe(false);
  }
});

test("tabs hear of one another, and none of itself", async () => {
  let left = 0;
  const stop = watchPresence(1, () => {
    left += 1;
  });
  tellPresence({ kind: "out" });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(left).toBe(0);
  const other = new BroadcastChannel("galley-presence");
  other.postMessage({ kind: "in", person: 2 });
  await vi.waitFor(() => expect(left).toBe(1));
  other.close();
  stop();
});

test("every request says whose page asks, once that is known", async () => {
  const said: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_: string, { headers }: { readonly headers: Headers }) => {
    said.push(headers.get("X-Galley-Person"));
    return new Response("{}", { status: 200 });
  });
  await call("GET /api/v1/me", {});
  actAs(7);
  await call("GET /api/v1/me", {});
  await call("POST /api/v1/sign-out", {});
  expect(said).toEqual([null, "7", "7"]);
});

test("leaving is asked about when something is handed in and not sent, or begun; an item merely open is nothing", async () => {
  const shelf = await openShelf("kept");
  const item = (slot: number, person: number): OpenItem => ({
    ...{ key: `${person}/1/1/work/${slot}/1`, person, org: 1, project: 1, desk: "work", slot, clientId: `c${slot}` },
    ...{ start: [], lease: {}, schema: {}, openedAt: 0 },
  });
  for (const slot of [1, 2, 3]) await shelf.open(item(slot, 1));
  await shelf.open(item(1, 2));
  expect(await keptOf(shelf, 1)).toEqual({ parcels: 0, begun: 0 });
  await shelf.append([{ key: item(1, 1).key, seq: 1, name: "t", at: 0, changes: [] }]);
  await shelf.enqueue({ person: 1, key: item(2, 1).key, operation: "", path: {}, body: {}, madeAt: 0 });
  expect(await keptOf(shelf, 1)).toEqual({ parcels: 1, begun: 1 });
  expect(await keptOf(shelf, 2)).toEqual({ parcels: 0, begun: 0 });
});
