-- Totals are folded from the rows of the accounts (annotate.work_measure says what each adds) and from the slots made and
-- voided. Every fold_* adds what came after a row; from row zero, on empty tables, it is the rebuild.

-- name: open_reader
-- Make a reader of the outbox known.
INSERT INTO annotate.reader (name) VALUES (%(name)s) ON CONFLICT DO NOTHING;

-- name: lock_reader
-- A reader's place, held until the transaction ends.
SELECT tx::text, id FROM annotate.reader WHERE name = %(name)s FOR UPDATE;

-- name: move_reader
-- Advance a reader.
UPDATE annotate.reader SET tx = %(tx)s::text::xid8, id = %(id)s WHERE name = %(name)s;

-- name: fold_rollup
-- Add rows to the totals by project, hour, node and labeler.
INSERT INTO annotate.rollup (organisation, project, hour, stage, pool, labeler, kind,
    submitted, revised, skipped, late, accepted, fixed, returned, voided, timed, counted_ms, raw_ms, units)
SELECT organisation, project, hour, stage, pool, labeler, min(kind),
       sum(submitted), sum(revised), sum(skipped), sum(late), sum(accepted), sum(fixed), sum(returned), sum(voided),
       sum(timed), sum(counted_ms), sum(raw_ms), sum(units)
FROM annotate.work_measure WHERE id > %(after)s GROUP BY organisation, project, hour, stage, pool, labeler
ON CONFLICT (project, hour, stage, pool, labeler) DO UPDATE SET
    submitted = rollup.submitted + EXCLUDED.submitted, revised = rollup.revised + EXCLUDED.revised,
    skipped = rollup.skipped + EXCLUDED.skipped, late = rollup.late + EXCLUDED.late,
    accepted = rollup.accepted + EXCLUDED.accepted, fixed = rollup.fixed + EXCLUDED.fixed,
    returned = rollup.returned + EXCLUDED.returned, voided = rollup.voided + EXCLUDED.voided,
    timed = rollup.timed + EXCLUDED.timed, counted_ms = rollup.counted_ms + EXCLUDED.counted_ms,
    raw_ms = rollup.raw_ms + EXCLUDED.raw_ms, units = rollup.units + EXCLUDED.units;

-- name: fold_hourly
-- Add rows to the totals by project and hour.
INSERT INTO annotate.hourly (organisation, project, hour, stage, people,
    submitted, skipped, accepted, fixed, returned, counted_ms)
SELECT organisation, project, hour, stage, 0,
       sum(submitted), sum(skipped), sum(accepted), sum(fixed), sum(returned), sum(counted_ms)
FROM annotate.work_measure WHERE id > %(after)s GROUP BY organisation, project, hour, stage
ON CONFLICT (project, hour, stage) DO UPDATE SET
    submitted = hourly.submitted + EXCLUDED.submitted, skipped = hourly.skipped + EXCLUDED.skipped,
    accepted = hourly.accepted + EXCLUDED.accepted, fixed = hourly.fixed + EXCLUDED.fixed,
    returned = hourly.returned + EXCLUDED.returned, counted_ms = hourly.counted_ms + EXCLUDED.counted_ms;

-- name: fold_people
-- Count who submitted in the hours that rows fell in.
UPDATE annotate.hourly h
SET people = n.people
FROM (SELECT DISTINCT project, hour, stage FROM annotate.work_measure WHERE id > %(after)s) AS touched
CROSS JOIN LATERAL (
    SELECT count(DISTINCT r.labeler) AS people FROM annotate.rollup r
    WHERE r.project = touched.project AND r.hour = touched.hour AND r.stage = touched.stage AND r.submitted > 0
      AND r.kind IN ('person', 'simulated')
) AS n
WHERE h.project = touched.project AND h.hour = touched.hour AND h.stage = touched.stage AND h.people <> n.people;

-- name: fold_effort
-- Add rows to the totals by project and labeler.
INSERT INTO annotate.effort (organisation, project, labeler, stage,
    submitted, revised, skipped, late, accepted, fixed, returned, voided, timed, counted_ms, raw_ms, units, last_at)
SELECT organisation, project, labeler, stage,
       sum(submitted), sum(revised), sum(skipped), sum(late), sum(accepted), sum(fixed), sum(returned), sum(voided),
       sum(timed), sum(counted_ms), sum(raw_ms), sum(units), max(at)
