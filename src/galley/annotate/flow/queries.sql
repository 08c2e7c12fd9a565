-- The stage graph: projects and their versions, where items stand, batches, gold. Statements of the duty run under the
-- role that sees every organisation and name the organisation of each row they write.

-- name: create_project
-- Open a project; nothing when the organisation has one of this name.
INSERT INTO annotate.project (line, purpose, name, schema_sha256, schema_version, salt, settings, due_at, created_at)
VALUES (%(line)s, %(purpose)s, %(name)s, %(schema_sha256)s, 1, %(salt)s, %(settings)s::jsonb, %(due_at)s, %(now)s)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: project_full
-- One project as its managers see it.
SELECT id, organisation, line, purpose, name, state, schema_sha256, schema_version, guideline, guideline_version,
       settings, due_at, created_at
FROM annotate.project WHERE id = %(project)s;

-- name: projects_page
-- A page of projects, newest last.
SELECT id, organisation, line, purpose, name, state, schema_sha256, schema_version, guideline, guideline_version,
       settings, due_at, created_at
FROM annotate.project WHERE id > %(after)s ORDER BY id LIMIT %(limit)s;

-- name: lock_project
-- One project, held until the transaction ends.
SELECT id, state, settings, schema_sha256, schema_version, guideline, guideline_version, salt
FROM annotate.project WHERE id = %(project)s FOR NO KEY UPDATE;

-- name: set_project
-- Change a project's name, settings, due date and state; the unit is set apart (time: `set_unit`) and stays.
UPDATE annotate.project
SET name = %(name)s, due_at = %(due_at)s, state = %(state)s,
    settings = %(settings)s::jsonb || jsonb_strip_nulls(jsonb_build_object('unit', settings -> 'unit'))
WHERE id = %(project)s;

-- name: set_state
-- Pause, drain, reopen or close.
UPDATE annotate.project SET state = %(state)s WHERE id = %(project)s;

-- name: end_drains
-- Pause the draining projects in which nobody holds a lease any more.
UPDATE annotate.project p SET state = 'paused'
WHERE p.state = 'draining'
  AND NOT EXISTS (SELECT 1 FROM annotate.slot s WHERE s.project = p.id AND s.state = 'leased');

-- name: nodes_in_use
-- The nodes items of a project stand at.
SELECT DISTINCT node FROM annotate.item WHERE project = %(project)s AND node IS NOT NULL;

-- name: set_schema
-- Make a schema the project's, under the next version.
WITH changed AS (
    UPDATE annotate.project SET schema_sha256 = %(sha256)s, schema_version = schema_version + 1
    WHERE id = %(project)s
    RETURNING id, schema_version
)
INSERT INTO annotate.schema_version (project, version, sha256, config, author, created_at)
SELECT id, schema_version, %(sha256)s, %(config)s, %(author)s, %(now)s FROM changed
RETURNING version;

-- name: keep_config
-- Remember the config a project's first schema was read from, and who brought it.
UPDATE annotate.schema_version SET config = %(config)s, author = %(author)s WHERE project = %(project)s AND version = 1;

-- name: set_guideline
-- Make a guideline the project's, under the next version.
WITH changed AS (
    UPDATE annotate.project SET guideline = %(sha256)s, guideline_version = guideline_version + 1
    WHERE id = %(project)s
    RETURNING id, guideline_version
)
INSERT INTO annotate.guideline_version (project, version, sha256, author, created_at)
SELECT id, guideline_version, %(sha256)s, %(author)s, %(now)s FROM changed
RETURNING version;

-- name: schema_versions
-- Every schema a project had.
SELECT version, sha256, config, author, created_at FROM annotate.schema_version
WHERE project = %(project)s ORDER BY version;

-- name: guideline_versions
-- Every guideline a project had.
SELECT version, sha256, author, created_at FROM annotate.guideline_version WHERE project = %(project)s ORDER BY version;

-- name: answers_page
-- The newest answers of a project with their items' content, a page at a time, in the order of their slots.
SELECT s.id AS slot, s.item, s.stage, r.id AS revision, r.body, c.data
FROM annotate.slot s
JOIN LATERAL (SELECT v.id, v.body FROM annotate.revision v WHERE v.slot = s.id ORDER BY v.rev DESC LIMIT 1) AS r ON true
LEFT JOIN annotate.content c ON c.project = s.project AND c.item = s.item
WHERE s.id > %(after)s AND s.project = %(project)s AND s.state = 'submitted' AND s.target IS NULL
ORDER BY s.id LIMIT %(limit)s;

