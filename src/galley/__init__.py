"""Galley: the kitchen for AI training data. Raw data in; certified, signed datasets out."""

__version__ = "0.1.0"
__all__ = ["__version__"]
