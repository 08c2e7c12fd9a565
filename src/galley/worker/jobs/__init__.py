"""Long jobs: work that outlives a request, in a table of its own (docs/decisions/0014-jobs.md)."""
