-- The hot path: the claims and answers of many people in few set-based statements. What a slot may become is decided by
-- the conditions of its UPDATE; who gets which slot by annotate.work.rules on what `askers` and `open` found.
--
-- A project that is younger than the statistics has one row in the planner's eyes: wherever slots are found by id, worker
-- or item the project is wrapped (COALESCE), and what belongs to a row is looked up per row (OFFSET 0), so that no plan
-- can begin with all the slots or contents of the project.

-- name: node
-- What everybody working on a project needs to know of it.
SELECT state, settings, schema_sha256, schema_version, guideline, guideline_version,
       ARRAY(SELECT json_build_array(v.version, v.created_at, v.sha256) FROM annotate.schema_version v
             WHERE v.project = %(project)s ORDER BY v.version) AS versions
FROM annotate.project WHERE id = %(project)s;

-- name: submit_batch
-- Append the answers of many labelers and close their slots, each under the label schema its lease was given with; those
-- whose lease is lost are left out.
WITH answer AS (
    SELECT * FROM unnest(%(slots)s::bigint[], %(tokens)s::uuid[], %(labelers)s::bigint[], %(bodies)s::text[],
                         %(sha256s)s::text[], %(client_ids)s::text[], %(activities)s::text[], %(guidelines)s::int[])
        AS a (slot, token, labeler, body, sha256, client_id, activity, guideline)
), done AS (
    UPDATE annotate.slot s
    SET state = 'submitted', lease_token = NULL, lease_until = NULL, version = s.version + 1
    FROM answer a
    WHERE s.id = a.slot AND s.lease_token = a.token AND COALESCE(s.worker, 0) = a.labeler
      AND COALESCE(s.project, 0) = %(project)s AND s.target IS NULL
    -- The revision's id is drawn here, so that the outbox needs no join with what was written.
    RETURNING s.id, s.item, s.leased_at, a.labeler, a.body, a.sha256, a.client_id, a.activity, a.guideline,
              nextval('annotate.revision_id_seq') AS revision
), written AS (
    INSERT INTO annotate.revision
        (id, slot, rev, labeler, labeler_kind, schema_version, guideline_version, body, body_sha256, client_id,
         activity, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT d.revision, d.id, 1, l.id, l.kind,
           COALESCE((SELECT max(v.version) FROM annotate.schema_version v
                     WHERE v.project = %(project)s AND v.created_at <= d.leased_at), p.schema_version),
           LEAST(COALESCE(d.guideline, p.guideline_version), p.guideline_version), d.body::jsonb, d.sha256,
           d.client_id, d.activity::json, %(now)s
    FROM done d JOIN annotate.labeler l ON l.id = d.labeler JOIN annotate.project p ON p.id = %(project)s
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, revision, at)
    SELECT %(project)s, 'submitted', d.id, d.item, d.labeler, d.revision, %(now)s FROM done d
)
SELECT id, labeler, client_id, revision FROM done;

-- name: askers
-- The people who ask for work: whether another claim of theirs is running, how they stand, and what they hold.
SELECT a.worker, pg_try_advisory_xact_lock(77310, a.worker::int) AS gate_open,
       (SELECT s.state FROM annotate.standing s
        WHERE s.project = %(project)s AND s.labeler = a.worker AND s.state <> 'open'
          AND (s.until IS NULL OR s.until > %(now)s)) AS standing,
       EXISTS (
           SELECT 1 FROM unnest(%(skills)s::text[], %(levels)s::real[]) AS need (name, level)
           WHERE NOT EXISTS (SELECT 1 FROM annotate.skill k
                             WHERE k.labeler = a.worker AND k.name = need.name AND k.level >= need.level)
       ) AS unskilled,
       ARRAY(
           SELECT h.id FROM annotate.slot h
           WHERE h.worker = a.worker AND h.state = 'leased' AND COALESCE(h.project, 0) = %(project)s AND h.stage = %(stage)s
             AND h.pool = %(pool)s
           ORDER BY h.leased_at, h.urgency, h.rkey, h.id LIMIT a.k
       ) AS held
FROM unnest(%(workers)s::bigint[], %(counts)s::int[]) AS a (worker, k);