FROM annotate.work_measure WHERE id > %(after)s GROUP BY organisation, project, labeler, stage
ON CONFLICT (project, labeler, stage) DO UPDATE SET
    submitted = effort.submitted + EXCLUDED.submitted, revised = effort.revised + EXCLUDED.revised,
    skipped = effort.skipped + EXCLUDED.skipped, late = effort.late + EXCLUDED.late,
    accepted = effort.accepted + EXCLUDED.accepted, fixed = effort.fixed + EXCLUDED.fixed,
    returned = effort.returned + EXCLUDED.returned, voided = effort.voided + EXCLUDED.voided,
    timed = effort.timed + EXCLUDED.timed, counted_ms = effort.counted_ms + EXCLUDED.counted_ms,
    raw_ms = effort.raw_ms + EXCLUDED.raw_ms, units = effort.units + EXCLUDED.units,
    last_at = GREATEST(effort.last_at, EXCLUDED.last_at);

-- name: fold_total
-- Add rows to the totals by project and node.
INSERT INTO annotate.total (organisation, project, stage, pool,
    submitted, skipped, late, accepted, fixed, returned, timed, counted_ms, units)
SELECT organisation, project, stage, pool,
       sum(submitted), sum(skipped), sum(late), sum(accepted), sum(fixed), sum(returned), sum(timed), sum(counted_ms),
       sum(units)
FROM annotate.work_measure WHERE id > %(after)s GROUP BY organisation, project, stage, pool
ON CONFLICT (project, stage, pool) DO UPDATE SET
    submitted = total.submitted + EXCLUDED.submitted, skipped = total.skipped + EXCLUDED.skipped,
    late = total.late + EXCLUDED.late, accepted = total.accepted + EXCLUDED.accepted,
    fixed = total.fixed + EXCLUDED.fixed, returned = total.returned + EXCLUDED.returned,
    timed = total.timed + EXCLUDED.timed, counted_ms = total.counted_ms + EXCLUDED.counted_ms,
    units = total.units + EXCLUDED.units;

-- name: fold_flow
-- Add the slots made and voided after a place to the totals of their nodes; the place reached.
WITH page AS MATERIALIZED (
    SELECT * FROM annotate.slot_flow
    WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
), added AS (
    INSERT INTO annotate.total (organisation, project, stage, pool, made, void_open, void_submitted, void_skipped)
    SELECT organisation, project, stage, pool, COALESCE(sum(slots) FILTER (WHERE was IS NULL), 0),
           COALESCE(sum(slots) FILTER (WHERE was IN ('ready', 'leased')), 0),
           COALESCE(sum(slots) FILTER (WHERE was = 'submitted'), 0),
           COALESCE(sum(slots) FILTER (WHERE was = 'skipped'), 0)
    FROM page
    GROUP BY organisation, project, stage, pool
    ON CONFLICT (project, stage, pool) DO UPDATE SET
        made = total.made + EXCLUDED.made, void_open = total.void_open + EXCLUDED.void_open,
        void_submitted = total.void_submitted + EXCLUDED.void_submitted,
        void_skipped = total.void_skipped + EXCLUDED.void_skipped
)
SELECT tx::text, id FROM page ORDER BY page.tx DESC, page.id DESC LIMIT 1;

-- name: refold_flow
-- Add the slots made and voided up to a place to the totals of their nodes.
INSERT INTO annotate.total (organisation, project, stage, pool, made, void_open, void_submitted, void_skipped)
SELECT organisation, project, stage, pool, COALESCE(sum(slots) FILTER (WHERE was IS NULL), 0),
       COALESCE(sum(slots) FILTER (WHERE was IN ('ready', 'leased')), 0),
       COALESCE(sum(slots) FILTER (WHERE was = 'submitted'), 0),
       COALESCE(sum(slots) FILTER (WHERE was = 'skipped'), 0)
FROM annotate.slot_flow WHERE (tx, id) <= (%(tx)s::text::xid8, %(id)s)
GROUP BY organisation, project, stage, pool
ON CONFLICT (project, stage, pool) DO UPDATE SET
    made = total.made + EXCLUDED.made, void_open = total.void_open + EXCLUDED.void_open,
    void_submitted = total.void_submitted + EXCLUDED.void_submitted,
    void_skipped = total.void_skipped + EXCLUDED.void_skipped;

