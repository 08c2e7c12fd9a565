"""Sending a webhook: to checked addresses only, within ten seconds, remembering little of what comes back."""

from typing import Final
from urllib.parse import urlsplit

import msgspec

from galley.annotate.backend.errors import BackendAnswerError, BackendGoneError, BackendPlaceError, BackendRefusedError
from galley.annotate.backend.model import Reach
from galley.annotate.backend.wire import Call, send
from galley.annotate.hooks.service import Answered, Post

__all__ = ["posting"]

_SECONDS: Final = 10.0
_ANSWER_BYTES: Final = 64 << 10


def posting(reach: Reach) -> Post:
    """A way to send bodies to where the operator allows."""
    narrow = msgspec.structs.replace(reach, answer_bytes=_ANSWER_BYTES)

    def post(url: str, headers: dict[str, str], body: bytes) -> Answered:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        call = Call("POST", f"{parts.scheme}://{parts.netloc}", path, body, _SECONDS, None, headers)
        try:
            return Answered(status=send(call, narrow).status)
        except BackendRefusedError as problem:
            status = problem.facts.get("status")
            return Answered(status=status if isinstance(status, int) else None, problem=problem.message())
        except (BackendGoneError, BackendPlaceError) as problem:
            return Answered(status=None, problem=problem.message())
        except BackendAnswerError:
            return Answered(status=200)  # it took it; how much it had to say about that is not our concern

    return post
