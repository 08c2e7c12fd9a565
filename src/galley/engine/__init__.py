"""The engine: runs operators over shards in worker processes and counts every record."""
