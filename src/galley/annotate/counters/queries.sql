-- Totals are folded from the rows of the accounts (annotate.work_measure says what each adds) and from the slots made
-- and voided. Every fold_* adds the rows between two; all of them, on empty tables, is the rebuild. The upper end is
-- given for the planner, who without statistics would take `id > …` for a third of the table.

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
FROM annotate.work_measure WHERE id > %(after)s AND id <= %(upto)s
GROUP BY organisation, project, hour, stage, pool, labeler
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
FROM annotate.work_measure WHERE id > %(after)s AND id <= %(upto)s
GROUP BY organisation, project, hour, stage
ON CONFLICT (project, hour, stage) DO UPDATE SET
    submitted = hourly.submitted + EXCLUDED.submitted, skipped = hourly.skipped + EXCLUDED.skipped,
    accepted = hourly.accepted + EXCLUDED.accepted, fixed = hourly.fixed + EXCLUDED.fixed,
    returned = hourly.returned + EXCLUDED.returned, counted_ms = hourly.counted_ms + EXCLUDED.counted_ms;

-- name: fold_people
-- Count who submitted in the hours that rows fell in.
UPDATE annotate.hourly h
SET people = n.people
FROM (
    SELECT DISTINCT project, hour, stage FROM annotate.work_measure WHERE id > %(after)s AND id <= %(upto)s
) AS touched
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
FROM annotate.work_measure WHERE id > %(after)s AND id <= %(upto)s
GROUP BY organisation, project, labeler, stage
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
FROM annotate.work_measure WHERE id > %(after)s AND id <= %(upto)s
GROUP BY organisation, project, stage, pool
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
WHERE id > %(after)s AND id <= %(upto)s AND submitted = 1 AND raw_ms > 0 AND kind IN ('person', 'simulated')
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
) AS leases;

-- name: open_work
-- Open slots of the newest projects that have any, and how many are leased: read from totals and the leases of who is
-- at work, up to a limit of each.
WITH leases AS MATERIALIZED (
    SELECT project, count(*) AS leased
    FROM (SELECT project FROM annotate.slot WHERE lease_until IS NOT NULL LIMIT %(leases)s) AS held
    GROUP BY project
), work AS MATERIALIZED (
    SELECT organisation, project, sum(made - submitted - skipped - void_open)::bigint AS open
    FROM annotate.total
    GROUP BY organisation, project
    HAVING sum(made - submitted - skipped - void_open) > 0
    ORDER BY project DESC LIMIT %(limit)s
)
SELECT w.organisation, w.project, GREATEST(w.open - COALESCE(l.leased, 0), 0) AS ready,
       COALESCE(l.leased, 0) AS leased
FROM work w LEFT JOIN leases l ON l.project = w.project
ORDER BY w.project;

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

-- name: agreement_of
-- On how many items several people answered, and on how many of those they differ.
SELECT several, differing FROM annotate.face_total WHERE project = %(project)s;

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
       e.voided, e.timed, e.counted_ms, e.raw_ms, e.units, e.last_at, g.seen, g.correct,
       h.answers AS assisted, h.shown, h.kept
FROM page
CROSS JOIN LATERAL (
    SELECT * FROM annotate.effort WHERE project = %(project)s AND labeler = page.labeler OFFSET 0
) AS e
JOIN annotate.labeler l ON l.id = e.labeler
LEFT JOIN annotate.gold_record g ON g.project = e.project AND g.labeler = e.labeler
LEFT JOIN annotate.assistance h ON h.project = e.project AND h.labeler = e.labeler
ORDER BY e.labeler, e.stage;

-- name: who_worked
-- Those of some people who did anything in a project.
SELECT l.person FROM annotate.labeler l
WHERE l.person = ANY(%(people)s::bigint[])
  AND EXISTS (SELECT FROM annotate.effort e WHERE e.project = %(project)s AND e.labeler = l.id);

-- name: effort_of
-- What one labeler did in each stage of a project.
SELECT e.labeler, l.name, l.kind, e.stage, e.submitted, e.revised, e.skipped, e.late, e.accepted, e.fixed, e.returned,
       e.voided, e.timed, e.counted_ms, e.raw_ms, e.units, e.last_at, g.seen, g.correct,
       h.answers AS assisted, h.shown, h.kept
