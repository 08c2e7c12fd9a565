-- A client's isolation rules, and the audit of everything that changes who may.

CREATE TABLE access.isolation (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation  bigint NOT NULL DEFAULT store.organisation_v1() REFERENCES access.organisation (id),
    project       bigint,                            -- NULL: the whole organisation
    organisations bigint[],                          -- admitted beside the organisation itself; NULL: any with a role
    people        bigint[] NOT NULL DEFAULT '{}',    -- admitted although their organisation is not
    networks      text[] COLLATE "C" NOT NULL DEFAULT '{}',
    view_only     boolean NOT NULL DEFAULT false,
    until         timestamptz,
    note          text NOT NULL DEFAULT '',
    state         text COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'approved', 'refused', 'replaced')),
    proposed_by   bigint REFERENCES access.person (id),
    proposed_at   timestamptz NOT NULL,
    decided_by    bigint REFERENCES access.person (id),
    decided_at    timestamptz,
    CHECK ((state IN ('approved', 'refused')) <= (decided_at IS NOT NULL))
);
-- One rule is in force and one is proposed, for an organisation and for each of its projects.
CREATE UNIQUE INDEX isolation_in_force ON access.isolation (organisation, (COALESCE(project, 0))) WHERE state = 'approved';
CREATE UNIQUE INDEX isolation_proposed ON access.isolation (organisation, (COALESCE(project, 0))) WHERE state = 'proposed';
CREATE INDEX isolation_versions ON access.isolation (organisation, id);
SELECT store.isolate_v1('access.isolation');
REVOKE DELETE ON access.isolation FROM galley_app, galley_house;

CREATE TABLE access.audit (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1() REFERENCES access.organisation (id),
    at           timestamptz NOT NULL,
    kind         text COLLATE "C" NOT NULL CHECK (kind <> ''),
    person       bigint,                      -- who did it; NULL: nobody signed in, or the command line
    token        bigint,
    address      text COLLATE "C",
    project      bigint,
    subject      text COLLATE "C" NOT NULL,   -- what it was done to: person/12, token/3, isolation/7
    facts        jsonb NOT NULL,
    salt         uuid NOT NULL DEFAULT gen_random_uuid() -- a proof of one row gives nothing away of its neighbours
);
CREATE INDEX audit_pages ON access.audit (organisation, id);
CREATE INDEX audit_recent ON access.audit (organisation, kind, at);
SELECT store.isolate_v1('access.audit');
REVOKE UPDATE, DELETE ON access.audit FROM galley_app, galley_house;

CREATE FUNCTION access.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access.audit
    FOR EACH STATEMENT EXECUTE FUNCTION access.refuse_change();

-- Writers share a lock until they commit, taken before they draw a number: whoever holds it alone sees every row there
-- will ever be below the highest number. Unlike transaction ids, that order survives a dump and restore.
CREATE FUNCTION access.enter_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(4773215066112520);
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_order BEFORE INSERT ON access.audit FOR EACH STATEMENT EXECUTE FUNCTION access.enter_audit();

-- A run of audit rows under one Merkle root, stated in the ledger's log.
CREATE TABLE access.audit_seal (
    organisation bigint NOT NULL REFERENCES access.organisation (id),
    number       integer NOT NULL CHECK (number >= 1),
    first_row    bigint NOT NULL,
    last_row     bigint NOT NULL CHECK (last_row >= first_row),
    row_count    integer NOT NULL CHECK (row_count >= 1),
    root         text COLLATE "C" NOT NULL CHECK (root ~ '^[0-9a-f]{64}$'),
    previous     text COLLATE "C" NOT NULL CHECK (previous ~ '^([0-9a-f]{64})?$'), -- root of the seal before
    sealed_at    timestamptz NOT NULL,
    envelope     text COLLATE "C" CHECK (envelope ~ '^[0-9a-f]{64}$'),             -- of the statement, once it is logged
    log_index    bigint,
    PRIMARY KEY (organisation, number),
    CHECK ((envelope IS NULL) = (log_index IS NULL))
);
CREATE UNIQUE INDEX audit_seal_last ON access.audit_seal (organisation, last_row);
CREATE INDEX audit_seal_open ON access.audit_seal (organisation, number) WHERE log_index IS NULL;
SELECT store.isolate_v1('access.audit_seal');
REVOKE INSERT, UPDATE, DELETE ON access.audit_seal FROM galley_app;
REVOKE DELETE ON access.audit_seal FROM galley_house;

CREATE FUNCTION access.log_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.log_index IS NOT NULL
        OR (NEW.organisation, NEW.number, NEW.first_row, NEW.last_row, NEW.row_count, NEW.root, NEW.previous, NEW.sealed_at)
            IS DISTINCT FROM
           (OLD.organisation, OLD.number, OLD.first_row, OLD.last_row, OLD.row_count, OLD.root, OLD.previous, OLD.sealed_at)
    THEN
        RAISE EXCEPTION 'a seal is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_seal_once BEFORE UPDATE ON access.audit_seal FOR EACH ROW EXECUTE FUNCTION access.log_once();
CREATE TRIGGER audit_seal_kept BEFORE DELETE OR TRUNCATE ON access.audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION access.refuse_change();
