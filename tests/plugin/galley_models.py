"""Folders of models as an operator makes them, for tests: files that look like ONNX and compute nothing."""

from pathlib import Path

__all__ = ["MANIFEST", "ONNX", "install_model"]

MANIFEST = """
title = { en = "Small model", zh = "小模型" }
kind = "segment-anything"
licence = "Apache-2.0"
"""
ONNX = b"\x08\x08\x12\x06galley"


def install_model(models: Path, name: str = "small", manifest: str = MANIFEST) -> Path:
    """Put a model into a folder of models; returns its own folder."""
    folder = models / name
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(manifest, encoding="utf-8")
    (folder / "encoder.onnx").write_bytes(ONNX + b"encoder" * 100_000)
    (folder / "decoder.onnx").write_bytes(ONNX + b"decoder")
    return folder