-- name: open
-- Lock as many ready slots as the askers lack: what was returned to them first, then from a place in the queue on; with
-- each the askers who may not have it because they did its item before: nobody answers an item twice, judges answers of
-- theirs, or answers what they have judged. (A person has one labeler in an organisation.)
WITH asked AS MATERIALIZED (
    SELECT a.worker, GREATEST(a.k - (
        SELECT count(*) FROM annotate.slot h
        WHERE h.worker = a.worker AND h.state = 'leased' AND COALESCE(h.project, 0) = %(project)s AND h.stage = %(stage)s
          AND h.pool = %(pool)s
    ), 0)::int AS lack
    FROM unnest(%(workers)s::bigint[], %(counts)s::int[]) AS a (worker, k)
), returned AS MATERIALIZED (
    SELECT r.id, r.item, r.target, r.urgency, r.rkey, r.prefer_worker
    FROM asked a CROSS JOIN LATERAL (
        SELECT s.id, s.item, s.target, s.urgency, s.rkey, s.prefer_worker FROM annotate.slot s
        WHERE s.prefer_worker = a.worker AND s.state = 'ready' AND COALESCE(s.project, 0) = %(project)s
          AND s.stage = %(stage)s AND s.pool = %(pool)s
        ORDER BY s.urgency, s.rkey, s.id LIMIT a.lack FOR UPDATE OF s SKIP LOCKED
    ) AS r
), free AS MATERIALIZED (
    SELECT s.id, s.item, s.target, s.urgency, s.rkey, s.prefer_worker FROM annotate.slot s
    WHERE s.project = %(project)s AND s.stage = %(stage)s AND s.pool = %(pool)s AND s.state = 'ready'
      AND s.prefer_worker IS NULL AND (s.urgency, s.rkey) >= (%(urgency)s::int, %(rkey)s::bigint)
    ORDER BY s.urgency, s.rkey, s.id
    LIMIT CASE WHEN %(rework_only)s THEN 0 ELSE (SELECT sum(lack) FROM asked) - (SELECT count(*) FROM returned) END
    FOR UPDATE OF s SKIP LOCKED
)
SELECT f.id, f.item, f.target, f.urgency, f.rkey, f.prefer_worker, ARRAY(
    SELECT x.worker FROM annotate.slot x
    WHERE x.project = %(project)s AND x.item = f.item AND x.worker = ANY(%(workers)s::bigint[])
      AND ((x.stage = %(stage)s AND x.state <> 'void' AND COALESCE(x.target, 0) = COALESCE(f.target, 0))
           OR (x.stage IN ('label', 'adjudicate') AND x.stage <> %(stage)s AND %(stage)s <> 'label')
           OR (x.stage <> 'label' AND x.state IN ('leased', 'submitted') AND %(stage)s = 'label'))
    UNION
    SELECT r.labeler FROM annotate.revision r -- who corrected the answer in a review before
    WHERE r.slot = f.target AND r.rev > 1 AND r.labeler = ANY(%(workers)s::bigint[])
) AS barred
FROM (SELECT * FROM returned UNION ALL SELECT * FROM free) AS f;

-- name: lease
-- Give the chosen slots to their labelers, renew those held before, and read what people see of the items.
WITH leased AS (
    UPDATE annotate.slot s
    SET state = 'leased', worker = p.worker, lease_token = gen_random_uuid(), leased_at = %(now)s,
        lease_until = %(now)s::timestamptz + make_interval(secs => %(seconds)s), version = s.version + 1
    FROM unnest(%(slots)s::bigint[], %(workers)s::bigint[]) AS p (slot, worker)
    WHERE s.id = p.slot
    RETURNING s.id, s.worker, s.item, s.slot_no, s.pool, s.target, s.attempt, s.lease_token, s.lease_until, s.leased_at,
              s.urgency, s.rkey
), renewed AS (
    UPDATE annotate.slot s
    SET lease_until = %(now)s::timestamptz + make_interval(secs => %(seconds)s)
    WHERE s.lease_token IS NOT NULL AND s.id = ANY(ARRAY( -- without waiting for who answers one of them just now
        SELECT h.id FROM annotate.slot h WHERE h.id = ANY(%(held)s::bigint[]) AND h.lease_token IS NOT NULL
        ORDER BY h.id FOR NO KEY UPDATE SKIP LOCKED
    ))
    RETURNING s.id, s.worker, s.item, s.slot_no, s.pool, s.target, s.attempt, s.lease_token, s.lease_until, s.leased_at,
              s.urgency, s.rkey
)
SELECT l.id, l.worker, l.item, l.slot_no, l.pool, l.target, l.attempt, l.lease_token AS token, l.lease_until AS until,
       c.data::text AS content, l.leased_at
FROM (SELECT * FROM leased UNION ALL SELECT * FROM renewed) AS l
LEFT JOIN LATERAL (
    SELECT c.data FROM annotate.content c WHERE c.project = %(project)s AND c.item = l.item OFFSET 0
) AS c ON true
ORDER BY l.leased_at, l.urgency, l.rkey, l.id;

