-- A slot is leased exactly when it has a lease_token (a constraint). Where a slot is found by its id the other conditions
-- are written so that no partial index fits them (COALESCE(worker, 0), lease_token instead of state): with statistics
-- from before the first answers the planner takes those indexes for empty and would rather read one of them whole.

-- name: insert_labeler
-- Make a labeler known; nothing happens when the name is.
INSERT INTO annotate.labeler (name, kind, created_at) VALUES (%(name)s, %(kind)s, %(now)s) ON CONFLICT DO NOTHING;

-- name: labeler_by_name
-- One labeler.
SELECT id, name, kind FROM annotate.labeler WHERE name = %(name)s;

-- name: labelers
-- Every labeler.
SELECT id, name, kind FROM annotate.labeler ORDER BY id;

-- name: insert_project
-- Open a project; nothing happens when the line has one for this purpose.
INSERT INTO annotate.project (line, purpose, name, schema_sha256, schema_version, salt, created_at)
VALUES (%(line)s, %(purpose)s, %(name)s, %(schema_sha256)s, %(schema_version)s, %(salt)s, %(now)s)
ON CONFLICT DO NOTHING;

-- name: project_by_purpose
-- The project of a line for a purpose.
SELECT id, line, purpose, name, schema_sha256, schema_version, salt
FROM annotate.project WHERE line = %(line)s AND purpose = %(purpose)s;

-- name: projects
-- Every project.
SELECT id, line, purpose, name, schema_sha256, schema_version, salt FROM annotate.project ORDER BY id;

-- name: add_items
-- Put new items into the queue with their label slots; items already there stay as they are.
WITH wanted AS (
    SELECT DISTINCT item FROM unnest(%(items)s::text[]) AS item
), made AS (
    INSERT INTO annotate.item (project, id, next_slot)
    SELECT %(project)s, item, %(overlap)s::int FROM wanted ORDER BY item
    ON CONFLICT DO NOTHING
    RETURNING id
), slots AS (
    INSERT INTO annotate.slot (project, stage, item, slot_no, state, priority, rkey, pool, is_gold)
    SELECT p.id, 'label', made.id, no, 'ready', %(priority)s, annotate.rkey_v1(p.salt, made.id, no),
           %(pool)s, made.id = ANY(%(gold)s::text[])
    FROM made CROSS JOIN generate_series(0, %(overlap)s::int - 1) AS no JOIN annotate.project p ON p.id = %(project)s
)
SELECT count(*) FROM made;

-- name: analyse
-- Tell the planner about a large import at once, rather than when the autovacuum comes by.
SELECT annotate.analyse_v1();

-- name: lock_items
-- Hold the slot numbers of some items until the transaction ends, in one order everywhere.
SELECT id FROM annotate.item WHERE project = %(project)s AND id = ANY(%(items)s::text[]) ORDER BY id FOR NO KEY UPDATE;

-- name: ensure_slots
-- Give every listed item as many live slots of a stage as are wanted: third opinions, adjudication. Items are locked.
WITH have AS (
    SELECT i.id AS item, i.next_slot,
           %(overlap)s::int - count(s.id) FILTER (WHERE s.state IN ('ready', 'leased', 'submitted')) AS missing
    FROM annotate.item i
    LEFT JOIN annotate.slot s ON s.project = i.project AND s.item = i.id AND s.stage = %(stage)s
    WHERE i.project = %(project)s AND i.id = ANY(%(items)s::text[])
    GROUP BY i.id, i.next_slot
), numbered AS (
    UPDATE annotate.item i SET next_slot = i.next_slot + have.missing::int FROM have
    WHERE i.project = %(project)s AND i.id = have.item AND have.missing > 0
), made AS (
    INSERT INTO annotate.slot (project, stage, item, slot_no, state, priority, rkey, pool)
    SELECT p.id, %(stage)s, have.item, no, 'ready', %(priority)s, annotate.rkey_v1(p.salt, have.item, no), %(pool)s
    FROM have
    CROSS JOIN generate_series(have.next_slot, have.next_slot + have.missing::int - 1) AS no
    JOIN annotate.project p ON p.id = %(project)s
    WHERE have.missing > 0
    RETURNING id
)
SELECT count(*) FROM made;

