-- Written and read as the house: every row names its person, and is read by nobody else.

-- name: begin_place
-- Begin reading the outbox at its end: nobody is told of what was before there were notices.
INSERT INTO annotate.reader (name, tx, id) VALUES ('notices', pg_snapshot_xmin(pg_current_snapshot()), 0)
ON CONFLICT DO NOTHING;

-- name: place
-- How far notices have read the outbox, held until the transaction ends: one process folds at a time, so that who has
-- read up to a notice never misses an older one.
SELECT tx::text AS tx, id FROM annotate.reader WHERE name = 'notices' FOR UPDATE;

-- name: fold_returned
-- Tell people of their work that came back; how many events of the outbox were read. Known answers are passed over.
WITH page AS MATERIALIZED (
    SELECT * FROM annotate.outbox
    WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY tx, id LIMIT %(limit)s
), made AS (
    INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
    SELECT p.organisation, l.person, p.project, 'returned',
           jsonb_build_object('item', p.item, 'slot', p.slot, 'stage', s.stage, 'reason', COALESCE(s.reason, '')), p.at
    FROM page p
    CROSS JOIN LATERAL (SELECT stage, reason, is_gold FROM annotate.slot WHERE id = p.slot OFFSET 0) AS s
    CROSS JOIN LATERAL (SELECT person FROM annotate.labeler WHERE id = p.labeler OFFSET 0) AS l
    WHERE p.event = 'returned' AND l.person IS NOT NULL AND NOT s.is_gold
      AND NOT EXISTS (SELECT 1 FROM annotate.gold g WHERE g.project = p.project AND g.item = p.item)
    ORDER BY p.tx, p.id
), moved AS (
    UPDATE annotate.reader r SET tx = latest.tx, id = latest.id
    FROM (SELECT tx, id FROM page ORDER BY tx DESC, id DESC LIMIT 1) AS latest
    WHERE r.name = 'notices'
)
SELECT count(*) FROM page;

-- name: take_happenings
-- Take what happened and was not told yet; it is gone with the transaction in which it is told.
DELETE FROM annotate.happening WHERE id = ANY(ARRAY(
    SELECT id FROM annotate.happening ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)) RETURNING id, kind, ref;

-- name: tell_comment
-- Tell whose answer was commented on, and who had said something about it before; not the author.
INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
SELECT c.organisation, l.person, c.project, CASE WHEN l.id = s.worker THEN 'commented' ELSE 'answered' END,
       jsonb_build_object('item', c.item, 'slot', c.slot, 'stage', s.stage, 'comment', c.id, 'said', c.kind), c.created_at
FROM unnest(%(refs)s::bigint[]) AS t (ref)
JOIN annotate.comment c ON c.id = t.ref
JOIN annotate.slot s ON s.id = c.slot
JOIN annotate.labeler a ON a.id = c.author
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (y.person) y.id, y.person FROM annotate.labeler y
    WHERE y.id IN (SELECT s.worker UNION ALL SELECT b.author FROM annotate.comment b WHERE b.slot = c.slot AND b.id < c.id)
      AND y.person IS NOT NULL AND y.person IS DISTINCT FROM a.person
    ORDER BY y.person, (y.id = s.worker) DESC LIMIT %(most)s
) AS l
WHERE NOT s.is_gold AND NOT EXISTS (SELECT 1 FROM annotate.gold g WHERE g.project = c.project AND g.item = c.item)
ORDER BY c.id;

-- name: tell_resolved
-- Tell who made a comment that it was dealt with, unless they did it themselves.
INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
SELECT c.organisation, a.person, c.project, 'resolved',
       jsonb_build_object('item', c.item, 'slot', c.slot, 'stage', s.stage, 'comment', c.id), %(now)s
FROM unnest(%(refs)s::bigint[]) AS t (ref)
JOIN annotate.comment c ON c.id = t.ref
JOIN annotate.slot s ON s.id = c.slot
JOIN annotate.labeler a ON a.id = c.author AND a.person IS NOT NULL
LEFT JOIN annotate.labeler b ON b.id = c.resolved_by
WHERE b.person IS DISTINCT FROM a.person AND NOT s.is_gold
  AND NOT EXISTS (SELECT 1 FROM annotate.gold g WHERE g.project = c.project AND g.item = c.item)
ORDER BY c.id;

-- name: tell_action
-- Tell people what was done about them; not what only their leads are told, nor that they get no known answers any more.
INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
SELECT a.organisation, l.person, a.project, 'action',
       jsonb_build_object('action', a.id, 'do', a.act ->> 'do', 'until', a.until), a.at
FROM unnest(%(refs)s::bigint[]) AS t (ref)
JOIN annotate.quality_action a ON a.id = t.ref
JOIN annotate.labeler l ON l.id = a.labeler
WHERE l.person IS NOT NULL AND a.act ->> 'do' NOT IN ('tell_lead', 'stop_gold')
ORDER BY a.id;

-- name: tell_appeal
-- Tell people how their appeals were decided.
INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
SELECT y.organisation, l.person, y.project, 'appeal',
       jsonb_build_object('action', y.action, 'appeal', y.id, 'state', y.state), y.decided_at
FROM unnest(%(refs)s::bigint[]) AS t (ref)
JOIN annotate.appeal y ON y.id = t.ref AND y.decided_at IS NOT NULL
JOIN annotate.labeler l ON l.id = y.labeler
WHERE l.person IS NOT NULL ORDER BY y.id;

