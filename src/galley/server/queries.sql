-- name: listen
-- Hear of every change of who may.
LISTEN galley_access;

-- name: ping
-- Whether the connection is alive.
SELECT 1;

-- name: begin_request
-- Note a request under its idempotency key; again when the first one ended without an answer. No row when there is one.
INSERT INTO server.request AS r (actor, key, hash, begun_at)
VALUES (%(actor)s, %(key)s, %(hash)s, %(now)s)
ON CONFLICT (organisation, actor, key) DO UPDATE SET begun_at = excluded.begun_at, hash = excluded.hash
WHERE r.status IS NULL AND r.begun_at < %(now)s::timestamptz - make_interval(secs => %(given_up_seconds)s)
   OR r.begun_at < %(now)s::timestamptz - make_interval(secs => %(kept_seconds)s)
RETURNING true;

-- name: request
-- What is known of an idempotency key.
SELECT hash, status, media_type, body FROM server.request WHERE actor = %(actor)s AND key = %(key)s;

-- name: end_request
-- Keep the answer of a request under its idempotency key.
UPDATE server.request SET status = %(status)s, media_type = %(media_type)s, body = %(body)s
WHERE actor = %(actor)s AND key = %(key)s AND begun_at = %(now)s;

-- name: drop_request
-- Forget a request that failed, so that it may be sent again.
DELETE FROM server.request WHERE actor = %(actor)s AND key = %(key)s AND begun_at = %(now)s AND status IS NULL;

-- name: house_drop_old_requests
-- Forget answers older than they are kept.
DELETE FROM server.request WHERE (organisation, actor, key) IN (
    SELECT organisation, actor, key FROM server.request
    WHERE begun_at < %(now)s::timestamptz - make_interval(secs => %(kept_seconds)s)
    ORDER BY begun_at LIMIT %(limit)s
);
