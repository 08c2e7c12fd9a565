-- --- imports ---------------------------------------------------------------------------------------------------------

-- name: insert_import
-- Open an import.
INSERT INTO annotate.import (project, name, settings, state, created_at)
VALUES (%(project)s, %(name)s, %(settings)s::text::jsonb, %(state)s, %(now)s)
RETURNING id;

-- name: start_import
-- Mark an import as running, also one whose last worker died.
UPDATE annotate.import SET state = 'running' WHERE id = %(import_id)s AND state IN ('waiting', 'running') RETURNING id;

-- name: end_import
-- Close an import, once.
UPDATE annotate.import SET state = %(state)s, error = %(error)s::text::jsonb, ended_at = %(now)s
WHERE id = %(import_id)s AND state IN ('waiting', 'running')
RETURNING id;

-- name: find_import
-- One import of a project with the sums of its batches.
SELECT i.id, i.project, i.name, i.settings, i.state, i.error, i.created_at, i.ended_at,
       b.read, b.added, b.already, b.failed, b.answers
FROM annotate.import i
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(rows), 0)::bigint AS read, COALESCE(sum(added), 0)::bigint AS added,
           COALESCE(sum(already), 0)::bigint AS already, COALESCE(sum(failed), 0)::bigint AS failed,
           COALESCE(sum(answers), 0)::bigint AS answers
    FROM annotate.import_batch WHERE import = i.id
) AS b
WHERE i.id = %(import_id)s AND i.project = %(project)s;

-- name: imports_page
-- Imports of a project, newest first, with the sums of their batches.
SELECT i.id, i.project, i.name, i.settings, i.state, i.error, i.created_at, i.ended_at,
       b.read, b.added, b.already, b.failed, b.answers
FROM (
    SELECT * FROM annotate.import WHERE project = %(project)s AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s
) AS i
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(rows), 0)::bigint AS read, COALESCE(sum(added), 0)::bigint AS added,
           COALESCE(sum(already), 0)::bigint AS already, COALESCE(sum(failed), 0)::bigint AS failed,
           COALESCE(sum(answers), 0)::bigint AS answers
    FROM annotate.import_batch WHERE import = i.id
) AS b
ORDER BY i.id DESC;

-- name: errors_page
-- The rows an import could not take, in the order of the file.
SELECT row, line, place, code, message, message_zh, excerpt FROM annotate.import_error
WHERE import = %(import_id)s AND row > %(after)s ORDER BY row LIMIT %(limit)s;

-- name: batches_in
-- The batches of an import that are written.
SELECT first_row, rows, failed FROM annotate.import_batch WHERE import = %(import_id)s ORDER BY first_row;

-- name: add_content
-- Put new items into the queue with their label slots and what people see of them; the ids that were there before.
-- With overlap 0 no slots are made: the project's flow hears of the items and decides where they go.
-- Ids and contents come as two texts of lines: splitting these costs a fraction of sending arrays. Items are taken in
-- the order of their ids, so that two imports at once wait for one another instead of deadlocking.
WITH wanted AS MATERIALIZED (
    SELECT * FROM ROWS FROM (string_to_table(%(items)s::text, E'\n'), string_to_table(%(datas)s::text, E'\n'))
        AS w (item, data)
    ORDER BY item COLLATE "C"
), made AS (
    INSERT INTO annotate.item (project, id, next_slot, node)
    SELECT %(project)s, item, %(overlap)s::int, %(node)s FROM wanted
    ON CONFLICT DO NOTHING
    RETURNING id
), slots AS (
    INSERT INTO annotate.slot (project, stage, item, slot_no, state, priority, rkey, pool)
    SELECT p.id, 'label', made.id, no, 'ready', %(priority)s::int, -- the key is annotate.rkey_v1, written out: a third of its cost
           ('x' || encode(substr(sha256(convert_to(p.salt || E'\n' || made.id || E'\n' || no, 'UTF8')), 1, 8), 'hex'))
               ::bit(64)::bigint,
           %(pool)s
    FROM made CROSS JOIN generate_series(0, %(overlap)s::int - 1) AS no JOIN annotate.project p ON p.id = %(project)s
), shown AS (
    INSERT INTO annotate.content (project, item, data)
    SELECT %(project)s, w.item, w.data::json FROM made JOIN wanted w ON w.item = made.id
    ON CONFLICT DO NOTHING
), told AS (
    INSERT INTO annotate.outbox (project, event, slot, item, at)
    SELECT %(project)s, 'moved', 0, made.id, %(now)s FROM made WHERE %(overlap)s::int = 0
)
SELECT w.item FROM wanted w WHERE NOT EXISTS (SELECT 1 FROM made WHERE made.id = w.item);