FROM annotate.effort e JOIN annotate.labeler l ON l.id = e.labeler
LEFT JOIN annotate.gold_record g ON g.project = e.project AND g.labeler = e.labeler
LEFT JOIN annotate.assistance h ON h.project = e.project AND h.labeler = e.labeler
WHERE e.project = %(project)s AND e.labeler = %(labeler)s ORDER BY e.stage;

-- name: touched_items
-- The items that events after a place were about, and the place reached.
WITH page AS MATERIALIZED (
    SELECT tx, id, project, item FROM annotate.outbox
    WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY tx, id LIMIT %(limit)s
), reached AS (
    SELECT tx, id FROM page ORDER BY tx DESC, id DESC LIMIT 1
)
SELECT reached.tx::text AS tx, reached.id, touched.project, touched.item, (SELECT count(*) FROM page) AS events
FROM reached CROSS JOIN (SELECT DISTINCT project, item FROM page) AS touched;

-- name: made_items
-- The items for which slots were made after a place, as many statements as make up to a number of slots, and the place.
WITH page AS MATERIALIZED (
    SELECT f.*, sum(f.slots) OVER (ORDER BY f.tx, f.id) - f.slots AS before
    FROM (
        SELECT tx, id, project, slots, first_slot, last_slot FROM annotate.slot_flow
        WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY tx, id LIMIT %(limit)s
    ) AS f
), taken AS (
    SELECT * FROM page WHERE before < %(limit)s
), reached AS (
    SELECT tx, id FROM taken ORDER BY tx DESC, id DESC LIMIT 1
)
SELECT reached.tx::text AS tx, reached.id, made.project, made.item, (SELECT count(*) FROM taken) AS events
FROM reached
CROSS JOIN (
    SELECT DISTINCT t.project, s.item FROM taken t
    CROSS JOIN LATERAL (
        SELECT item, project FROM annotate.slot WHERE id BETWEEN t.first_slot AND t.last_slot OFFSET 0
    ) AS s WHERE s.project = t.project
) AS made;

