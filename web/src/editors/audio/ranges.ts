/** Parts of a file over HTTP. A server that does not know ranges sends the whole; then that is kept and cut up here. */

/** No more than this is taken from a server that answers with the whole file. */
const WHOLE_MAX = 64 * 1024 * 1024;

/** Whatever bytes are read from. */
export interface Reader {
  /** Bytes from … to, the end not included; fewer at the end of the file. */
  read(begin: number, end: number): Promise<ArrayBuffer>;
  end(): void;
}

export class RangeReader implements Reader {
  readonly #url: () => string | undefined;
  readonly #stop = new AbortController();
  #whole: ArrayBuffer | null = null;

  /** The address is asked for each time: links run out, and who shows the item may have a newer one. */
  constructor(url: () => string | undefined) {
    this.#url = url;
  }

  async read(begin: number, end: number): Promise<ArrayBuffer> {
    if (this.#whole !== null) return this.#whole.slice(begin, end);
    const url = this.#url();
    if (url === undefined) throw new Error("no address");
    const answer = await fetch(url, { headers: { Range: `bytes=${begin}-${end - 1}` }, signal: this.#stop.signal });
    if (answer.status === 206) return answer.arrayBuffer();
    if (!answer.ok || Number(answer.headers.get("Content-Length") ?? 0) > WHOLE_MAX) {
      await answer.body?.cancel();
      throw new Error(`${answer.status}`);
    }
    this.#whole = await answer.arrayBuffer();
    return this.#whole.slice(begin, end);
  }

  end(): void {
    this.#stop.abort();
    this.#whole = null;
  }
}