-- name: put_content
-- What people see of items; nothing changes for those that have it.
INSERT INTO annotate.content (project, item, data)
SELECT %(project)s, c.item, c.data::json FROM unnest(%(items)s::text[], %(contents)s::text[]) AS c (item, data)
ON CONFLICT DO NOTHING;

-- name: add_items
-- Put new items into the queue; where they go is decided after.
INSERT INTO annotate.item (project, id, next_slot, batch)
SELECT %(project)s, item, 0, %(batch)s FROM unnest(%(items)s::text[]) AS item ORDER BY item
ON CONFLICT DO NOTHING
RETURNING id;

-- name: make_batch
-- Open a batch; nothing when the project has one of this name.
INSERT INTO annotate.batch (project, name, priority, due_at, created_at)
VALUES (%(project)s, %(name)s, %(priority)s, %(due_at)s, %(now)s) ON CONFLICT DO NOTHING;

-- name: batch_by_name
-- One batch by its name.
SELECT id, project, name, priority, due_at, created_at FROM annotate.batch
WHERE project = %(project)s AND name = %(name)s;

-- name: batches
-- The batches of a project.
SELECT id, project, name, priority, due_at, created_at FROM annotate.batch
WHERE project = %(project)s AND id > %(after)s ORDER BY id LIMIT %(limit)s;

-- name: set_batch
-- Change how urgent a batch is.
UPDATE annotate.batch SET priority = %(priority)s, due_at = %(due_at)s
WHERE id = %(batch)s AND project = %(project)s
RETURNING id, project, name, priority, due_at, created_at;

-- name: hurry_batch
-- Give the ready slots of a batch a priority.
UPDATE annotate.slot s SET priority = %(priority)s
FROM annotate.item i
WHERE i.batch = %(batch)s AND s.project = i.project AND s.item = i.id AND s.state = 'ready'
  AND s.priority <> %(priority)s;

-- name: items_page
-- A page of items with where they stand, in the order of their ids.
SELECT i.id AS item, i.node, i.held, i.batch, i.answer,
       (SELECT count(*) FROM annotate.slot s WHERE s.project = i.project AND s.item = i.id AND s.state = 'submitted'
          AND s.target IS NULL) AS answers,
       (SELECT count(*) FROM annotate.slot s WHERE s.project = i.project AND s.item = i.id
          AND s.state IN ('ready', 'leased')) AS pending
FROM annotate.item i WHERE i.project = %(project)s AND i.id > %(after)s ORDER BY i.id LIMIT %(limit)s;

-- name: items_at_page
-- A page of the items that stand at a node.
SELECT i.id AS item, i.node, i.held, i.batch, i.answer,
       (SELECT count(*) FROM annotate.slot s WHERE s.project = i.project AND s.item = i.id AND s.state = 'submitted'
          AND s.target IS NULL) AS answers,
       (SELECT count(*) FROM annotate.slot s WHERE s.project = i.project AND s.item = i.id
          AND s.state IN ('ready', 'leased')) AS pending
FROM annotate.item i WHERE i.project = %(project)s AND i.node = %(node)s AND i.id > %(after)s
ORDER BY i.id LIMIT %(limit)s;

-- name: item_slots
-- Every slot of an item.
SELECT s.id, s.stage, s.pool, s.slot_no, s.state, s.target, s.attempt, s.rework_of, s.worker AS labeler,
       l.name AS labeler_name, s.prefer_worker, s.priority, s.reason, s.leased_at, s.lease_until
FROM annotate.slot s LEFT JOIN annotate.labeler l ON l.id = s.worker
WHERE s.project = %(project)s AND s.item = %(item)s ORDER BY s.id;

-- name: item_content
-- What people see of an item.
SELECT i.id AS item, i.node, i.held, i.batch, i.answer, c.data
FROM annotate.item i LEFT JOIN annotate.content c ON c.project = i.project AND c.item = i.id
WHERE i.project = %(project)s AND i.id = %(item)s;

