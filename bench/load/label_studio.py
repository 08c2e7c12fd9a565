"""The same closed loop on a running Label Studio (bench/peers/label_studio_serve.sh): next task, then one choice.

    python bench/load/label_studio.py --base http://127.0.0.1:8080 --tokens FILE [--tasks 100000] [--people 1,20,100,300]

One keep-alive connection a person; two requests a pair, as its own page makes them. Prints JSON lines.
"""

import argparse
import asyncio
import json
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

CONFIG = (
    '<View><Text name="text" value="$text"/><Choices name="topic" toName="text">'
    '<Choice value="World"/><Choice value="Sports"/><Choice value="Business"/><Choice value="Tech"/></Choices></View>'
)
ANSWER = json.dumps(
    {
        "result": [{"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": ["World"]}}],
        "lead_time": 3,
    }
)
IMPORTED_AT_ONCE = 10_000


def post(base: str, path: str, body: Any) -> Any:
    """One request of the owner."""
    request = urllib.request.Request(
        base + path,
        json.dumps(body).encode(),
        {"Authorization": "Token owner-token", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)


def make_project(base: str, tasks: int) -> tuple[int, float]:
    """A project with so many tasks, one answer each; its id and the seconds the import took."""
    project = post(base, "/api/projects/", {"title": "load", "label_config": CONFIG, "maximum_annotations": 1})["id"]
    began = time.perf_counter()
    for first in range(0, tasks, IMPORTED_AT_ONCE):
        texts = (
            f"news item {n}" + " lorem ipsum dolor sit amet" * 6
            for n in range(first, min(first + IMPORTED_AT_ONCE, tasks))
        )
        post(base, f"/api/projects/{project}/import", [{"data": {"text": text}} for text in texts])
    return int(project), time.perf_counter() - began


class Seen:
    """What everybody saw."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.tasks: Counter[int] = Counter()
        self.failed: Counter[str] = Counter()


class Connection:
    """One person's keep-alive connection, opened again when the server closes it."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self.host, self.port = host, port
        self.head = f"Host: {host}\r\nAuthorization: Token {token}\r\nContent-Type: application/json\r\n"
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        """Status and body of one request."""
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        try:
            data = body.encode()
            writer.write(f"{method} {path} HTTP/1.1\r\n{self.head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            answer = await reader.readexactly(length)
            if b"connection: close" in head:
                self.close()
            return int(head[9:12]), answer
        except (asyncio.IncompleteReadError, OSError):
            self.close()
            return 0, b""

    def close(self) -> None:
        """Begin with a new connection next time."""
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


async def work(connection: Connection, project: int, until: float, seen: Seen) -> None:
    """One person, until the time is over."""
    while time.perf_counter() < until:
        began = time.perf_counter()
        status, body = await connection.ask("GET", f"/api/projects/{project}/next")
        if status != 200:
            seen.failed[f"next {status}"] += 1
            await asyncio.sleep(0.1)
            continue
        task = json.loads(body)["id"]
        status, _ = await connection.ask("POST", f"/api/tasks/{task}/annotations/", ANSWER)
        if status >= 300 or not status:
            seen.failed[f"submit {status}"] += 1
            continue
        seen.times.append(time.perf_counter() - began)
        seen.tasks[task] += 1
    connection.close()


async def play(options: argparse.Namespace, project: int, tokens: list[str], people: int) -> dict[str, Any]:
    """One measurement."""
    host, port = options.base.removeprefix("http://").split(":")
    seen, began = Seen(), time.perf_counter()
    until = began + options.seconds
    crowd = (Connection(host, int(port), tokens[n % len(tokens)]) for n in range(people))
    await asyncio.gather(*(work(connection, project, until, seen) for connection in crowd))
    spent = time.perf_counter() - began
    times = sorted(seen.times) or [float("nan")]
    return {
        "people": people,
        "pairs_a_second": len(seen.times) / spent,
        "p50_ms": times[len(times) // 2] * 1e3,
        "p99_ms": times[int(len(times) * 0.99)] * 1e3,
        "double": sum(count - 1 for count in seen.tasks.values()),
        "failed": dict(seen.failed),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="http://127.0.0.1:8080")
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--people", default="1,20,100,300")
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    tokens = options.tokens.read_text().split()
    project, spent = make_project(options.base, options.tasks)
    print(json.dumps({"tasks": options.tasks, "import_seconds": spent}), flush=True)
    for people in map(int, options.people.split(",")):
        print(json.dumps(asyncio.run(play(options, project, tokens, people))), flush=True)
        print(people, file=sys.stderr)


if __name__ == "__main__":
    main()
