"""Charts of the report: pure functions from numbers to inline SVG, legible without any script."""
