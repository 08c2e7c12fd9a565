-- name: add_contents
-- Store what people see of items; of items that have it, it stays.
INSERT INTO annotate.content (project, item, data)
SELECT %(project)s, c.item, c.data::json
FROM unnest(%(items)s::text[], %(data)s::text[]) AS c (item, data)
ON CONFLICT DO NOTHING;

-- name: add_tasks
-- Keep tasks as they were; of a task that comes again, as it is now.
INSERT INTO annotate.studio_task
    (project, item, place, number, state, width, height, raw, answers, problems, created_at)
SELECT %(project)s, t.item, t.place, t.number, t.state, t.width, t.height, t.raw, t.answers::json, t.problems::json, %(now)s
FROM unnest(%(items)s::text[], %(places)s::int[], %(numbers)s::bigint[], %(states)s::text[], %(widths)s::int[],
            %(heights)s::int[], %(raws)s::bytea[], %(answers)s::text[], %(problems)s::text[])
    AS t (item, place, number, state, width, height, raw, answers, problems)
ON CONFLICT (project, item) DO UPDATE
SET place = EXCLUDED.place, state = EXCLUDED.state, raw = EXCLUDED.raw, answers = EXCLUDED.answers,
    width = COALESCE(EXCLUDED.width, studio_task.width), height = COALESCE(EXCLUDED.height, studio_task.height),
    problems = EXCLUDED.problems;

-- name: known_items
-- Which of these items the project has.
SELECT id FROM annotate.item WHERE project = %(project)s AND id = ANY(%(items)s::text[]);

-- name: add_labelers
-- Remember who somebody who labelled over there is.
INSERT INTO annotate.studio_annotator (project, name, labeler, person)
VALUES (%(project)s, %(name)s, %(labeler)s, %(person)s)
ON CONFLICT (project, name) DO UPDATE SET person = COALESCE(EXCLUDED.person, studio_annotator.person);

-- name: labelers
-- Who labelled a project over there.
SELECT a.name, a.labeler, a.person, l.name AS labeler_name FROM annotate.studio_annotator a
JOIN annotate.labeler l ON l.id = a.labeler WHERE a.project = %(project)s ORDER BY a.name;

-- name: place_skips
-- Note that a labeler passed items on, each in a slot of its own that is the holder's; items one of them has worked on
-- are left out.
WITH wanted AS (
    SELECT DISTINCT w.item FROM unnest(%(items)s::text[]) AS w (item)
    WHERE NOT EXISTS (
        SELECT 1 FROM annotate.slot x
        WHERE x.project = %(project)s AND x.item = w.item AND x.worker = ANY(ARRAY[%(labeler)s, %(holder)s]::bigint[])
          AND x.state <> 'void'
    )
), numbered AS (
    UPDATE annotate.item i SET next_slot = i.next_slot + 1 FROM wanted
    WHERE i.project = %(project)s AND i.id = wanted.item
    RETURNING i.id, i.next_slot - 1 AS slot_no
), made AS (
    INSERT INTO annotate.slot (project, stage, item, slot_no, state, rkey, pool, worker, reason)
    SELECT p.id, 'label', n.id, n.slot_no, 'skipped', annotate.rkey_v1(p.salt, n.id, n.slot_no), '', %(holder)s,
           %(reason)s
    FROM numbered n JOIN annotate.project p ON p.id = %(project)s
    RETURNING id, item
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, at)
    SELECT %(project)s, 'skipped', made.id, made.item, %(labeler)s, %(now)s FROM made
)
SELECT item FROM made;

-- name: without_gold
-- Which of these items have no known answer yet.
SELECT w.item FROM unnest(%(items)s::text[]) AS w (item)
WHERE NOT EXISTS (SELECT 1 FROM annotate.gold g WHERE g.project = %(project)s AND g.item = w.item);

-- name: export_page
-- Items after a place with what people see of them and, where they were imported, what they were.
WITH page AS MATERIALIZED (
    SELECT c.item, c.data FROM annotate.content c
    WHERE c.project = %(project)s AND c.item > %(after)s
    ORDER BY c.item LIMIT %(limit)s
)
SELECT page.item, page.data::text AS data, t.number, t.width, t.height, t.raw, t.answers
FROM page
LEFT JOIN LATERAL (
    SELECT * FROM annotate.studio_task t WHERE t.project = %(project)s AND t.item = page.item
    OFFSET 0 -- a probe per item: with statistics from before the import it is planned over the whole table
) AS t ON true
ORDER BY page.item;

-- name: export_answers
-- The newest answer in every submitted slot of some items, as text.
SELECT s.item, l.id AS labeler, l.name AS labeler_name, l.kind AS labeler_kind, s.is_gold, r.id AS revision,
       r.body::text AS body, r.body_sha256, r.created_at
FROM unnest(%(items)s::text[]) AS wanted (item)
CROSS JOIN LATERAL (
    SELECT * FROM annotate.slot s
    WHERE s.project = %(project)s AND s.item = wanted.item AND s.stage = 'label' AND s.state = 'submitted'
    OFFSET 0
) AS s
CROSS JOIN LATERAL (SELECT labeler FROM annotate.revision v WHERE v.slot = s.id AND v.rev = 1
                    OFFSET 0) AS f -- a probe per slot: as a join it reads all revisions for each item
JOIN annotate.labeler l ON l.id = f.labeler
CROSS JOIN LATERAL (SELECT * FROM annotate.revision v WHERE v.slot = s.id ORDER BY v.rev DESC LIMIT 1) AS r
ORDER BY s.item, s.slot_no;

-- name: export_predictions
-- What models of this house said of some items.
SELECT item, id, model_version, score, body::text AS body, created_at FROM annotate.prediction
WHERE project = %(project)s AND item = ANY(%(items)s::text[]) AND NOT imported ORDER BY item, id;

-- name: last_number
-- The highest task id that came in.
SELECT COALESCE(max(number), 0) FROM annotate.studio_task WHERE project = %(project)s;

-- name: troubled
-- Tasks of which something was kept aside, or that failed, after a place.
SELECT item, place, number, state, problems FROM annotate.studio_task
WHERE project = %(project)s AND state <> 'placed' AND item > %(after)s ORDER BY item LIMIT %(limit)s;

-- name: raw_task
-- One task as it came.
SELECT state, raw FROM annotate.studio_task WHERE project = %(project)s AND item = %(item)s;