-- name: slot_history
-- Every revision of the slots of an item, oldest first.
SELECT r.id, r.slot, r.rev, r.base, r.labeler, l.name AS labeler_name, r.labeler_kind, r.schema_version,
       r.guideline_version, r.body, r.created_at
FROM annotate.slot s JOIN annotate.revision r ON r.slot = s.id LEFT JOIN annotate.labeler l ON l.id = r.labeler
WHERE s.project = %(project)s AND s.item = %(item)s ORDER BY r.id;

-- name: node_counts
-- How many items stand at which node.
SELECT node, count(*) AS items FROM annotate.item WHERE project = %(project)s GROUP BY node ORDER BY node;

-- name: assignable
-- The open slots of an item in a pool, those nobody holds first.
SELECT id, state, stage, worker, target FROM annotate.slot
WHERE project = %(project)s AND item = %(item)s AND pool = %(pool)s AND state IN ('ready', 'leased')
ORDER BY state DESC, slot_no FOR NO KEY UPDATE;

-- name: works_on
-- Whether a labeler has a slot of an item that keeps them from another one of it: of its stage, its answers, or answers to
-- it that they judged.
SELECT 1 FROM annotate.slot x
WHERE x.project = %(project)s AND x.item = %(item)s AND x.worker = %(labeler)s
  AND ((x.stage = %(stage)s AND x.state <> 'void' AND COALESCE(x.target, 0) = COALESCE(%(target)s::bigint, 0))
       OR (x.stage IN ('label', 'adjudicate') AND %(stage)s NOT IN (x.stage, 'label'))
       OR (x.stage <> 'label' AND x.state IN ('leased', 'submitted') AND %(stage)s = 'label'))
LIMIT 1;

-- name: reserve_slot
-- Keep a slot for one labeler, taken back from whoever holds it.
UPDATE annotate.slot
SET state = 'ready', worker = NULL, lease_token = NULL, lease_until = NULL, leased_at = NULL,
    prefer_worker = %(labeler)s, prefer_until = %(until)s, version = version + 1
WHERE id = %(slot)s AND state IN ('ready', 'leased');

-- name: note
-- Tell the outbox about something done to a slot.
INSERT INTO annotate.outbox (organisation, project, event, slot, item, labeler, at)
SELECT s.organisation, s.project, %(event)s, s.id, s.item, %(labeler)s, %(now)s
FROM annotate.slot s WHERE s.id = %(slot)s;

-- name: labeler_skills
-- What a labeler can do.
SELECT name, level FROM annotate.skill WHERE labeler = %(labeler)s;

-- name: set_gold
-- Make the answer of items known.
INSERT INTO annotate.gold (project, item, body, source, updated_at)
SELECT i.project, i.id, g.body::jsonb, %(source)s, %(now)s
FROM unnest(%(items)s::text[], %(bodies)s::text[]) AS g (item, body)
JOIN annotate.item i ON i.project = %(project)s AND i.id = g.item
ON CONFLICT (project, item) DO UPDATE SET body = EXCLUDED.body, source = EXCLUDED.source, updated_at = EXCLUDED.updated_at
RETURNING item;

-- name: contents
-- What people see of some items.
SELECT i.id, c.data FROM annotate.item i LEFT JOIN annotate.content c ON c.project = i.project AND c.item = i.id
WHERE i.project = %(project)s AND i.id = ANY(%(items)s::text[]);

-- name: retire_gold_slots
-- Take the open slots of gold items out of the ordinary work: gold is handed out one person at a time.
WITH gone AS (
    UPDATE annotate.slot s SET state = 'void', reason = 'gold', version = s.version + 1
    WHERE s.project = %(project)s AND s.item = ANY(%(items)s::text[]) AND s.state = 'ready' AND NOT s.is_gold
    RETURNING s.id, s.project, s.item
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, at)
    SELECT project, 'voided', id, item, %(now)s FROM gone
)
SELECT count(*) FROM gone;

-- name: gold_page
-- A page of known answers.
SELECT item, body, source, updated_at FROM annotate.gold
WHERE project = %(project)s AND item > %(after)s ORDER BY item LIMIT %(limit)s;

-- name: remove_gold
-- Forget known answers.
DELETE FROM annotate.gold WHERE project = %(project)s AND item = ANY(%(items)s::text[]);

