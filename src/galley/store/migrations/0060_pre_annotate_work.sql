-- Accounting: what every piece of work was, how long it took and what became of it; and the totals folded from that.

-- Slots that were made or voided, one row a statement and node, so that totals follow whatever makes or voids slots.
-- Answers and skips have their events in the outbox; claims leave no trace here or there, they are the hot path.
CREATE TABLE annotate.slot_flow (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx           xid8 NOT NULL DEFAULT pg_current_xact_id(),
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL,
    stage        text COLLATE "C" NOT NULL,
    pool         text COLLATE "C" NOT NULL,
    was          text COLLATE "C", -- the state before it was voided; NULL: made
    slots        bigint NOT NULL CHECK (slots >= 1),
    first_slot   bigint NOT NULL,
    last_slot    bigint NOT NULL
);
CREATE INDEX slot_flow_order ON annotate.slot_flow (tx, id);
SELECT store.isolate_v1('annotate.slot_flow');

CREATE FUNCTION annotate.note_made_v1() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO annotate.slot_flow (organisation, project, stage, pool, slots, first_slot, last_slot)
    SELECT organisation, project, stage, pool, count(*), min(id), max(id) FROM made GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END
$$;
CREATE TRIGGER slot_made AFTER INSERT ON annotate.slot REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION annotate.note_made_v1();

