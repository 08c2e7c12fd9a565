"""Verifiers: what checks an answer at once, against a hidden field or by a program an operator installed."""