-- name: gold_records
-- What is known of labelers from gold.
SELECT labeler, answers, seen, correct AS "right" FROM annotate.gold_record
WHERE project = %(project)s ORDER BY labeler;

-- name: orphans_page
-- A page of late answers nobody has decided on.
SELECT o.id, o.slot, s.item, s.stage, o.labeler, o.labeler_kind, o.body, o.reason, o.created_at
FROM annotate.orphan o JOIN annotate.slot s ON s.id = o.slot
WHERE o.settled IS NULL AND o.id > %(after)s AND s.project = %(project)s ORDER BY o.id LIMIT %(limit)s;

-- name: orphan_project
-- The project of a late answer.
SELECT s.project FROM annotate.orphan o JOIN annotate.slot s ON s.id = o.slot WHERE o.id = %(orphan)s;

-- name: first_reader
-- A consumer of the outbox starts at the beginning.
INSERT INTO annotate.reader (name) VALUES (%(name)s) ON CONFLICT DO NOTHING;

-- name: lock_reader
-- How far a consumer of the outbox has read, held until the transaction ends; nothing when another process holds it.
SELECT tx::text AS tx, id FROM annotate.reader WHERE name = %(name)s FOR UPDATE SKIP LOCKED;

-- name: save_reader
-- Move a consumer's place in the outbox.
UPDATE annotate.reader SET tx = %(tx)s::text::xid8, id = %(id)s WHERE name = %(name)s;

-- name: read_events
-- The events after a place, none of a transaction that may still be followed by an earlier one.
SELECT tx::text AS tx, id, project, event, slot, item, labeler, revision FROM annotate.outbox
WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY outbox.tx, id LIMIT %(limit)s;

-- name: graphs
-- The projects among these that have a stage graph or gold.
SELECT id, organisation, settings, salt, schema_sha256 FROM annotate.project
WHERE id = ANY(%(projects)s::bigint[]) AND (settings ? 'graph' OR settings ? 'gold');

-- name: lock_places
-- Where items stand, held until the transaction ends, in one order everywhere; gold takes no part.
SELECT i.id, i.node, i.held, i.batch, i.answer, COALESCE(b.priority, 0) AS priority, b.due_at
FROM annotate.item i LEFT JOIN annotate.batch b ON b.id = i.batch
WHERE i.project = %(project)s AND i.id = ANY(%(items)s::text[])
  AND NOT EXISTS (SELECT 1 FROM annotate.gold g WHERE g.project = i.project AND g.item = i.id)
ORDER BY i.id FOR NO KEY UPDATE OF i;

-- name: works
-- Every slot of some items, as the rules see it.
SELECT s.item, s.id, s.pool AS node, s.stage, s.state, s.worker AS labeler, l.kind AS labeler_kind, s.target, s.attempt,
       s.slot_no
FROM annotate.slot s LEFT JOIN annotate.labeler l ON l.id = s.worker
WHERE s.project = %(project)s AND s.item = ANY(%(items)s::text[]) AND NOT s.is_gold ORDER BY s.id;

-- name: bodies
-- The newest answer of some slots.
SELECT s.id, r.body FROM unnest(%(slots)s::bigint[]) AS s (id)
JOIN LATERAL (SELECT v.body FROM annotate.revision v WHERE v.slot = s.id ORDER BY v.rev DESC LIMIT 1) AS r ON true;

-- name: labeler_facts
-- What routers may know of labelers.
SELECT l.id, g.seen, g.correct, st.review_percent,
       COALESCE((SELECT json_object_agg(k.name, k.level) FROM annotate.skill k WHERE k.labeler = l.id), '{}') AS skills
FROM unnest(%(labelers)s::bigint[]) AS l (id)
LEFT JOIN annotate.gold_record g ON g.project = %(project)s AND g.labeler = l.id
LEFT JOIN annotate.standing st ON st.project = %(project)s AND st.labeler = l.id;