-- name: refresh_faces
-- Make the rows of some items anew from their slots and newest answers, and their keys with them.
WITH asked AS MATERIALIZED (
    SELECT DISTINCT project, item FROM unnest(%(projects)s::bigint[], %(items)s::text[]) AS a (project, item)
), now AS MATERIALIZED (
    SELECT a.project, a.item, x.organisation, x.answers, x.kinds > 1 AS differing, x.last_at,
           x.gold OR EXISTS (SELECT 1 FROM annotate.gold g WHERE g.project = a.project AND g.item = a.item) AS gold,
           CASE WHEN x.answers = 0 AND x.waiting = 0 THEN 'void' WHEN x.answers = 0 THEN 'new'
                WHEN x.waiting > 0 THEN 'working' ELSE 'done' END AS state,
           x.keys
    FROM asked a
    CROSS JOIN LATERAL (
        SELECT min(s.organisation) AS organisation, COALESCE(bool_or(s.is_gold), false) AS gold,
               count(*) FILTER (WHERE s.state IN ('ready', 'leased')) AS waiting, -- 0 or not: keys repeat slots
               count(DISTINCT s.id) FILTER (WHERE s.state = 'submitted' AND s.stage = 'label') AS answers,
               count(DISTINCT r.body_sha256) FILTER (WHERE s.stage = 'label') AS kinds, max(r.created_at) AS last_at,
               array_agg(DISTINCT k.key) FILTER (WHERE k.key IS NOT NULL) AS keys
        FROM annotate.slot s
        LEFT JOIN LATERAL (
            SELECT v.body, v.body_sha256, v.created_at FROM annotate.revision v
            WHERE v.slot = s.id AND s.state = 'submitted' ORDER BY v.rev DESC LIMIT 1
        ) AS r ON true
        LEFT JOIN LATERAL (
            SELECT 'labeler=' || s.worker AS key WHERE s.state = 'submitted'
            UNION ALL
            SELECT 'open=' || s.stage || CASE s.pool WHEN '' THEN '' ELSE '/' || s.pool END
            WHERE s.state IN ('ready', 'leased') AND s.stage <> 'label' -- a key for every new item would say nothing
            UNION ALL
            SELECT annotate.answer_keys_v1(r.body) WHERE s.target IS NULL
        ) AS k ON true
        WHERE s.project = a.project AND s.item = a.item
    ) AS x
    WHERE x.organisation IS NOT NULL
), full_now AS MATERIALIZED (
    SELECT n.*, COALESCE(n.keys, '{}') || CASE WHEN n.differing THEN '{differing}'::text[] ELSE '{}' END
                || CASE WHEN n.gold THEN '{gold}'::text[] ELSE '{}' END AS all_keys,
           COALESCE((
               SELECT lower(left(t.value, 100) COLLATE "C") FROM annotate.content c
               CROSS JOIN LATERAL json_each_text(CASE json_typeof(c.data) WHEN 'object' THEN c.data ELSE '{}' END) AS t
               WHERE c.project = n.project AND c.item = n.item AND t.value !~ '^(blob:|https?:)' AND t.value <> ''
               LIMIT 1
           ), '') AS head
    FROM now n
), before AS MATERIALIZED (
    SELECT f.* FROM full_now n
    CROSS JOIN LATERAL (
        SELECT project, item, keys, answers, differing FROM annotate.face
        WHERE project = n.project AND item = n.item OFFSET 0
    ) AS f
), gone AS (
    DELETE FROM annotate.face_key d USING (
        SELECT b.project, b.item, k.key FROM before b CROSS JOIN LATERAL unnest(b.keys) AS k (key)
        EXCEPT
        SELECT n.project, n.item, k.key FROM full_now n CROSS JOIN LATERAL unnest(n.all_keys) AS k (key)
    ) AS old
    WHERE d.project = old.project AND d.key = old.key AND d.item = old.item
), come AS (
    INSERT INTO annotate.face_key (organisation, project, key, item)
    SELECT n.organisation, n.project, k.key, n.item FROM full_now n CROSS JOIN LATERAL unnest(n.all_keys) AS k (key)
    ON CONFLICT DO NOTHING
), agreed AS (
    INSERT INTO annotate.face_total (organisation, project, several, differing)
    SELECT n.organisation, n.project, sum((n.answers > 1)::int - COALESCE((b.answers > 1)::int, 0)),
           sum(n.differing::int - COALESCE(b.differing::int, 0))
    FROM full_now n LEFT JOIN before b ON b.project = n.project AND b.item = n.item
    GROUP BY n.organisation, n.project
    ON CONFLICT (project) DO UPDATE SET
        several = face_total.several + EXCLUDED.several, differing = face_total.differing + EXCLUDED.differing
)
INSERT INTO annotate.face (organisation, project, item, state, answers, differing, gold, head, keys, last_at)
SELECT organisation, project, item, state, answers, differing, gold, head, all_keys, last_at FROM full_now
ON CONFLICT (project, item) DO UPDATE SET
    state = EXCLUDED.state, answers = EXCLUDED.answers, differing = EXCLUDED.differing, gold = EXCLUDED.gold,
    head = EXCLUDED.head, keys = EXCLUDED.keys, last_at = EXCLUDED.last_at
WHERE (face.state, face.answers, face.differing, face.gold, face.head, face.keys, face.last_at)
      IS DISTINCT FROM (EXCLUDED.state, EXCLUDED.answers, EXCLUDED.differing, EXCLUDED.gold, EXCLUDED.head,
                        EXCLUDED.keys, EXCLUDED.last_at);

-- name: items_after
-- Items of a project after a place, to have them indexed anew.
SELECT id FROM annotate.item WHERE project = %(project)s AND id > %(after)s ORDER BY id LIMIT %(limit)s;