-- name: tell_late
-- Tell people what became of their answers that came late.
INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
SELECT o.organisation, l.person, s.project, 'late',
       jsonb_build_object('item', s.item, 'slot', s.id, 'stage', s.stage, 'settled', o.settled), o.settled_at
FROM unnest(%(refs)s::bigint[]) AS t (ref)
JOIN annotate.orphan o ON o.id = t.ref AND o.settled IS NOT NULL
JOIN annotate.slot s ON s.id = o.slot
JOIN annotate.labeler l ON l.id = o.labeler
WHERE l.person IS NOT NULL AND NOT s.is_gold
  AND NOT EXISTS (SELECT 1 FROM annotate.gold g WHERE g.project = s.project AND g.item = s.item)
ORDER BY o.id;

-- name: tell_rule
-- Tell who speaks for the client of a rule that waits for their approval; not who proposed it.
INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
SELECT i.organisation, w.person, i.project, 'rule', jsonb_build_object('rule', i.id), i.proposed_at
FROM unnest(%(refs)s::bigint[]) AS t (ref)
JOIN access.isolation i ON i.id = t.ref AND i.state = 'proposed'
JOIN access.organisation o ON o.id = i.organisation
CROSS JOIN LATERAL (
    SELECT m.person FROM access.member m
    WHERE m.organisation = i.organisation AND ('client' = ANY(m.roles) OR ('owner' = ANY(m.roles) AND o.kind <> 'processor'))
    UNION
    SELECT COALESCE(g.person, f.person) FROM access.project_grant g LEFT JOIN access.team_member f ON f.team = g.team
    WHERE g.organisation = i.organisation AND g.project = i.project AND 'client' = ANY(g.roles)
      AND (g.expires_at IS NULL OR g.expires_at > %(now)s::timestamptz)
    ORDER BY person LIMIT %(most)s
) AS w
WHERE w.person IS NOT NULL AND w.person IS DISTINCT FROM i.proposed_by
ORDER BY i.id;

-- name: tell_rule_decided
-- Tell who proposed a rule what the client said.
INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
SELECT i.organisation, i.proposed_by, i.project, 'rule_decided',
       jsonb_build_object('rule', i.id, 'state', CASE i.state WHEN 'refused' THEN 'refused' ELSE 'approved' END),
       i.decided_at
FROM unnest(%(refs)s::bigint[]) AS t (ref)
JOIN access.isolation i ON i.id = t.ref AND i.decided_at IS NOT NULL
WHERE i.proposed_by IS NOT NULL AND i.proposed_by IS DISTINCT FROM i.decided_by ORDER BY i.id;

-- name: tell_invitation
-- Tell who invited somebody that they came.
INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
SELECT v.organisation, v.created_by, v.project, 'invitation', jsonb_build_object('name', p.name), v.used_at
FROM unnest(%(refs)s::bigint[]) AS t (ref)
JOIN access.invitation v ON v.id = t.ref AND v.used_at IS NOT NULL
JOIN access.person p ON p.id = v.used_by
WHERE v.created_by IS NOT NULL AND v.created_by <> v.used_by ORDER BY v.id;

-- name: tell_job
-- Tell who asked for long work that it is done, or that it failed.
INSERT INTO annotate.notice (organisation, person, project, kind, facts, at)
SELECT j.organisation, j.person, j.project, 'job',
       jsonb_build_object('job', j.id, 'work', j.kind, 'state', j.state, 'code', COALESCE(j.error ->> 'code', '')),
       COALESCE(j.ended_at, %(now)s)
FROM unnest(%(refs)s::bigint[]) AS t (ref)
JOIN worker.job j ON j.id = t.ref AND j.state IN ('done', 'failed')
WHERE j.person IS NOT NULL ORDER BY j.id;

-- name: page
-- A person's notices of some organisations, newest first, with what their projects are called.
SELECT n.id, n.organisation, n.project, COALESCE(p.name, '') AS project_name, n.kind, n.facts, n.at,
       n.id <= COALESCE((SELECT until FROM annotate.notice_seen WHERE person = %(person)s), 0) AS read
FROM annotate.notice n LEFT JOIN annotate.project p ON p.id = n.project
WHERE n.person = %(person)s AND n.organisation = ANY(%(organisations)s::bigint[]) AND n.id < %(before)s
ORDER BY n.id DESC LIMIT %(limit)s;

-- name: unread
-- How many notices some people have not read, each of some organisations; a hundred stands for that or more.
SELECT a.person, u.unread
FROM unnest(%(people)s::bigint[], %(places)s::text[]) AS a (person, places)
CROSS JOIN LATERAL (
    SELECT count(*) AS unread FROM (
        SELECT 1 FROM annotate.notice n
        WHERE n.person = a.person AND n.organisation = ANY(a.places::bigint[])
          AND n.id > COALESCE((SELECT until FROM annotate.notice_seen s WHERE s.person = a.person), 0)
        LIMIT %(most)s
    ) AS few
) AS u;

-- name: read_until
-- Note up to where a person has read; never backwards, nor beyond what there is.
INSERT INTO annotate.notice_seen AS s (person, until)
SELECT %(person)s, COALESCE(max(n.id), 0) FROM annotate.notice n WHERE n.person = %(person)s AND n.id <= %(until)s
ON CONFLICT (person) DO UPDATE SET until = GREATEST(s.until, EXCLUDED.until);

-- name: forget
-- Forget the oldest notices once nobody will look for them any more.
DELETE FROM annotate.notice WHERE at < %(before)s AND id = ANY(ARRAY(
    SELECT id FROM annotate.notice ORDER BY id LIMIT %(limit)s
));