-- name: place_items
-- Say where items stand now; those at the end are told to the outbox once.
WITH placed AS (
    SELECT * FROM unnest(%(items)s::text[], %(nodes)s::text[], %(helds)s::bool[], %(answers)s::bigint[])
        AS p (item, node, held, answer)
), moved AS (
    UPDATE annotate.item i SET node = p.node, held = p.held, answer = p.answer
    FROM placed p
    WHERE i.project = %(project)s AND i.id = p.item
      AND (i.node, i.held, i.answer) IS DISTINCT FROM (p.node, p.held, p.answer)
    RETURNING i.id, i.organisation, i.node, i.answer
), noted AS (
    INSERT INTO annotate.outbox (organisation, project, event, slot, item, at)
    SELECT m.organisation, %(project)s, 'finished', COALESCE(m.answer, 0), m.id, %(now)s FROM moved m WHERE m.node = 'end'
)
SELECT count(*) FROM moved;

-- name: open_slots
-- Open slots of items, numbered after those they have; the items are locked.
WITH wanted AS (
    SELECT w.*, row_number() OVER (PARTITION BY w.item ORDER BY w.place)::int - 1 AS no
    FROM unnest(%(items)s::text[], %(stages)s::text[], %(pools)s::text[], %(targets)s::bigint[], %(priorities)s::int[])
        WITH ORDINALITY AS w (item, stage, pool, target, priority, place)
), made AS (
    INSERT INTO annotate.slot (organisation, project, stage, item, slot_no, target, state, priority, rkey, pool)
    SELECT p.organisation, p.id, w.stage, w.item, i.next_slot + w.no, w.target, 'ready', w.priority,
           annotate.rkey_v1(p.salt, w.item, i.next_slot + w.no), w.pool
    FROM wanted w
    JOIN annotate.project p ON p.id = %(project)s
    JOIN annotate.item i ON i.project = p.id AND i.id = w.item
    RETURNING id, item
), numbered AS (
    UPDATE annotate.item i SET next_slot = i.next_slot + c.slots
    FROM (SELECT item, count(*)::int AS slots FROM made GROUP BY item) AS c
    WHERE i.project = %(project)s AND i.id = c.item
)
SELECT count(*) FROM made;

-- name: void_stale
-- Take answers out that were made of others which are being redone, and reviews of answers that no longer count.
WITH gone AS (
    UPDATE annotate.slot s SET state = 'void', reason = 'stale', version = s.version + 1
    WHERE s.id = ANY(%(slots)s::bigint[]) AND s.state IN ('submitted', 'ready')
    RETURNING s.id, s.organisation, s.project, s.item, s.worker
), noted AS (
    INSERT INTO annotate.outbox (organisation, project, event, slot, item, labeler, at)
    SELECT organisation, project, 'voided', id, item, worker, %(now)s FROM gone
)
SELECT count(*) FROM gone;

-- name: ensure_machine
-- Make the house's own labeler known to an organisation.
INSERT INTO annotate.labeler (organisation, name, kind, created_at)
VALUES (%(organisation)s, %(name)s, 'machine', %(now)s) ON CONFLICT DO NOTHING;

-- name: machine
-- The house's own labeler of an organisation.
SELECT id FROM annotate.labeler WHERE organisation = %(organisation)s AND name = %(name)s;

-- name: store_merges
-- Store merged answers, each in a slot of its own that is done at once; the items are locked.
WITH merged AS (
    SELECT m.*, i.next_slot FROM unnest(%(items)s::text[], %(pools)s::text[], %(bodies)s::text[], %(sha256s)s::text[])
        AS m (item, pool, body, sha256)
    JOIN annotate.item i ON i.project = %(project)s AND i.id = m.item
), made AS (
    INSERT INTO annotate.slot (organisation, project, stage, item, slot_no, state, rkey, pool, worker)
    SELECT p.organisation, p.id, 'adjudicate', m.item, m.next_slot, 'submitted',
           annotate.rkey_v1(p.salt, m.item, m.next_slot), m.pool, %(labeler)s
    FROM merged m JOIN annotate.project p ON p.id = %(project)s
    RETURNING id, organisation, item
), numbered AS (
    UPDATE annotate.item i SET next_slot = i.next_slot + 1 FROM made WHERE i.project = %(project)s AND i.id = made.item
), written AS (
    INSERT INTO annotate.revision (organisation, slot, rev, labeler, labeler_kind, schema_version, guideline_version,
                                   body, body_sha256, client_id, created_at)
    SELECT made.organisation, made.id, 1, %(labeler)s, 'machine', p.schema_version, p.guideline_version,
           m.body::jsonb, m.sha256, 'merged', %(now)s
    FROM made JOIN merged m ON m.item = made.item JOIN annotate.project p ON p.id = %(project)s
    RETURNING id, slot
), noted AS (
    INSERT INTO annotate.outbox (organisation, project, event, slot, item, labeler, revision, at)
    SELECT made.organisation, %(project)s, 'submitted', made.id, made.item, %(labeler)s, written.id, %(now)s
    FROM made JOIN written ON written.slot = made.id
)
SELECT count(*) FROM made;

