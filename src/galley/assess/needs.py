"""What the target use needs of a dataset (`assess.needs` of a recipe), read leniently: nonsense is not measured. Pure."""

import math
from collections.abc import Mapping
from typing import Any, Final

from galley.kernel.language import Text

__all__ = ["NO_RECORDS", "needed_classes", "needed_number"]

NO_RECORDS: Final = Text("not measured, because there are no records", "未测量：没有记录")


def needed_number(needs: Mapping[str, Any]) -> float | None:
    """How many records are needed, or None when the recipe gives no number above 0."""
    wanted = needs.get("records")
    good = isinstance(wanted, int | float) and not isinstance(wanted, bool) and math.isfinite(wanted) and wanted > 0
    return float(wanted) if good and wanted is not None else None


def needed_classes(needs: Mapping[str, Any]) -> tuple[str, ...]:
    """The classify controls whose classes must be covered; empty: all."""
    wanted = needs.get("classes") or ()
    return (wanted,) if isinstance(wanted, str) else tuple(map(str, wanted))
