-- Comments on answers, and what reviews leave behind for the people whose work they return.

-- name: add_comment
-- Store a comment on an answer, or nothing when this author sent it before.
INSERT INTO annotate.comment (project, item, slot, revision, anchor, kind, author, body, client_id, created_at)
SELECT s.project, s.item, s.id,
       (SELECT r.id FROM annotate.revision r WHERE r.slot = s.id ORDER BY r.rev DESC LIMIT 1),
       %(anchor)s::json, %(kind)s, %(author)s, %(body)s, %(client_id)s, %(now)s
FROM annotate.slot s WHERE s.id = %(slot)s AND s.project = %(project)s
ON CONFLICT (slot, author, client_id) DO NOTHING;

-- name: comment_sent
-- A comment by its author's own name for it.
SELECT c.id, c.item, c.slot, c.revision, c.anchor, c.kind, c.author, l.name AS author_name, c.body, c.resolved,
       c.resolved_by, c.created_at
FROM annotate.comment c LEFT JOIN annotate.labeler l ON l.id = c.author
WHERE c.slot = %(slot)s AND c.author = %(author)s AND c.client_id = %(client_id)s;

-- name: comments_of_item
-- Everything said about an item, oldest first.
SELECT c.id, c.item, c.slot, c.revision, c.anchor, c.kind, c.author, l.name AS author_name, c.body, c.resolved,
       c.resolved_by, c.created_at
FROM annotate.comment c LEFT JOIN annotate.labeler l ON l.id = c.author
WHERE c.project = %(project)s AND c.item = %(item)s ORDER BY c.id;

-- name: resolve_comment
-- Mark a comment as dealt with, or open it again.
UPDATE annotate.comment
SET resolved = %(resolved)s, resolved_by = CASE WHEN %(resolved)s THEN %(labeler)s::bigint END
WHERE id = %(comment)s AND project = %(project)s;

-- name: comment
-- One comment.
SELECT c.id, c.item, c.slot, c.revision, c.anchor, c.kind, c.author, l.name AS author_name, c.body, c.resolved,
       c.resolved_by, c.created_at
FROM annotate.comment c LEFT JOIN annotate.labeler l ON l.id = c.author
WHERE c.id = %(comment)s AND c.project = %(project)s;

-- name: returned_before
-- The attempts before this one and why each was sent back, newest first.
WITH RECURSIVE chain (slot, depth) AS (
    SELECT s.rework_of, 1 FROM annotate.slot s WHERE s.id = %(slot)s AND s.project = %(project)s
    UNION ALL
    SELECT s.rework_of, c.depth + 1 FROM chain c JOIN annotate.slot s ON s.id = c.slot
    WHERE s.rework_of IS NOT NULL AND c.depth < 100
)
SELECT c.slot, c.depth, a.item, v.body AS verdict, v.labeler AS reviewer, v.created_at,
       (SELECT r.body FROM annotate.revision r WHERE r.slot = c.slot ORDER BY r.rev DESC LIMIT 1) AS answer
FROM chain c JOIN annotate.slot a ON a.id = c.slot
LEFT JOIN LATERAL (
    SELECT r.body, r.labeler, r.created_at FROM annotate.slot w JOIN annotate.revision r ON r.slot = w.id
    WHERE w.target = c.slot AND w.state = 'submitted' AND r.body ->> 'verdict' = 'return' ORDER BY r.id DESC LIMIT 1
) AS v ON true
ORDER BY c.depth;

-- name: is_own_work
-- Whether an answer is this labeler's, or this person's under any name: given, redone, merged from theirs, or fixed by them.
SELECT annotate.same_person_v1(%(labeler)s::bigint, ARRAY(
    SELECT x.worker FROM annotate.slot t JOIN annotate.slot x ON x.project = t.project AND x.item = t.item
    WHERE t.id = %(slot)s AND x.stage IN ('label', 'adjudicate') AND x.worker IS NOT NULL
    UNION
    SELECT r.labeler FROM annotate.revision r WHERE r.slot = %(slot)s
)) AS own;

-- name: link_rework
-- Remember which returned answer a slot is to do again.
UPDATE annotate.slot SET rework_of = %(target)s WHERE id = %(slot)s;

