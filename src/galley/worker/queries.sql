-- name: try_lock
-- Take a duty for this process if nobody has it.
SELECT pg_try_advisory_lock(%(space)s::int, %(number)s::int);

-- name: unlock
-- Leave a duty to whoever comes next.
SELECT pg_advisory_unlock(%(space)s::int, %(number)s::int);
