"""`make demo`: the whole line on real scans, from raw files to a verified release, in one folder.

It starts afresh each time, and ends each time with the same release root. With `--serve` the floor is opened after it.
"""

import os
import shutil
import sys
from importlib import resources
from pathlib import Path

from galley.cli.commands.running import near, summarise
from galley.cli.exits import Exit
from galley.cli.progress import Bars
from galley.cli.speech import Voice, language_of
from galley.kernel.errors import GalleyError
from galley.kernel.language import Text

__all__ = ["main"]

_START = Text(
    "Galley demo: {scans:,} handwritten digit scans (scikit-learn), with {copies} copies, {near} near copies,\n"
    "{turned} photographs lying on their side with a GPS position, and {broken} broken files among them.\n"
    "The people who label them are SIMULATED: they read the known digit and err in 2 of 100 answers.\n",
    "Galley 演示：{scans:,} 张手写数字扫描图（scikit-learn），其中混入 {copies} 个副本、{near} 个近似副本、\n"
    "{turned} 张带 GPS 位置且方向不正的照片，以及 {broken} 个损坏文件。\n"
    "标注人员为模拟：读取已知数字，每 100 个回答中约有 2 个错误。\n",
)
_NEXT = Text(
    "\nnext:  open {folder}/report.html\n"
    "       {galley} verify {folder}/release\n"
    "       {galley} explain RECORD_ID --workspace {folder}/workspace",
    "\n接下来：打开 {folder}/report.html\n"
    "       {galley} verify {folder}/release\n"
    "       {galley} explain 记录号 --workspace {folder}/workspace",
)
_FOREIGN = Text(
    "{folder} holds files that are not the demo's; choose another folder or empty it.",
    "{folder} 中含有非演示文件；请另选目录或先清空。",
)
_MARK = ".galley-demo"


def main(arguments: list[str] | None = None) -> None:
    """Run the demo in a folder (default: `demo`)."""
    words = sys.argv[1:] if arguments is None else arguments
    serves = "--serve" in words
    folder = Path(next((word for word in words if not word.startswith("-")), "demo"))
    voice = Voice(language_of(words, os.environ))
    if folder.exists():
        if any(folder.iterdir()) and not (folder / _MARK).exists():
            voice.say(_FOREIGN, folder=str(folder))
            raise SystemExit(int(Exit.USAGE))
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    try:
        _run(folder, voice)
        code = _serve(folder, voice) if serves else 0
    except GalleyError as problem:
        voice.fail(problem, Exit.RUN_FAILED)
    if code:
        raise SystemExit(code)


def _serve(folder: Path, voice: Voice) -> int:
    from galley.cli.demo_floor import serve_floor

    return serve_floor(folder, voice)


def _run(folder: Path, voice: Voice) -> None:
    from galley.cli.demo_data import write_digits  # scikit-learn takes a second to load
    from galley.line.kitchen import RunOptions
    from galley.line.run import run_line

    counts = write_digits(folder / "raw")
    voice.say(
        _START,
        scans=counts["scans"],
        copies=counts["copies"],
        near=counts["near copies"],
        turned=counts["turned photographs with a place in them"],
        broken=counts["broken files"],
    )
    for name in ("line.yaml", "digits.labels.yaml"):
        (folder / name).write_text(
            resources.files("galley.cli").joinpath("demo_files", name).read_text(encoding="utf-8"), encoding="utf-8"
        )
    options = RunOptions(report=folder / "report.html", screen=Bars(voice.language))
    result = run_line(folder / "line.yaml", folder / "workspace", options)
    summarise(voice, result)
    voice.say(_NEXT, folder=str(folder), galley=near(Path(sys.executable).with_name("galley")))
    if not result.verified:
        raise SystemExit(int(Exit.VERIFICATION_FAILED))


if __name__ == "__main__":
    main()
