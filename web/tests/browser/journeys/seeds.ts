/** A floor with something on every page: work in all its states, lots, gold, notices, a line that ran and its release. */

import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, type Floor, told } from "./floor";
import { archive, behind, bringIn, picture, placeOf } from "./makings";

const ROOT = resolve(import.meta.dirname, "../../../..");

const GUIDELINE = "# Places 地点\n\nMark **cities**.\n\n| word | mark |\n|---|---|\n| Paris | city |\n";
const SHAPES = `title: {en: Shapes, zh: 形状}
controls:
  - {name: kind, type: classify, title: {en: Kind, zh: 类型}, field: image, choices: [square, other]}
`;
const REVIEWED = {
  nodes: [
    { kind: "annotate", name: "label" },
    { kind: "review", name: "review" },
    { kind: "accept", name: "client" },
  ],
  edges: [
    { from: "label", to: "review" },
    { from: "review", to: "client" },
    { from: "review", to: "label", on: "return" },
    { from: "client", to: "end" },
    { from: "client", to: "label", on: "return" },
  ],
};
const JUDGED = {
  nodes: [
    { kind: "annotate", name: "label", overlap: 2 },
    { kind: "consensus", name: "agree" },
    { kind: "adjudicate", name: "decide" },
  ],
  edges: [
    { from: "label", to: "agree" },
    { from: "agree", to: "end", on: "agree" },
    { from: "agree", to: "decide", on: "disagree" },
    { from: "decide", to: "end" },
  ],
};
const RECIPE = `line: colours
collect:
  - {from: jsonl, path: items.jsonl, text_field: text, id_field: id, license: CC0-1.0, basis: owned}
clean:
  - {op: text.length, characters_min: 7}
annotate:
  schema: labels.yaml
  mode: human
  target: {accuracy: 0.8, confidence: 0.9}
  overlap: 2
  people: [{labeler: simulated, truth: meta.colour, error_rate: 0.01}]
assess: {standards: [tc609-04]}
release: {name: test/colours, version: 1.0.0, to: release, description: Colours 颜色}
engine: {error_budget: 0.5}
`;
const COLOURS =
  "name: colours\ncontrols:\n  - {name: colour, type: classify, field: text, choices: [red, green], " +
  "title: {en: Colour, zh: 颜色}}\n";

/** The numbers and names that addresses are filled with. */
export interface Seeds {
  /** Projects: one under review and acceptance, one of two opinions with lots and gold, one of pictures, one with bad luck. */
  readonly reviewed: string;
  readonly judged: string;
  readonly shapes: string;
  readonly unlucky: string;
  readonly lot: string;
  readonly labeler: string;
  readonly line: string;
  readonly release: string;
  readonly left: string;
  readonly right: string;
}

interface Lease {
  readonly slot: number;
  readonly token: string;
  readonly item: string;
  readonly target: number | null;
}

const texts = (count: number): object[] =>
  Array.from({ length: count }, (_, at) => ({ text: `Letter ${at} from Paris about France.` }));

async function claim(floor: Floor, project: number, login: string, count: number, desk = "work"): Promise<Lease[]> {
  const api = await floor.api(login);
  const place = `${placeOf(floor, project)}/${desk}/claim`;
  return (await told<{ leases: Lease[] }>(api.post(place, { data: { count } }))).leases;
}

/** Hand in what was claimed; what is said depends on the item alone, but for where somebody errs. */
async function submit(floor: Floor, project: number, login: string, leases: readonly Lease[], errs = 0) {
  const api = await floor.api(login);
  const activity = { v: 1, duration_ms: 20_000, pointer: [[0, 20_000]] };
  for (const [at, { slot, token }] of leases.entries()) {
    const labels = { kind: at < errs ? "letter" : "news", place: [{ start: 14, end: 19, label: "city" }] };
    const data = { slot, token, labels, client_id: `${login}.${project}.${slot}`, activity, next: 0 };
    await told(api.post(`${placeOf(floor, project)}/work/submit`, { data }));
  }
}

async function waiting(floor: Floor, project: number, node: string, count: number): Promise<void> {
  const place = `${placeOf(floor, project)}/items?limit=100&node=${node}`;
  await expect
    .poll(async () => (await told<{ items: unknown[] }>(floor.owner.get(place))).items.length, { timeout: 60_000 })
    .toBeGreaterThanOrEqual(count);
}

