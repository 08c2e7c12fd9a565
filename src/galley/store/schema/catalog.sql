-- What exists: datasets, their immutable versions, where these came from, and the signed evidence about them.

CREATE SCHEMA catalog;

CREATE TABLE catalog.dataset (
    name       text COLLATE "C" PRIMARY KEY CHECK (name <> ''),
    created_at timestamptz NOT NULL
);

CREATE TABLE catalog.version (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset    text COLLATE "C" NOT NULL REFERENCES catalog.dataset (name),
    number     integer NOT NULL CHECK (number >= 1),
    root       text COLLATE "C" NOT NULL CHECK (root ~ '^[0-9a-f]{64}$'),
    manifest   text COLLATE "C" NOT NULL CHECK (manifest ~ '^[0-9a-f]{64}$'), -- SHA-256 of the manifest's blob
    rows       bigint NOT NULL CHECK (rows >= 0),
    run_id     text COLLATE "C",
    created_at timestamptz NOT NULL,
    UNIQUE (dataset, number),
    UNIQUE (dataset, root)
);
CREATE INDEX version_root ON catalog.version (root text_pattern_ops);

CREATE TABLE catalog.lineage (
    child  bigint NOT NULL REFERENCES catalog.version (id),
    parent text COLLATE "C" NOT NULL CHECK (parent ~ '^[0-9a-f]{64}$'), -- root of the version it was made from
    PRIMARY KEY (child, parent)
);
CREATE INDEX lineage_parent ON catalog.lineage (parent);

CREATE TABLE catalog.evidence (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    root       text COLLATE "C" NOT NULL CHECK (root ~ '^[0-9a-f]{64}$'),
    kind       text COLLATE "C" NOT NULL CHECK (kind <> ''),
    envelope   text COLLATE "C" NOT NULL CHECK (envelope ~ '^[0-9a-f]{64}$'), -- SHA-256 of the signed envelope's blob
    created_at timestamptz NOT NULL,
    UNIQUE (root, kind, envelope)
);

CREATE FUNCTION catalog.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.version
    FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
CREATE TRIGGER lineage_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.lineage
    FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
CREATE TRIGGER evidence_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.evidence
    FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