-- name: fold_pace
-- Add rows to the distribution of answering times: wall time, from lease to answer, of people.
INSERT INTO annotate.pace (organisation, project, stage, bucket, answers)
SELECT organisation, project, stage, annotate.pace_bucket_v1(raw_ms), count(*)
FROM annotate.work_measure
WHERE id > %(after)s AND submitted = 1 AND raw_ms > 0 AND kind IN ('person', 'simulated')
GROUP BY organisation, project, stage, annotate.pace_bucket_v1(raw_ms)
ON CONFLICT (project, stage, bucket) DO UPDATE SET answers = pace.answers + EXCLUDED.answers;

-- name: empty_rollup
-- Forget the totals by hour and labeler.
DELETE FROM annotate.rollup;

-- name: empty_hourly
-- Forget the totals by hour.
DELETE FROM annotate.hourly;

-- name: empty_effort
-- Forget the totals by labeler.
DELETE FROM annotate.effort;

-- name: empty_total
-- Forget the totals by node.
DELETE FROM annotate.total;

-- name: empty_pace
-- Forget the distribution of answering times.
DELETE FROM annotate.pace;

-- name: totals_of
-- The totals of some projects: a row a node.
SELECT project, stage, pool, made, submitted, skipped, void_open, void_submitted, void_skipped, late, accepted, fixed,
       returned, timed, counted_ms, units
FROM annotate.total WHERE project = ANY(%(projects)s::bigint[]) ORDER BY project, stage, pool;

-- name: held
-- How many slots of a project are leased now, up to a limit: bounded by the people at work.
SELECT count(*) FROM (
    SELECT 1 FROM annotate.slot WHERE lease_until IS NOT NULL AND project = %(project)s LIMIT %(limit)s
) AS some;

-- name: pace_of
-- How long answers of a project took: answers a bucket.
SELECT bucket, sum(answers)::bigint AS answers FROM annotate.pace WHERE project = %(project)s
GROUP BY bucket ORDER BY bucket;

-- name: hours_of
-- A project's totals by hour since a moment.
SELECT hour, stage, people, submitted, skipped, accepted, fixed, returned, counted_ms
FROM annotate.hourly WHERE project = %(project)s AND hour >= %(since)s ORDER BY hour, stage;

-- name: gold_of
-- How people did on items whose answer is known.
SELECT COALESCE(sum(seen), 0)::bigint, COALESCE(sum(correct), 0)::bigint FROM annotate.gold_record
WHERE project = %(project)s;

-- name: project_page
-- Projects after a place, newest first.
SELECT id, line, purpose, name, state, due_at, created_at FROM annotate.project
WHERE id < %(before)s ORDER BY id DESC LIMIT %(limit)s;

-- name: effort_page
-- Labelers of a project after a place with what they did in each stage.
WITH page AS MATERIALIZED (
    SELECT DISTINCT labeler FROM annotate.effort WHERE project = %(project)s AND labeler > %(after)s
    ORDER BY labeler LIMIT %(limit)s
)
SELECT e.labeler, l.name, l.kind, e.stage, e.submitted, e.revised, e.skipped, e.late, e.accepted, e.fixed, e.returned,
       e.voided, e.timed, e.counted_ms, e.raw_ms, e.units, e.last_at, g.seen, g.correct
FROM page
CROSS JOIN LATERAL (
    SELECT * FROM annotate.effort WHERE project = %(project)s AND labeler = page.labeler OFFSET 0
) AS e
JOIN annotate.labeler l ON l.id = e.labeler
LEFT JOIN annotate.gold_record g ON g.project = e.project AND g.labeler = e.labeler
ORDER BY e.labeler, e.stage;

-- name: effort_of
-- What one labeler did in each stage of a project.
SELECT e.labeler, l.name, l.kind, e.stage, e.submitted, e.revised, e.skipped, e.late, e.accepted, e.fixed, e.returned,
       e.voided, e.timed, e.counted_ms, e.raw_ms, e.units, e.last_at, g.seen, g.correct
FROM annotate.effort e JOIN annotate.labeler l ON l.id = e.labeler
LEFT JOIN annotate.gold_record g ON g.project = e.project AND g.labeler = e.labeler
WHERE e.project = %(project)s AND e.labeler = %(labeler)s ORDER BY e.stage;
