"""Sections of the report: each turns what was gathered into what its template shows, or None when it has no subject."""
