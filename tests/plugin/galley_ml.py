"""A real `label-studio-ml` server with a small scikit-learn model in it, in a process and an environment of its own.

The environment is made once in `bench/work/ml-venv` from pinned packages (the package index must be reachable then); it
borrows numpy and scikit-learn from ours. `GALLEY_TEST_LABEL_STUDIO_ML` names another release to install in their place.
"""

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["MODEL", "ml_python", "serve_model"]

# The release on the package index forgets to say that it needs rq and redis (which it only imports), and runs on Flask 1.
PINNED = (
    "label-studio-ml==1.0.9", "label-studio-tools==0.0.4", "flask==1.1.2", "werkzeug==2.0.2", "jinja2==3.0.3",
    "itsdangerous==2.0.1", "markupsafe==3.0.4", "rq==3.0.0", "redis==8.1.0", "setuptools==65.5.0",
)  # fmt: skip
WORK = Path(__file__).resolve().parents[2] / "bench" / "work"

MODEL = """
import json, numpy, os, sys, xml.etree.ElementTree as tree
from pathlib import Path
from label_studio_ml.api import init_app
from label_studio_ml.model import LabelStudioMLBase

SAID = {"sport": ["the team won the match", "a late goal in the final", "coach and players", "win the cup game"],
        "money": ["shares fell on the market", "the bank raised rates", "oil prices and profit", "market profit fell"]}
LOGBOOK, KIND = Path(sys.argv[2]), sys.argv[3]


class Words:
    # For tests of what is around a model, which need not wait for scikit-learn to load.

    classes_ = list(SAID)

    def predict_proba(self, texts):
        return [numpy.array([0.1 + sum(word in " ".join(group) for word in text.split()) for group in SAID.values()]) for text in texts]


def learned():
    if KIND == "words":
        return Words()
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    texts = [text for group in SAID.values() for text in group]
    topics = [topic for topic, group in SAID.items() for _ in group]
    return make_pipeline(TfidfVectorizer(), LogisticRegression(C=10)).fit(texts, topics)


MODEL = learned()


class TopicModel(LabelStudioMLBase):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        config = kwargs.get("label_config")
        self.control = next(tree.fromstring(config).iter("Choices"))
        self.model = MODEL

    def predict(self, tasks, context=None, **kwargs):
        found = []
        for task in tasks:
            text = task["data"]["text"]
            if "poison" in text:
                raise ValueError("this text breaks the model")
            chances = self.model.predict_proba([text])[0]
            topic = self.model.classes_[chances.argmax()]
            if context and context.get("result"):
                topic = context["result"][0]["value"]["choices"][0]
            choice = "weather" if "rain" in text else topic
            result = [{"from_name": self.control.get("name"), "to_name": self.control.get("toName"), "type": "choices",
                       "value": {"choices": [choice]}}]
            found.append({"result": [] if "nothing" in text else result, "score": float(chances.max()), "model_version": "topics-1"})
        return found

    def fit(self, *args, **kwargs):
        with LOGBOOK.open("a") as file:
            event = kwargs.get("event") or args[0]
            data = kwargs.get("data") or args[1]
            file.write(json.dumps({"event": event, "annotation": data.get("annotation"), "task": data.get("task")}) + "\\n")
        return {}


os.environ.setdefault("MODEL_DIR", str(LOGBOOK.parent))
try:
    app = init_app(model_class=TopicModel, model_dir=str(LOGBOOK.parent / "models"))
except TypeError:  # from release 2 on
    app = init_app(model_class=TopicModel)
if len(sys.argv) > 4:
    name, password = sys.argv[4].split(":")

    @app.before_request
    def check():
        from flask import request, Response
        given = request.authorization
        if given is None or (given.username, given.password) != (name, password):
            return Response("Unauthorized", 401)

app.run(host="127.0.0.1", port=int(sys.argv[1]), threaded=False)
"""


def ml_python() -> Path:
    """The interpreter of the environment, made if need be; the test is skipped where it cannot be made."""
    WORK.mkdir(parents=True, exist_ok=True)
    folder = WORK / "ml-venv"
    wanted = os.environ.get("GALLEY_TEST_LABEL_STUDIO_ML", " ".join(PINNED))
    with (WORK / "ml-venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes at once
        stamp = folder / "installed.txt"
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(folder, wanted.split())
            stamp.write_text(wanted)
    return folder / "bin" / "python"


def _install(folder: Path, wanted: list[str]) -> None:
    python = folder / "bin" / "python"
    made = [[sys.executable, "-m", "venv", "--clear", str(folder)]]
    uv = Path(sys.executable).with_name("uv")
    pip = [str(uv), "pip", "install", "--python", str(python)] if uv.exists() else [str(python), "-m", "pip", "install"]
    for command in [*made, [*pip, "--quiet", *wanted]]:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"label-studio-ml cannot be installed here: {done.stderr.strip()[-300:]}")
    ours = sysconfig.get_paths()["purelib"]
    (next(folder.glob("lib/python*/site-packages")) / "borrowed.pth").write_text(ours + "\n")


@contextlib.contextmanager
def serve_model(folder: Path, login: str = "", kind: str = "sklearn") -> Iterator[tuple[str, Path]]:
    """(address, logbook) of a running model server; `login` as name:password; kind `sklearn` or, faster, `words`."""
    script, logbook = folder / "model.py", folder / "logbook.jsonl"
    script.write_text(MODEL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "LABEL_STUDIO_ML_BACKEND_V2": "true"}
    command = [str(ml_python()), str(script), str(port), str(logbook), kind, *([login] if login else [])]
    log = folder / "server.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=environment) as server,
    ):
        try:
            _wait(server, port, log)
            yield f"http://127.0.0.1:{port}", logbook
        finally:
            server.terminate()
            server.wait(10)


def _wait(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            raise AssertionError(log.read_text()[-2000:])
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])
