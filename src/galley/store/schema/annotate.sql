-- The annotation queue: a slot is a right to do one piece of work; answers are append-only revisions.

CREATE SCHEMA annotate;

CREATE TABLE annotate.labeler (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text COLLATE "C" NOT NULL UNIQUE CHECK (name <> ''),
    kind       text COLLATE "C" NOT NULL CHECK (kind IN ('person', 'simulated', 'machine', 'imported')),
    created_at timestamptz NOT NULL
);

CREATE TABLE annotate.project (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line           text COLLATE "C" NOT NULL CHECK (line <> ''),
    purpose        text COLLATE "C" NOT NULL CHECK (purpose <> ''),
    name           text NOT NULL CHECK (name <> ''),
    schema_sha256  text COLLATE "C" NOT NULL CHECK (schema_sha256 ~ '^[0-9a-f]{64}$'),
    schema_version integer NOT NULL CHECK (schema_version >= 1),
    salt           text COLLATE "C" NOT NULL, -- decides the random order of the work
    created_at     timestamptz NOT NULL,
    UNIQUE (line, purpose)
);

CREATE TABLE annotate.item (
    project   bigint NOT NULL REFERENCES annotate.project (id),
    id        text COLLATE "C" NOT NULL CHECK (id <> ''), -- the record's id; its content is never read in the queue
    next_slot integer NOT NULL CHECK (next_slot >= 0),
    PRIMARY KEY (project, id)
);

-- Random order that anyone can recompute: the first eight bytes of SHA-256 over the salt, the item and the slot number.
CREATE FUNCTION annotate.rkey_v1(salt text, item text, slot_no integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ('x' || left(encode(sha256(convert_to(salt || E'\n' || item || E'\n' || slot_no, 'UTF8')), 'hex'), 16))::bit(64)::bigint;

CREATE TABLE annotate.slot (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project       bigint NOT NULL,
    stage         text COLLATE "C" NOT NULL CHECK (stage IN ('label', 'review', 'adjudicate')),
    item          text COLLATE "C" NOT NULL,
    slot_no       integer NOT NULL CHECK (slot_no >= 0),
    target        bigint REFERENCES annotate.slot (id), -- the slot under review
    state         text COLLATE "C" NOT NULL CHECK (state IN ('ready', 'leased', 'submitted', 'skipped', 'void')),
    priority      integer NOT NULL DEFAULT 0,
    rkey          bigint NOT NULL,                      -- random order, fixed when the slot is made
    pool          text COLLATE "C" NOT NULL DEFAULT '',
    is_gold       boolean NOT NULL DEFAULT false,
    worker        bigint REFERENCES annotate.labeler (id),
    lease_token   uuid,
    lease_until   timestamptz,
    leased_at     timestamptz,
    attempt       integer NOT NULL DEFAULT 1 CHECK (attempt >= 1), -- 2 and more: returned by a reviewer
    prefer_worker bigint REFERENCES annotate.labeler (id),
    prefer_until  timestamptz,
    reason        text COLLATE "C",                     -- why it was skipped, voided or returned
    version       integer NOT NULL DEFAULT 0,           -- changes of state so far
    FOREIGN KEY (project, item) REFERENCES annotate.item (project, id),
    UNIQUE (project, item, stage, slot_no),
    CHECK ((state = 'leased') = (lease_token IS NOT NULL)),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CHECK (state <> 'ready' OR worker IS NULL),
    CHECK (state NOT IN ('leased', 'submitted', 'skipped') OR worker IS NOT NULL),
    CHECK (state <> 'skipped' OR reason IS NOT NULL),
    CHECK ((prefer_worker IS NULL) = (prefer_until IS NULL)),
    CHECK ((stage = 'review') = (target IS NOT NULL))
);
-- Nobody does the same item twice in a stage: the guard behind the claim, whatever races. A voided slot frees its
-- worker to do the item again; reviewers are told apart by the work they review. Its condition is wrapped so that no
-- query chooses it: with young statistics the planner takes it for empty and reads all of it.
CREATE UNIQUE INDEX slot_once ON annotate.slot (project, item, worker, stage, (COALESCE(target, 0)))
    WHERE COALESCE(worker IS NOT NULL AND state <> 'void', false);
CREATE UNIQUE INDEX slot_review ON annotate.slot (target) WHERE state NOT IN ('skipped', 'void');
CREATE INDEX slot_ready ON annotate.slot (project, stage, pool, (-priority), rkey, id) WHERE state = 'ready';
CREATE INDEX slot_lease ON annotate.slot (lease_until) WHERE state = 'leased';
CREATE INDEX slot_holder ON annotate.slot (worker) WHERE state = 'leased';
CREATE INDEX slot_recent ON annotate.slot (worker, project, stage, pool, leased_at, (-priority), rkey) WHERE leased_at IS NOT NULL;

CREATE TABLE annotate.revision (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slot           bigint NOT NULL REFERENCES annotate.slot (id),
    rev            integer NOT NULL CHECK (rev >= 1),
    base           bigint REFERENCES annotate.revision (id), -- the revision it corrects
    labeler        bigint NOT NULL REFERENCES annotate.labeler (id),
    labeler_kind   text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL,
    body           jsonb NOT NULL,
    body_sha256    text COLLATE "C" NOT NULL CHECK (body_sha256 ~ '^[0-9a-f]{64}$'),
    client_id      text COLLATE "C" NOT NULL CHECK (client_id <> ''),
    created_at     timestamptz NOT NULL,
    UNIQUE (slot, client_id),
    UNIQUE (slot, rev),
    CHECK ((rev = 1) = (base IS NULL))
);

CREATE FUNCTION annotate.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER revision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON annotate.revision
    FOR EACH STATEMENT EXECUTE FUNCTION annotate.refuse_change();

-- Answers that came after their lease was lost: never refused, kept for a lead to decide.
CREATE TABLE annotate.orphan (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slot           bigint NOT NULL REFERENCES annotate.slot (id),
    labeler        bigint NOT NULL REFERENCES annotate.labeler (id),
    labeler_kind   text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL,
    body           jsonb NOT NULL,
    body_sha256    text COLLATE "C" NOT NULL CHECK (body_sha256 ~ '^[0-9a-f]{64}$'),
    client_id      text COLLATE "C" NOT NULL CHECK (client_id <> ''),
    reason         text COLLATE "C" NOT NULL, -- expired | taken | done | void: what the slot had become
    created_at     timestamptz NOT NULL,
    settled        text COLLATE "C" CHECK (settled IN ('adopted', 'dismissed')),
    settled_at     timestamptz,
    UNIQUE (slot, labeler, client_id),
    CHECK ((settled IS NULL) = (settled_at IS NULL))
);
CREATE INDEX orphan_open ON annotate.orphan (id) WHERE settled IS NULL;

-- What others must hear of, written in the transaction it happened in. Read in the order (tx, id) and only up to the
-- oldest transaction still open, so that a reader never steps over one that commits late.
CREATE TABLE annotate.outbox (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx       xid8 NOT NULL DEFAULT pg_current_xact_id(),
    project  bigint NOT NULL,
    event    text COLLATE "C" NOT NULL,
    slot     bigint NOT NULL,
    item     text COLLATE "C" NOT NULL,
    labeler  bigint,
    revision bigint,
    at       timestamptz NOT NULL
);
CREATE INDEX outbox_order ON annotate.outbox (tx, id);
