-- Stage graphs: where an item is, batches, versions of schema and guideline, gold, comments.

-- Acceptance by the client is a stage like review; work is told apart by stage and pool, so that two stages may look at
-- the same answer one after the other.
DO $$
DECLARE
    old text;
BEGIN
    FOR old IN
        SELECT conname FROM pg_constraint
        WHERE conrelid = 'annotate.slot'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%''review''%'
    LOOP
        EXECUTE format('ALTER TABLE annotate.slot DROP CONSTRAINT %I', old);
    END LOOP;
END
$$;
ALTER TABLE annotate.slot ADD CONSTRAINT slot_stage_check CHECK (stage IN ('label', 'review', 'adjudicate', 'accept'));
ALTER TABLE annotate.slot ADD CONSTRAINT slot_target_check CHECK ((stage IN ('review', 'accept')) = (target IS NOT NULL));
DROP INDEX annotate.slot_review;
CREATE UNIQUE INDEX slot_review ON annotate.slot (target, stage, pool) WHERE target IS NOT NULL AND state NOT IN ('skipped', 'void');
-- Gold waiting for the person it was opened for.
CREATE INDEX slot_gold ON annotate.slot (project, prefer_worker) WHERE state = 'ready' AND is_gold;
ALTER TABLE annotate.slot ADD COLUMN rework_of bigint REFERENCES annotate.slot (id); -- the returned slot it replaces

-- Whether one labeler is one of some others, or the same person under another name or in another organisation. It looks
-- over the fence between organisations and tells nothing but yes or no.
CREATE FUNCTION annotate.same_person_v1(one bigint, others bigint[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT one = ANY(others) OR EXISTS (
        SELECT 1 FROM annotate.labeler a JOIN annotate.labeler b ON b.person = a.person
        WHERE a.id = one AND b.id = ANY(others))
$$;

-- Where an item stands in its project's graph. NULL: it has not moved since it was added, or the project has no graph.
ALTER TABLE annotate.item ADD COLUMN node text COLLATE "C";
ALTER TABLE annotate.item ADD COLUMN held boolean NOT NULL DEFAULT false; -- waits at its node for its batch
ALTER TABLE annotate.item ADD COLUMN batch bigint;
ALTER TABLE annotate.item ADD COLUMN answer bigint;                       -- at the end: the slot that holds its label
CREATE INDEX item_node ON annotate.item (project, node, id) WHERE node IS NOT NULL;
CREATE INDEX item_batch ON annotate.item (batch, node) WHERE batch IS NOT NULL;

CREATE TABLE annotate.batch (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project      bigint NOT NULL REFERENCES annotate.project (id),
    name         text NOT NULL CHECK (name <> ''),
    priority     integer NOT NULL DEFAULT 0,
    due_at       timestamptz,
    created_at   timestamptz NOT NULL,
    UNIQUE (project, name)
);
SELECT store.isolate_v1('annotate.batch');

-- Every label schema and guideline a project ever had; revisions name the version they were made under.
CREATE TABLE annotate.schema_version (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL REFERENCES annotate.project (id),
    version      integer NOT NULL CHECK (version >= 1),
    sha256       text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    config       text COLLATE "C" CHECK (config ~ '^[0-9a-f]{64}$'), -- the Label Studio config it was read from
    author       text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (project, version)
);
SELECT store.isolate_v1('annotate.schema_version');
INSERT INTO annotate.schema_version (organisation, project, version, sha256, created_at)
SELECT organisation, id, schema_version, schema_sha256, created_at FROM annotate.project;

CREATE FUNCTION annotate.first_schema_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotate.schema_version (organisation, project, version, sha256, created_at)
    VALUES (NEW.organisation, NEW.id, NEW.schema_version, NEW.schema_sha256, NEW.created_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER project_schema_version AFTER INSERT ON annotate.project
    FOR EACH ROW EXECUTE FUNCTION annotate.first_schema_version();

CREATE TABLE annotate.guideline_version (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL REFERENCES annotate.project (id),
    version      integer NOT NULL CHECK (version >= 1),
    sha256       text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    author       text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (project, version)
);
SELECT store.isolate_v1('annotate.guideline_version');

-- Known answers. An item with one takes no part in the flow: its slots are opened for one labeler at a time.
CREATE TABLE annotate.gold (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL,
    item         text COLLATE "C" NOT NULL,
    body         jsonb NOT NULL,
    source       text NOT NULL DEFAULT '',
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (project, item),
    FOREIGN KEY (project, item) REFERENCES annotate.item (project, id)
);
SELECT store.isolate_v1('annotate.gold');

CREATE TABLE annotate.gold_record (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL REFERENCES annotate.project (id),
    labeler      bigint NOT NULL REFERENCES annotate.labeler (id),
    answers      bigint NOT NULL DEFAULT 0 CHECK (answers >= 0),
    seen         integer NOT NULL DEFAULT 0 CHECK (seen >= 0),
    correct      integer NOT NULL DEFAULT 0 CHECK (correct BETWEEN 0 AND seen),
    PRIMARY KEY (project, labeler)
);
SELECT store.isolate_v1('annotate.gold_record');

-- What people say about an answer, anchored to a region, a span or the whole of it.
CREATE TABLE annotate.comment (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project      bigint NOT NULL,
    item         text COLLATE "C" NOT NULL,
    slot         bigint NOT NULL REFERENCES annotate.slot (id),     -- the answer it is about
    revision     bigint REFERENCES annotate.revision (id),
    anchor       json,                                              -- NULL: the whole answer
    kind         text COLLATE "C" NOT NULL CHECK (kind <> ''),
    author       bigint NOT NULL REFERENCES annotate.labeler (id),
    body         text NOT NULL DEFAULT '',
    client_id    text COLLATE "C" NOT NULL CHECK (client_id <> ''),
    resolved     boolean NOT NULL DEFAULT false,
    resolved_by  bigint REFERENCES annotate.labeler (id),
    created_at   timestamptz NOT NULL,
    UNIQUE (slot, author, client_id),
    FOREIGN KEY (project, item) REFERENCES annotate.item (project, id)
);
CREATE INDEX comment_item ON annotate.comment (project, item, id);
SELECT store.isolate_v1('annotate.comment');

-- Items the flow could not decide on; a lead sees them, nothing else waits for them.
CREATE TABLE annotate.stuck (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL REFERENCES annotate.project (id),
    item         text COLLATE "C" NOT NULL,
    error        text NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (project, item)
);
SELECT store.isolate_v1('annotate.stuck');
