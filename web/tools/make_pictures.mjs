// Takes the pictures of docs/guide on a floor that `make demo` serves, in Chinese and English:
//   node tools/make_pictures.mjs ../demo/logins.json ../docs/images/guide [SCENE …]
// Begin with a fresh demo: the projects it needs besides the digits are made by it, out of the gallery's templates.
// CHROMIUM names the browser when it is not /usr/bin/chromium.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { chromium } from "@playwright/test";
import { createServer } from "vite";

const [loginsFile, folder, ...only] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node tools/make_pictures.mjs LOGINS.json FOLDER [SCENE …]");
  process.exit(2);
}
const { address, organisation: org, project: digits, password } = JSON.parse(readFileSync(loginsFile, "utf8"));
const MOST_BYTES = 56_000;
const HOME = `/o/${org}`;
const API = `/api/v1/orgs/${org}`;
const OWN = { "X-Galley-CSRF": "1" };
/** Who labels in which language; both are people of the demo. */
const SPEAK = { zh: "annotator", en: "annotator2" };

/** The app's own way from labels to what a draft holds. */
const vite = await createServer({
  root: fileURLToPath(new URL("..", import.meta.url)),
  server: { middlewareMode: true, hmr: false, ws: false },
  optimizeDeps: { noDiscovery: true },
  logLevel: "error",
});
const { readLabels } = await vite.ssrLoadModule("/src/labels/kinds.ts");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--force-color-profile=srgb"],
});

async function told(asked) {
  const response = await asked;
  if (!response.ok()) throw new Error(`${response.status()} ${response.url()}: ${await response.text()}`);
  return response.json();
}

/** A browser of somebody's own, signed in. */
const contexts = new Map();
async function as(login, language) {
  const name = `${login}-${language}`;
  if (contexts.has(name)) return contexts.get(name);
  const context = await browser.newContext({
    baseURL: address,
    locale: language === "zh" ? "zh-CN" : "en-US",
    timezoneId: "Asia/Shanghai",
    colorScheme: "light",
    viewport: { width: 1366, height: 768 },
    extraHTTPHeaders: { "Accept-Language": language },
  });
  await context.addInitScript((chosen) => localStorage.setItem("galley.language", chosen), language);
  await told(context.request.post("/api/v1/sign-in", { data: { login, password } }));
  contexts.set(name, context);
  return context;
}

/** A recording that looks like two people talking: hums and hisses in words, with pauses, the same each time. */
function talk(seconds) {
  const rate = 16_000;
  const samples = new Int16Array(rate * seconds);
  let seed = 7;
  for (let at = 0; at < samples.length; at += 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const time = at / rate;
    const silent = [0.4, 4.1, 8.2, 12.2].some((pause) => Math.abs(time - pause) < 0.35);
    const word = Math.abs(Math.sin(time * 6.1) * Math.sin(time * 2.3 + 1));
    const pitch = time < 4.1 || (time > 8.2 && time < 12.2) ? 120 : 210;
    const hum = Math.sin(2 * Math.PI * pitch * time) + 0.5 * Math.sin(2 * Math.PI * pitch * 5.1 * time);
    samples[at] = silent ? 20 * (seed % 3) : 9000 * word * (0.7 * hum + 0.4 * (seed / 1_073_741_824 - 1));
  }
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([head, Buffer.from(samples.buffer)]);
}

/** A ZIP archive, nothing compressed. */
function archive(files) {
  const [parts, list] = [[], []];
  let offset = 0;
  for (const [name, bytes] of files) {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(0x21, 12); // the first day that the format knows
    head.writeUInt32LE(crc32(bytes), 14);
    head.writeUInt32LE(bytes.length, 18);
    head.writeUInt32LE(bytes.length, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    parts.push(head, Buffer.from(name), bytes);
    list.push(entry, Buffer.from(name));
    offset += 30 + name.length + bytes.length;
  }
  const size = list.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...list, end]);
}

/** A project out of a template in which each language has an item of its own, begun by who speaks it. */
async function projectOf(template, name, itemOf, answerOf) {
  const { request } = await as("manager", "zh");
  const { id } = await told(
    request.post(`${API}/projects/from-template`, { data: { template, name, language: "zh" }, headers: OWN }),
  );
  for (const [at, language] of Object.keys(SPEAK).entries()) {
    await bringIn(id, itemOf(language), at + 1);
    await begun(SPEAK[language], language, id, (content) => answerOf(content, language));
  }
  return id;
}

