"""Drafts: unfinished work saved piece by piece, so that neither a lost connection nor a lost lease loses any of it."""
