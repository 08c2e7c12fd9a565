-- name: add
-- Store predictions; those that are there stay as they are.
INSERT INTO annotate.prediction
    (project, item, labeler, model_version, score, body, body_sha256, imported, created_at)
SELECT %(project)s, p.item, %(labeler)s, p.model_version, p.score, p.body::json, p.sha256, %(imported)s, %(now)s
FROM unnest(%(items)s::text[], %(versions)s::text[], %(scores)s::float8[], %(bodies)s::text[], %(sha256s)s::text[])
    AS p (item, model_version, score, body, sha256)
ON CONFLICT DO NOTHING;

-- name: add_errors
-- Note what was no prediction.
INSERT INTO annotate.prediction_error (project, item, backend, code, reason, raw, created_at)
SELECT %(project)s, e.item, %(backend)s, e.code, e.reason, e.raw, %(now)s
FROM unnest(%(items)s::text[], %(codes)s::text[], %(reasons)s::text[], %(raws)s::text[]) AS e (item, code, reason, raw);

-- name: newest
-- The newest prediction of each model for some items, the surest first.
SELECT item, labeler, model_version, score, body, created_at
FROM (SELECT DISTINCT ON (p.item, p.labeler) p.item, p.labeler, p.model_version, p.score, p.body, p.created_at
      FROM annotate.prediction p WHERE p.project = %(project)s AND p.item = ANY(%(items)s::text[])
      ORDER BY p.item, p.labeler, p.id DESC) AS newest
ORDER BY item, score DESC NULLS LAST, labeler;

-- name: page
-- Predictions of a project after a place.
SELECT p.id, p.item, p.labeler, l.name AS labeler_name, p.model_version, p.score, p.body, p.created_at
FROM annotate.prediction p JOIN annotate.labeler l ON l.id = p.labeler
WHERE p.project = %(project)s AND p.id > %(after)s ORDER BY p.id LIMIT %(limit)s;

-- name: errors
-- What was no prediction, after a place.
SELECT id, item, backend, code, reason, raw, created_at FROM annotate.prediction_error
WHERE project = %(project)s AND id > %(after)s ORDER BY id LIMIT %(limit)s;