/** Send a row or an archive into a project and wait until there are so many items. */
async function bringIn(project, what, count) {
  const { request } = await as("manager", "zh");
  const packed = Buffer.isBuffer(what);
  await told(
    request.post(
      `${API}/projects/${project}/imports/stream?${packed ? "name=media.zip&format=archive" : "name=items.jsonl&format=jsonl"}`,
      {
        headers: { ...OWN, "Content-Type": packed ? "application/zip" : "application/x-ndjson" },
        data: packed ? what : JSON.stringify(what),
      },
    ),
  );
  for (let tries = 0; tries < 240; tries += 1) {
    const { nodes } = await told(request.get(`${API}/projects/${project}/progress`));
    if (nodes.reduce((sum, { open }) => sum + open, 0) >= count) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error("the items did not come in");
}

/** Claim an item as somebody and put an answer before them, as the draft they left; `answerOf` sees the item. */
async function begun(login, language, project, answerOf) {
  const { request } = await as(login, language);
  const place = `${API}/projects/${project}`;
  const { leases } = await told(request.post(`${place}/work/claim`, { data: { count: 1 }, headers: OWN }));
  const { schema } = await told(request.get(`${place}/schemas/${leases[0].schema_version}`));
  const numbers = Array.from({ length: 1_000 }, (_, at) => `e${at + 1}`).values();
  const entities = readLabels(schema, answerOf(leases[0].content), () => numbers.next().value);
  const body = { v: 1, attempt: leases[0].attempt, entities };
  const data = { seq: Date.now(), whole: true, body };
  await told(request.put(`${place}/work/drafts/${leases[0].slot}`, { data, headers: OWN }));
}

const NAMES = {
  zh: "屠呦呦 1930 年出生于浙江宁波，长期任职于中国中医科学院。1969 年起，她与同事余亚纲、钟裕蓉一起研究中药抗疟，\n从《肘后备急方》中得到启发，改用乙醚低温提取青蒿素。\n\n2015 年 10 月，她与坎贝尔、大村智在斯德哥尔摩共同获得诺贝尔生理学或医学奖。坎贝尔任职于德鲁大学，大村智任职于北里大学。",
  en: "Marie Curie was born in Warsaw and moved to Paris in 1891, where she studied at the Sorbonne. With Pierre Curie she\nfound polonium and radium.\n\nIn 1914 she founded the Radium Institute. Her daughter Irène worked there, too, beside Frédéric Joliot; both received the\nNobel Prize in Stockholm in 1935.",
};
const MARKS = {
  person: ["屠呦呦", "余亚纲", "钟裕蓉", "坎贝尔", "大村智", "Marie Curie", "Pierre Curie", "Irène", "Frédéric Joliot"],
  place: ["浙江宁波", "斯德哥尔摩", "Warsaw", "Paris", "Stockholm"],
  organisation: ["中国中医科学院", "德鲁大学", "北里大学", "Sorbonne", "Radium Institute"],
};
const RELATIONS = [
  ["屠呦呦", "浙江宁波", "born_in"],
  ["屠呦呦", "中国中医科学院", "works_for"],
  ["Marie Curie", "Warsaw", "born_in"],
  ["Irène", "Radium Institute", "works_for"],
];

function markedNames({ text }) {
  const found = Object.entries(MARKS).flatMap(([label, names]) =>
    names.flatMap((name) => {
      const at = text.indexOf(name);
      const start = [...text.slice(0, at)].length; // offsets count code points
      return at < 0 ? [] : [[name, { start, end: start + [...name].length, label }]];
    }),
  );
  const spans = new Map(found);
  return {
    entities: [...spans.values()].sort((one, other) => one.start - other.start),
    relations: RELATIONS.filter(([head]) => spans.has(head)).map(([head, tail, label]) => {
      return { head: spans.get(head), tail: spans.get(tail), label, direction: "one" };
    }),
  };
}

const SPOKEN = {
  zh: ["您好，请问火车票还能改签吗？", "可以，请告诉我订单号。", "一二零七，改到周五上午。", "好的，已经为您改好。"],
  en: [
    "Hello, can I still change my ticket?",
    "Yes. What is the number of your booking?",
    "One two zero seven, to Friday morning.",
    "Done. Have a good trip.",
  ],
};
const EDGES = [0.75, 3.75, 4.45, 7.85, 8.55, 11.85, 12.55, 15.9];
const ASKED = {
  zh: {
    prompt: "用一句话向十岁的孩子解释为什么天空是蓝色的。",
    responses: [
      { id: "a", content: "因为大海是蓝色的，天空像镜子一样映出了大海。" },
      { id: "b", content: "阳光里有各种颜色，空气最爱把蓝色的光弹向四面八方，所以我们抬头到处都看到蓝色。" },
      { id: "c", content: "瑞利散射强度与波长的四次方成反比，短波长可见光散射更强。" },
    ],
  },
  en: {
    prompt: "Explain to a child of ten in one sentence why the sky is blue.",
    responses: [
      { id: "a", content: "The sea is blue, and the sky shows it like a mirror." },
      {
        id: "b",
        content:
          "Sunlight holds all colours, and air throws the blue ones about the most, so blue comes from everywhere.",
      },
      { id: "c", content: "Rayleigh scattering goes with the inverse fourth power of the wavelength." },
    ],
  },
};

/** What a scene needs made before, once for both languages; who looks; where; what is waited for and done first. */
const SCENES = {
  names: {
    make: () =>
      projectOf(
        "entities-relations",
        "人物与机构 People and places",
        (language) => ({ id: language, text: NAMES[language] }),
        markedNames,
      ),
    who: SPEAK,
    path: (project) => `${HOME}/p/${project}/work`,
    ready: ".gw-bench-front .gt-text, .gw-bench-front .gw-field",
    after: async (page) => {
      await page.keyboard.press("]");
    },
  },
  audio: {
    make: () =>
      projectOf(
        "speakers",
        "客服录音 Calls",
        (language) => archive([[`call-${language}.wav`, talk(16)]]),
        (_, language) => ({
          speech: SPOKEN[language].map((text, at) => {
            return { start: EDGES[2 * at], end: EDGES[2 * at + 1], label: "speech", speaker: "AB"[at % 2], text };
          }),
        }),
      ),
    who: SPEAK,
    path: (project) => `${HOME}/p/${project}/work`,
    ready: ".gw-bench-front canvas",
    after: async (page) => {
      await page.keyboard.press("ArrowDown");
    },
  },
  ranking: {
    make: () =>
      projectOf(
        "ranking",
        "回答排序 Answers in order",
        (language) => ({ id: language, ...ASKED[language] }),
        () => ({ order: [["b"], ["c"], ["a"]] }),
      ),
    who: SPEAK,
    path: (project) => `${HOME}/p/${project}/work`,
    ready: ".gw-bench-front .gw-field",
  },
  home: { who: SPEAK, path: () => "/" },
  review: { who: "reviewer", path: () => `${HOME}/p/${digits}/review`, ready: ".gw-bench-front canvas" },
  lot: {
    who: "inspector",
    make: async () => {
      const { request } = await as("inspector", "zh");
      const { items } = await told(request.get(`${API}/projects/${digits}/lots`));
      return items[0].id;
    },
    path: (lot) => `${HOME}/p/${digits}/lots/${lot}`,
  },
  gallery: {
    who: "manager",
    path: () => `${HOME}/new`,
    after: async (page) => {
      await page.getByText(/^(目标检测（矩形框）|Boxes)$/).click();
      await page.locator("canvas").first().waitFor();
      await page.waitForTimeout(1_000);
    },
  },
  overview: { who: "manager", path: () => `${HOME}/p/${digits}` },
  release: {
    who: "auditor",
    make: async () => {
      const { request } = await as("auditor", "zh");
      const { items } = await told(request.get(`${API}/releases`));
      return items[0].id;
    },
    path: (release) => `${HOME}/releases/${release}/certificate`,
  },
};

/** The screen as WebP, as good as fits. */
async function shoot(page, to) {
  const devtools = await page.context().newCDPSession(page);
  for (const quality of [82, 74, 66, 58, 50, 42, 34]) {
    const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality });
    const bytes = Buffer.from(data, "base64");
    if (bytes.length > MOST_BYTES) continue;
    writeFileSync(to, bytes);
    console.log(`${to} ${(bytes.length / 1000).toFixed(1)} kB, quality ${quality}`);
    return;
  }
  throw new Error(`${to} does not fit into ${MOST_BYTES} bytes`);
}

mkdirSync(folder, { recursive: true });
try {
  for (const [name, scene] of Object.entries(SCENES)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const made = await scene.make?.();
    for (const language of ["zh", "en"]) {
      const context = await as(typeof scene.who === "string" ? scene.who : scene.who[language], language);
      const page = await context.newPage();
      await page.goto(scene.path(made));
      await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => {}); // events stay open
      if (scene.ready !== undefined) await page.locator(scene.ready).first().waitFor({ timeout: 30_000 });
      await page.waitForTimeout(1_200);
      await scene.after?.(page);
      await page.mouse.move(683, 760);
      await page.waitForTimeout(1_500);
      await shoot(page, join(folder, `${name}-${language}.webp`));
      await page.close();
    }
  }
} finally {
  await browser.close();
  await vite.close();
}
