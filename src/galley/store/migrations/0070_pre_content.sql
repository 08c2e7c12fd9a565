-- Bringing data in and out: imports that can be repeated and resumed, uploads in parts.

-- A foreign key asks for every row by itself, with a lock: a third of the time of an import. The same question put once
-- for all the rows of a statement costs a hundredth. Items and projects are never deleted, so asking at the insert is enough.
ALTER TABLE annotate.item DROP CONSTRAINT item_project_fkey;
ALTER TABLE annotate.slot DROP CONSTRAINT slot_project_item_fkey;

CREATE FUNCTION annotate.need_projects_v1() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT project FROM fresh) AS f
               WHERE NOT EXISTS (SELECT 1 FROM annotate.project p WHERE p.id = f.project OFFSET 0)) THEN
        RAISE EXCEPTION 'an item of a project that does not exist' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER item_needs_project AFTER INSERT ON annotate.item REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION annotate.need_projects_v1();

-- Its plan is kept for the session, and the table may have been empty when it was made: OFFSET 0 and no sequential scans
-- keep it a probe per row, whatever the statistics said that day.
CREATE FUNCTION annotate.need_items_v1() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM fresh f
               WHERE NOT EXISTS (SELECT 1 FROM annotate.item i WHERE i.project = f.project AND i.id = f.item OFFSET 0)) THEN
        RAISE EXCEPTION 'a slot of an item that does not exist' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER slot_needs_item AFTER INSERT ON annotate.slot REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION annotate.need_items_v1();

-- One body of data brought into a project.
CREATE TABLE annotate.import (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL REFERENCES annotate.project (id),
    name         text NOT NULL,                                      -- of the file, for people
    settings     jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
    state        text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    error        jsonb,                                              -- why it failed, as a problem object
    created_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CHECK (state <> 'failed' OR error IS NOT NULL)
);
CREATE INDEX import_project ON annotate.import (project, id);
SELECT store.isolate_v1('annotate.import');

-- What was written at once. The cut into batches follows from the data alone, so an import that is done again after a
-- crash finds here which of its batches are in, and two workers on one import cannot both write the same.
CREATE TABLE annotate.import_batch (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    import       bigint NOT NULL REFERENCES annotate.import (id),
    first_row    bigint NOT NULL CHECK (first_row >= 1),
    rows         integer NOT NULL CHECK (rows >= 1),
    added        integer NOT NULL CHECK (added >= 0),
    already      integer NOT NULL CHECK (already >= 0),
    failed       integer NOT NULL CHECK (failed >= 0),
    answers      integer NOT NULL DEFAULT 0 CHECK (answers >= 0),    -- labels that came with the rows
    PRIMARY KEY (import, first_row),
    CHECK (rows = added + already + failed)
);
SELECT store.isolate_v1('annotate.import_batch');

CREATE TABLE annotate.import_error (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    import       bigint NOT NULL REFERENCES annotate.import (id),
    row          bigint NOT NULL CHECK (row >= 1),
    line         bigint NOT NULL,                                    -- in the file, where it has lines
    place        text NOT NULL,                                      -- the member or file, where it has none
    code         text COLLATE "C" NOT NULL,
    message      text NOT NULL,
    message_zh   text NOT NULL,
    excerpt      text NOT NULL,                                      -- how the row begins
    PRIMARY KEY (import, row)
);
SELECT store.isolate_v1('annotate.import_error');

-- A file that arrives in pieces. Each piece is an object of its own; its row here is what makes it count.
CREATE TABLE annotate.upload (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    name         text NOT NULL,
    bytes        bigint NOT NULL CHECK (bytes >= 0),
    received     bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND bytes),
    sha256       text COLLATE "C" CHECK (sha256 ~ '^[0-9a-f]{64}$'), -- what the sender says it is
    blob         text COLLATE "C" CHECK (blob ~ '^[0-9a-f]{64}$'),   -- the whole, once it is complete
    state        text COLLATE "C" NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'complete', 'failed', 'expired')),
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    CHECK ((state = 'complete') = (blob IS NOT NULL))
);
CREATE INDEX upload_open ON annotate.upload (expires_at) WHERE state IN ('open', 'failed');
SELECT store.isolate_v1('annotate.upload');

CREATE TABLE annotate.upload_part (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    upload       bigint NOT NULL REFERENCES annotate.upload (id),
    place        bigint NOT NULL CHECK (place >= 0),                 -- where in the file it begins
    bytes        bigint NOT NULL CHECK (bytes >= 1),
    object       text COLLATE "C" NOT NULL,
    PRIMARY KEY (upload, place)
);
SELECT store.isolate_v1('annotate.upload_part');

-- How many bytes of unfinished uploads an organisation may have lying about, where it is not the usual number.
CREATE TABLE annotate.upload_quota (
    organisation bigint NOT NULL DEFAULT store.organisation_v1() PRIMARY KEY,
    bytes        bigint NOT NULL CHECK (bytes >= 0)
);
SELECT store.isolate_v1('annotate.upload_quota');
REVOKE INSERT, UPDATE, DELETE ON annotate.upload_quota FROM galley_app;
