"""Secrets from the environment: recipes name variables, never values."""

import os

from galley.collect.remote_errors import VariableMissingError

__all__ = ["secret"]


def secret(variable: str) -> str:
    """The value of an environment variable; raises VariableMissingError."""
    value = os.environ.get(variable)
    if not value:
        raise VariableMissingError(variable=variable)
    return value
