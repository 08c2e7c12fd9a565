-- name: try_lock
-- Take a duty for this process if nobody has it.
SELECT pg_try_advisory_lock(%(space)s::int, %(number)s::int);

-- name: unlock
-- Leave a duty to whoever comes next.
SELECT pg_advisory_unlock(%(space)s::int, %(number)s::int);

-- name: create_app_role
-- Make the role Galley works under, for a database that is restored rather than migrated.
CREATE ROLE galley_app NOLOGIN;

-- name: create_house_role
-- Make the role of duties that span organisations, for a database that is restored rather than migrated.
CREATE ROLE galley_house NOLOGIN;

-- name: grant_roles
-- Let the owner of the database act under both roles.
GRANT galley_app, galley_house TO CURRENT_USER;

-- name: table_counts
-- How many tables of ours there are: none in an empty database.
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('store', 'access', 'catalog', 'line', 'annotate', 'server', 'worker');

-- name: job_counts
-- Jobs that wait or run, by kind, and since when the oldest is due.
SELECT kind, state, count(*) AS jobs, min(due_at) AS oldest FROM worker.job WHERE state IN ('waiting', 'running')
GROUP BY kind, state ORDER BY kind, state;

-- name: database_facts
-- How large the database is, and how many connections it has.
SELECT pg_database_size(current_database()) AS bytes,
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections;
