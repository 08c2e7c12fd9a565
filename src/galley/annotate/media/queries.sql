-- name: want
-- Have facts made of blobs; those known are left as they are.
INSERT INTO annotate.media (sha256, maker, changed_at)
SELECT sha256, %(maker)s, %(now)s FROM unnest(%(blobs)s::text[]) AS sha256
ON CONFLICT DO NOTHING;

-- name: hasten
-- Put blobs that somebody waits for before those that merely came earlier.
UPDATE annotate.media SET changed_at = 'epoch'
WHERE maker = %(maker)s AND sha256 = ANY(%(blobs)s::text[]) AND state = 'waiting' AND changed_at > 'epoch';

-- name: known
-- What is known of some blobs.
SELECT sha256, state, facts::text AS facts, problem::text AS problem FROM annotate.media
WHERE maker = %(maker)s AND sha256 = ANY(%(blobs)s::text[]);

-- name: take
-- Take the blobs that wait longest, of every organisation; one whose maker died waits again after a while.
UPDATE annotate.media m SET state = 'making', attempts = m.attempts + 1, changed_at = %(now)s
FROM (
    SELECT organisation, sha256, maker FROM annotate.media
    WHERE state IN ('waiting', 'making') AND maker = %(maker)s AND (state = 'waiting' OR changed_at < %(stale)s)
    ORDER BY changed_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) AS w
WHERE m.organisation = w.organisation AND m.sha256 = w.sha256 AND m.maker = w.maker
RETURNING m.organisation, m.sha256, m.attempts;

-- name: end
-- Keep what was made of a blob, or why nothing was; the first to say it is believed.
UPDATE annotate.media SET state = %(state)s, facts = %(facts)s, problem = %(problem)s, changed_at = %(now)s
WHERE organisation = %(organisation)s AND sha256 = %(sha256)s AND maker = %(maker)s AND state IN ('waiting', 'making');
