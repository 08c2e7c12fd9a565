-- The runs of lines and what became of each of their steps; only the line package reads and writes these tables.

CREATE SCHEMA line;

CREATE TABLE line.run (
    id         text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    line       text COLLATE "C" NOT NULL CHECK (line <> ''),
    recipe     text COLLATE "C" NOT NULL CHECK (recipe ~ '^[0-9a-f]{64}$'), -- SHA-256 of the recipe's blob
    status     text COLLATE "C" NOT NULL CHECK (status IN ('running', 'waiting', 'done', 'failed')),
    stage      text COLLATE "C" NOT NULL DEFAULT '',
    counts     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(counts) = 'object'),
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    error      jsonb,                                                       -- the error as a problem object
    account    text COLLATE "C" CHECK (account ~ '^[0-9a-f]{64}$'),         -- blob: what was read, what became of it
    CHECK ((status IN ('done', 'failed')) = (ended_at IS NOT NULL)),
    CHECK (status <> 'failed' OR error IS NOT NULL)
);
CREATE INDEX run_line ON line.run (line, started_at);

CREATE TABLE line.run_step (
    run_id     text COLLATE "C" NOT NULL REFERENCES line.run (id) ON DELETE CASCADE,
    place      integer NOT NULL CHECK (place >= 0),
    stage      text COLLATE "C" NOT NULL CHECK (stage <> ''),
    op         text COLLATE "C" NOT NULL,                                   -- name@version, or the stage's name
    status     text COLLATE "C" NOT NULL CHECK (status IN ('running', 'waiting', 'done', 'failed')),
    counts     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(counts) = 'object'),
    root       text COLLATE "C" CHECK (root ~ '^[0-9a-f]{64}$'),            -- of the manifest the step produced
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    PRIMARY KEY (run_id, place)
);
