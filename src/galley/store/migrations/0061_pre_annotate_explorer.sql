-- The explorer's index of items: one row an item, made from the outbox by a duty, so that the hot path pays for none of it.
-- An index on the answers themselves (GIN on revision.body) was left out: every answer would wait for it, and it would
-- find what answers said before they were corrected. Here a corrected answer's old keys are taken out.

CREATE TABLE annotate.face (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    item         text COLLATE "C" NOT NULL,
    state        text COLLATE "C" NOT NULL CHECK (state IN ('new', 'working', 'done', 'void')),
    answers      integer NOT NULL,
    differing    boolean NOT NULL,
    gold         boolean NOT NULL,
    head         text COLLATE "C" NOT NULL, -- how its text begins, in lower case
    keys         text[] COLLATE "C" NOT NULL,
    last_at      timestamptz,               -- of its newest answer
    PRIMARY KEY (project, item)
);
CREATE INDEX face_state ON annotate.face (project, state, item);
CREATE INDEX face_head ON annotate.face (project, head, item) WHERE head <> '';
CREATE INDEX face_time ON annotate.face (project, last_at, item) WHERE last_at IS NOT NULL;
SELECT store.isolate_v1('annotate.face');

-- labeler=17, label:topic=sports, open=review/second, differing, gold: each with its items in order, so that a page of
-- any of them is a range of this index. Plain columns, for below row-level security no other index would be used.
CREATE TABLE annotate.face_key (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    key          text COLLATE "C" NOT NULL,
    item         text COLLATE "C" NOT NULL,
    PRIMARY KEY (project, key, item)
);
SELECT store.isolate_v1('annotate.face_key');

CREATE TABLE annotate.face_total (
    organisation bigint NOT NULL,
    project      bigint PRIMARY KEY,
    several      bigint NOT NULL, -- items with two answers or more
    differing    bigint NOT NULL  -- of which the answers are not all equal
);
SELECT store.isolate_v1('annotate.face_total');

-- What a person can look an answer up by: choices as they are, paths joined, the labels of regions.
CREATE FUNCTION annotate.answer_keys_v1(body jsonb) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT 'label:' || c.key || '=' || left(v.said, 100)
    FROM jsonb_each(CASE jsonb_typeof(body) WHEN 'object' THEN body ELSE '{}' END) AS c (key, value)
    CROSS JOIN LATERAL (
        SELECT c.value #>> '{}' WHERE jsonb_typeof(c.value) IN ('string', 'number', 'boolean')
        UNION
        SELECT CASE jsonb_typeof(e.value)
                   WHEN 'object' THEN e.value ->> 'label'
                   WHEN 'array' THEN (SELECT string_agg(p.step, '/')
                                      FROM jsonb_array_elements_text(e.value) AS p (step))
                   ELSE e.value #>> '{}'
               END
        FROM jsonb_array_elements(CASE jsonb_typeof(c.value) WHEN 'array' THEN c.value ELSE '[]' END) AS e (value)
    ) AS v (said)
    WHERE v.said IS NOT NULL;
END;
