"""What label types may know of an item, from what people see of it."""

from typing import Any

from galley.labels.label_type import Content

__all__ = ["content_of_data"]


def content_of_data(data: Any) -> Content:
    """What label types may know of an item from what people see of it."""
    if not isinstance(data, dict):
        return Content()
    text = data.get("text")
    width, height = data.get("width"), data.get("height")
    modality = next((name for name in ("image", "audio", "video") if name in data), "text" if text else "any")
    return Content(
        modality=modality,
        text=text if isinstance(text, str) else None,
        width=width if isinstance(width, int) else None,
        height=height if isinstance(height, int) else None,
        data=data,
    )
