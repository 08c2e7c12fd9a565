-- name: insert_run
-- Begin a run.
INSERT INTO line.run (id, line, recipe, status, stage, started_at)
VALUES (%(id)s, %(line)s, %(recipe)s, 'running', '', %(now)s);

-- name: set_stage
-- Say which stage a run is in.
UPDATE line.run SET stage = %(stage)s WHERE id = %(id)s;

-- name: set_account
-- Remember how far a run's account has got.
UPDATE line.run SET account = %(account)s, counts = %(counts)s WHERE id = %(id)s;

-- name: set_report
-- Remember the report of a run.
UPDATE line.run SET report = %(report)s WHERE id = %(id)s;

-- name: end_run
-- End a run: done, failed (with its error), or waiting for people.
UPDATE line.run SET status = %(status)s, error = %(error)s,
       ended_at = CASE WHEN %(status)s IN ('done', 'failed') THEN %(now)s::timestamptz END
WHERE id = %(id)s;

-- name: abandon_runs
-- Runs of this line that say they are running although nobody holds the line: their process was killed.
UPDATE line.run SET status = 'failed', ended_at = %(now)s, error = %(error)s
WHERE line = %(line)s AND status = 'running';

-- name: start_step
-- A stage of a run begins.
INSERT INTO line.run_step (run_id, place, stage, op, status, started_at)
VALUES (%(run_id)s, %(place)s, %(stage)s, %(op)s, 'running', %(now)s)
ON CONFLICT (run_id, place) DO UPDATE SET status = 'running', started_at = excluded.started_at, ended_at = NULL;

-- name: end_step
-- A stage of a run ends, with its counts and the root of what it made.
UPDATE line.run_step SET status = %(status)s, counts = %(counts)s, root = %(root)s, ended_at = %(now)s
WHERE run_id = %(run_id)s AND place = %(place)s;

-- name: runs
-- The newest runs, of one line when it is named.
SELECT id, line, recipe, status, stage, counts, account, report, started_at, ended_at, error FROM line.run
WHERE %(line)s::text IS NULL OR line = %(line)s ORDER BY started_at DESC, id DESC LIMIT %(limit)s;

-- name: run
-- One run.
SELECT id, line, recipe, status, stage, counts, account, report, started_at, ended_at, error FROM line.run
WHERE id = %(id)s;

-- name: runs_page
-- The runs of a line before a moment, the newest first.
SELECT id, line, recipe, status, stage, counts, account, report, started_at, ended_at, error FROM line.run
WHERE line = %(line)s AND (started_at, id) < (%(before)s, %(before_id)s) ORDER BY started_at DESC, id DESC LIMIT %(limit)s;

-- name: newest_runs
-- The newest run of each line after a name, in the order of names: one probe of the index a line.
WITH RECURSIVE line AS (
    (SELECT r.line FROM line.run r WHERE r.line > %(after)s ORDER BY r.line LIMIT 1)
    UNION ALL
    SELECT (SELECT n.line FROM line.run n WHERE n.line > l.line ORDER BY n.line LIMIT 1) FROM line l WHERE l.line IS NOT NULL
), named AS (
    SELECT line FROM line WHERE line IS NOT NULL LIMIT %(limit)s
)
SELECT r.id, r.line, r.recipe, r.status, r.stage, r.counts, r.account, r.report, r.started_at, r.ended_at, r.error
FROM named CROSS JOIN LATERAL (
    SELECT * FROM line.run x WHERE x.line = named.line ORDER BY x.started_at DESC, x.id DESC LIMIT 1
) AS r ORDER BY r.line;

-- name: steps_of
-- The stages of some runs, in order.
SELECT run_id, place, stage, op, status, counts, root, started_at, ended_at FROM line.run_step
WHERE run_id = ANY(%(runs)s::text[]) ORDER BY run_id, place;

-- name: run_steps
-- The stages of a run, in order.
SELECT place, stage, op, status, counts, root, started_at, ended_at FROM line.run_step
WHERE run_id = %(run_id)s ORDER BY place;

-- name: try_lock_line
-- Take a line for this connection unless another one holds it.
SELECT pg_try_advisory_lock(hashtextextended('galley/line/' || %(line)s::text, 0)) AS taken;

-- name: unlock_line
-- Give a line back.
SELECT pg_advisory_unlock(hashtextextended('galley/line/' || %(line)s::text, 0));
