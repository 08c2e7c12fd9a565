-- Below, rows are looked up by LATERAL … OFFSET 0: a probe for each event of the page, where a join might be planned
-- over the whole table.

-- name: work_events
-- Events after a place in the outbox with what accounting needs to know of their slots; only facts that never change.
WITH page AS MATERIALIZED (
    SELECT * FROM annotate.outbox
    WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY tx, id LIMIT %(limit)s
)
SELECT o.organisation, o.tx::text AS tx, o.id, o.event, o.at, o.project, COALESCE(s.stage, '') AS stage,
       COALESCE(s.pool, '') AS pool, o.slot, o.labeler, w.id AS worker, w.kind AS worker_kind,
       COALESCE(w.person, -w.id) AS who, s.leased_at, p.unit, o.revision, r.rev, r.labeler AS author, r.activity,
       r.created_at, r.base, b.created_at AS base_at,
       CASE WHEN s.target IS NOT NULL OR p.unit = 'region' THEN r.body END AS body, c.data AS content,
       COALESCE(a.adopted, false) AS adopted, h.id AS head, x.id AS orphan, s.target, t.stage AS target_stage,
       t.pool AS target_pool, tw.id AS target_worker, tw.kind AS target_kind,
       COALESCE(tw.person, -tw.id) AS target_who, tr.id AS target_revision
FROM page o
LEFT JOIN LATERAL (SELECT * FROM annotate.slot WHERE id = o.slot OFFSET 0) AS s ON true
LEFT JOIN LATERAL (SELECT settings ->> 'unit' AS unit FROM annotate.project WHERE id = o.project OFFSET 0) AS p ON true
LEFT JOIN LATERAL (SELECT * FROM annotate.revision WHERE id = o.revision OFFSET 0) AS r ON true
LEFT JOIN LATERAL (SELECT created_at FROM annotate.revision WHERE id = r.base OFFSET 0) AS b ON true
LEFT JOIN LATERAL (
    SELECT labeler FROM annotate.revision WHERE slot = o.slot AND rev = 1 OFFSET 0
) AS f ON o.event NOT IN ('orphaned', 'skipped')
LEFT JOIN LATERAL (
    SELECT id, kind, person FROM annotate.labeler
    WHERE id = CASE WHEN o.event IN ('orphaned', 'skipped') THEN o.labeler ELSE f.labeler END OFFSET 0
) AS w ON true
LEFT JOIN LATERAL (
    SELECT data FROM annotate.content WHERE project = o.project AND item = o.item OFFSET 0
) AS c ON p.unit IN ('character', 'media_second')
LEFT JOIN LATERAL (
    SELECT id FROM annotate.revision WHERE slot = o.slot ORDER BY rev DESC LIMIT 1
) AS h ON o.event IN ('returned', 'voided')
LEFT JOIN LATERAL (
    SELECT id FROM annotate.orphan WHERE slot = o.slot AND labeler = o.labeler AND created_at = o.at ORDER BY id LIMIT 1
) AS x ON o.event = 'orphaned'
LEFT JOIN LATERAL (
    SELECT true AS adopted FROM annotate.slot n JOIN annotate.orphan y ON y.slot = n.id
    WHERE n.project = o.project AND n.item = o.item AND y.labeler = r.labeler AND y.client_id = r.client_id
      AND y.settled = 'adopted' LIMIT 1
) AS a ON o.event = 'submitted' AND s.leased_at IS NULL
LEFT JOIN LATERAL (
    SELECT id, stage, pool FROM annotate.slot WHERE id = s.target OFFSET 0
) AS t ON o.revision IS NOT NULL
LEFT JOIN LATERAL (SELECT labeler FROM annotate.revision WHERE slot = t.id AND rev = 1 OFFSET 0) AS tf ON true
LEFT JOIN LATERAL (SELECT id, kind, person FROM annotate.labeler WHERE id = tf.labeler OFFSET 0) AS tw ON true
LEFT JOIN LATERAL (
    SELECT id FROM annotate.revision WHERE slot = t.id AND id < o.revision ORDER BY rev DESC LIMIT 1
) AS tr ON true
ORDER BY o.tx, o.id;

-- name: moments
-- What was counted of some people at or after a moment each, as rows of spans.
SELECT asked.who, w.spans
FROM unnest(%(who)s::bigint[], %(since)s::bigint[]) AS asked (who, since)
CROSS JOIN LATERAL (
    SELECT spans FROM annotate.work_row WHERE who = asked.who AND span_until > asked.since OFFSET 0
) AS w;

-- name: last_row
-- The newest row of the accounts.
SELECT COALESCE(max(id), 0) FROM annotate.work_row;

-- name: append_rows
-- Append rows to the accounts; those that are there already stay as they are.
INSERT INTO annotate.work_row (organisation, project, stage, pool, slot, revision, orphan, labeler, kind, who, verdict,
                               at, counted_ms, raw_ms, time_rule, unit, units, spans, span_until, corrects, note)
SELECT organisation, project, stage, pool, slot, revision, orphan, labeler, kind, who, verdict, at,
       counted_ms, raw_ms, time_rule, unit, units, spans, span_until, corrects, note
FROM json_populate_recordset(NULL::annotate.work_row, %(rows)s::text::json)
ON CONFLICT DO NOTHING;

-- name: work_row
-- One row of the accounts.
SELECT organisation, project, stage, pool, slot, revision, orphan, labeler, kind, who, verdict, at, counted_ms, raw_ms,
       time_rule, unit, units, corrects, note
FROM annotate.work_row WHERE id = %(id)s;

-- name: rows_of_labeler
-- A labeler's rows after a place, oldest first.
SELECT id, project, stage, pool, slot, revision, labeler, verdict, at, counted_ms, raw_ms, time_rule, unit, units,
       price_rule, corrects, note
FROM annotate.work_row WHERE labeler = %(labeler)s AND id > %(after)s ORDER BY id LIMIT %(limit)s;

-- name: unit
-- What a project counts work in; null: nobody said.
SELECT settings ->> 'unit' FROM annotate.project WHERE id = %(project)s;

-- name: set_unit
-- Say what a project counts work in, for answers from now on.
UPDATE annotate.project SET settings = jsonb_set(settings, '{unit}', to_jsonb(%(unit)s::text)) WHERE id = %(project)s;
