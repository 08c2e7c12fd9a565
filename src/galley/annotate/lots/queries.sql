-- name: insert_lot
-- Make a lot without its items.
INSERT INTO annotate.lot (project, stage, name, series, parent, resumes, pick, terms, plan, size, items_root, answers_root,
                          state, created_by, created_at)
VALUES (%(project)s, %(stage)s, %(name)s, %(series)s, %(parent)s, %(resumes)s, %(pick)s, '{}', '{}', 2, repeat('0', 64),
        repeat('0', 64), 'open', %(created_by)s, %(now)s)
RETURNING id;

-- name: take_items
-- Put the finished items that fit into a lot, with the newest revision of each of their answers.
INSERT INTO annotate.lot_item (lot, project, stage, item, answers, labelers)
SELECT %(lot)s, %(project)s, %(stage)s, s.item, array_agg(r.id ORDER BY s.slot_no),
       array_agg(s.worker ORDER BY s.slot_no)
FROM annotate.slot s
JOIN annotate.item i ON i.project = s.project AND i.id = s.item
JOIN LATERAL (SELECT v.id, v.created_at FROM annotate.revision v WHERE v.slot = s.id ORDER BY v.rev DESC LIMIT 1) AS r
  ON true
WHERE s.project = %(project)s AND s.stage = %(stage)s AND s.state = 'submitted' AND NOT s.is_gold
  AND (%(items)s::text[] IS NULL OR s.item = ANY(%(items)s::text[]))
  AND (%(batch)s::bigint IS NULL OR i.batch = %(batch)s)
  AND (%(parent)s::bigint IS NULL
       OR EXISTS (SELECT 1 FROM annotate.lot_item o WHERE o.lot = %(parent)s AND o.item = s.item))
  AND NOT EXISTS (
      SELECT 1 FROM annotate.slot x
      WHERE x.project = s.project AND x.item = s.item AND x.stage = s.stage AND x.state IN ('ready', 'leased'))
  AND NOT EXISTS (
      SELECT 1 FROM annotate.lot_item t
      WHERE t.project = s.project AND t.stage = s.stage AND t.item = s.item AND t.live AND %(items)s::text[] IS NULL)
GROUP BY s.item
HAVING (%(labeler)s::bigint IS NULL OR bool_or(s.worker = %(labeler)s))
   AND (%(since)s::timestamptz IS NULL OR max(r.created_at) >= %(since)s)
   AND (%(until)s::timestamptz IS NULL OR max(r.created_at) < %(until)s)
ORDER BY s.item LIMIT %(limit)s;

-- name: free_items
-- Let another lot speak for the items of a lot.
UPDATE annotate.lot_item SET live = false WHERE lot = %(lot)s AND live;

-- name: taken_item
-- One of some items that another lot speaks for.
SELECT item, lot FROM annotate.lot_item
WHERE project = %(project)s AND stage = %(stage)s AND item = ANY(%(items)s::text[]) AND live LIMIT 1;

-- name: lot_answers
-- The items of a lot with the answers that were frozen.
SELECT item, answers FROM annotate.lot_item WHERE lot = %(lot)s ORDER BY item;

-- name: plan_lot
-- Write what a lot turned out to be: its size, its roots, terms and plan.
UPDATE annotate.lot SET size = %(size)s, items_root = %(items_root)s, answers_root = %(answers_root)s,
                        terms = %(terms)s, plan = %(plan)s
WHERE id = %(lot)s;

-- name: lot
-- One lot.
SELECT id, project, stage, name, series, parent, resumes, pick, terms, plan, size, items_root, answers_root, state,
       commitment, verdict, reason, created_by, created_at, drawn_at, closed_at, stated, envelope, log_index
FROM annotate.lot WHERE id = %(lot)s;

-- name: lock_lot
-- One lot, held until the transaction ends.
SELECT id, project, stage, name, series, parent, resumes, pick, terms, plan, size, items_root, answers_root, state,
       commitment, verdict, reason, created_by, created_at, drawn_at, closed_at, stated, envelope, log_index
FROM annotate.lot WHERE id = %(lot)s FOR NO KEY UPDATE;

-- name: lots_page
-- The lots of a project, newest first, a page at a time.
SELECT id, project, stage, name, series, parent, resumes, pick, terms, plan, size, items_root, answers_root, state,
       commitment, verdict, reason, created_by, created_at, drawn_at, closed_at, stated, envelope, log_index
FROM annotate.lot WHERE project = %(project)s AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s;

-- name: series_lots
-- The verdicts of a series' lots on original inspection, in the order they were closed.
SELECT id, project, stage, name, series, parent, resumes, pick, terms, plan, size, items_root, answers_root, state,
       commitment, verdict, reason, created_by, created_at, drawn_at, closed_at, stated, envelope, log_index
FROM annotate.lot
WHERE project = %(project)s AND series = %(series)s AND parent IS NULL AND verdict IS NOT NULL ORDER BY closed_at, id;

