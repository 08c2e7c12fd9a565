"""Acceptance lots: rows of lots, their items, the drawn sample, what the inspectors found, what was returned."""
