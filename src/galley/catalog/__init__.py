"""The catalogue: what exists. Datasets, immutable versions (manifest, shards, files), lineage and evidence."""
