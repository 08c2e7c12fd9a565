"""Parts of a run's report: what is read for it, its charts, its sections, its templates."""