-- name: add_new_content
-- As add_content, when none of the items is there: refused as a whole (unique violation) when one is, and for that a sixth
-- cheaper, because nothing is looked up before it is written. An item comes before its slots, so that two imports at once
-- meet in the same order here and there.
WITH wanted AS MATERIALIZED (
    SELECT * FROM ROWS FROM (string_to_table(%(items)s::text, E'\n'), string_to_table(%(datas)s::text, E'\n'))
        AS w (item, data)
    ORDER BY item COLLATE "C"
), made AS (
    INSERT INTO annotate.item (project, id, next_slot, node)
    SELECT %(project)s, item, %(overlap)s::int, %(node)s FROM wanted
    RETURNING id
), shown AS (
    INSERT INTO annotate.content (project, item, data) SELECT %(project)s, item, data::json FROM wanted
), told AS (
    INSERT INTO annotate.outbox (project, event, slot, item, at)
    SELECT %(project)s, 'moved', 0, item, %(now)s FROM wanted WHERE %(overlap)s::int = 0
)
INSERT INTO annotate.slot (project, stage, item, slot_no, state, priority, rkey, pool)
SELECT p.id, 'label', made.id, no, 'ready', %(priority)s::int, -- the key is annotate.rkey_v1, written out
       ('x' || encode(substr(sha256(convert_to(p.salt || E'\n' || made.id || E'\n' || no, 'UTF8')), 1, 8), 'hex'))
           ::bit(64)::bigint,
       %(pool)s
FROM made CROSS JOIN generate_series(0, %(overlap)s::int - 1) AS no JOIN annotate.project p ON p.id = %(project)s;

-- name: fill_content
-- Give items that are in the queue without content what people see of them.
INSERT INTO annotate.content (project, item, data)
SELECT %(project)s, w.item, w.data::json
FROM ROWS FROM (string_to_table(%(items)s::text, E'\n'), string_to_table(%(datas)s::text, E'\n')) AS w (item, data)
ON CONFLICT DO NOTHING;

-- name: contents
-- What people see of some items. (Ids come as lines: making an array of them in Python costs as much as the query.)
SELECT item, data::text FROM annotate.content
WHERE project = %(project)s AND item = ANY(string_to_array(%(items)s::text, E'\n'));

-- name: insert_batch
-- Record a batch as written; nothing happens when somebody else wrote it.
INSERT INTO annotate.import_batch (import, first_row, rows, added, already, failed, answers)
VALUES (%(import_id)s, %(first_row)s, %(rows)s, %(added)s, %(already)s, %(failed)s, %(answers)s)
ON CONFLICT DO NOTHING;

-- name: insert_errors
-- Keep the rows that failed.
INSERT INTO annotate.import_error (import, row, line, place, code, message, message_zh, excerpt)
SELECT %(import_id)s, * FROM unnest(%(rows)s::bigint[], %(lines)s::bigint[], %(places)s::text[], %(codes)s::text[],
                                    %(messages)s::text[], %(messages_zh)s::text[], %(excerpts)s::text[]);

-- --- uploads ---------------------------------------------------------------------------------------------------------

-- name: lock_uploads
-- Let one upload of an organisation begin at a time, so that two cannot both fit into the same room.
SELECT pg_advisory_xact_lock(77312, hashtext(current_setting('galley.organisation', true)));