-- name: begins
-- How the contents of some items begin, as they are written; the index has them in lower case.
SELECT i.item, left(t.value, 100) AS begin FROM unnest(%(items)s::text[]) AS i (item)
CROSS JOIN LATERAL (
    SELECT e.value FROM annotate.content c
    CROSS JOIN LATERAL json_each_text(CASE json_typeof(c.data) WHEN 'object' THEN c.data ELSE '{}' END) AS e
    WHERE c.project = %(project)s AND c.item = i.item AND e.value !~ '^(blob:|https?:)' AND e.value <> ''
    LIMIT 1
) AS t;

-- name: explore_key
-- A page of the items with a key, in order: at most so many are looked at.
WITH scanned AS MATERIALIZED (
    SELECT f.* FROM (
        SELECT project, item FROM annotate.face_key
        WHERE project = %(project)s AND key = %(key)s AND item > %(item)s ORDER BY item LIMIT %(scan)s
    ) AS k
    CROSS JOIN LATERAL (SELECT * FROM annotate.face WHERE project = k.project AND item = k.item OFFSET 0) AS f
), fitting AS (
    SELECT * FROM scanned
    WHERE keys @> %(keys)s::text[] AND (%(state)s::text IS NULL OR state = %(state)s)
      AND (%(since)s::timestamptz IS NULL OR last_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR last_at < %(until)s) AND starts_with(head, %(prefix)s)
), last AS (
    SELECT item, head, last_at FROM scanned ORDER BY item DESC LIMIT 1
)
SELECT (SELECT count(*) FROM scanned) AS scanned, (SELECT count(*) FROM fitting) AS fits, last.item AS last_item,
       last.head AS last_head, last.last_at AS last_last_at, f.item, f.state, f.answers, f.differing, f.gold, f.head,
       f.keys, f.last_at
FROM last LEFT JOIN (SELECT * FROM fitting ORDER BY item LIMIT %(limit)s) AS f ON true
ORDER BY f.item;

-- name: explore_state
-- A page of the items in a state, in order: at most so many are looked at.
WITH scanned AS MATERIALIZED (
    SELECT * FROM annotate.face WHERE project = %(project)s AND state = %(state)s AND item > %(item)s
    ORDER BY item LIMIT %(scan)s
), fitting AS (
    SELECT * FROM scanned
    WHERE keys @> %(keys)s::text[] AND (%(state)s::text IS NULL OR state = %(state)s)
      AND (%(since)s::timestamptz IS NULL OR last_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR last_at < %(until)s) AND starts_with(head, %(prefix)s)
), last AS (
    SELECT item, head, last_at FROM scanned ORDER BY item DESC LIMIT 1
)
SELECT (SELECT count(*) FROM scanned) AS scanned, (SELECT count(*) FROM fitting) AS fits, last.item AS last_item,
       last.head AS last_head, last.last_at AS last_last_at, f.item, f.state, f.answers, f.differing, f.gold, f.head,
       f.keys, f.last_at
FROM last LEFT JOIN (SELECT * FROM fitting ORDER BY item LIMIT %(limit)s) AS f ON true
ORDER BY f.item;

-- name: explore_all
-- A page of all items, in order: at most so many are looked at.
WITH scanned AS MATERIALIZED (
    SELECT * FROM annotate.face WHERE project = %(project)s AND item > %(item)s ORDER BY item LIMIT %(scan)s
), fitting AS (
    SELECT * FROM scanned
    WHERE keys @> %(keys)s::text[] AND (%(state)s::text IS NULL OR state = %(state)s)
      AND (%(since)s::timestamptz IS NULL OR last_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR last_at < %(until)s) AND starts_with(head, %(prefix)s)
), last AS (
    SELECT item, head, last_at FROM scanned ORDER BY item DESC LIMIT 1
)
SELECT (SELECT count(*) FROM scanned) AS scanned, (SELECT count(*) FROM fitting) AS fits, last.item AS last_item,
       last.head AS last_head, last.last_at AS last_last_at, f.item, f.state, f.answers, f.differing, f.gold, f.head,
       f.keys, f.last_at
FROM last LEFT JOIN (SELECT * FROM fitting ORDER BY item LIMIT %(limit)s) AS f ON true
ORDER BY f.item;