-- name: add_reviews
-- Open one review for each listed submitted slot that has none. Items are locked.
WITH wanted AS (
    SELECT t.id, t.project, t.item, t.priority,
           row_number() OVER (PARTITION BY t.item ORDER BY t.slot_no)::int - 1 AS place
    FROM annotate.slot t
    WHERE t.project = %(project)s AND t.id = ANY(%(slots)s::bigint[]) AND t.state = 'submitted' AND t.stage <> 'review'
      AND NOT EXISTS (SELECT 1 FROM annotate.slot r WHERE r.target = t.id AND r.state NOT IN ('skipped', 'void'))
), made AS (
    INSERT INTO annotate.slot (project, stage, item, slot_no, target, state, priority, rkey, pool)
    SELECT w.project, 'review', w.item, i.next_slot + w.place, w.id, 'ready', w.priority,
           annotate.rkey_v1(p.salt, w.item, i.next_slot + w.place), %(pool)s
    FROM wanted w
    JOIN annotate.item i ON i.project = w.project AND i.id = w.item
    JOIN annotate.project p ON p.id = w.project
    RETURNING id, item
), numbered AS (
    UPDATE annotate.item i SET next_slot = i.next_slot + counted.slots
    FROM (SELECT item, count(*)::int AS slots FROM made GROUP BY item) AS counted
    WHERE i.project = %(project)s AND i.id = counted.item
)
SELECT id FROM made ORDER BY id;

-- name: items_of_slots
-- The items of some slots.
SELECT DISTINCT item FROM annotate.slot WHERE project = %(project)s AND id = ANY(%(slots)s::bigint[]) ORDER BY item;

