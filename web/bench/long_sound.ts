/**
 * A two-hour recording for tests and measurements, with peaks and spectrogram made by Galley's own makers, and a server
 * that serves parts of files and counts its bytes.
 *
 * 8 kHz, one channel: noise that comes and goes like speech, and a click of 2 ms every 30 seconds, 0.5 s after the full one.
 */

import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PYTHON = process.env.PYTHON ?? join(ROOT, ".venv/bin/python");

export const CLICK_EVERY = 30;
export const CLICK_AFTER = 0.5;

const MAKE = `
import sys
from pathlib import Path
import numpy as np, soundfile
sys.path.insert(0, sys.argv[3])
from galley.annotate.media.audio import make_audio
folder, seconds, rate = Path(sys.argv[1]), int(sys.argv[2]), 8000
random = np.random.default_rng(5)
part = ${CLICK_EVERY}
with soundfile.SoundFile(folder / "long.wav", "w", rate, 1, "PCM_16") as out:
    for start in range(0, seconds, part):
        time = np.arange(part * rate) / rate
        shape = np.clip(np.sin(2 * np.pi * time / 4 + start) + 0.2 * np.sin(2 * np.pi * time * 3), 0, 1)
        tone = np.sin(2 * np.pi * (180 + 60 * np.sin(time)) * time) + np.sin(2 * np.pi * 950 * time) * 0.4
        block = 0.12 * shape * (random.standard_normal(len(time)) * 0.5 + tone)
        at = int(${CLICK_AFTER} * rate)
        block[at - rate // 4 : at + rate // 4] = 0
        block[at : at + rate // 500] = 0.95
        out.write(block)
make_audio(folder / "long.wav", folder, "audio/wav")
`;

/** The folder with `long.wav`, `peaks.bin` and `spectrogram.bin`; made once a machine. */
export function longSound(seconds = 7200): string {
  const folder = join(tmpdir(), `galley-long-sound-${seconds}-1`);
  if (existsSync(join(folder, "spectrogram.bin"))) return folder;
  mkdirSync(folder, { recursive: true });
  execFileSync(PYTHON, ["-c", MAKE, folder, String(seconds), join(ROOT, "src")], { stdio: "inherit" });
  return folder;
}

export interface Served {
  readonly address: string;
  /** Bytes sent since the last reset, by file. */
  readonly bytes: Map<string, number>;
  readonly requests: Map<string, number>;
  end(): void;
}

export async function serve(folder: string): Promise<Served> {
  const [bytes, requests] = [new Map<string, number>(), new Map<string, number>()];
  const add = (counts: Map<string, number>, name: string, by: number): void =>
    void counts.set(name, (counts.get(name) ?? 0) + by);
  const server: Server = createServer((request, answer) => {
    const name = (request.url ?? "/").slice(1).split("?")[0]!;
    const path = join(folder, name);
    answer.setHeader("Access-Control-Allow-Origin", "*");
    answer.setHeader("Access-Control-Allow-Headers", "Range");
    if (request.method === "OPTIONS") return void answer.end();
    if (!/^[a-z.]+$/.test(name) || !existsSync(path)) return void answer.writeHead(404).end();
    add(requests, name, 1);
    const size = statSync(path).size;
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    const [begin, end] =
      range === null ? [0, size - 1] : [Number(range[1]), Math.min(Number(range[2] || size), size - 1)];
    answer.writeHead(range === null ? 200 : 206, {
      "Accept-Ranges": "bytes",
      "Content-Type": name.endsWith(".wav") ? "audio/wav" : "application/octet-stream",
      "Content-Length": end - begin + 1,
      ...(range === null ? {} : { "Content-Range": `bytes ${begin}-${end}/${size}` }),
    });
    const stream = createReadStream(path, { start: begin, end });
    stream.on("data", (part) => add(bytes, name, part.length));
    answer.on("close", () => stream.destroy());
    stream.pipe(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, bytes, requests, end: () => void server.close() };
}
