"""The command line: one module a command; assembles, never decides; the only place that prints."""
