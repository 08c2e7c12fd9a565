-- Series for charts: a row a day, or a row a value; all folded by duties, none read from items.

CREATE TABLE annotate.gold_day (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    day          date NOT NULL, -- UTC, when the answer was looked at
    seen         bigint NOT NULL,
    correct      bigint NOT NULL CHECK (correct BETWEEN 0 AND seen),
    PRIMARY KEY (project, day)
);
SELECT store.isolate_v1('annotate.gold_day');

-- What reviewers decided and why, by day.
CREATE TABLE annotate.verdict_day (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    day          date NOT NULL,
    verdict      text COLLATE "C" NOT NULL CHECK (verdict IN ('accept', 'fix', 'return')),
    reason       text COLLATE "C" NOT NULL, -- '' where none was given
    reviews      bigint NOT NULL,
    PRIMARY KEY (project, day, verdict, reason)
);
SELECT store.isolate_v1('annotate.verdict_day');

-- What people made of prelabels, as their clients reported it.
CREATE TABLE annotate.assistance (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    labeler      bigint NOT NULL,
    answers      bigint NOT NULL, -- that began with prelabels
    shown        bigint NOT NULL,
    kept         bigint NOT NULL,
    edited       bigint NOT NULL,
    rejected     bigint NOT NULL,
    added        bigint NOT NULL,
    PRIMARY KEY (project, labeler),
    CHECK (kept + edited + rejected = shown)
);
SELECT store.isolate_v1('annotate.assistance');

-- On how many items each label was given: counted as keys of the explorer's index come and go.
CREATE TABLE annotate.label_total (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    key          text COLLATE "C" NOT NULL, -- label:topic=sports
    items        bigint NOT NULL,
    PRIMARY KEY (project, key)
);
CREATE INDEX label_total_most ON annotate.label_total (project, items);
SELECT store.isolate_v1('annotate.label_total');

CREATE FUNCTION annotate.count_keys_v1() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    -- In the order of keys: two that count at once wait for each other, and never in a circle.
    INSERT INTO annotate.label_total AS t (organisation, project, key, items)
    SELECT c.organisation, c.project, c.key, count(*) * TG_ARGV[0]::integer FROM changed c
    WHERE starts_with(c.key, 'label:') GROUP BY c.organisation, c.project, c.key ORDER BY c.project, c.key
    ON CONFLICT (project, key) DO UPDATE SET items = t.items + EXCLUDED.items;
    RETURN NULL;
END
$$;
CREATE TRIGGER face_key_come AFTER INSERT ON annotate.face_key REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION annotate.count_keys_v1('1');
CREATE TRIGGER face_key_gone AFTER DELETE ON annotate.face_key REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION annotate.count_keys_v1('-1');

-- Agreement of a day's items with several answers, made again while answers come.
CREATE TABLE annotate.agreement_day (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    day          date NOT NULL,         -- UTC, of the newest answer of an item
    alpha        double precision,      -- Krippendorff's; NULL: all answers were the same, or none could be compared
    low          double precision,
    high         double precision,
    items        integer NOT NULL,
    answers      integer NOT NULL,
    sampled      boolean NOT NULL,      -- there were more items than were looked at
    submitted    bigint NOT NULL,       -- answers that were known of the day when it was made
    made_at      timestamptz NOT NULL,
    PRIMARY KEY (project, day)
);
SELECT store.isolate_v1('annotate.agreement_day');

SET LOCAL ROLE galley_house;
INSERT INTO annotate.label_total (organisation, project, key, items)
SELECT organisation, project, key, count(*) FROM annotate.face_key WHERE starts_with(key, 'label:') GROUP BY 1, 2, 3;
RESET ROLE;