-- name: handouts
-- Leases a labeler holds, with what people see of the items.
SELECT s.id, s.worker, s.item, s.slot_no, s.pool, s.target, s.attempt, s.lease_token AS token, s.lease_until AS until,
       c.data::text AS content, s.leased_at
FROM annotate.slot s
LEFT JOIN LATERAL (
    SELECT c.data FROM annotate.content c WHERE c.project = s.project AND c.item = s.item OFFSET 0
) AS c ON true
WHERE s.id = ANY(%(slots)s::bigint[]) AND s.lease_token IS NOT NULL AND COALESCE(s.worker, 0) = %(worker)s
ORDER BY s.leased_at, s.urgency, s.rkey, s.id;

-- name: lease_times
-- Under which leases some slots are, and since when.
SELECT id, lease_token, leased_at FROM annotate.slot
WHERE id = ANY(%(slots)s::bigint[]) AND COALESCE(project, 0) = %(project)s AND lease_token IS NOT NULL;

-- name: of_project
-- Which of some slots belong to a project.
SELECT id FROM annotate.slot WHERE id = ANY(%(slots)s::bigint[]) AND COALESCE(project, 0) = %(project)s;

-- name: contents
-- What people saw of the items of some slots.
SELECT s.id, c.data::text FROM annotate.slot s
CROSS JOIN LATERAL (
    SELECT c.data FROM annotate.content c WHERE c.project = s.project AND c.item = s.item OFFSET 0
) AS c
WHERE s.id = ANY(%(slots)s::bigint[]) AND COALESCE(s.project, 0) = %(project)s;

-- name: returned
-- The returned answers that some slots are to do again, why, and what the reviewer wrote.
SELECT s.id AS rework, v.id AS slot, v.reason, head.id AS revision, head.body::text AS body, verdict.note
FROM annotate.slot s
CROSS JOIN LATERAL (
    SELECT o.id, o.reason FROM annotate.slot o
    WHERE o.project = s.project AND o.item = s.item AND o.stage = s.stage AND o.state = 'void' AND o.attempt < s.attempt
      AND o.reason IS NOT NULL
    ORDER BY o.attempt DESC, o.id DESC LIMIT 1
) AS v
LEFT JOIN LATERAL (SELECT r.id, r.body FROM annotate.revision r WHERE r.slot = v.id ORDER BY r.rev DESC LIMIT 1) AS head
    ON true
LEFT JOIN LATERAL (
    SELECT r.body ->> 'note' AS note FROM annotate.slot w JOIN annotate.revision r ON r.slot = w.id
    WHERE w.target = v.id AND w.state = 'submitted' AND r.body ->> 'verdict' = 'return' ORDER BY r.id DESC LIMIT 1
) AS verdict ON true
WHERE s.id = ANY(%(slots)s::bigint[]);

-- name: reviewed
-- The newest answers of slots under review.
SELECT DISTINCT ON (r.slot) r.slot, r.id AS revision, r.body::text AS body
FROM annotate.revision r WHERE r.slot = ANY(%(slots)s::bigint[]) ORDER BY r.slot, r.rev DESC;

-- name: insert_person
-- Make a person known as a labeler of this organisation; nothing happens when they are.
INSERT INTO annotate.labeler (name, kind, person, created_at) VALUES (%(name)s, 'person', %(person)s, %(now)s)
ON CONFLICT DO NOTHING;

-- name: labeler_of_person
-- The labeler that a person is in this organisation.
SELECT id FROM annotate.labeler WHERE person = %(person)s;

-- name: renew_project
-- Extend every lease a labeler holds in one project; what they hold and until when.
UPDATE annotate.slot s SET lease_until = %(now)s::timestamptz + make_interval(secs => %(seconds)s)
WHERE s.worker = %(worker)s AND s.state = 'leased' AND COALESCE(s.project, 0) = %(project)s
RETURNING s.id;

-- name: held_items
-- Those of some items of a project of which a labeler holds a lease.
SELECT DISTINCT item FROM annotate.slot
WHERE worker = %(labeler)s AND state = 'leased' AND COALESCE(project, 0) = %(project)s AND item = ANY(%(items)s::text[]);

-- name: forget_preference
-- Give returned work to anybody when the person it waited for did not come. No preference is for half a year: then the
-- clock was wrong.
UPDATE annotate.slot s SET prefer_worker = NULL, prefer_until = NULL
WHERE s.id = ANY(ARRAY(
    SELECT r.id FROM annotate.slot r
    WHERE r.state = 'ready' AND r.prefer_worker IS NOT NULL
      AND (r.prefer_until <= %(now)s OR r.prefer_until > %(now)s::timestamptz + interval '180 days')
    ORDER BY r.prefer_until LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)) AND s.prefer_worker IS NOT NULL;
