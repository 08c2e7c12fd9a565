/** What people are told of by the bell: what came back leads to the work, is read once seen, and is nobody else's. */

import type { Page } from "@playwright/test";
import { axe, expect, type Floor, test, told } from "./floor";
import { placeOf } from "./makings";

const GRAPH = {
  nodes: [
    { kind: "annotate", name: "label" },
    { kind: "review", name: "review" },
  ],
  edges: [
    { from: "label", to: "review" },
    { from: "review", to: "end" },
    { from: "review", to: "label", on: "return" },
  ],
};
const SAYS = {
  zh: {
    unread: /通知，\d+ 条未读/,
    none: "通知，没有未读",
    back: /的答案被退回：漏标|的答案被退回：有遗漏/,
    all: "全部通知",
    read: "全部标为已读",
    why: "退回原因：有遗漏",
  },
  en: {
    unread: /Notices, \d+ unread/,
    none: "Notices, none unread",
    back: /came back: something is missing/,
    all: "All notices",
    read: "Mark all as read",
    why: "something is missing",
  },
} as const;

interface Lease {
  readonly slot: number;
  readonly token: string;
  readonly target: number | null;
}

async function read(floor: Floor, login: string): Promise<void> {
  const api = await floor.api(login);
  const { items } = await told<{ items: { id: number }[] }>(api.get("/api/v1/me/notices?limit=1"));
  if (items[0] !== undefined) await told(api.post("/api/v1/me/notices/read", { data: { until: items[0].id } }));
}

/** Somebody's answer goes back with a reason. */
async function returned(floor: Floor, project: number, login: string): Promise<void> {
  const [who, rui] = [await floor.api(login), await floor.api("rui")];
  const place = placeOf(floor, project);
  const { leases } = await told<{ leases: Lease[] }>(who.post(`${place}/work/claim`, { data: { count: 1 } }));
  const { slot, token } = leases[0]!;
  const data = { slot, token, labels: { kind: "news" }, client_id: `n.${slot}` };
  await told(who.post(`${place}/work/submit`, { data }));
  let review: Lease | undefined;
  await expect
    .poll(
      async () => {
        const found = await told<{ leases: Lease[] }>(rui.post(`${place}/reviews/claim`, { data: { count: 1 } }));
        review = found.leases[0];
        return found.leases.length;
      },
      { timeout: 60_000 },
    )
    .toBe(1);
  const verdict = { slot: review!.slot, token: review!.token, client_id: `v.${slot}`, verdict: "return" };
  const verdicts = [{ ...verdict, reason: "missing", note: "France, too. 还有法国。" }];
  const [given] = await told<{ problem?: unknown }[]>(rui.post(`${place}/reviews/verdicts`, { data: { verdicts } }));
  expect(given?.problem ?? null).toBeNull();
}

async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

for (const [language, login, other] of [
  ["zh", "anna", "bo"],
  ["en", "bo", "anna"],
] as const) {
  test(`work that came back is told, opened from there, and read (${language})`, async ({ floor, as }) => {
    test.setTimeout(180_000);
    const says = SAYS[language];
    for (const one of ["anna", "bo"]) await read(floor, one);
    const items = Array.from({ length: 2 }, (_, at) => ({ text: `Letter ${at} from Paris about France.` }));
    const project = await floor.project({ name: `Told ${language}`, items, settings: { graph: GRAPH } });
    const page = await as(login, language);
    await page.goto("/");
    const bell = page.locator('button[aria-haspopup="dialog"]').first();
    await expect(bell).toHaveAccessibleName(says.none);
    await returned(floor, project, login);
    // It comes by itself: nobody asks for the page again.
    await expect(bell).toHaveAccessibleName(says.unread, { timeout: 60_000 });
    await bell.focus();
    await page.keyboard.press("Enter");
    const notice = page.getByRole("link", { name: says.back });
    await expect(notice).toBeVisible();
    await expect(notice).toContainText(`Told ${language}`);
    await look(page, `notices-bell-${language}`);
    expect(await axe(page)).toEqual([]);
    await notice.focus();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/p/${project}/work$`));
    await expect(page.locator(".gw-bench-front .gw-form")).toBeVisible();
    await expect(page.locator(".gw-returned")).toContainText(says.why);
    await expect(page.locator(".gw-returned")).toContainText("还有法国");

    // Read marks: none is left unread here, and so it is on another device.
    await page.goto("/me/notices");
    await expect(page.locator("li[data-unread]").first()).toBeVisible();
    await page.getByRole("button", { name: says.read }).press("Enter");
    await expect(page.locator("li[data-unread]")).toHaveCount(0);
    await expect(bell).toHaveAccessibleName(says.none);
    await look(page, `notices-read-${language}`);
    const device = await as(login, language);
    await device.goto("/me/notices");
    await expect(device.getByRole("link", { name: says.back }).first()).toBeVisible();
    await expect(device.locator("li[data-unread]")).toHaveCount(0);

    // It was told to nobody else.
    const stranger = await as(other, language);
    await stranger.goto("/me/notices");
    await expect(stranger.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(stranger.locator("main .gn-notice").filter({ hasText: `Told ${language}` })).toHaveCount(0);
    await expect(stranger.locator('button[aria-haspopup="dialog"]').first()).toHaveAccessibleName(says.none);
    const heard = await told<{ items: { project: number | null }[] }>(
      (await floor.api(other)).get("/api/v1/me/notices?limit=50"),
    );
    expect(heard.items.filter((one) => one.project === project)).toEqual([]);
  });
}
