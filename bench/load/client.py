"""People at work over HTTP: one keep-alive connection each, raw sockets, as little Python a request as will do.

    python bench/load/client.py < plan.json > result.json

The plan is a `Plan`; the result a `Seen`. Closed loop (`every_seconds` 0): each person sends the next answer when the last
is acknowledged. Paced: each at their own beat, and a latency is counted from the moment the answer was due, so that a
server that stops is not spared. The clock starts when everybody holds a lease.
"""

import asyncio
import functools
import gc
import re
import resource
import sys
import time
from collections import Counter

import msgspec

LEASE = re.compile(rb'"leases":\[\{"slot":(\d+),.*?"token":"([0-9a-f-]{36})"')
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
RETRY_SECONDS = 0.5
CONNECTS_AT_ONCE = 100
CONNECT_SECONDS = 10.0


class Plan(msgspec.Struct, kw_only=True):
    """What to do."""

    host: str
    port: int
    path: str  # of the project: /api/v1/orgs/2/projects/1/work
    tokens: list[str]
    seconds: float
    every_seconds: float = 0.0
    labels: msgspec.Raw = msgspec.Raw(b'{"topic":"World"}')
    warm_seconds: float = 1.0


class Seen(msgspec.Struct, kw_only=True):
    """What happened between the warm-up and the end."""

    pairs: int
    seconds: float
    p50_ms: float
    p99_ms: float
    most_ms: float
    acknowledged: int  # in all, warm-up included
    double: int  # slots acknowledged more than once, or to two people
    refused: dict[str, int]  # status -> answers that were no acknowledgement
    idle: int  # answers without another lease
    cpu_seconds: float  # of this client


class Crowd:
    """Everybody, and what they saw."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.times: list[float] = []
        self.slots: Counter[bytes] = Counter()
        self.refused: Counter[str] = Counter()
        self.idle = 0
        self.counting = False
        self.ending = False
        self.ready = 0


class Person(asyncio.Protocol):
    """One person on one connection."""

    def __init__(self, crowd: Crowd, token: str, place: int) -> None:
        self.crowd = crowd
        self.loop = asyncio.get_running_loop()
        self.place = place
        plan = crowd.plan
        head = (
            f"Host: {plan.host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: "
        )
        self.claiming = f"POST {plan.path}/claim HTTP/1.1\r\n{head}".encode()
        self.submitting = f"POST {plan.path}/submit HTTP/1.1\r\n{head}".encode()
        self.labels = bytes(plan.labels)
        self.buffer = b""
        self.slot = b""
        self.token = b""
        self.due = 0.0
        self.answered = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first lease."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.claim()

    def claim(self) -> None:
        """Ask for a lease."""
        self.answered = False
        self.transport.write(self.claiming + b'11\r\n\r\n{"count":1}')

    def submit(self) -> None:
        """Answer the lease, and ask for the next one."""
        self.answered = False
        body = b'{"slot":%b,"token":"%b","labels":%b,"client_id":"c%b","next":1}' % (
            self.slot,
            self.token,
            self.labels,
            self.slot,
        )
        self.transport.write(b"%b%d\r\n\r\n%b" % (self.submitting, len(body), body))

    def data_received(self, data: bytes) -> None:
        """Read an answer when all of it is there."""
        if self.buffer:
            data = self.buffer + data
        end = data.find(b"\r\n\r\n")
        found = LENGTH.search(data, 0, end) if end >= 0 else None
        if found is None or len(data) < end + 4 + int(found[1]):
            self.buffer = data
            return
        self.buffer = b""
        self.heard(data)

    def heard(self, data: bytes) -> None:
        """Count an answer and go on."""
        crowd, now = self.crowd, self.loop.time()
        had = self.slot
        if data[9:12] != b"200":
            crowd.refused[data[9:12].decode("latin-1")] += 1
            self.loop.call_later(RETRY_SECONDS, self.again)
            return
        if had:
            if b'"accepted":true' in data:
                crowd.slots[had] += 1
            else:
                crowd.refused["late"] += 1
            if crowd.counting:
                crowd.times.append(now - self.due)
        lease = LEASE.search(data)
        if lease is None:
            self.slot = b""
            crowd.idle += 1
            self.loop.call_later(RETRY_SECONDS, self.again)
            return
        self.slot, self.token = lease[1], lease[2]
        if not had:
            crowd.ready += 1
        self.answered = True
        self.next(now)

    def again(self) -> None:
        """Send the same once more."""
        if not self.crowd.ending:
            (self.submit if self.slot else self.claim)()

    def next(self, now: float) -> None:
        """The next answer: at once, or when it is due."""
        crowd, every = self.crowd, self.crowd.plan.every_seconds
        if crowd.ending:
            return
        if not every:
            self.due = now
            self.submit()
            return
        if self.due:
            self.due += every
        else:  # everybody has a beat of their own
            self.due = now + every * (self.place % 997) / 997
        self.loop.call_at(max(self.due, now), self.beat)

    def beat(self) -> None:
        """The answer is due."""
        if not self.crowd.ending:
            self.submit()


async def play(plan: Plan) -> Seen:
    """Do what the plan says."""
    crowd, loop = Crowd(plan), asyncio.get_running_loop()
    for first in range(0, len(plan.tokens), CONNECTS_AT_ONCE):
        some = list(enumerate(plan.tokens))[first : first + CONNECTS_AT_ONCE]
        made = (functools.partial(Person, crowd, token, place) for place, token in some)
        await asyncio.gather(*(loop.create_connection(person, plan.host, plan.port) for person in made))
        # People come in group after group: who they are is asked of the database once for each.
        until = loop.time() + CONNECT_SECONDS
        while crowd.ready < first + len(some) and loop.time() < until:
            await asyncio.sleep(0.01)
    until = loop.time() + 60
    while crowd.ready < len(plan.tokens) and loop.time() < until and not crowd.idle:
        await asyncio.sleep(0.05)
    await asyncio.sleep(plan.warm_seconds + plan.every_seconds)
    gc.disable()
    crowd.counting, began = True, loop.time()
    await asyncio.sleep(plan.seconds)
    crowd.counting, spent = False, loop.time() - began
    crowd.ending = True
    await asyncio.sleep(1.0)
    times = sorted(crowd.times) or [float("nan")]
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Seen(
        pairs=len(crowd.times),
        seconds=spent,
        p50_ms=times[len(times) // 2] * 1e3,
        p99_ms=times[int(len(times) * 0.99)] * 1e3,
        most_ms=times[-1] * 1e3,
        acknowledged=sum(crowd.slots.values()),
        double=sum(count - 1 for count in crowd.slots.values()),
        refused=dict(crowd.refused),
        idle=crowd.idle,
        cpu_seconds=used.ru_utime + used.ru_stime,
    )


def main() -> None:
    """Read the plan, do it, write what was seen."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    began = time.perf_counter()
    seen = asyncio.run(play(plan))
    sys.stdout.buffer.write(msgspec.json.encode(seen))
    print(f"{len(plan.tokens)} people, {time.perf_counter() - began:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