-- name: claim
-- Lease up to k slots of one pool to a worker: first those it holds already (renewed), then those that wait for it, then
-- ready ones after the place where its last lease was, higher priorities first of all. With wrap, from the beginning of the pool. Two claims of
-- one worker never run at once: the second comes back with gate_open false and nothing else.
WITH gate AS MATERIALIZED (
    SELECT pg_try_advisory_xact_lock(77310, %(worker)s::int) AS gate_open
), door AS MATERIALIZED ( -- nothing from paused and closed projects nor for paused people, old work while draining
    SELECT p.state, p.state IN ('open', 'draining') AND NOT EXISTS (
               SELECT 1 FROM annotate.standing t
               WHERE t.project = p.id AND t.labeler = %(worker)s AND t.state <> 'open'
                 AND (t.until IS NULL OR t.until > %(now)s)) AS is_open
    FROM annotate.project p WHERE p.id = %(project)s
), wish AS MATERIALIZED (
    SELECT CASE WHEN gate_open AND (SELECT is_open FROM door) THEN %(k)s::int ELSE 0 END AS k FROM gate
), mine AS (
    UPDATE annotate.slot s
    SET lease_until = %(now)s::timestamptz + make_interval(secs => %(seconds)s)
    WHERE s.id = ANY(ARRAY( -- an array, because as a join it is planned over the whole table
        SELECT h.id FROM annotate.slot h
        WHERE h.worker = %(worker)s AND h.state = 'leased' AND h.project = %(project)s AND h.stage = %(stage)s
          AND h.pool = %(pool)s
        ORDER BY h.leased_at, h.urgency, h.rkey, h.id LIMIT (SELECT k FROM wish)
    )) AND s.lease_token IS NOT NULL AND COALESCE(s.worker, 0) = %(worker)s
    RETURNING s.id, s.item, s.slot_no, s.target, s.stage, s.pool, s.attempt, s.lease_token, s.lease_until, s.leased_at,
              s.urgency, s.rkey
), recent AS (
    SELECT r.urgency, r.rkey FROM annotate.slot r
    WHERE NOT %(wrap)s AND r.worker = %(worker)s AND r.project = %(project)s AND r.stage = %(stage)s
      AND r.pool = %(pool)s AND r.leased_at IS NOT NULL
    ORDER BY r.leased_at DESC, r.urgency DESC, r.rkey DESC LIMIT 1
), last AS ( -- one row always: below row-level security a COALESCE in the comparison itself would not use the index
    SELECT COALESCE((SELECT urgency FROM recent), -2147483648) AS urgency,
           COALESCE((SELECT rkey FROM recent), -9223372036854775808) AS rkey
), returned AS ( -- slots kept for this worker, or that others left waiting too long
    SELECT s.id, s.item, s.target FROM annotate.slot s
    WHERE s.project = %(project)s AND s.stage = %(stage)s AND s.pool = %(pool)s AND s.state = 'ready'
      AND s.prefer_worker IS NOT NULL AND (s.prefer_worker = %(worker)s OR s.prefer_until <= %(now)s)
      AND NOT EXISTS (
          SELECT 1 FROM annotate.slot x
          WHERE x.project = s.project AND x.item = s.item AND x.worker = %(worker)s
            AND ((x.stage = s.stage AND x.state <> 'void' AND COALESCE(x.target, 0) = COALESCE(s.target, 0))
                 OR (x.stage IN ('label', 'adjudicate') AND x.stage <> s.stage AND s.stage <> 'label')
                 OR (x.stage <> 'label' AND x.state IN ('leased', 'submitted') AND s.stage = 'label'))
          OFFSET 0 -- keeps this a probe per row: as a join it is planned over the whole table
      )
    ORDER BY s.urgency, s.rkey, s.id
    LIMIT (SELECT k FROM wish) - (SELECT count(*) FROM mine)
    FOR UPDATE OF s SKIP LOCKED
), ahead AS (
    SELECT s.id, s.item, s.target FROM annotate.slot s
    WHERE s.project = %(project)s AND s.stage = %(stage)s AND s.pool = %(pool)s AND s.state = 'ready'
      AND s.urgency < (SELECT urgency FROM last)
      AND s.prefer_worker IS NULL
      AND NOT EXISTS (
          SELECT 1 FROM annotate.slot x
          WHERE x.project = s.project AND x.item = s.item AND x.worker = %(worker)s
            AND ((x.stage = s.stage AND x.state <> 'void' AND COALESCE(x.target, 0) = COALESCE(s.target, 0))
                 OR (x.stage IN ('label', 'adjudicate') AND x.stage <> s.stage AND s.stage <> 'label')
                 OR (x.stage <> 'label' AND x.state IN ('leased', 'submitted') AND s.stage = 'label'))
          OFFSET 0
      )
    ORDER BY s.urgency, s.rkey, s.id
    LIMIT CASE WHEN (SELECT state FROM door) = 'draining' THEN 0 ELSE (SELECT k FROM wish) - (SELECT count(*) FROM mine) - (SELECT count(*) FROM returned) END
    FOR UPDATE OF s SKIP LOCKED
), after AS (
    SELECT s.id, s.item, s.target FROM annotate.slot s
    WHERE s.project = %(project)s AND s.stage = %(stage)s AND s.pool = %(pool)s AND s.state = 'ready'
      AND (s.urgency, s.rkey) >= ((SELECT urgency FROM last), (SELECT rkey FROM last))
      AND s.prefer_worker IS NULL
      AND NOT EXISTS (
          SELECT 1 FROM annotate.slot x
          WHERE x.project = s.project AND x.item = s.item AND x.worker = %(worker)s
            AND ((x.stage = s.stage AND x.state <> 'void' AND COALESCE(x.target, 0) = COALESCE(s.target, 0))
                 OR (x.stage IN ('label', 'adjudicate') AND x.stage <> s.stage AND s.stage <> 'label')
                 OR (x.stage <> 'label' AND x.state IN ('leased', 'submitted') AND s.stage = 'label'))
          OFFSET 0
      )
    ORDER BY s.urgency, s.rkey, s.id
    LIMIT CASE WHEN (SELECT state FROM door) = 'draining' THEN 0 ELSE (SELECT k FROM wish) - (SELECT count(*) FROM mine) - (SELECT count(*) FROM returned)
        - (SELECT count(*) FROM ahead) END
    FOR UPDATE OF s SKIP LOCKED
), chosen AS (
    SELECT DISTINCT ON (item, COALESCE(target, 0)) id
    FROM (SELECT * FROM returned UNION ALL SELECT * FROM ahead UNION ALL SELECT * FROM after) AS found
    ORDER BY item, COALESCE(target, 0), id
), leased AS (
    UPDATE annotate.slot s
    SET state = 'leased', worker = %(worker)s, lease_token = gen_random_uuid(), leased_at = %(now)s,
        lease_until = %(now)s::timestamptz + make_interval(secs => %(seconds)s), version = s.version + 1
    WHERE s.id = ANY(ARRAY(SELECT id FROM chosen))
    RETURNING s.id, s.item, s.slot_no, s.target, s.stage, s.pool, s.attempt, s.lease_token, s.lease_until, s.leased_at,
              s.urgency, s.rkey
)
SELECT gate_open, id AS slot, item, slot_no, target, stage, pool, attempt, lease_token AS token, lease_until AS until
FROM gate LEFT JOIN (SELECT * FROM mine UNION ALL SELECT * FROM leased) AS held ON true
ORDER BY leased_at, urgency, rkey, id;

