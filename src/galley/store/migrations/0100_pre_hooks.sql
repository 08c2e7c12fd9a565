-- Webhooks: who wants to hear of which events, and each thing there is to tell them, until it is told or given up.

CREATE TABLE annotate.hook (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint REFERENCES annotate.project (id),              -- NULL: every project of the organisation
    url          text NOT NULL CHECK (url ~ '^https?://'),
    events       text[] NOT NULL CHECK (cardinality(events) > 0),
    secret       text NOT NULL,                                        -- signs what is sent; shown once, when made
    state        text COLLATE "C" NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'failing')),
    failing_since timestamptz,
    created_at   timestamptz NOT NULL
);
CREATE INDEX hook_organisation ON annotate.hook (organisation, id);
SELECT store.isolate_v1('annotate.hook');

CREATE TABLE annotate.delivery (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    hook         bigint NOT NULL REFERENCES annotate.hook (id) ON DELETE CASCADE,
    event        bigint NOT NULL,                                      -- its line of the outbox
    kind         text COLLATE "C" NOT NULL,
    body         json NOT NULL,
    state        text COLLATE "C" NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'told', 'given-up')),
    attempts     integer NOT NULL DEFAULT 0,
    next_at      timestamptz,
    status       integer,                                              -- of the last answer
    problem      text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    told_at      timestamptz,
    UNIQUE (hook, event),
    CHECK ((state = 'pending') = (next_at IS NOT NULL))
);
CREATE INDEX delivery_due ON annotate.delivery (next_at, id) WHERE state = 'pending';
CREATE INDEX delivery_page ON annotate.delivery (hook, id);
SELECT store.isolate_v1('annotate.delivery');
