-- name: insert_backend
-- Add a model server to a project.
INSERT INTO annotate.backend
    (project, name, url, username, secret, batch, seconds, interactive, notify, created_at)
VALUES (%(project)s, %(name)s, %(url)s, %(username)s, %(secret)s, %(batch)s, %(seconds)s, %(interactive)s, %(notify)s, %(now)s)
ON CONFLICT (project, name) DO NOTHING
RETURNING id;

-- name: update_backend
-- Change a model server; what it was found to be is forgotten.
UPDATE annotate.backend
SET name = %(name)s, url = %(url)s, username = %(username)s, secret = %(secret)s, batch = %(batch)s,
    seconds = %(seconds)s, interactive = %(interactive)s, notify = %(notify)s, state = 'new', reason = ''
WHERE project = %(project)s AND id = %(backend)s;

-- name: delete_backend
-- Take a model server out of a project; its predictions stay.
DELETE FROM annotate.backend WHERE project = %(project)s AND id = %(backend)s;

-- name: backends
-- The model servers of a project.
SELECT id, project, name, url, username, secret, batch, seconds, interactive, notify, model_version, state, reason,
       checked_at, created_at
FROM annotate.backend WHERE project = %(project)s ORDER BY id;

-- name: backend
-- One model server.
SELECT id, project, name, url, username, secret, batch, seconds, interactive, notify, model_version, state, reason,
       checked_at, created_at
FROM annotate.backend WHERE project = %(project)s AND id = %(backend)s;

-- name: note_health
-- Note how a model server was found; an unknown version leaves the known one.
UPDATE annotate.backend
SET state = %(state)s, reason = %(reason)s, checked_at = %(now)s,
    model_version = COALESCE(NULLIF(%(model_version)s, ''), model_version)
WHERE project = %(project)s AND id = %(backend)s;

-- name: contents
-- The content of some items, and which of its fields are hidden.
SELECT c.item, c.data::text, p.settings -> 'hidden_fields'
FROM annotate.content c JOIN annotate.project p ON p.id = c.project
WHERE c.project = %(project)s AND c.item = ANY(%(items)s::text[]);

-- name: waiting_items
-- Items with a slot nobody has taken and no word of this model (since a moment, when it learned more), the most urgent first: where active learning has
-- set priorities, what teaches most. What the model failed on is not asked again for an hour.
SELECT s.item FROM annotate.slot s
WHERE s.project = %(project)s AND s.stage = 'label' AND s.pool = %(pool)s AND s.state = 'ready'
  AND s.prefer_worker IS NULL -- what waits for somebody was answered before
  AND NOT EXISTS (
      SELECT 1 FROM annotate.prediction p
      WHERE p.project = s.project AND p.item = s.item AND p.labeler = %(labeler)s
        AND p.created_at >= COALESCE(%(since)s::timestamptz, '-infinity')
      OFFSET 0
  )
  AND NOT EXISTS (
      SELECT 1 FROM annotate.prediction_error e
      WHERE e.project = s.project AND e.item = s.item AND e.backend = %(backend)s
        AND e.created_at > %(now)s::timestamptz - interval '1 hour'
      OFFSET 0
  )
ORDER BY s.urgency, s.rkey, s.id LIMIT %(limit)s;

-- name: listening
-- Projects whose model servers are told of annotations, of every organisation.
SELECT organisation, project, id FROM annotate.backend WHERE notify ORDER BY id;

-- name: start_reader
-- Begin to read the outbox from now on; nothing happens when reading has begun.
INSERT INTO annotate.reader (name, tx, id) VALUES (%(name)s, pg_snapshot_xmin(pg_current_snapshot()), 0)
ON CONFLICT DO NOTHING;

-- name: reader_place
-- How far the outbox was read; a reader at work elsewhere is not waited for.
SELECT tx::text AS tx, id FROM annotate.reader WHERE name = %(name)s FOR UPDATE SKIP LOCKED;

-- name: move_reader
-- Note how far the outbox was read.
UPDATE annotate.reader SET tx = %(tx)s::text::xid8, id = %(id)s WHERE name = %(name)s;

-- name: skip_events
-- Nobody listens: what happened up to now is passed over without being read.
UPDATE annotate.reader SET tx = pg_snapshot_xmin(pg_current_snapshot()), id = 0 WHERE name = %(name)s;

-- name: events
-- Answers after a place in the outbox, none of a transaction that may still be followed by an earlier one.
SELECT o.tx::text AS tx, o.id, o.organisation, o.project, o.event, o.slot, o.item, o.revision
FROM annotate.outbox o
WHERE (o.tx, o.id) > (%(tx)s::text::xid8, %(id)s) AND o.tx < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY o.tx, o.id LIMIT %(limit)s;

-- name: told_answer
-- One answer as a model server is told of it.
SELECT r.id AS revision, r.body, r.created_at, s.id AS slot, s.item, l.id AS labeler, l.name AS labeler_name,
       c.data::text AS data, p.settings -> 'hidden_fields' AS hidden
FROM annotate.revision r
JOIN annotate.slot s ON s.id = r.slot
JOIN annotate.project p ON p.id = s.project
JOIN annotate.labeler l ON l.id = r.labeler
LEFT JOIN annotate.content c ON c.project = s.project AND c.item = s.item
WHERE r.id = %(revision)s AND s.stage = 'label';

-- name: project_facts
-- What a model server is told of a project.
SELECT id, name, schema_sha256, created_at, state FROM annotate.project WHERE id = %(project)s;

-- name: agent_nodes
-- The agent nodes of open projects at which items wait for a model server that may be asked.
SELECT p.organisation, p.id AS project, n.node ->> 'name' AS node, b.id AS backend
FROM annotate.backend b
JOIN annotate.project p ON p.id = b.project AND p.state = 'open'
CROSS JOIN LATERAL jsonb_array_elements(p.settings -> 'graph' -> 'nodes') AS n (node)
WHERE n.node ->> 'kind' = 'agent' AND b.name = COALESCE(NULLIF(n.node ->> 'agent', ''), n.node ->> 'name')
  AND (b.state <> 'down' OR b.checked_at IS NULL
       OR b.checked_at <= %(now)s::timestamptz - make_interval(secs => %(rest)s))
  AND EXISTS (SELECT 1 FROM annotate.slot s
              WHERE s.project = p.id AND s.stage = 'label' AND s.pool = n.node ->> 'name' AND s.state = 'ready')
ORDER BY b.checked_at NULLS FIRST, b.id LIMIT %(limit)s;
