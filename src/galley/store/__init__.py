"""The store: the only code that talks to PostgreSQL, object storage and durable files."""
