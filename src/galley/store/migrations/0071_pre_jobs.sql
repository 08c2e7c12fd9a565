-- Long work: one row a job. A worker leases it, reports how far it is, and loses it when it falls silent.

CREATE SCHEMA IF NOT EXISTS worker;
GRANT USAGE ON SCHEMA worker TO galley_app, galley_house;

CREATE TABLE worker.job (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1() REFERENCES access.organisation (id),
    project      bigint,
    kind         text COLLATE "C" NOT NULL CHECK (kind <> ''),
    params       jsonb NOT NULL CHECK (jsonb_typeof(params) = 'object'),
    once         text COLLATE "C",                                   -- two unfinished jobs never have the same
    state        text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    asked_by     text NOT NULL,
    created_at   timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,                               -- not before; moved on after a failure
    started_at   timestamptz,
    ended_at     timestamptz,
    attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lease_token  uuid,
    lease_until  timestamptz,
    cancelling   boolean NOT NULL DEFAULT false,                     -- somebody asked the worker to stop
    progress     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(progress) = 'object'),
    result       jsonb,
    error        jsonb,                                              -- of the last attempt, as a problem object
    CHECK ((state = 'running') = (lease_token IS NOT NULL)),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CHECK (state <> 'failed' OR error IS NOT NULL)
);
CREATE INDEX job_waiting ON worker.job (due_at, id) WHERE state = 'waiting';
CREATE INDEX job_running ON worker.job (lease_until) WHERE state = 'running';
CREATE INDEX job_organisation ON worker.job (organisation, id);
CREATE UNIQUE INDEX job_once ON worker.job (organisation, once) WHERE state IN ('waiting', 'running');
SELECT store.isolate_v1('worker.job');