/** Of eight answers one is returned with a comment, three wait for the client, and the rest for review. */
async function reviewed(floor: Floor): Promise<number> {
  const settings = { graph: REVIEWED };
  const project = await floor.project({ name: "Letters 信件", guideline: GUIDELINE, items: texts(12), settings });
  await submit(floor, project, "anna", await claim(floor, project, "anna", 8));
  await waiting(floor, project, "review", 8);
  const rui = await floor.api("rui");
  const place = `${placeOf(floor, project)}/reviews`;
  const [bad, ...good] = await claim(floor, project, "rui", 4, "reviews");
  const comment = { client_id: "seed.c", kind: "question", body: "Is Paris meant? 指的是巴黎吗？" };
  await told(
    rui.post(`${place}/slots/${bad!.target}/comments`, { data: { ...comment, anchor: { control: "place" } } }),
  );
  const verdicts = [
    {
      slot: bad!.slot,
      token: bad!.token,
      client_id: "seed.v",
      verdict: "return",
      reason: "wrong",
      note: "Look again.",
    },
    ...good.map(({ slot, token }) => ({ slot, token, client_id: `seed.${slot}`, verdict: "accept" })),
  ];
  for (const one of await told<{ problem?: unknown }[]>(rui.post(`${place}/verdicts`, { data: { verdicts } })))
    expect(one.problem ?? null).toBeNull();
  await waiting(floor, project, "client", 3);
  return project;
}

/** Two answered the same items and differ on some; known answers came by, a lot is in inspection, somebody is paused. */
async function judged(floor: Floor): Promise<{ project: number; lot: number; labeler: number }> {
  const settings = { graph: JUDGED, gold: { rate: 0.5, floor: 0.5 } };
  const project = await floor.project({ name: "Places 地点", guideline: GUIDELINE, items: texts(24), settings });
  const place = placeOf(floor, project);
  const { items } = await told<{ items: { item: string }[] }>(floor.owner.get(`${place}/items?limit=100`));
  const answers = items.slice(0, 4).map(({ item }) => ({ item, body: { kind: "news", place: [] } }));
  await told(floor.owner.put(`${place}/gold`, { data: { answers, source: "Olivia 欧宁" } }));
  for (const [login, errs] of [
    ["anna", 0],
    ["bo", 3],
  ] as const)
    for (let done = 0; done < 20; done += 5)
      await submit(floor, project, login, await claim(floor, project, login, 5), done === 0 ? errs : 0);
  await waiting(floor, project, "decide", 1);
  const ines = await floor.api("ines");
  const terms = { kind: "exact", accuracy: 0.9, confidence: 0.9, expected: 0.95, early: false };
  const made = await told<{ lot: { id: number } }>(
    ines.post(`${place}/lots`, { data: { name: "First lot 第一批", terms } }),
  );
  const lot = made.lot.id;
  await told(ines.post(`${place}/lots/${lot}/draw`, { data: {} }));
  const sample = await told<{ items: { item: string }[] }>(ines.get(`${place}/lots/${lot}/sample?limit=2`));
  for (const { item } of sample.items)
    await told(ines.post(`${place}/lots/${lot}/marks`, { data: { item, wrong: false } }));
  return { project, lot, labeler: await standing(floor, project) };
}

/** Somebody is paused and appeals; the number by which he goes. */
async function standing(floor: Floor, project: number): Promise<number> {
  const place = placeOf(floor, project);
  const bo = await floor.api("bo");
  const mine = async (): Promise<number> =>
    (await told<{ items: { labeler: number }[] }>(bo.get(`${place}/people/me`))).items[0]?.labeler ?? 0;
  await expect.poll(mine, { timeout: 60_000 }).toBeGreaterThan(0);
  const labeler = await mine();
  const act = { act: { do: "pause", seconds: 86_400 }, reason: "Please read the guideline again. 请重读规范。" };
  await told(floor.owner.post(`${place}/quality/people/${labeler}/standing`, { data: act }));
  const { items } = await told<{ items: { id: number }[] }>(bo.get(`${place}/quality/mine`));
  const words = "I have read it now. 我已读过。";
  await told(bo.post(`${place}/quality/actions/${items[0]!.id}/appeal`, { data: { words } }));
  await told(floor.owner.put(`/api/v1/orgs/${floor.org}/skills/${labeler}/geography`, { data: { level: 0.8 } }));
  return labeler;
}

async function shapes(floor: Floor): Promise<number> {
  const project = await floor.project({ name: "Shapes 形状", schema: SHAPES, items: [] });
  const pictures = Array.from({ length: 6 }, (_, at) => picture(`p${at}.png`, { width: 300 + at, height: 220 }));
  await bringIn(floor, project, archive(pictures), 6);
  return project;
}

