"""Links to media for model servers: each good for one blob and some minutes, in place of anybody's token."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from galley.access.keys import Key
from galley.access.links import Claim, signed
from galley.kernel.clock import Clock

__all__ = ["LINK_SECONDS", "MediaLinks"]

LINK_SECONDS: Final = 900
_BLOB: Final = re.compile(r'"blob:([0-9a-f]{64})"')


class MediaLinks(msgspec.Struct, frozen=True, kw_only=True):
    """What links of one project look like, asked for by somebody who may see its data."""

    base: str  # of this server, as the model server reaches it: https://galley.example.org
    organisation: int
    project: int
    fences: tuple[tuple[str, ...], ...] = ()  # networks of the client's rules: links work from within all of them

    def rewrite(self, data: str, keys: Sequence[Key], clock: Clock) -> str:
        """A task's data (JSON text) with links in place of `blob:<sha256>`."""
        if '"blob:' not in data:
            return data
        until = int((clock.now() + timedelta(seconds=LINK_SECONDS)).timestamp())

        def link(found: "re.Match[str]") -> str:
            claim = Claim(
                organisation=self.organisation,
                project=self.project,
                person=None,
                do="view",
                of="blob",
                path=found[1],
                until=until,
                fences=self.fences,
            )
            return f'"{self.base}/api/v1/media/{signed(keys, claim)}"'

        return _BLOB.sub(link, data)
