"""What bench_floor.py measures with: a lean client, people and items to work on, PostgreSQL, and the peers."""