/** An answer that came when somebody else had the item, and an item that the graph lost. */
async function unlucky(floor: Floor): Promise<number> {
  const graph = { ...REVIEWED, nodes: REVIEWED.nodes.slice(0, 2), edges: REVIEWED.edges.slice(0, 1) };
  const settings = { graph: { ...graph, edges: [...graph.edges, { from: "review", to: "end" }] } };
  const project = await floor.project({ name: "Bad luck 不走运", items: texts(3), settings });
  const leases = await claim(floor, project, "anna", 3);
  behind(floor, `UPDATE annotate.slot SET lease_until = now() - interval '1 hour' WHERE project = ${project}`);
  const taken = await claim(floor, project, "bo", 2);
  const lost = leases.filter(({ slot }) => taken.some((one) => one.slot === slot));
  behind(floor, `UPDATE annotate.item SET node = 'gone' WHERE project = ${project} AND id = '${taken[0]!.item}'`);
  await submit(floor, project, "bo", taken);
  await submit(floor, project, "anna", lost, 2);
  return project;
}

/** Run a small line in the floor's own workspace, as the terminal does beside a server. */
function line(floor: Floor): Promise<void> {
  const folder = join(floor.workspace, "line-colours");
  mkdirSync(folder);
  const items: object[] = Array.from({ length: 90 }, (_, at) => ({
    id: String(at),
    text: `item ${String(at).padStart(3, "0")}`,
    colour: at % 3 === 0 ? "green" : "red",
  }));
  items.push({ id: "short", text: "item", colour: "red" });
  writeFileSync(join(folder, "items.jsonl"), `${items.map((one) => JSON.stringify(one)).join("\n")}\nnot json\n`);
  writeFileSync(join(folder, "labels.yaml"), COLOURS);
  writeFileSync(join(folder, "line.yaml"), RECIPE);
  const python = process.env.GALLEY_PYTHON ?? join(ROOT, ".venv/bin/python");
  const words = ["run", join(folder, "line.yaml"), "--workspace", floor.workspace, "--workers", "1", "--quiet"];
  const started = spawn(python, ["-m", "galley.cli.main", ...words], { cwd: ROOT });
  let said = "";
  for (const stream of [started.stdout, started.stderr])
    stream.on("data", (piece: Buffer) => {
      said += piece.toString();
    });
  return new Promise((done, failed) => {
    started.once("error", failed);
    started.once("exit", (code) =>
      code === 0 ? done() : failed(new Error(`galley run ended with ${code}:\n${said}`)),
    );
  });
}

/** What an organisation keeps besides projects: another one, an invitation, a token, a team, a webhook, a rule. */
async function house(floor: Floor): Promise<void> {
  const at = `/api/v1/orgs/${floor.org}`;
  const { owner } = floor;
  const other = { slug: "north", name: "Northern Data", name_zh: "北方数据", kind: "client" };
  await told(owner.post("/api/v1/organisations", { data: other }));
  await told(owner.post(`${at}/invitations`, { data: { roles: ["annotator"] } }));
  await told(owner.post(`${at}/tokens`, { data: { name: "nightly 夜间任务", scopes: ["project.read"] } }));
  await told(owner.post(`${at}/hooks`, { data: { url: "https://hooks.example/galley", events: ["submitted"] } }));
  await told(owner.post(`${at}/teams`, { data: { name: "Night shift 夜班" } }));
  const rule = { organisations: null, networks: [], view_only: true, until: null, note: "Until the audit 审计前" };
  await told((await floor.api("mei")).post(`${at}/isolation`, { data: rule }));
}

/** Make all of it; a minute of work for the duties, the line beside them. */
export async function seeded(floor: Floor): Promise<Seeds> {
  const ran = line(floor);
  ran.catch(() => undefined); // heard below, after what else may fail
  await house(floor);
  const [letters, pictures, luckless] = [await reviewed(floor), await shapes(floor), await unlucky(floor)];
  const { project, lot, labeler } = await judged(floor);
  const exported = { data: { format: "jsonl" } };
  await told((await floor.api("olivia")).post(`${placeOf(floor, project)}/exports`, exported));
  await told(floor.owner.post(`${placeOf(floor, project)}/batches`, { data: { name: "Urgent 加急", priority: 7 } }));
  await expect
    .poll(async () => (await told<{ items: unknown[] }>(floor.owner.get(`${placeOf(floor, luckless)}/stuck`))).items)
    .toHaveLength(1);
  await ran;
  const at = `/api/v1/orgs/${floor.org}`;
  const releases = await told<{ items: { id: number }[] }>(floor.owner.get(`${at}/releases`));
  const versions = await told<{ items: { id: number }[] }>(floor.owner.get(`${at}/versions`));
  return {
    reviewed: String(letters),
    judged: String(project),
    shapes: String(pictures),
    unlucky: String(luckless),
    lot: String(lot),
    labeler: String(labeler),
    line: "colours",
    release: String(releases.items[0]!.id),
    left: String(versions.items.at(-1)!.id),
    right: String(versions.items[0]!.id),
  };
}