-- name: return_machine
-- Return a machine's answer: it does not do it again, the graph says who does. Nothing for work of people.
WITH gone AS (
    UPDATE annotate.slot s SET state = 'void', reason = %(reason)s, version = s.version + 1
    FROM annotate.labeler l, annotate.project p
    WHERE s.id = %(slot)s AND s.state = 'submitted' AND l.id = s.worker AND l.kind = 'machine' AND p.id = s.project
      AND p.settings ? 'graph'
    RETURNING s.id, s.project, s.item, s.worker
), noted AS (
    INSERT INTO annotate.outbox (project, event, slot, item, labeler, at)
    SELECT project, 'returned', id, item, worker, %(now)s FROM gone
)
SELECT id FROM gone;

-- name: target_of
-- The slot a review is about.
SELECT target FROM annotate.slot WHERE id = %(slot)s;

-- name: is_of
-- Whether an answer, or the work that is waiting to be done again, is a labeler's own.
SELECT 1 FROM annotate.slot s
WHERE s.id = %(slot)s AND s.project = %(project)s
  AND (COALESCE(s.worker, 0) = %(labeler)s OR COALESCE(s.prefer_worker, 0) = %(labeler)s);

-- name: under_review
-- What a fixed answer is checked by: the schema of its project, and what people see of its item.
SELECT w.id AS slot, p.schema_sha256, c.data
FROM annotate.slot w JOIN annotate.project p ON p.id = w.project
LEFT JOIN annotate.content c ON c.project = w.project AND c.item = w.item
WHERE w.id = ANY(%(slots)s::bigint[]) AND w.project = %(project)s;

-- name: has_judged
-- Whether the author of a late answer has decided on others' answers to its item: then it can no longer become one.
SELECT 1 FROM annotate.orphan o
JOIN annotate.slot s ON s.id = o.slot
JOIN annotate.slot x ON x.project = s.project AND x.item = s.item AND x.worker = o.labeler
WHERE o.id = %(orphan)s AND s.stage = 'label' AND x.stage <> 'label' AND x.state IN ('leased', 'submitted')
LIMIT 1;

-- name: held
-- The item of a lease and the answer it is about, for whoever holds it.
SELECT s.item, s.target FROM annotate.slot s
WHERE s.id = %(slot)s AND s.project = %(project)s AND s.stage = %(stage)s AND s.worker = %(labeler)s
  AND s.state = 'leased';

-- name: answers_beside
-- The other answers to an item as they stand, in the order of their slots.
SELECT s.id AS slot, head.body, head.created_at AS at
FROM annotate.slot s
CROSS JOIN LATERAL (
    SELECT r.body, r.created_at FROM annotate.revision r WHERE r.slot = s.id ORDER BY r.rev DESC LIMIT 1
) AS head
WHERE s.project = %(project)s AND s.item = %(item)s AND s.stage IN ('label', 'adjudicate') AND s.state = 'submitted'
  AND NOT s.is_gold AND s.id <> %(slot)s AND s.id <> COALESCE(%(target)s::bigint, 0)
ORDER BY s.stage DESC, s.slot_no, s.id;

-- name: revisions_before
-- What an answer was before it was corrected, newest first.
SELECT r.body, r.created_at AS at FROM annotate.revision r
WHERE r.slot = %(target)s ORDER BY r.rev DESC OFFSET 1;

-- name: people
-- Which people some labelers are; those that are no person are left out.
SELECT id, person FROM annotate.labeler WHERE id = ANY(%(labelers)s::bigint[]) AND person IS NOT NULL;

-- name: comments_page
-- What was said in a project, newest first, a page at a time; only what is not dealt with when asked for. With the
-- beginning of each item's first text, for whoever may see any item.
SELECT c.id, c.item, c.slot, c.revision, c.anchor, c.kind, c.author, l.name AS author_name, c.body, c.resolved,
       c.resolved_by, c.created_at,
       (SELECT left(COALESCE(e.value ->> 'content', e.value #>> '{}'), 120)
        FROM annotate.content i, json_each(i.data) WITH ORDINALITY f (key, data, place),
             LATERAL (SELECT CASE json_typeof(f.data) WHEN 'array' THEN f.data -> 0 ELSE f.data END) e (value)
        WHERE %(shown)s AND i.project = c.project AND i.item = c.item AND f.key <> 'id'
          AND (json_typeof(e.value) = 'string' OR json_typeof(e.value -> 'content') = 'string')
          AND e.value #>> '{}' NOT LIKE 'blob:%%'
        ORDER BY f.place LIMIT 1) AS beginning
FROM annotate.comment c LEFT JOIN annotate.labeler l ON l.id = c.author
WHERE c.project = %(project)s AND c.id < %(before)s AND (NOT c.resolved OR NOT %(open)s)
ORDER BY c.id DESC LIMIT %(limit)s;
