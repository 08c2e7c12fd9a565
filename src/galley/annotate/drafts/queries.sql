-- name: put_pieces
-- Keep pieces of many people's drafts; each is stored when it follows the newest one, or is whole and newer.
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(labelers)s::bigint[], %(slots)s::bigint[], %(seqs)s::bigint[], %(wholes)s::bool[],
                         %(bodies)s::text[]) WITH ORDINALITY AS a (labeler, slot, seq, whole, body, place)
), known AS MATERIALIZED (
    SELECT a.*, s.organisation, s.project, octet_length(a.body) AS size,
           COALESCE(d.seq, 0) AS newest, COALESCE(d.bytes, 0) AS bytes, COALESCE(d.pieces, 0) AS pieces,
           s.worker = a.labeler AND s.state IN ('submitted', 'skipped') AS closed,
           COALESCE(s.worker = a.labeler, false) OR d.seq IS NOT NULL OR EXISTS (
               SELECT 1 FROM annotate.former_holder f WHERE f.slot = a.slot AND f.labeler = a.labeler
           ) AS own
    FROM asked a
    LEFT JOIN LATERAL (
        SELECT id, organisation, project, state, worker FROM annotate.slot
        WHERE id = a.slot AND project = %(project)s OFFSET 0
    ) AS s ON true
    LEFT JOIN LATERAL (
        SELECT seq, bytes, pieces FROM annotate.draft WHERE labeler = a.labeler AND slot = a.slot
        ORDER BY seq DESC LIMIT 1
    ) AS d ON s.id IS NOT NULL
), judged AS MATERIALIZED (
    SELECT k.*,
           CASE WHEN k.organisation IS NULL OR NOT k.own THEN 'foreign'
                WHEN k.closed THEN 'submitted'
                WHEN k.seq <= k.newest THEN 'known'
                WHEN NOT k.whole AND k.seq > k.newest + 1 THEN 'gap'
                WHEN NOT k.whole AND (k.bytes + k.size > %(bytes_max)s OR k.pieces >= %(pieces_max)s) THEN 'full'
                ELSE 'stored' END AS outcome
    FROM known k
), stored AS (
    INSERT INTO annotate.draft
        (organisation, project, labeler, slot, seq, whole, body, bytes, pieces, written_at)
    SELECT organisation, project, labeler, slot, seq, whole, body, CASE WHEN whole THEN size ELSE bytes + size END,
           CASE WHEN whole THEN 1 ELSE pieces + 1 END, %(now)s
    FROM judged WHERE outcome = 'stored'
    ON CONFLICT DO NOTHING
    RETURNING labeler, slot, seq, whole
), replaced AS (
    DELETE FROM annotate.draft d USING stored w
    WHERE w.whole AND d.labeler = w.labeler AND d.slot = w.slot AND d.seq < w.seq
)
-- A piece that somebody else's tab stored at this moment is known: the same number came twice.
SELECT CASE WHEN j.outcome = 'stored' AND w.seq IS NULL THEN 'known' ELSE j.outcome END AS outcome,
       CASE j.outcome WHEN 'stored' THEN j.seq ELSE j.newest END + 1 AS expected
FROM judged j LEFT JOIN stored w ON w.labeler = j.labeler AND w.slot = j.slot ORDER BY j.place;

-- name: pieces
-- One person's draft of a slot from the last whole piece on.
SELECT d.seq, d.whole, d.body, d.written_at FROM annotate.draft d
WHERE d.labeler = %(labeler)s AND d.slot = %(slot)s AND d.project = %(project)s ORDER BY d.seq;

-- name: holds
-- Whether a slot is leased to a labeler now.
SELECT state = 'leased' AND worker = %(labeler)s FROM annotate.slot WHERE id = %(slot)s;

-- name: drafts_of
-- A person's drafts in a project after a place.
SELECT n.slot, s.item, s.stage, n.seq, n.bytes, n.written_at, s.state = 'leased' AND s.worker = %(labeler)s AS held,
       s.state
FROM (
    SELECT DISTINCT ON (slot) slot, seq, bytes, written_at FROM annotate.draft
    WHERE labeler = %(labeler)s AND project = %(project)s AND slot > %(after)s ORDER BY slot, seq DESC LIMIT %(limit)s
) AS n
CROSS JOIN LATERAL (SELECT item, stage, state, worker FROM annotate.slot WHERE id = n.slot OFFSET 0) AS s
ORDER BY n.slot;

-- name: discard
-- Forget one person's draft of a slot.
DELETE FROM annotate.draft WHERE labeler = %(labeler)s AND slot = %(slot)s AND project = %(project)s;

-- name: prune_closed
-- Forget drafts whose work was submitted or skipped by their author, and which nobody touched since a moment.
DELETE FROM annotate.draft WHERE (labeler, slot, seq) IN (
    SELECT d.labeler, d.slot, d.seq FROM annotate.draft d
    CROSS JOIN LATERAL (SELECT state, worker FROM annotate.slot WHERE id = d.slot OFFSET 0) AS s
    WHERE d.written_at < %(before)s AND s.worker = d.labeler AND s.state IN ('submitted', 'skipped', 'void')
    ORDER BY d.written_at LIMIT %(limit)s
);

-- name: prune_old
-- Forget drafts that nobody touched since a moment, whatever became of the slot.
DELETE FROM annotate.draft WHERE (labeler, slot, seq) IN (
    SELECT labeler, slot, seq FROM annotate.draft WHERE written_at < %(before)s ORDER BY written_at LIMIT %(limit)s
);

-- name: prune_holders
-- Forget who lost a slot before a moment.
DELETE FROM annotate.former_holder WHERE (slot, labeler) IN (
    SELECT slot, labeler FROM annotate.former_holder WHERE lost_at < %(before)s ORDER BY lost_at LIMIT %(limit)s
);