-- name: batch_standing
-- How many items of some batches stand at which node.
SELECT batch, node, held, count(*) AS items FROM annotate.item
WHERE batch = ANY(%(batches)s::bigint[]) GROUP BY batch, node, held;

-- name: held_items
-- Items of a batch that wait for it at a node.
SELECT id FROM annotate.item
WHERE batch = %(batch)s AND node = %(node)s AND held ORDER BY id LIMIT %(limit)s;

-- name: count_answers
-- Count labelers' answers and what they made of gold, by labeler and by day.
WITH by_day AS (
    INSERT INTO annotate.gold_day AS t (organisation, project, day, seen, correct)
    SELECT p.organisation, p.id, (%(now)s::timestamptz AT TIME ZONE 'UTC')::date, c.seen, c.correct
    FROM (
        SELECT sum(x) AS seen, (SELECT sum(y) FROM unnest(%(correct)s::int[]) AS y) AS correct
        FROM unnest(%(seen)s::int[]) AS x
    ) AS c
    JOIN annotate.project p ON p.id = %(project)s
    WHERE c.seen > 0
    ON CONFLICT (project, day) DO UPDATE SET seen = t.seen + EXCLUDED.seen, correct = t.correct + EXCLUDED.correct
)
INSERT INTO annotate.gold_record (organisation, project, labeler, answers, seen, correct)
SELECT p.organisation, p.id, c.labeler, c.answers, c.seen, c.correct
FROM unnest(%(labelers)s::bigint[], %(answers)s::int[], %(seen)s::int[], %(correct)s::int[])
    AS c (labeler, answers, seen, correct)
JOIN annotate.project p ON p.id = %(project)s
ON CONFLICT (project, labeler) DO UPDATE
SET answers = annotate.gold_record.answers + EXCLUDED.answers, seen = annotate.gold_record.seen + EXCLUDED.seen,
    correct = annotate.gold_record.correct + EXCLUDED.correct
RETURNING labeler, annotate.gold_record.answers, annotate.gold_record.seen, annotate.gold_record.correct;

-- name: gold_answers
-- Answers to gold beside what is known, of some revisions.
SELECT r.labeler, r.body AS given, g.body AS known
FROM annotate.revision r JOIN annotate.slot s ON s.id = r.slot JOIN annotate.gold g ON g.project = s.project AND g.item = s.item
WHERE r.id = ANY(%(revisions)s::bigint[]) AND s.is_gold;

-- name: gold_shown
-- Answers to gold items beside what is known, the newest of each slot; so many an item at most.
SELECT g.item, g.body AS known, given.body AS given
FROM unnest(%(items)s::text[]) AS w (item)
JOIN annotate.gold g ON g.project = %(project)s AND g.item = w.item
CROSS JOIN LATERAL (
    SELECT head.body FROM annotate.slot s
    CROSS JOIN LATERAL (
        SELECT r.body FROM annotate.revision r WHERE r.slot = s.id ORDER BY r.rev DESC LIMIT 1
    ) AS head
    WHERE s.project = g.project AND s.item = g.item AND s.is_gold AND s.state = 'submitted'
    ORDER BY s.id DESC LIMIT %(most)s
) AS given;

-- name: gold_given
-- What a labeler answered to gold items handed out since a moment, the newest of each slot, beside what is known.
SELECT (head.created_at AT TIME ZONE 'UTC')::date AS day, g.body AS known, head.body AS given
FROM annotate.slot s
JOIN annotate.gold g ON g.project = s.project AND g.item = s.item
CROSS JOIN LATERAL (
    SELECT r.body, r.created_at FROM annotate.revision r WHERE r.slot = s.id ORDER BY r.rev DESC LIMIT 1
) AS head
WHERE s.worker = %(labeler)s AND s.project = %(project)s AND s.leased_at >= %(since)s
  AND s.is_gold AND s.state = 'submitted'