-- name: wait_for_gate
-- Wait until the running claim of a worker is over.
SELECT pg_advisory_xact_lock(77310, %(worker)s::int);

-- name: renew
-- Extend every lease a worker holds.
UPDATE annotate.slot SET lease_until = %(now)s::timestamptz + make_interval(secs => %(seconds)s)
WHERE worker = %(worker)s AND state = 'leased';

-- name: release
-- Give a leased slot back for anybody.
UPDATE annotate.slot
SET state = 'ready', worker = NULL, lease_token = NULL, lease_until = NULL, leased_at = NULL, version = version + 1
WHERE id = %(slot)s AND lease_token = %(token)s AND COALESCE(worker, 0) = %(worker)s;

-- name: expire
-- Make the slots of run-out leases ready again, and of those that no clock but a wrong one can have given: a lease is a
-- day at most.
WITH over AS (
    SELECT e.id FROM annotate.slot e WHERE e.state = 'leased' AND e.lease_until <= %(now)s
    ORDER BY e.lease_until LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), impossible AS (
    SELECT e.id FROM annotate.slot e
    WHERE e.state = 'leased' AND e.lease_until > %(now)s::timestamptz + interval '2 days'
    ORDER BY e.lease_until DESC LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE annotate.slot s
SET state = 'ready', worker = NULL, lease_token = NULL, lease_until = NULL, leased_at = NULL, version = s.version + 1,
    lapsed_worker = s.worker, lapsed_token = s.lease_token, lapsed_at = s.leased_at
WHERE s.lease_token IS NOT NULL
  AND s.id = ANY(ARRAY(SELECT id FROM over UNION ALL SELECT id FROM impossible));

-- name: skip
-- Mark a leased slot as skipped with its reason and open another in its place, for somebody else.
WITH gone AS (
    UPDATE annotate.slot
    SET state = 'skipped', reason = %(reason)s, lease_token = NULL, lease_until = NULL, version = version + 1
    WHERE id = %(slot)s AND lease_token = %(token)s AND COALESCE(worker, 0) = %(worker)s
    RETURNING id, project, stage, item, target, priority, pool, is_gold, attempt
), numbered AS (
    UPDATE annotate.item i SET next_slot = i.next_slot + 1 FROM gone
    WHERE i.project = gone.project AND i.id = gone.item
    RETURNING i.next_slot - 1 AS slot_no
), again AS (
    INSERT INTO annotate.slot (project, stage, item, slot_no, target, state, priority, rkey, pool, is_gold, attempt)
    SELECT g.project, g.stage, g.item, n.slot_no, g.target, 'ready', g.priority,
           annotate.rkey_v1(p.salt, g.item, n.slot_no), g.pool, g.is_gold, g.attempt
    FROM gone g CROSS JOIN numbered n JOIN annotate.project p ON p.id = g.project
    RETURNING id
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, at)
    SELECT project, 'skipped', id, item, %(worker)s, %(now)s FROM gone
)
SELECT id FROM again;

-- name: submit
-- Append the answer of a leased slot and close the slot, or do nothing when the lease is not (any more) this worker's.
WITH done AS (
    UPDATE annotate.slot
    SET state = 'submitted', lease_token = NULL, lease_until = NULL, version = version + 1
    WHERE id = %(slot)s AND lease_token = %(token)s AND COALESCE(worker, 0) = %(labeler)s AND stage <> 'review'
    RETURNING id, project, item, leased_at
), written AS (
    INSERT INTO annotate.revision
        (slot, rev, labeler, labeler_kind, schema_version, body, body_sha256, client_id, created_at)
    SELECT done.id, 1, l.id, l.kind,
           COALESCE((SELECT max(v.version) FROM annotate.schema_version v
                     WHERE v.project = done.project AND v.created_at <= done.leased_at), p.schema_version),
           %(body)s::jsonb, %(sha256)s, %(client_id)s, %(now)s
    FROM done JOIN annotate.project p ON p.id = done.project JOIN annotate.labeler l ON l.id = %(labeler)s
    RETURNING id
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, revision, at)
    SELECT done.project, 'submitted', done.id, done.item, %(labeler)s, written.id, %(now)s FROM done CROSS JOIN written
)
SELECT id FROM written;

