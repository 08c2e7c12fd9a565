"""Notices: what a person is told of, folded from what happened; as kinds and facts, never as sentences."""