-- name: upload_room
-- How many bytes unfinished uploads hold, and how many they may where it is not the usual number.
SELECT COALESCE(sum(bytes), 0)::bigint AS held, (SELECT q.bytes FROM annotate.upload_quota q LIMIT 1) AS allowed
FROM annotate.upload WHERE state = 'open';

-- name: insert_upload
-- Begin an upload.
INSERT INTO annotate.upload (name, bytes, sha256, created_by, created_at, expires_at)
VALUES (%(name)s, %(bytes)s, %(sha256)s, %(created_by)s, %(now)s, %(expires_at)s)
RETURNING id;

-- name: find_upload
-- One upload.
SELECT id, name, bytes, received, sha256, blob, state, created_by, created_at, expires_at
FROM annotate.upload WHERE id = %(upload)s;

-- name: uploads_page
-- Uploads, newest first.
SELECT id, name, bytes, received, sha256, blob, state, created_by, created_at, expires_at
FROM annotate.upload WHERE id < %(before)s ORDER BY id DESC LIMIT %(limit)s;

-- name: add_part
-- Count a stored piece, unless the upload meanwhile continues elsewhere; the new end.
WITH moved AS (
    UPDATE annotate.upload SET received = received + %(bytes)s, expires_at = %(expires_at)s
    WHERE id = %(upload)s AND received = %(place)s AND state = 'open' AND received + %(bytes)s <= bytes
    RETURNING id, received
), kept AS (
    INSERT INTO annotate.upload_part (upload, place, bytes, object)
    SELECT id, %(place)s, %(bytes)s, %(object)s FROM moved
)
SELECT received FROM moved;

-- name: parts
-- The pieces of an upload in order.
SELECT place, bytes, object FROM annotate.upload_part WHERE upload = %(upload)s ORDER BY place;

-- name: end_upload
-- Close an upload: complete with its blob, or failed, or expired.
UPDATE annotate.upload SET state = %(state)s, blob = %(blob)s WHERE id = %(upload)s AND state = 'open'
RETURNING id;

-- name: forget_parts
-- Forget the pieces of an upload that are no longer needed.
DELETE FROM annotate.upload_part WHERE upload = %(upload)s RETURNING object;

-- name: expired_uploads
-- Uploads of every organisation that were left alone for too long.
SELECT organisation, id FROM annotate.upload
WHERE state = 'open' AND expires_at <= %(now)s ORDER BY expires_at LIMIT %(limit)s;

-- --- exports ---------------------------------------------------------------------------------------------------------

-- name: watermark
-- The place in the outbox up to which everything is visible to whoever reads from now on.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS tx;

-- name: items_page
-- Items after a place, by id.
SELECT id FROM annotate.item WHERE project = %(project)s AND id > %(after)s ORDER BY id LIMIT %(limit)s;

-- name: changed_page
-- Events of a project after a place, up to a watermark: which items changed.
SELECT tx::text AS tx, id, item FROM annotate.outbox
WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < %(until)s::text::xid8 AND project = %(project)s
ORDER BY outbox.tx, id LIMIT %(limit)s;

-- name: answered_slots
-- The submitted slots of some items.
SELECT s.id, s.item, s.stage, s.worker, s.is_gold FROM annotate.slot s
WHERE s.project = %(project)s AND s.item = ANY(string_to_array(%(items)s::text, E'\n'))
  AND s.stage IN ('label', 'adjudicate')
  AND s.state = 'submitted'
ORDER BY s.item, s.stage, s.slot_no;

-- name: revisions_of
-- Every revision of some slots, the newest of each last. By itself, because joined to the slots it is planned over the
-- whole table while the statistics are young.
SELECT slot, id, labeler_kind, schema_version,
       to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), body::text
FROM annotate.revision WHERE slot = ANY(string_to_array(%(slots)s::text, ',')::bigint[]) ORDER BY slot, rev;

-- name: labeler_names
-- The names of some labelers.
SELECT id, name FROM annotate.labeler WHERE id = ANY(%(labelers)s::bigint[]);
