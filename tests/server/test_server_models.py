"""Models the operator installed: told of to whoever signed in, given out by their hash, refused at start when wrong."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from galley_floor import Floor, open_floor
from galley_models import MANIFEST, ONNX, install_model

from galley.kernel.errors import GalleyError
from galley.server.models import ModelError, installed_models
from galley.server.serve import Serving, serve
from galley.server.settings import Settings, settings_of
from galley.store.workspace import Workspace

SAM = {"side": 1024, "channels": "rgb", "layout": "nchw", "padded": True}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    install_model(tmp_path / "models")
    other = '[picture]\nside = 512\nmean = [0, 0, 0]\nstd = [1, 1, 1]\nlayout = "hwc"\nchannels = "bgr"\npadded = false'
    install_model(tmp_path / "models", "with-its-own.v2", MANIFEST + other)
    (tmp_path / "models" / "notes.txt").write_text("no model", encoding="utf-8")
    (tmp_path / "models" / ".git").mkdir()
    return tmp_path / "models"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site" / "assets").mkdir(parents=True)
    (tmp_path / "site" / "index.html").write_text("<!doctype html>__CSP_NONCE__", encoding="utf-8")
    (tmp_path / "site" / "assets" / "worker-1a2B3c4D.js").write_text("1", encoding="utf-8")
    return tmp_path / "site"


@pytest.fixture
def shop(workspace: Workspace, models: Path, site: Path) -> Iterator[Floor]:
    with open_floor(workspace, settings=Settings(models=str(models), site=str(site))) as opened:
        yield opened


def test_whoever_signed_in_is_told_of_the_models_and_gets_their_files_by_hash(shop: Floor, models: Path) -> None:
    anna = shop.person("anna")
    assert shop.get("/api/v1/models").status_code == 401
    first, second = shop.get("/api/v1/models", by=anna).json()
    assert (first["name"], first["title"]) == ("small", {"en": "Small model", "zh": "小模型"})
    assert (first["kind"], first["licence"]) == ("segment-anything", "Apache-2.0")
    assert first["picture"].items() >= SAM.items()
    assert second["picture"] == {
        "side": 512, "mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0], "channels": "bgr", "layout": "hwc", "padded": False,
    }  # fmt: skip
    for part in ("encoder", "decoder"):
        data = (models / "small" / f"{part}.onnx").read_bytes()
        told = first[part]
        assert (told["bytes"], told["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert shop.get(told["url"]).status_code == 401
        answer = shop.get(told["url"], by=anna)
        assert (answer.status_code, answer.content) == (200, data)
        assert answer.headers["content-length"] == str(len(data))
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "application/octet-stream"
        again = shop.get(told["url"], by=anna, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name",
    ["0" * 64, "..%2Fsmall%2Fmodel.toml", "%2e%2e/%2e%2e/small/encoder.onnx", "small/encoder.onnx", "model.toml"],
)
def test_nothing_but_files_of_models_is_given_out(shop: Floor, name: str) -> None:
    found = shop.get(f"/api/v1/models/files/{name}", by=shop.person("anna"))
    assert (found.status_code, found.json()["code"]) in ((404, "GLY-SRV-001"), (400, "GLY-SRV-013"))


def test_a_file_changed_while_the_server_runs_is_not_given_out_under_the_old_hash(shop: Floor, models: Path) -> None:
    anna = shop.person("anna")
    told = shop.get("/api/v1/models", by=anna).json()[0]
    (models / "small" / "encoder.onnx").write_bytes(ONNX + b"another")
    found = shop.get(told["encoder"]["url"], by=anna)
    assert (found.status_code, found.json()["code"]) == (409, "GLY-SRV-023")
    assert shop.get(told["decoder"]["url"], by=anna).status_code == 200


def _scripts(floor: Floor, path: str) -> str:
    policy = floor.get(path).headers["content-security-policy"]
    return next(part for part in policy.split("; ") if part.startswith("script-src"))


def test_where_a_model_is_installed_workers_may_run_webassembly_and_the_page_may_not(shop: Floor) -> None:
    assert _scripts(shop, "/assets/worker-1a2B3c4D.js") == "script-src 'self' 'wasm-unsafe-eval'"
    assert _scripts(shop, "/") == "script-src 'self'"


def test_where_none_is_installed_nothing_may(workspace: Workspace, site: Path) -> None:
    with open_floor(workspace, settings=Settings(site=str(site))) as bare:
        assert _scripts(bare, "/assets/worker-1a2B3c4D.js") == _scripts(bare, "/") == "script-src 'self'"
        assert bare.get("/api/v1/models", by=bare.person("anna")).json() == []


WRONG = {
    "a word too many": (MANIFEST + 'url = "https://elsewhere"', "model.toml", "url"),
    "no title in Chinese": (MANIFEST.replace(', zh = "小模型"', ""), "model.toml", "title"),
    "another kind": (MANIFEST.replace("segment-anything", "yolo"), "model.toml", "kind"),
    "no licence": (MANIFEST.replace("licence", "#"), "model.toml", "licence"),
    "two means": (MANIFEST + "[picture]\nmean = [1, 2]", "model.toml", "picture.mean"),
    "a std of 0": (MANIFEST + "[picture]\nstd = [1, 0, 1]", "model.toml", "picture.std"),
    "a side of 1": (MANIFEST + "[picture]\nside = 1", "model.toml", "picture.side"),
    "no TOML": ("{", "model.toml", "file"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_manifest_that_is_wrong_is_refused_with_the_file_and_the_field(tmp_path: Path, wrong: str) -> None:
    manifest, file, field = WRONG[wrong]
    install_model(tmp_path / "models", manifest=manifest)
    with pytest.raises(ModelError) as caught:
        installed_models(str(tmp_path / "models"))
    assert f"small/{file}, {field}" in str(caught.value) or (file in str(caught.value) and field in str(caught.value))


def test_files_that_are_no_models_are_refused(tmp_path: Path) -> None:
    def problem(models: Path) -> str:
        with pytest.raises(ModelError) as caught:
            installed_models(str(models))
        return str(caught.value)

    (install_model(tmp_path / "a") / "decoder.onnx").unlink()
    assert "decoder.onnx" in problem(tmp_path / "a")
    (install_model(tmp_path / "b") / "encoder.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    assert "encoder.onnx" in (told := problem(tmp_path / "b"))
    assert "no ONNX model" in told
    (install_model(tmp_path / "c") / "encoder.onnx").write_bytes(b"")
    assert "size" in problem(tmp_path / "c")
    install_model(tmp_path / "d", "Two Words")
    assert "Two Words" in problem(tmp_path / "d")
    assert "GALLEY_MODELS" in problem(tmp_path / "nowhere")


def test_the_server_does_not_start_with_a_model_that_is_wrong(tmp_path: Path) -> None:
    install_model(tmp_path / "models", manifest=MANIFEST + "colour = 1")
    with pytest.raises(GalleyError, match="colour"):
        serve(Serving(workspace=tmp_path / "workspace", models=str(tmp_path / "models")), os.environ)
    assert not (tmp_path / "workspace").exists()
    assert settings_of({"GALLEY_MODELS": "/srv/models"}).models == "/srv/models"
