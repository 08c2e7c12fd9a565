-- name: insert_job
-- Ask for a job; nothing happens when one that must run once is waiting or running.
INSERT INTO worker.job (project, kind, params, once, state, asked_by, person, created_at, due_at)
VALUES (%(project)s, %(kind)s, %(params)s::text::jsonb, %(once)s, 'waiting', %(asked_by)s, %(person)s, %(now)s, %(now)s)
ON CONFLICT (organisation, once) WHERE state IN ('waiting', 'running') DO NOTHING
RETURNING id;

-- name: job_once
-- The unfinished job that must run once.
SELECT id FROM worker.job WHERE once = %(once)s AND state IN ('waiting', 'running');

-- name: find_job
-- One job.
SELECT id, project, kind, params, state, asked_by, created_at, started_at, ended_at, attempts, cancelling, progress,
       result, error
FROM worker.job WHERE id = %(job)s;

-- name: jobs_page
-- Jobs, newest first; of one project, or all.
SELECT id, project, kind, params, state, asked_by, created_at, started_at, ended_at, attempts, cancelling, progress,
       result, error
FROM worker.job WHERE id < %(before)s AND (%(project)s::bigint IS NULL OR project = %(project)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: claim_job
-- Lease the next job of any organisation: one that waits, or one whose worker fell silent.
WITH silent AS (
    SELECT id FROM worker.job WHERE state = 'running' AND lease_until <= %(now)s
    ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED
), waiting AS (
    SELECT id FROM worker.job WHERE state = 'waiting' AND due_at <= %(now)s
    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE worker.job
SET state = 'running', lease_token = gen_random_uuid(), attempts = attempts + 1,
    lease_until = %(now)s::timestamptz + make_interval(secs => %(seconds)s),
    started_at = COALESCE(started_at, %(now)s)
WHERE id = COALESCE((SELECT id FROM silent), (SELECT id FROM waiting))
RETURNING id, organisation, project, kind, params, attempts, lease_token AS token;

-- name: beat
-- Renew a lease and say how far the work is; nothing when the lease is lost.
UPDATE worker.job
SET lease_until = %(now)s::timestamptz + make_interval(secs => %(seconds)s),
    progress = COALESCE(%(progress)s::text::jsonb, progress)
WHERE id = %(job)s AND state = 'running' AND lease_token = %(token)s
RETURNING cancelling;

-- name: end_job
-- Close a leased job with what came of it; nothing when the lease is lost.
UPDATE worker.job
SET state = %(state)s, ended_at = %(now)s, lease_token = NULL, lease_until = NULL, result = %(result)s::text::jsonb,
    error = %(error)s::text::jsonb, progress = COALESCE(%(progress)s::text::jsonb, progress)
WHERE id = %(job)s AND state = 'running' AND lease_token = %(token)s
RETURNING id;

-- name: postpone_job
-- Give a leased job back to be tried again later.
UPDATE worker.job
SET state = 'waiting', lease_token = NULL, lease_until = NULL, error = %(error)s::text::jsonb,
    due_at = %(now)s::timestamptz + make_interval(secs => %(seconds)s)
WHERE id = %(job)s AND state = 'running' AND lease_token = %(token)s
RETURNING id;

-- name: cancel_job
-- Cancel a waiting job at once; ask the worker of a running one to stop.
UPDATE worker.job
SET cancelling = true, state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
    ended_at = CASE state WHEN 'waiting' THEN %(now)s::timestamptz END
WHERE id = %(job)s AND state IN ('waiting', 'running')
RETURNING state;

-- name: retry_job
-- Have a failed or cancelled job done again.
UPDATE worker.job
SET state = 'waiting', due_at = %(now)s, ended_at = NULL, attempts = 0, cancelling = false, error = NULL
WHERE id = %(job)s AND state IN ('failed', 'cancelled')
RETURNING id;