-- name: submit_lapsed
-- Append an answer whose lease ran out while nobody else took the slot: it waits still, or its labeler has it again. Not
-- theirs is one they gave back, nor an item of which they have another slot by now.
WITH theirs AS (
    SELECT s.id FROM annotate.slot s
    WHERE s.id = %(slot)s AND s.stage <> 'review'
      AND (s.state = 'ready' AND s.lapsed_worker = %(labeler)s AND s.lapsed_token = %(token)s
           OR s.state = 'leased' AND s.worker = %(labeler)s AND s.lapsed_token = %(token)s)
      AND NOT EXISTS (
          SELECT 1 FROM annotate.slot x
          WHERE x.project = s.project AND x.item = s.item AND x.worker = %(labeler)s AND x.id <> s.id AND x.state <> 'void'
      )
    FOR NO KEY UPDATE OF s
), done AS (
    UPDATE annotate.slot s
    SET state = 'submitted', worker = %(labeler)s, lease_token = NULL, lease_until = NULL, leased_at = s.lapsed_at,
        version = s.version + 1
    FROM theirs WHERE s.id = theirs.id
    RETURNING s.id, s.project, s.item, s.leased_at
), written AS (
    INSERT INTO annotate.revision
        (slot, rev, labeler, labeler_kind, schema_version, guideline_version, body, body_sha256, client_id, activity,
         created_at)
    SELECT done.id, 1, l.id, l.kind,
           COALESCE(%(schema_version)s::int, (SELECT max(v.version) FROM annotate.schema_version v
                     WHERE v.project = done.project AND v.created_at <= done.leased_at), p.schema_version),
           LEAST(%(guideline_version)s::int, p.guideline_version),
           %(body)s::jsonb, %(sha256)s, %(client_id)s, %(activity)s::json, %(now)s
    FROM done JOIN annotate.project p ON p.id = done.project JOIN annotate.labeler l ON l.id = %(labeler)s
    RETURNING id
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, revision, at)
    SELECT done.project, 'submitted', done.id, done.item, %(labeler)s, written.id, %(now)s FROM done CROSS JOIN written
)
SELECT id FROM written;

-- name: submit_many
-- Append the answers of many slots leased to one worker and close them; those of lost leases are left out.
WITH answer AS (
    SELECT * FROM unnest(%(slots)s::bigint[], %(tokens)s::uuid[], %(bodies)s::text[], %(sha256s)s::text[],
                         %(client_ids)s::text[]) AS a (slot, token, body, sha256, client_id)
), done AS (
    UPDATE annotate.slot s
    SET state = 'submitted', lease_token = NULL, lease_until = NULL, version = s.version + 1
    FROM answer
    WHERE s.id = answer.slot AND s.lease_token = answer.token AND COALESCE(s.worker, 0) = %(labeler)s
      AND s.stage <> 'review'
    RETURNING s.id, s.project, s.item, s.leased_at
), written AS (
    INSERT INTO annotate.revision
        (slot, rev, labeler, labeler_kind, schema_version, body, body_sha256, client_id, created_at)
    SELECT done.id, 1, l.id, l.kind,
           COALESCE((SELECT max(v.version) FROM annotate.schema_version v
                     WHERE v.project = done.project AND v.created_at <= done.leased_at), p.schema_version),
           answer.body::jsonb, answer.sha256, answer.client_id, %(now)s
    FROM done JOIN answer ON answer.slot = done.id JOIN annotate.project p ON p.id = done.project
    JOIN annotate.labeler l ON l.id = %(labeler)s
    RETURNING id, slot
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, revision, at)
    SELECT done.project, 'submitted', done.id, done.item, %(labeler)s, written.id, %(now)s
    FROM done JOIN written ON written.slot = done.id
)
SELECT slot, id FROM written;