-- name: explore_time
-- A page of the items answered in a stretch of time, newest first: at most so many are looked at.
WITH scanned AS MATERIALIZED (
    SELECT * FROM annotate.face
    WHERE project = %(project)s AND last_at >= COALESCE(%(since)s::timestamptz, '-infinity')
      AND (last_at, item) < (%(last_at)s::timestamptz, %(item)s)
    ORDER BY last_at DESC, item DESC LIMIT %(scan)s
), fitting AS (
    SELECT * FROM scanned
    WHERE keys @> %(keys)s::text[] AND (%(state)s::text IS NULL OR state = %(state)s)
      AND (%(since)s::timestamptz IS NULL OR last_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR last_at < %(until)s) AND starts_with(head, %(prefix)s)
), last AS (
    SELECT item, head, last_at FROM scanned ORDER BY last_at, item LIMIT 1
)
SELECT (SELECT count(*) FROM scanned) AS scanned, (SELECT count(*) FROM fitting) AS fits, last.item AS last_item,
       last.head AS last_head, last.last_at AS last_last_at, f.item, f.state, f.answers, f.differing, f.gold, f.head,
       f.keys, f.last_at
FROM last LEFT JOIN (SELECT * FROM fitting ORDER BY last_at DESC, item DESC LIMIT %(limit)s) AS f ON true
ORDER BY f.last_at DESC, f.item DESC;

-- name: explore_text
-- A page of the items whose text begins so, by text: at most so many are looked at.
WITH scanned AS MATERIALIZED (
    SELECT * FROM annotate.face
    WHERE project = %(project)s AND head <> '' AND head < %(prefix_end)s AND (head, item) > (%(head)s, %(item)s)
    ORDER BY head, item LIMIT %(scan)s
), fitting AS (
    SELECT * FROM scanned
    WHERE keys @> %(keys)s::text[] AND (%(state)s::text IS NULL OR state = %(state)s)
      AND (%(since)s::timestamptz IS NULL OR last_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR last_at < %(until)s) AND starts_with(head, %(prefix)s)
), last AS (
    SELECT item, head, last_at FROM scanned ORDER BY head DESC, item DESC LIMIT 1
)
SELECT (SELECT count(*) FROM scanned) AS scanned, (SELECT count(*) FROM fitting) AS fits, last.item AS last_item,
       last.head AS last_head, last.last_at AS last_last_at, f.item, f.state, f.answers, f.differing, f.gold, f.head,
       f.keys, f.last_at
FROM last LEFT JOIN (SELECT * FROM fitting ORDER BY head, item LIMIT %(limit)s) AS f ON true
ORDER BY f.head, f.item;

-- name: fold_assistance
-- Add what people made of prelabels.
INSERT INTO annotate.assistance AS t (organisation, project, labeler, answers, shown, kept, edited, rejected, added)
SELECT organisation, project, labeler, answers, shown, kept, edited, rejected, added
FROM json_populate_recordset(NULL::annotate.assistance, %(rows)s::text::json)
ON CONFLICT (project, labeler) DO UPDATE SET
    answers = t.answers + EXCLUDED.answers, shown = t.shown + EXCLUDED.shown, kept = t.kept + EXCLUDED.kept,
    edited = t.edited + EXCLUDED.edited, rejected = t.rejected + EXCLUDED.rejected, added = t.added + EXCLUDED.added;

-- name: fold_verdicts
-- Add what reviewers decided, and why.
INSERT INTO annotate.verdict_day AS t (organisation, project, day, verdict, reason, reviews)
SELECT organisation, project, day, verdict, reason, reviews
FROM json_populate_recordset(NULL::annotate.verdict_day, %(rows)s::text::json)
ON CONFLICT (project, day, verdict, reason) DO UPDATE SET reviews = t.reviews + EXCLUDED.reviews;

-- name: assistance_of
-- What the people of a project made of prelabels in all.
SELECT COALESCE(sum(answers), 0)::bigint AS answers, COALESCE(sum(shown), 0)::bigint AS shown,
       COALESCE(sum(kept), 0)::bigint AS kept, COALESCE(sum(edited), 0)::bigint AS edited,
       COALESCE(sum(rejected), 0)::bigint AS rejected, COALESCE(sum(added), 0)::bigint AS added