CREATE FUNCTION annotate.note_void_v1() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO annotate.slot_flow (organisation, project, stage, pool, was, slots, first_slot, last_slot)
    VALUES (OLD.organisation, OLD.project, OLD.stage, OLD.pool, OLD.state, 1, OLD.id, OLD.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER slot_voided AFTER UPDATE OF state ON annotate.slot
    FOR EACH ROW WHEN (NEW.state = 'void' AND OLD.state <> 'void') EXECUTE FUNCTION annotate.note_void_v1();

-- One row for each thing that was done or decided: a later price rule pays from these and from nothing else.
-- No foreign keys: slots and revisions are never deleted, the rows are read from them, and a check would lock each slot.
CREATE TABLE annotate.work_row (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL,
    stage        text COLLATE "C" NOT NULL,
    pool         text COLLATE "C" NOT NULL,
    slot         bigint NOT NULL,
    revision     bigint, -- NULL: skipped, or an orphan
    orphan       bigint,
    labeler      bigint NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    who          bigint NOT NULL,                          -- the person in all organisations, or minus the labeler
    verdict      text COLLATE "C" NOT NULL CHECK (verdict IN ('submitted', 'revised', 'orphan-adopted', 'skipped', 'late',
                                                              'accepted', 'fixed', 'returned', 'void')),
    at           timestamptz NOT NULL,
    counted_ms   bigint,                                   -- NULL: nothing was reported; never more than raw
    raw_ms       bigint NOT NULL,
    time_rule    text COLLATE "C",
    unit         text COLLATE "C" NOT NULL CHECK (unit IN ('item', 'region', 'character', 'media_second')),
    units        bigint NOT NULL,
    price_rule   integer,                                  -- version of the price that paid it
    corrects     bigint REFERENCES annotate.work_row (id), -- a difference to that row
    note         text NOT NULL DEFAULT '',
    spans        bigint[],                                 -- counted moments, ms since 1970: from, until, from, until …
    span_until   bigint,
    CHECK (corrects IS NOT NULL OR (units >= 0 AND raw_ms >= 0 AND counted_ms >= 0 AND counted_ms <= raw_ms)),
    CHECK ((spans IS NULL) = (span_until IS NULL))
);
CREATE UNIQUE INDEX work_row_once ON annotate.work_row
    (slot, verdict, (COALESCE(revision, 0)), (COALESCE(orphan, 0))) WHERE corrects IS NULL;
CREATE UNIQUE INDEX work_row_correction ON annotate.work_row (corrects, note) WHERE corrects IS NOT NULL;
CREATE INDEX work_row_of ON annotate.work_row (labeler, id);
CREATE INDEX work_row_moments ON annotate.work_row (who, span_until) WHERE span_until IS NOT NULL;
CREATE TRIGGER work_row_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON annotate.work_row
    FOR EACH STATEMENT EXECUTE FUNCTION annotate.refuse_change();
SELECT store.isolate_v1('annotate.work_row');

-- What one row adds to each total; the one place where that is said.
CREATE VIEW annotate.work_measure WITH (security_invoker = true) AS
SELECT w.id, w.organisation, w.project, w.stage, w.pool, w.labeler, w.kind, w.at,
       date_trunc('hour', w.at, 'UTC') AS hour,
       (w.corrects IS NULL AND w.verdict IN ('submitted', 'orphan-adopted'))::int AS submitted,
       (w.corrects IS NULL AND w.verdict = 'revised')::int AS revised,
       (w.corrects IS NULL AND w.verdict = 'skipped')::int AS skipped,
       (w.corrects IS NULL AND w.verdict = 'late')::int AS late,
       (w.corrects IS NULL AND w.verdict = 'accepted')::int AS accepted,
       (w.corrects IS NULL AND w.verdict = 'fixed')::int AS fixed,
       (w.corrects IS NULL AND w.verdict = 'returned')::int AS returned,
       (w.corrects IS NULL AND w.verdict = 'void')::int AS voided,
       (w.corrects IS NULL AND w.verdict IN ('submitted', 'orphan-adopted') AND w.counted_ms IS NOT NULL)::int AS timed,
       COALESCE(w.counted_ms, 0) AS counted_ms, w.raw_ms, w.units
FROM annotate.work_row w;
GRANT SELECT ON annotate.work_measure TO galley_app, galley_house;

-- Width of a bucket: a fifth; bucket n ends at 100 ms · 1.2^n, bucket 80 at two and a half days.
CREATE FUNCTION annotate.pace_bucket_v1(ms bigint) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN LEAST(80, GREATEST(0, ceil(ln(GREATEST(ms, 1)::float8 / 100.0) / ln(1.2::float8))))::integer;

-- The totals. Only the duty that reads the outbox writes them, in the transaction in which it appends the rows.
CREATE TABLE annotate.rollup (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    hour         timestamptz NOT NULL,
    stage        text COLLATE "C" NOT NULL,
    pool         text COLLATE "C" NOT NULL,
    labeler      bigint NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    submitted    bigint NOT NULL,
    revised      bigint NOT NULL,
    skipped      bigint NOT NULL,
    late         bigint NOT NULL,
    accepted     bigint NOT NULL,
    fixed        bigint NOT NULL,
    returned     bigint NOT NULL,
    voided       bigint NOT NULL,
    timed        bigint NOT NULL, -- submitted ones with counted time
    counted_ms   bigint NOT NULL,
    raw_ms       bigint NOT NULL,
    units        bigint NOT NULL,
    PRIMARY KEY (project, hour, stage, pool, labeler)
);
SELECT store.isolate_v1('annotate.rollup');

CREATE TABLE annotate.hourly (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    hour         timestamptz NOT NULL,
    stage        text COLLATE "C" NOT NULL,
    people       integer NOT NULL, -- who submitted in this hour
    submitted    bigint NOT NULL,
    skipped      bigint NOT NULL,
    accepted     bigint NOT NULL,
    fixed        bigint NOT NULL,
    returned     bigint NOT NULL,
    counted_ms   bigint NOT NULL,
    PRIMARY KEY (project, hour, stage)
);
SELECT store.isolate_v1('annotate.hourly');

CREATE TABLE annotate.effort (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    labeler      bigint NOT NULL,
    stage        text COLLATE "C" NOT NULL,
    submitted    bigint NOT NULL,
    revised      bigint NOT NULL,
    skipped      bigint NOT NULL,
    late         bigint NOT NULL,
    accepted     bigint NOT NULL,
    fixed        bigint NOT NULL,
    returned     bigint NOT NULL,
    voided       bigint NOT NULL,
    timed        bigint NOT NULL,
    counted_ms   bigint NOT NULL,
    raw_ms       bigint NOT NULL,
    units        bigint NOT NULL,
    last_at      timestamptz NOT NULL,
    PRIMARY KEY (project, labeler, stage)
);
SELECT store.isolate_v1('annotate.effort');

CREATE TABLE annotate.total (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    stage        text COLLATE "C" NOT NULL,
    pool         text COLLATE "C" NOT NULL,
    made         bigint NOT NULL DEFAULT 0,
    submitted    bigint NOT NULL DEFAULT 0, -- ever; and the same for skipped
    skipped      bigint NOT NULL DEFAULT 0,
    void_open    bigint NOT NULL DEFAULT 0, -- voided before they were answered
    void_submitted bigint NOT NULL DEFAULT 0,
    void_skipped bigint NOT NULL DEFAULT 0,
    late         bigint NOT NULL DEFAULT 0,
    accepted     bigint NOT NULL DEFAULT 0,
    fixed        bigint NOT NULL DEFAULT 0,
    returned     bigint NOT NULL DEFAULT 0,
    timed        bigint NOT NULL DEFAULT 0,
    counted_ms   bigint NOT NULL DEFAULT 0,
    units        bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (project, stage, pool)
);
SELECT store.isolate_v1('annotate.total');

CREATE TABLE annotate.pace (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    stage        text COLLATE "C" NOT NULL,
    bucket       integer NOT NULL,
    answers      bigint NOT NULL,
    PRIMARY KEY (project, stage, bucket)
);
SELECT store.isolate_v1('annotate.pace');

-- What is in the queue already, read as the house: the owner of the tables sees none of their rows.
SET LOCAL ROLE galley_house;
INSERT INTO annotate.slot_flow (organisation, project, stage, pool, slots, first_slot, last_slot)
SELECT organisation, project, stage, pool, count(*), min(id), max(id) FROM annotate.slot GROUP BY 1, 2, 3, 4;
INSERT INTO annotate.slot_flow (organisation, project, stage, pool, was, slots, first_slot, last_slot)
SELECT s.organisation, s.project, s.stage, s.pool, CASE WHEN n.answered THEN 'submitted' ELSE 'ready' END,
       count(*), min(s.id), max(s.id)
FROM annotate.slot s
CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM annotate.revision r WHERE r.slot = s.id) AS answered) AS n
WHERE s.state = 'void' GROUP BY 1, 2, 3, 4, 5;
RESET ROLE;