-- name: place_many
-- Answer many items at once without leases, for machines and imports: each takes a ready slot its labeler may have, and
-- its holder is who may not meet the item again.
WITH answer AS (
    SELECT * FROM unnest(%(items)s::text[], %(bodies)s::text[], %(sha256s)s::text[], %(client_ids)s::text[])
        AS a (item, body, sha256, client_id)
), free AS (
    SELECT s.id, s.item, s.slot_no FROM answer JOIN annotate.slot s
      ON s.project = %(project)s AND s.item = answer.item AND s.stage = %(stage)s AND s.state = 'ready'
    WHERE (s.prefer_worker IS NULL OR s.prefer_worker = %(holder)s OR s.prefer_until <= %(now)s)
      AND NOT EXISTS (
          SELECT 1 FROM annotate.slot x
          WHERE x.project = s.project AND x.item = s.item AND x.worker = ANY(ARRAY[%(labeler)s, %(holder)s]::bigint[])
            AND ((x.stage = s.stage AND x.state <> 'void') OR (x.stage = 'label' AND s.stage <> 'label'))
          OFFSET 0
      )
    FOR UPDATE OF s SKIP LOCKED
), chosen AS (
    SELECT DISTINCT ON (item) id FROM free ORDER BY item, slot_no
), done AS (
    UPDATE annotate.slot s
    SET state = 'submitted', worker = %(holder)s, leased_at = NULL, version = s.version + 1
    FROM chosen WHERE s.id = chosen.id
    RETURNING s.id, s.project, s.item
), written AS (
    INSERT INTO annotate.revision
        (slot, rev, labeler, labeler_kind, schema_version, body, body_sha256, client_id, created_at)
    SELECT done.id, 1, l.id, l.kind, p.schema_version, answer.body::jsonb, answer.sha256, answer.client_id, %(now)s
    FROM done JOIN answer ON answer.item = done.item JOIN annotate.project p ON p.id = done.project
    JOIN annotate.labeler l ON l.id = %(labeler)s
    RETURNING id, slot
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, revision, at)
    SELECT done.project, 'submitted', done.id, done.item, %(labeler)s, written.id, %(now)s
    FROM done JOIN written ON written.slot = done.id
)
SELECT done.item FROM done;

-- name: answered_items
-- Which of these items a labeler has answered in a stage, wherever another holds the slot for them.
SELECT DISTINCT s.item FROM annotate.slot s
WHERE s.project = %(project)s AND s.item = ANY(%(items)s::text[]) AND s.stage = %(stage)s
  AND s.state = 'submitted'
  AND (s.worker = %(labeler)s
       OR (s.worker = %(holder)s
           AND EXISTS (SELECT 1 FROM annotate.revision r WHERE r.slot = s.id AND r.rev = 1 AND r.labeler = %(labeler)s)));

-- name: find_receipt
-- What became of a submission that was sent before.
SELECT r.id AS revision, NULL::bigint AS orphan, NULL::text AS reason FROM annotate.revision r
WHERE r.slot = %(slot)s AND r.client_id = %(client_id)s AND r.labeler = %(labeler)s
UNION ALL
SELECT NULL, o.id, o.reason FROM annotate.orphan o
WHERE o.slot = %(slot)s AND o.client_id = %(client_id)s AND o.labeler = %(labeler)s
LIMIT 1;

-- name: insert_orphan
-- Keep an answer whose lease is lost, with what the slot had become meanwhile.
WITH kept AS (
    INSERT INTO annotate.orphan
        (slot, labeler, labeler_kind, schema_version, body, body_sha256, client_id, reason, created_at, activity)
    SELECT s.id, l.id, l.kind, COALESCE(%(schema_version)s::int, p.schema_version), %(body)s::jsonb, %(sha256)s, %(client_id)s,
           CASE s.state WHEN 'ready' THEN 'expired' WHEN 'leased' THEN 'taken' WHEN 'void' THEN 'void' ELSE 'done' END,
           %(now)s, %(activity)s::json
    FROM annotate.slot s JOIN annotate.project p ON p.id = s.project JOIN annotate.labeler l ON l.id = %(labeler)s
    WHERE s.id = %(slot)s
    ON CONFLICT DO NOTHING
    RETURNING id, slot
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, at)
    SELECT s.project, 'orphaned', s.id, s.item, %(labeler)s, %(now)s FROM kept JOIN annotate.slot s ON s.id = kept.slot
)
SELECT id FROM kept;

-- name: orphans
-- The late answers nobody has decided on, oldest first.
SELECT o.id, o.slot, s.item, s.stage, o.labeler, o.labeler_kind, o.body, o.reason, o.created_at
FROM annotate.orphan o JOIN annotate.slot s ON s.id = o.slot
WHERE s.project = %(project)s AND o.settled IS NULL ORDER BY o.id;

-- name: lock_orphan
-- One late answer, held until the transaction ends.
SELECT o.id, o.settled, s.project, s.item, s.stage, o.labeler FROM annotate.orphan o
JOIN annotate.slot s ON s.id = o.slot WHERE o.id = %(orphan)s FOR UPDATE OF o;

-- name: settle_orphan
-- Record a lead's decision on a late answer.
UPDATE annotate.orphan SET settled = %(settled)s, settled_at = %(now)s WHERE id = %(orphan)s;

