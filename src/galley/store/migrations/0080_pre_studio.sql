-- Label Studio beside the queue: what its projects were when they came in, models behind its ML-backend protocol, and
-- what models predicted.

-- One task of an imported project, as it was, so that what Galley has no place for is still there and goes out again.
CREATE TABLE annotate.studio_task (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL REFERENCES annotate.project (id),
    item         text COLLATE "C" NOT NULL,
    place        integer NOT NULL CHECK (place >= 0), -- in its file
    number       bigint,                              -- the task's id in Label Studio
    state        text COLLATE "C" NOT NULL CHECK (state IN ('placed', 'kept', 'failed')),
    width        integer,                             -- of its image, in pixels
    height       integer,
    raw          bytea NOT NULL,                      -- the task without its data; of a failed task the bytes of the file
    answers      json NOT NULL,                       -- what became of each annotation, prediction and draft
    problems     json NOT NULL,                       -- why, where something was kept or failed
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (project, item)
);
CREATE INDEX studio_task_trouble ON annotate.studio_task (project, item) WHERE state <> 'placed';
CREATE INDEX studio_task_number ON annotate.studio_task (project, number);
SELECT store.isolate_v1('annotate.studio_task');

-- Who an annotator of an imported project is: a labeler, and a person when somebody here has the same e-mail address.
CREATE TABLE annotate.studio_annotator (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL REFERENCES annotate.project (id),
    name         text COLLATE "C" NOT NULL CHECK (name <> ''), -- e-mail address or number in Label Studio
    labeler      bigint NOT NULL REFERENCES annotate.labeler (id),
    person       bigint,
    PRIMARY KEY (project, name)
);
SELECT store.isolate_v1('annotate.studio_annotator');

-- A server that speaks the ML-backend protocol.
CREATE TABLE annotate.backend (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation  bigint NOT NULL DEFAULT store.organisation_v1(),
    project       bigint NOT NULL REFERENCES annotate.project (id),
    name          text NOT NULL CHECK (name <> ''),
    url           text NOT NULL CHECK (url ~ '^https?://'),
    username      text NOT NULL DEFAULT '',
    secret        bytea,                              -- the password, encrypted with a key that is not in the database
    batch         integer NOT NULL DEFAULT 32 CHECK (batch BETWEEN 1 AND 1000),
    seconds       real NOT NULL DEFAULT 100 CHECK (seconds BETWEEN 1 AND 600), -- time for one batch
    interactive   boolean NOT NULL DEFAULT false,     -- asked while somebody labels
    notify        boolean NOT NULL DEFAULT false,     -- told of annotations, to learn from them
    model_version text NOT NULL DEFAULT '',
    state         text COLLATE "C" NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'up', 'down')),
    reason        text NOT NULL DEFAULT '',           -- why it is down
    checked_at    timestamptz,
    created_at    timestamptz NOT NULL,
    UNIQUE (project, name)
);
SELECT store.isolate_v1('annotate.backend');

-- What a model thinks of an item; never an answer by itself.
CREATE TABLE annotate.prediction (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation  bigint NOT NULL DEFAULT store.organisation_v1(),
    project       bigint NOT NULL REFERENCES annotate.project (id),
    item          text COLLATE "C" NOT NULL,
    labeler       bigint NOT NULL REFERENCES annotate.labeler (id),
    model_version text NOT NULL,
    score         double precision,
    body          json NOT NULL,
    body_sha256   text COLLATE "C" NOT NULL CHECK (body_sha256 ~ '^[0-9a-f]{64}$'),
    imported      boolean NOT NULL DEFAULT false,     -- came with an imported project
    created_at    timestamptz NOT NULL,
    UNIQUE (project, item, labeler, model_version, body_sha256)
);
SELECT store.isolate_v1('annotate.prediction');

-- A prediction that is none, and why.
CREATE TABLE annotate.prediction_error (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL REFERENCES annotate.project (id),
    item         text COLLATE "C" NOT NULL,
    backend      bigint REFERENCES annotate.backend (id) ON DELETE CASCADE,
    code         text COLLATE "C" NOT NULL,
    reason       text NOT NULL,
    raw          text NOT NULL,                       -- what the model said, cut to a few kilobytes
    created_at   timestamptz NOT NULL
);
CREATE INDEX prediction_error_project ON annotate.prediction_error (project, id);
SELECT store.isolate_v1('annotate.prediction_error');
