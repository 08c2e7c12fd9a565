-- Releases that lines wrote: which folder holds which, so that the server can list and show them.
CREATE TABLE catalog.release (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    name         text COLLATE "C" NOT NULL CHECK (name <> ''),
    version      text COLLATE "C" NOT NULL,
    root         text COLLATE "C" NOT NULL CHECK (root ~ '^[0-9a-f]{64}$'),
    version_root text COLLATE "C" NOT NULL CHECK (version_root ~ '^[0-9a-f]{64}$'),
    line         text COLLATE "C" NOT NULL,
    run_id       text COLLATE "C" NOT NULL,
    folder       text COLLATE "C" NOT NULL,
    rows         bigint NOT NULL CHECK (rows >= 0),
    files        integer NOT NULL CHECK (files >= 0),
    bytes        bigint NOT NULL CHECK (bytes >= 0),
    certified    boolean, -- null: it has no certificate
    simulated    boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    UNIQUE (organisation, folder, root)
);
SELECT store.isolate_v1('catalog.release');

-- The report of a run as a blob: the server may stand on another machine than the folder it was written to.
ALTER TABLE line.run ADD COLUMN report text COLLATE "C" CHECK (report ~ '^[0-9a-f]{64}$');
