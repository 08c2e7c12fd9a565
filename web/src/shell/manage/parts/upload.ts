/**
 * Files to the server in pieces that resume: offsets, HEAD and PATCH as in tus 1.0 (docs/data-in-out.md).
 *
 * What was begun is kept by name, size and time of change, so that the same file chosen again after a crash goes on
 * where it stopped.
 */

import { call, Refusal, send, Unreachable } from "@/api/call";
import type { UploadView } from "@/api/types";

const PIECE_BYTES = 8 * 1024 * 1024;
const TRIES = 8;

export interface Upload {
  readonly org: number;
  readonly name: string;
  readonly blob: Blob;
  /** Tells the same file again; null for what is made anew each time. */
  readonly mark: string | null;
  readonly signal?: AbortSignal;
  onProgress?(sent: number, whole: number): void;
}

/** Sends a file and answers its number. */
export async function upload(file: Upload): Promise<number> {
  const key = file.mark === null ? null : `galley.upload.${file.org}.${file.mark}`;
  const begun = key === null ? null : await continued(file, Number(localStorage.getItem(key)));
  const target = begun ?? (await call("POST /api/v1/orgs/{org}/uploads", body(file)));
  if (key !== null) localStorage.setItem(key, String(target.id));
  await pieces(file, target);
  if (key !== null) localStorage.removeItem(key);
  return target.id;
}

function body(file: Upload) {
  const given = { path: { org: file.org }, body: { bytes: file.blob.size, name: file.name } };
  return file.signal === undefined ? given : { ...given, signal: file.signal };
}

async function continued(file: Upload, id: number): Promise<UploadView | null> {
  if (!(id > 0)) return null;
  try {
    const known = await call("GET /api/v1/orgs/{org}/uploads/{upload}", { path: { org: file.org, upload: id } });
    return known.bytes === file.blob.size && known.state === "open" ? known : null;
  } catch (problem) {
    if (problem instanceof Refusal && problem.status < 500) return null;
    throw problem;
  }
}

async function pieces(file: Upload, target: UploadView): Promise<void> {
  const { blob, signal } = file;
  const address = `/api/v1/orgs/${file.org}/uploads/${target.id}`;
  let [offset, failed] = [target.received, 0];
  file.onProgress?.(offset, blob.size);
  while (offset < blob.size) {
    try {
      const answer = await send(address, {
        method: "PATCH",
        headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
        body: blob.slice(offset, offset + PIECE_BYTES),
        ...(signal === undefined ? {} : { signal }),
      });
      offset = Number(answer.headers.get("Upload-Offset"));
      failed = 0;
    } catch (problem) {
      failed += 1;
      if (signal?.aborted === true || failed >= TRIES || !passes(problem)) throw problem;
      await new Promise((go) => setTimeout(go, Math.min(30_000, 500 * 2 ** failed)));
      offset = await offsetOf(address, offset);
    }
    file.onProgress?.(offset, blob.size);
  }
}

/** Broken connections, a busy server and a wrong offset pass; other refusals stay. */
function passes(problem: unknown): boolean {
  if (problem instanceof Unreachable) return true;
  return problem instanceof Refusal && (problem.status === 409 || problem.status === 429 || problem.status >= 500);
}

async function offsetOf(address: string, known: number): Promise<number> {
  try {
    return Number((await send(address, { method: "HEAD" })).headers.get("Upload-Offset"));
  } catch (problem) {
    if (problem instanceof Refusal && !passes(problem)) throw problem;
    return known;
  }
}
