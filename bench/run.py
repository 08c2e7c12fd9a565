"""Run the benches one after another and write bench/RESULTS.md, with the commit and the machine they ran on.

    python bench/run.py [--only text log …] [--quick]

Each bench is a script of its own that prints markdown; a bench whose data or peer is missing says so in its section. Run
on a quiet machine: absolute figures move with it, which is why every claim is a ratio to a peer or a limit in one run.
Sections of benches that are not run this time stay as they are.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"

BENCHES: dict[str, tuple[str, list[str], list[str]]] = {
    "text": ("Text operators", [], ["--copies", "2", "--no-peer"]),
    "images": ("Image operators", [], ["--rounds", "2"]),
    "consensus": ("Consensus", [], ["--repeat", "2"]),
    "certificate": ("The certificate", [], ["--sets", "digits", "--seeds", "1"]),
    "log": ("The transparency log", [], ["--seconds", "0.5"]),
    "verify": ("Verifying a release", [], ["--mib", "128", "--rounds", "2"]),
    "memory": ("Memory of a run", [], ["--records", "2000"]),
    "floor": ("The floor", ["--label-studio"], ["--quick"]),
    "import_export": ("In and out", [], ["--tasks", "20000", "--annotated", "5000", "--rounds", "1"]),
    "label_studio_json": ("Label Studio's JSON", [], ["--tasks", "10000", "--annotated", "2000"]),
    "workbench": ("The workbench", ["--label-studio"], ["--quick"]),
    "lists": ("Lists and dashboards", [], ["--items", "20000", "--answers", "2000", "--rounds", "10"]),
}
"""Name -> (title, arguments, arguments under --quick)."""


def machine() -> str:
    """The processor, cores, memory and versions of this machine, in a line."""
    found = (
        re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        if os.path.exists("/proc/cpuinfo")
        else None
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    cpu = found.group(1) if found else platform.processor()
    return f"{cpu}, {os.cpu_count()} cores, {memory} GiB, {platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}"


def commit() -> str:
    """The commit the working tree stands on, with `+` when it has changes."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, check=False, cwd=HERE
    )
    return said.stdout.strip() or "unknown"


def run(name: str, *, quick: bool) -> str:
    """One bench's section."""
    title, full, short = BENCHES[name]
    arguments = short if quick else full
    started = time.perf_counter()
    load = os.getloadavg()[0]
    command = [sys.executable, str(HERE / f"bench_{name}.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - started
    words = " ".join(["python", f"bench/bench_{name}.py", *arguments])
    head = f"## {title}\n\n`{words}` · commit {commit()} · {time.strftime('%Y-%m-%d')} · {spent:.0f} s · load before {load:.1f}\n\n{machine()}\n\n"
    body = done.stdout.strip() if done.returncode == 0 else f"failed:\n\n```\n{done.stderr.strip()[-2000:]}\n```"
    if body.startswith("{") or "┏" in body:  # JSON, or a table drawn for a terminal
        body = f"```\n{body}\n```"
    return f"<!-- bench:{name} -->\n{head}{body}\n"


def sections() -> dict[str, str]:
    """The sections RESULTS.md holds now."""
    if not RESULTS.exists():
        return {}
    parts = re.split(r"(?m)^<!-- bench:(\w+) -->\n", RESULTS.read_text(encoding="utf-8"))
    return {
        name: f"<!-- bench:{name} -->\n{text.rstrip()}\n" for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=sorted(BENCHES), default=list(BENCHES))
    parser.add_argument("--quick", action="store_true", help="a few minutes in all; not for publishing")
    options = parser.parse_args()
    held = sections()
    for name in options.only:
        print(f"{name} …", file=sys.stderr, flush=True)
        held[name] = run(name, quick=options.quick)
        ordered = "\n".join(held[name] for name in BENCHES if name in held)
        RESULTS.write_text(
            f"# Measured\n\nMade by `python bench/run.py`; each section says what was run, where and on which commit.\n\n{ordered}",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