-- name: adopt_orphan
-- Make a late answer a slot's answer: a slot of its own, beside the others of the item.
WITH numbered AS (
    UPDATE annotate.item i SET next_slot = i.next_slot + 1
    FROM annotate.orphan o JOIN annotate.slot s ON s.id = o.slot
    WHERE o.id = %(orphan)s AND i.project = s.project AND i.id = s.item
    RETURNING i.next_slot - 1 AS slot_no
), made AS (
    INSERT INTO annotate.slot (project, stage, item, slot_no, state, priority, rkey, pool, is_gold, worker, attempt)
    SELECT s.project, s.stage, s.item, n.slot_no, 'submitted', s.priority,
           annotate.rkey_v1(p.salt, s.item, n.slot_no), s.pool, s.is_gold, o.labeler, s.attempt
    FROM annotate.orphan o JOIN annotate.slot s ON s.id = o.slot JOIN annotate.project p ON p.id = s.project
    CROSS JOIN numbered n
    WHERE o.id = %(orphan)s
    RETURNING id, project, item
), written AS (
    INSERT INTO annotate.revision
        (slot, rev, labeler, labeler_kind, schema_version, body, body_sha256, client_id, created_at, activity)
    SELECT made.id, 1, o.labeler, o.labeler_kind, o.schema_version, o.body, o.body_sha256, o.client_id, o.created_at,
           o.activity
    FROM made JOIN annotate.orphan o ON o.id = %(orphan)s
    RETURNING id, labeler
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, revision, at)
    SELECT made.project, 'submitted', made.id, made.item, written.labeler, written.id, %(now)s
    FROM made CROSS JOIN written
)
SELECT id FROM written;

-- name: lock_slot
-- One slot, held until the transaction ends.
SELECT id, project, stage, item, slot_no, target, state, worker, lease_token AS token, attempt
FROM annotate.slot WHERE id = %(slot)s FOR NO KEY UPDATE;

-- name: head_revision
-- The newest revision of a slot.
SELECT id, rev FROM annotate.revision WHERE slot = %(slot)s ORDER BY rev DESC LIMIT 1;

-- name: append_revision
-- Append a revision that corrects another.
WITH written AS (
    INSERT INTO annotate.revision
        (slot, rev, base, labeler, labeler_kind, schema_version, body, body_sha256, client_id, created_at)
    SELECT b.slot, b.rev + 1, b.id, l.id, l.kind, p.schema_version, %(body)s::jsonb, %(sha256)s, %(client_id)s, %(now)s
    FROM annotate.revision b JOIN annotate.slot s ON s.id = b.slot JOIN annotate.project p ON p.id = s.project
    JOIN annotate.labeler l ON l.id = %(labeler)s
    WHERE b.id = %(base)s
    RETURNING id, slot
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, revision, at)
    SELECT s.project, 'revised', s.id, s.item, %(labeler)s, written.id, %(now)s
    FROM written JOIN annotate.slot s ON s.id = written.slot
)
SELECT id FROM written;

-- name: close_review
-- Append a review's verdict and close its slot.
WITH done AS (
    UPDATE annotate.slot
    SET state = 'submitted', lease_token = NULL, lease_until = NULL, reason = %(reason)s, version = version + 1
    WHERE id = %(slot)s
    RETURNING id, project, item
), written AS (
    INSERT INTO annotate.revision
        (slot, rev, labeler, labeler_kind, schema_version, body, body_sha256, client_id, created_at)
    SELECT done.id, 1, l.id, l.kind, p.schema_version, %(body)s::jsonb, %(sha256)s, %(client_id)s, %(now)s
    FROM done JOIN annotate.project p ON p.id = done.project JOIN annotate.labeler l ON l.id = %(labeler)s
    RETURNING id
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, revision, at)
    SELECT done.project, 'reviewed', done.id, done.item, %(labeler)s, written.id, %(now)s FROM done CROSS JOIN written
)
SELECT id FROM written;