ORDER BY s.leased_at DESC LIMIT %(most)s;

-- name: put_into_batch
-- Put items into a batch but those that wait for the one they are in; those moved, with the batch they leave.
WITH wanted AS MATERIALIZED (
    SELECT id, batch FROM annotate.item
    WHERE project = %(project)s AND id = ANY(%(items)s::text[]) AND NOT held AND batch IS DISTINCT FROM %(batch)s
    ORDER BY id FOR UPDATE
)
UPDATE annotate.item i SET batch = %(batch)s FROM wanted w
WHERE i.project = %(project)s AND i.id = w.id
RETURNING i.id AS item, w.batch AS former;

-- name: batch
-- One batch.
SELECT id, project, name, priority, due_at, created_at FROM annotate.batch
WHERE id = %(batch)s AND project = %(project)s;

-- name: plant_gold
-- Open a slot of a gold item for each listed labeler who claims work, is not waiting for one already, has not met them all
-- and is not spared; a project that is coming to its end asks nobody any more.
WITH asked AS (
    SELECT l.id AS labeler,
           (SELECT g.item FROM annotate.gold g
            WHERE g.project = %(project)s
              AND NOT EXISTS (SELECT 1 FROM annotate.slot x WHERE x.project = g.project AND x.item = g.item
                                AND (x.worker = l.id OR (x.prefer_worker = l.id AND x.state = 'ready')))
            ORDER BY annotate.rkey_v1(%(salt)s, g.item, l.id::int), g.item LIMIT 1) AS item
    FROM unnest(%(labelers)s::bigint[]) AS l (id) JOIN annotate.labeler k ON k.id = l.id
    WHERE k.kind IN ('person', 'simulated')
      AND NOT EXISTS (SELECT 1 FROM annotate.slot w WHERE w.project = %(project)s AND w.state = 'ready' AND w.is_gold
                        AND w.prefer_worker = l.id)
      AND NOT EXISTS (SELECT 1 FROM annotate.standing st WHERE st.project = %(project)s AND st.labeler = l.id
                        AND st.gold_stopped)
      AND NOT EXISTS (SELECT 1 FROM annotate.project p WHERE p.id = %(project)s AND p.state IN ('draining', 'closed'))
), numbered AS (
    SELECT a.labeler, a.item, row_number() OVER (PARTITION BY a.item ORDER BY a.labeler)::int - 1 AS no
    FROM asked a WHERE a.item IS NOT NULL
), counted AS (
    UPDATE annotate.item i SET next_slot = i.next_slot + c.slots
    FROM (SELECT item, count(*)::int AS slots FROM numbered GROUP BY item) AS c
    WHERE i.project = %(project)s AND i.id = c.item
    RETURNING i.id, i.next_slot - c.slots AS first
), made AS (
    INSERT INTO annotate.slot (organisation, project, stage, item, slot_no, state, priority, rkey, pool, is_gold,
                               prefer_worker, prefer_until)
    SELECT p.organisation, p.id, 'label', n.item, c.first + n.no, 'ready', %(priority)s,
           annotate.rkey_v1(p.salt, n.item, c.first + n.no), %(pool)s, true, n.labeler, %(until)s
    FROM numbered n JOIN counted c ON c.id = n.item JOIN annotate.project p ON p.id = %(project)s
    RETURNING id
)
SELECT count(*) FROM made;

-- name: put_aside
-- Remember that an item could not be moved, and why.
INSERT INTO annotate.stuck (organisation, project, item, error, at)
VALUES (%(organisation)s, %(project)s, %(item)s, %(error)s, %(now)s)
ON CONFLICT (project, item) DO UPDATE SET error = EXCLUDED.error, at = EXCLUDED.at;

-- name: stuck
-- The items that could not be moved.
SELECT item, error, at FROM annotate.stuck WHERE project = %(project)s ORDER BY item LIMIT %(limit)s;

-- name: retry_stuck
-- Have the items that could not be moved looked at again.
WITH again AS (
    DELETE FROM annotate.stuck WHERE project = %(project)s RETURNING organisation, project, item
)
INSERT INTO annotate.outbox (organisation, project, event, slot, item, at)
SELECT organisation, project, 'moved', 0, item, %(now)s FROM again;
