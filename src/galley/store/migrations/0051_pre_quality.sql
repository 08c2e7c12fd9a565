-- Quality control of people: rules by version, what was observed, what was done about it, appeals.

CREATE TABLE annotate.quality_rules (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    project      bigint NOT NULL REFERENCES annotate.project (id),
    version      integer NOT NULL CHECK (version >= 1),
    rules        jsonb NOT NULL CHECK (jsonb_typeof(rules) = 'array'),
    author       text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (project, version)
);
SELECT store.isolate_v1('annotate.quality_rules');

-- One row for each thing people did or that became of their work, in the order the outbox told it. Only the duty writes.
CREATE TABLE annotate.quality_evidence (
    organisation bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project      bigint NOT NULL,
    labeler      bigint NOT NULL,
    kind         text COLLATE "C" NOT NULL CHECK (kind IN ('answer', 'skip', 'late', 'accepted', 'fixed', 'returned')),
    item         text COLLATE "C" NOT NULL,
    slot         bigint NOT NULL,
    gold         boolean NOT NULL,
    at           timestamptz NOT NULL,
    leased_at    timestamptz
);
CREATE INDEX quality_evidence_labeler ON annotate.quality_evidence (project, labeler, id);
CREATE INDEX quality_evidence_project ON annotate.quality_evidence (project, id) WHERE kind = 'answer';
CREATE INDEX quality_evidence_gold ON annotate.quality_evidence (project, labeler, id) WHERE gold;
CREATE INDEX quality_evidence_review ON annotate.quality_evidence (project, labeler, id)
    WHERE kind IN ('accepted', 'fixed', 'returned');
SELECT store.isolate_v1('annotate.quality_evidence');

-- Who is to be looked at: since when something new is known, and when somebody last looked.
CREATE TABLE annotate.quality_watch (
    organisation  bigint NOT NULL,
    project       bigint NOT NULL REFERENCES annotate.project (id),
    labeler       bigint NOT NULL REFERENCES annotate.labeler (id),
    pending_since timestamptz,
    looked_at     timestamptz,
    PRIMARY KEY (project, labeler)
);
CREATE INDEX quality_watch_pending ON annotate.quality_watch (pending_since) WHERE pending_since IS NOT NULL;
SELECT store.isolate_v1('annotate.quality_watch');

CREATE TABLE annotate.quality_action (
    organisation   bigint NOT NULL DEFAULT store.organisation_v1(),
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project        bigint NOT NULL REFERENCES annotate.project (id),
    labeler        bigint NOT NULL REFERENCES annotate.labeler (id),
    rule           text COLLATE "C",                   -- NULL: a lead did it
    rule_version   integer CHECK (rule_version >= 0),  -- 0: the defaults
    act            jsonb NOT NULL,
    reading        jsonb,                              -- what led to it
    evidence       bigint,                             -- the newest observation that was counted
    explanation_en text NOT NULL,
    explanation_zh text NOT NULL,
    state          text COLLATE "C" NOT NULL CHECK (state IN ('active', 'over', 'undone')),
    standing       boolean NOT NULL,                   -- whether it changes how the person stands while it is active
    before         real,                               -- the skill before it, to undo it
    made_by        text NOT NULL,
    maker          bigint REFERENCES annotate.labeler (id),
    at             timestamptz NOT NULL,
    until          timestamptz,
    CHECK ((rule IS NULL) = (rule_version IS NULL)),
    CHECK ((rule IS NULL) = (reading IS NULL))
);
CREATE INDEX quality_action_labeler ON annotate.quality_action (project, labeler, id);
CREATE INDEX quality_action_project ON annotate.quality_action (project, id);
CREATE INDEX quality_action_rule ON annotate.quality_action (project, labeler, rule, id) WHERE rule IS NOT NULL;
CREATE INDEX quality_action_until ON annotate.quality_action (until) WHERE state = 'active' AND until IS NOT NULL;
CREATE INDEX quality_action_training ON annotate.quality_action (labeler)
    WHERE state = 'active' AND standing AND act ->> 'training' IS NOT NULL;
SELECT store.isolate_v1('annotate.quality_action');

CREATE TABLE annotate.appeal (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project      bigint NOT NULL REFERENCES annotate.project (id),
    action       bigint NOT NULL UNIQUE REFERENCES annotate.quality_action (id), -- one appeal an action
    labeler      bigint NOT NULL REFERENCES annotate.labeler (id),
    words        text NOT NULL CHECK (words <> ''),
    state        text COLLATE "C" NOT NULL CHECK (state IN ('open', 'upheld', 'overturned')),
    decided_by   text,
    note         text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    decided_at   timestamptz,
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK ((state = 'open') = (decided_by IS NULL))
);
CREATE INDEX appeal_project ON annotate.appeal (project, id);
SELECT store.isolate_v1('annotate.appeal');

-- How somebody stands follows from the actions in force; this is the one thing it could not say yet.
ALTER TABLE annotate.standing ADD COLUMN gold_stopped boolean NOT NULL DEFAULT false;
