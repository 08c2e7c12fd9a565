-- name: knows_project
-- Whether a project is the organisation's: the foreign key alone would also find another's.
SELECT EXISTS (SELECT 1 FROM annotate.project WHERE id = %(project)s);

-- name: insert_hook
-- Make a webhook.
INSERT INTO annotate.hook (project, url, events, secret, created_at)
VALUES (%(project)s, %(url)s, %(events)s, %(secret)s, %(now)s)
RETURNING id, project, url, events, state, failing_since, created_at;

-- name: hooks_page
-- The webhooks of an organisation, a page at a time.
SELECT id, project, url, events, state, failing_since, created_at FROM annotate.hook
WHERE id > %(after)s ORDER BY id LIMIT %(limit)s;

-- name: set_hook_state
-- Pause a webhook or let it go on.
UPDATE annotate.hook SET state = %(state)s, failing_since = NULL WHERE id = %(hook)s
RETURNING id, project, url, events, state, failing_since, created_at;

-- name: delete_hook
-- Forget a webhook and what was to be told to it.
DELETE FROM annotate.hook WHERE id = %(hook)s RETURNING id;

-- name: deliveries_page
-- What was or will be told to a webhook, newest first.
SELECT id, kind, body, state, attempts, next_at, status, problem, created_at, told_at FROM annotate.delivery
WHERE hook = %(hook)s AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s;

-- name: tell_again
-- Tell something again now, whatever became of it.
UPDATE annotate.delivery SET state = 'pending', attempts = 0, next_at = %(now)s, told_at = NULL
WHERE id = %(delivery)s AND hook = %(hook)s RETURNING id;

-- name: place
-- How far webhooks have read the outbox, held until the transaction ends.
SELECT tx::text AS tx, id FROM annotate.reader WHERE name = 'hooks' FOR UPDATE;

-- name: begin_place
-- Begin reading at the end: nobody hears of what happened before the first webhook.
INSERT INTO annotate.reader (name, tx, id) VALUES ('hooks', pg_snapshot_xmin(pg_current_snapshot()), 0)
ON CONFLICT DO NOTHING;

-- name: any_hook
-- Whether anybody listens.
SELECT EXISTS (SELECT 1 FROM annotate.hook WHERE state <> 'paused');

-- name: skip_ahead
-- Nobody listens: go on from here.
UPDATE annotate.reader SET tx = pg_snapshot_xmin(pg_current_snapshot()), id = 0 WHERE name = 'hooks';

-- name: fan_out
-- Make a delivery of each event for each webhook that wants it; the place after the last event read.
WITH page AS (
    SELECT o.tx, o.id, o.organisation, o.project, o.event, o.slot, o.item, o.labeler, o.revision, o.at
    FROM annotate.outbox o
    WHERE (o.tx, o.id) > (%(tx)s::text::xid8, %(id)s) AND o.tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY o.tx, o.id LIMIT %(limit)s
), made AS (
    INSERT INTO annotate.delivery (organisation, hook, event, kind, body, next_at, created_at)
    SELECT p.organisation, h.id, p.id, p.event,
           json_build_object('type', p.event, 'timestamp', to_json(p.at), 'data', json_build_object(
               'organisation', p.organisation, 'project', p.project, 'slot', p.slot, 'item', p.item,
               'labeler', p.labeler, 'revision', p.revision)),
           %(now)s, %(now)s
    FROM page p
    JOIN annotate.hook h ON h.organisation = p.organisation AND h.state <> 'paused' AND p.event = ANY(h.events)
                        AND (h.project IS NULL OR h.project = p.project)
    ON CONFLICT DO NOTHING
), moved AS (
    UPDATE annotate.reader r SET tx = latest.tx, id = latest.id
    FROM (SELECT tx, id FROM page ORDER BY tx DESC, id DESC LIMIT 1) AS latest
    WHERE r.name = 'hooks'
)
SELECT count(*) FROM page;

-- name: take_due
-- Take deliveries whose turn has come: their next turn is set first, so that a crash while telling tells again.
UPDATE annotate.delivery d SET attempts = d.attempts + 1, next_at = %(again)s
FROM annotate.hook h
WHERE h.id = d.hook AND d.id = ANY(ARRAY(
    SELECT e.id FROM annotate.delivery e JOIN annotate.hook k ON k.id = e.hook
    WHERE e.state = 'pending' AND k.state <> 'paused'
      AND (e.next_at <= %(now)s OR e.next_at > %(now)s::timestamptz + interval '1 day') -- the clock came back
    ORDER BY e.next_at, e.id LIMIT %(limit)s FOR UPDATE OF e SKIP LOCKED
))
RETURNING d.id, d.organisation, d.hook, h.url, h.secret, d.body::text AS body, d.attempts;

-- name: told
-- A receiver has taken it.
WITH done AS (
    UPDATE annotate.delivery SET state = 'told', next_at = NULL, status = %(status)s, problem = '', told_at = %(now)s
    WHERE id = %(delivery)s RETURNING hook
)
UPDATE annotate.hook h SET state = 'active', failing_since = NULL FROM done
WHERE h.id = done.hook AND h.state = 'failing';

-- name: not_told
-- A receiver was not there or did not want it: when to try again, or that it is given up.
WITH done AS (
    UPDATE annotate.delivery
    SET state = CASE WHEN %(next_at)s::timestamptz IS NULL THEN 'given-up' ELSE 'pending' END,
        next_at = %(next_at)s, status = %(status)s, problem = %(problem)s
    WHERE id = %(delivery)s RETURNING hook
)
UPDATE annotate.hook h SET state = 'failing', failing_since = COALESCE(h.failing_since, %(now)s) FROM done
WHERE h.id = done.hook AND h.state <> 'paused';

-- name: forget_told
-- Forget what was told or given up long ago.
DELETE FROM annotate.delivery WHERE id = ANY(ARRAY(
    SELECT id FROM annotate.delivery WHERE state <> 'pending' AND created_at < %(before)s ORDER BY id LIMIT %(limit)s
));