-- name: return_slot
-- Void a submitted slot and open its next attempt, for the same person first.
WITH gone AS (
    UPDATE annotate.slot SET state = 'void', reason = %(reason)s, version = version + 1
    WHERE id = %(slot)s AND state = 'submitted'
    RETURNING id, project, stage, item, priority, pool, is_gold, attempt, worker
), numbered AS (
    UPDATE annotate.item i SET next_slot = i.next_slot + 1 FROM gone
    WHERE i.project = gone.project AND i.id = gone.item
    RETURNING i.next_slot - 1 AS slot_no
), again AS (
    INSERT INTO annotate.slot (project, stage, item, slot_no, state, priority, rkey, pool, is_gold, attempt,
                               prefer_worker, prefer_until)
    SELECT g.project, g.stage, g.item, n.slot_no, 'ready', LEAST(g.priority, 2147483646) + 1,
           annotate.rkey_v1(p.salt, g.item, n.slot_no), g.pool, g.is_gold, g.attempt + 1, g.worker,
           %(now)s::timestamptz + make_interval(secs => %(seconds)s)
    FROM gone g CROSS JOIN numbered n JOIN annotate.project p ON p.id = g.project
    RETURNING id
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, at)
    SELECT project, 'returned', id, item, worker, %(now)s FROM gone
)
SELECT id FROM again;

-- name: void_slots
-- Take slots out of the work with a reason; leases on them are lost, answers in them no longer count.
WITH gone AS (
    UPDATE annotate.slot
    SET state = 'void', reason = %(reason)s, lease_token = NULL, lease_until = NULL, version = version + 1
    WHERE project = %(project)s AND id = ANY(%(slots)s::bigint[]) AND state <> 'void'
    RETURNING id, project, item, worker
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, at)
    SELECT project, 'voided', id, item, worker, %(now)s FROM gone
)
SELECT count(*) FROM gone;

-- name: reprioritise
-- Set the priority of many items' ready slots.
UPDATE annotate.slot s SET priority = wanted.priority
FROM unnest(%(items)s::text[], %(priorities)s::int[]) AS wanted (item, priority)
WHERE s.project = %(project)s AND s.stage = %(stage)s AND s.item = wanted.item AND s.state = 'ready'
  AND s.priority <> wanted.priority;

-- name: progress
-- How many slots are in which state.
SELECT stage, state, count(*) AS slots FROM annotate.slot WHERE project = %(project)s
GROUP BY stage, state ORDER BY stage, state;

-- name: slot_states
-- Every slot of some items.
SELECT id, stage, item, slot_no, target, state, worker, attempt, reason, version FROM annotate.slot
WHERE project = %(project)s AND item = ANY(%(items)s::text[]) ORDER BY item, stage, slot_no;

-- name: judgements_page
-- The newest revision of each submitted slot of a stage, a page at a time, by item and slot.
SELECT s.item, s.slot_no, s.id AS slot, s.attempt, s.is_gold, s.worker AS labeler, l.name AS labeler_name,
       r.labeler AS author, r.labeler_kind, r.id AS revision, r.rev, r.body, r.body_sha256, r.schema_version,
       r.created_at
FROM annotate.slot s
JOIN annotate.labeler l ON l.id = s.worker
JOIN LATERAL (SELECT * FROM annotate.revision v WHERE v.slot = s.id ORDER BY v.rev DESC LIMIT 1) AS r ON true
WHERE s.project = %(project)s AND s.stage = %(stage)s AND s.state = 'submitted'
  AND (s.item, s.slot_no) > (%(item)s, %(slot_no)s)
ORDER BY s.item, s.slot_no LIMIT %(limit)s;

-- name: judgements_of
-- The newest revision of each submitted slot of a stage for some items.
SELECT s.item, s.slot_no, s.id AS slot, s.attempt, s.is_gold, s.worker AS labeler, l.name AS labeler_name,
       r.labeler AS author, r.labeler_kind, r.id AS revision, r.rev, r.body, r.body_sha256, r.schema_version,
       r.created_at
FROM annotate.slot s
JOIN annotate.labeler l ON l.id = s.worker
JOIN LATERAL (SELECT * FROM annotate.revision v WHERE v.slot = s.id ORDER BY v.rev DESC LIMIT 1) AS r ON true
WHERE s.project = %(project)s AND s.stage = %(stage)s AND s.state = 'submitted' AND s.item = ANY(%(items)s::text[])
ORDER BY s.item, s.slot_no;

-- name: history
-- Every revision of a slot, oldest first.
SELECT id, rev, base, labeler, labeler_kind, schema_version, body, client_id, created_at
FROM annotate.revision WHERE slot = %(slot)s ORDER BY rev;

-- name: outbox_page
-- Events after a place in the outbox, none of a transaction that may still be followed by an earlier one.
SELECT tx::text AS tx, id, project, event, slot, item, labeler, revision, at FROM annotate.outbox
WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY outbox.tx, id LIMIT %(limit)s;