-- name: commit_lot
-- Fix the commitment whose hash will draw the sample; it stays the first one.
UPDATE annotate.lot SET stated = %(commitment)s WHERE id = %(lot)s AND state = 'open' AND stated IS NULL;

-- name: draw_lot
-- Draw by the commitment that was fixed, and say where the log states it.
UPDATE annotate.lot SET state = 'drawn', commitment = stated, drawn_at = %(now)s, envelope = %(envelope)s,
                        log_index = %(log_index)s
WHERE id = %(lot)s AND state = 'open' AND stated IS NOT NULL;

-- name: rank_items
-- Write the drawn sample, in its order.
UPDATE annotate.lot_item i SET rank = drawn.rank
FROM unnest(%(items)s::text[]) WITH ORDINALITY AS drawn (item, rank)
WHERE i.lot = %(lot)s AND i.item = drawn.item;

-- name: sample
-- The drawn sample in its order, a page at a time, with what people saw and what they answered.
SELECT i.item, i.rank, i.answers, i.labelers, i.wrong, i.reason, i.note, i.inspector, i.inspected_at,
       c.data AS content,
       (SELECT json_agg(r.body ORDER BY a.place)
        FROM unnest(i.answers) WITH ORDINALITY AS a (id, place) JOIN annotate.revision r ON r.id = a.id) AS bodies
FROM annotate.lot_item i LEFT JOIN annotate.content c ON c.project = i.project AND c.item = i.item
WHERE i.lot = %(lot)s AND i.rank > %(after)s ORDER BY i.rank LIMIT %(limit)s;

-- name: sample_item
-- One drawn item.
SELECT item, rank, answers, labelers, wrong, reason, note, inspector, inspected_at
FROM annotate.lot_item WHERE lot = %(lot)s AND item = %(item)s AND rank IS NOT NULL;

-- name: mark_item
-- Write what an inspector found; their own earlier finding may be replaced, another's not.
UPDATE annotate.lot_item
SET wrong = %(wrong)s, reason = %(reason)s, note = %(note)s, inspector = %(inspector)s, inspected_at = %(now)s
WHERE lot = %(lot)s AND item = %(item)s AND rank IS NOT NULL AND (wrong IS NULL OR inspector = %(inspector)s);

-- name: marks
-- The findings so far, in the order of the draw.
SELECT wrong FROM annotate.lot_item WHERE lot = %(lot)s AND rank IS NOT NULL ORDER BY rank;

-- name: changed_items
-- How many items of a lot have an answer that is not the frozen one any more; one item, or all of them.
SELECT count(*) FROM annotate.lot_item i
WHERE i.lot = %(lot)s AND (%(item)s::text IS NULL OR i.item = %(item)s) AND EXISTS (
    SELECT 1 FROM unnest(i.answers) AS a (id)
    JOIN annotate.revision r ON r.id = a.id
    JOIN annotate.slot s ON s.id = r.slot
    WHERE s.state <> 'submitted' OR EXISTS (SELECT 1 FROM annotate.revision n WHERE n.slot = s.id AND n.rev > r.rev));

-- name: close_lot
-- Write the verdict.
UPDATE annotate.lot SET state = %(state)s, verdict = %(verdict)s, closed_at = %(now)s WHERE id = %(lot)s;

-- name: withdraw_lot
-- Take a lot back.
UPDATE annotate.lot SET state = 'withdrawn', reason = %(reason)s, closed_at = %(now)s WHERE id = %(lot)s;

-- name: returnable_slots
-- The answers of a lot that can still be returned: of the failing items, of one labeler, or all of them.
SELECT s.id AS slot, i.item FROM annotate.lot_item i
JOIN annotate.revision r ON r.id = ANY(i.answers)
JOIN annotate.slot s ON s.id = r.slot
WHERE i.lot = %(lot)s AND s.state = 'submitted' AND (NOT %(failing)s OR i.wrong)
  AND (%(labeler)s::bigint IS NULL OR s.worker = %(labeler)s)
ORDER BY i.item, s.id;

-- name: lot_labelers
-- Who answered in a lot, by number: how many of its items, how many of those found wrong, how many can still go back.
SELECT s.worker AS labeler, l.name, count(DISTINCT i.item) AS items, count(DISTINCT i.item) FILTER (WHERE i.wrong) AS wrong,
       count(*) FILTER (WHERE s.state = 'submitted') AS returnable
FROM annotate.lot_item i
JOIN annotate.revision r ON r.id = ANY(i.answers)
JOIN annotate.slot s ON s.id = r.slot
JOIN annotate.labeler l ON l.id = s.worker
WHERE i.lot = %(lot)s
GROUP BY s.worker, l.name ORDER BY s.worker;

-- name: insert_return
-- Remember which answer was returned because of a lot, and what took its place.
INSERT INTO annotate.lot_return (lot, slot, item, again, reason, at)
VALUES (%(lot)s, %(slot)s, %(item)s, %(again)s, %(reason)s, %(now)s);

-- name: returned_count
-- How many answers a lot returned.
SELECT count(*) FROM annotate.lot_return WHERE lot = %(lot)s;
