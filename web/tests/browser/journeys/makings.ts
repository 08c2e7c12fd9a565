/** What journeys of editors bring in: archives with real pictures and sounds, and how a project out of a template is fed. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { APIRequestContext } from "@playwright/test";
import { type Floor, told } from "./floor";

const ROOT = resolve(import.meta.dirname, "../../../..");
const PYTHON = process.env.GALLEY_PYTHON ?? join(ROOT, ".venv/bin/python");

/** A file to put into an archive, made by Python: `into` is a binary file to write to. */
export interface Made {
  readonly name: string;
  readonly python: string;
}

/** A picture with an orange square at (100, 100) to (200, 200) as stored. */
export function picture(
  name: string,
  { width = 800, height = 600, format = "PNG", orientation = 1 }: Partial<Record<string, number | string>> = {},
): Made {
  const python = `
from PIL import Image, ImageDraw
image = Image.new("RGB", (${width}, ${height}), "#204060")
draw = ImageDraw.Draw(image)
draw.rectangle((100, 100, 199, 199), fill="#ff8000")
draw.line((0, ${height} - 1, ${width} - 1, 0), fill="white", width=3)
exif = Image.Exif()
exif[0x0112] = ${orientation}
image.save(into, "${format}", **({"exif": exif, "quality": 95} if "${format}" == "JPEG" else {}))`;
  return { name, python };
}

/** Tones of half a second with pauses between, as WAV. */
export function sound(name: string, seconds: number): Made {
  const python = `
import array, math, wave
with wave.open(into, "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(16000)
    file.writeframes(array.array("h", (
        int(30000 * math.sin(at / 16000 * 2 * math.pi * (300 + 200 * (at // 16000 % 4)))) if at // 8000 % 2 == 0 else 0
        for at in range(16000 * ${seconds}))).tobytes())`;
  return { name, python };
}

/** Silence as MP3: whole frames of which each decodes to 1152 zeros. */
export function silence(name: string, frames: number): Made {
  return { name, python: `into.write((bytes.fromhex("FFFB9064") + bytes(413)) * ${frames})` };
}

/** An example's picture or sound of the gallery. */
export function example(name: string): Made {
  return { name, python: `into.write(open("${ROOT}/src/galley/labels/gallery/media/${name}", "rb").read())` };
}

export function archive(files: readonly Made[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "galley-making-"));
  try {
    const to = join(folder, "made.zip");
    const parts = files.map(
      ({ name, python }) =>
        `into = io.BytesIO()\n${python}\narchive.writestr(${JSON.stringify(name)}, into.getvalue())\n`,
    );
    const script = `import io, zipfile\narchive = zipfile.ZipFile(${JSON.stringify(to)}, "w")\n${parts.join("\n")}\narchive.close()`;
    execFileSync(PYTHON, ["-c", script], { cwd: ROOT });
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const placeOf = (floor: Floor, project: number): string => `/api/v1/orgs/${floor.org}/projects/${project}`;

/** Change rows behind the server's back, as nothing but a bad day does. */
export function behind(floor: Floor, statement: string): void {
  const script = `
from galley.store.workspace import Workspace
workspace = Workspace.open(${JSON.stringify(floor.workspace)})
with workspace.database.house().connection() as connection:
    connection.execute(${JSON.stringify(statement)})
workspace.close()`;
  execFileSync(PYTHON, ["-c", script], { cwd: ROOT });
}

/** Send rows or an archive into a project and wait until they can be worked on. */
export async function bringIn(
  floor: Floor,
  project: number,
  what: readonly object[] | Buffer,
  count: number,
): Promise<void> {
  const place = placeOf(floor, project);
  const rows = !Buffer.isBuffer(what);
  await told(
    floor.owner.post(`${place}/imports/stream?name=${rows ? "items.jsonl&format=jsonl" : "media.zip&format=archive"}`, {
      headers: { "Content-Type": rows ? "application/x-ndjson" : "application/zip" },
      data: rows ? what.map((one) => JSON.stringify(one)).join("\n") : what,
    }),
  );
  for (let tries = 0; tries < 240; tries += 1) {
    const { nodes } = await told<{ nodes: { open: number }[] }>(floor.owner.get(`${place}/progress`));
    if (nodes.reduce((sum, { open }) => sum + open, 0) >= count) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error("the items did not come in");
}

export interface Template {
  readonly name: string;
  readonly modality: string;
  readonly schema: object;
  readonly record: { readonly [field: string]: unknown };
  readonly answer: { readonly [control: string]: unknown };
}

export async function allTemplates(api: APIRequestContext): Promise<Template[]> {
  const { items } = await told<{ items: { name: string }[] }>(api.get("/api/v1/templates"));
  return Promise.all(items.map(({ name }) => told<Template>(api.get(`/api/v1/templates/${name}`))));
}

/** A project out of a template with its example record; pictures and sounds come in an archive. */
export async function fromTemplate(floor: Floor, template: Template): Promise<number> {
  const { id } = await told<{ id: number }>(
    floor.owner.post(`/api/v1/orgs/${floor.org}/projects/from-template`, {
      data: { template: template.name, name: `Template ${template.name}` },
    }),
  );
  const media = Object.values(template.record).find((one) => String(one).startsWith("/api/v1/templates/media/"));
  const what =
    media === undefined
      ? [template.record]
      : archive([example(String(media).slice(String(media).lastIndexOf("/") + 1))]);
  await bringIn(floor, id, what, 1);
  return id;
}

/** The newest answers of a project, one an item, in the order in which the items came in. */
export async function answers(floor: Floor, project: number): Promise<{ [control: string]: unknown }[]> {
  const place = placeOf(floor, project);
  const { items } = await told<{ items: { item: string }[] }>(floor.owner.get(`${place}/items?limit=200`));
  const all = await Promise.all(
    items.map(({ item }) =>
      told<{ revisions: { body?: object; labels?: object }[] }>(
        floor.owner.get(`${place}/item?item=${encodeURIComponent(item)}`),
      ),
    ),
  );
  return all.flatMap(({ revisions }) => revisions.slice(-1).map(({ body, labels }) => (body ?? labels) as never));
}