FROM annotate.assistance WHERE project = %(project)s;

-- name: gold_days
-- How people did on known answers, by day since a day.
SELECT day, seen, correct FROM annotate.gold_day WHERE project = %(project)s AND day >= %(since)s::date ORDER BY day;

-- name: verdict_days
-- What reviewers decided and why, by day since a day; the most frequent when there are very many.
SELECT day, verdict, reason, reviews FROM (
    SELECT day, verdict, reason, reviews FROM annotate.verdict_day
    WHERE project = %(project)s AND day >= %(since)s::date ORDER BY reviews DESC, day, verdict, reason LIMIT %(limit)s
) AS most ORDER BY day, verdict, reason;

-- name: labels_most
-- The labels given to most items of a project.
SELECT key, items FROM annotate.label_total WHERE project = %(project)s AND items > 0
ORDER BY items DESC, key LIMIT %(limit)s;

-- name: agreement_days
-- How far people agreed, by day since a day.
SELECT day, alpha, low, high, items, answers, sampled FROM annotate.agreement_day
WHERE project = %(project)s AND day >= %(since)s::date ORDER BY day;

-- name: agreement_due
-- Days of projects with several answers an item whose agreement is to be made again: answers came since it was made, or
-- they came so lately that the index of items may have been behind. A few at a time, the newest first.
SELECT p.organisation, p.id AS project, p.schema_sha256, d.day, d.submitted
FROM annotate.project p
JOIN annotate.face_total f ON f.project = p.id AND f.several > 0
CROSS JOIN LATERAL (
    SELECT (h.hour AT TIME ZONE 'UTC')::date AS day, sum(h.submitted)::bigint AS submitted, max(h.hour) AS newest
    FROM annotate.hourly h
    WHERE h.project = p.id AND h.hour >= %(since)s::timestamptz AND h.stage = 'label' GROUP BY 1
) AS d
LEFT JOIN annotate.agreement_day a ON a.project = p.id AND a.day = d.day
WHERE d.submitted > 0 AND (a.made_at IS NULL OR (a.made_at <= %(before)s::timestamptz
      AND (a.submitted <> d.submitted OR a.made_at < d.newest + interval '2 hours')))
ORDER BY d.day DESC, p.id LIMIT %(limit)s;

-- name: overlap_items
-- Items with several answers whose newest answer fell on a day, by their ids; known answers are not among them. At most
-- so many items of the day are looked through.
SELECT item FROM (
    SELECT item, answers, gold FROM annotate.face
    WHERE project = %(project)s AND last_at >= %(since)s::timestamptz AND last_at < %(until)s::timestamptz
    ORDER BY last_at DESC LIMIT %(scan)s
) AS day WHERE answers > 1 AND NOT gold ORDER BY item LIMIT %(limit)s;

-- name: overlap_answers
-- What people answered about some items, independently of one another: as each first said it.
SELECT s.item, r.body FROM annotate.slot s
JOIN annotate.labeler l ON l.id = s.worker AND l.kind IN ('person', 'simulated')
CROSS JOIN LATERAL (
    SELECT v.body FROM annotate.revision v WHERE v.slot = s.id AND v.rev = 1 OFFSET 0
) AS r
WHERE s.project = %(project)s AND s.item = ANY(%(items)s::text[]) AND s.stage = 'label' AND s.state = 'submitted'
ORDER BY s.item, s.slot_no;

-- name: save_agreement
-- Write how far people agreed on a day.
INSERT INTO annotate.agreement_day (organisation, project, day, alpha, low, high, items, answers, sampled, submitted,
                                    made_at)
VALUES (%(organisation)s, %(project)s, %(day)s, %(alpha)s, %(low)s, %(high)s, %(items)s, %(answers)s, %(sampled)s,
        %(submitted)s, %(now)s)
ON CONFLICT (project, day) DO UPDATE SET
    alpha = EXCLUDED.alpha, low = EXCLUDED.low, high = EXCLUDED.high, items = EXCLUDED.items,
    answers = EXCLUDED.answers, sampled = EXCLUDED.sampled, submitted = EXCLUDED.submitted, made_at = EXCLUDED.made_at;
