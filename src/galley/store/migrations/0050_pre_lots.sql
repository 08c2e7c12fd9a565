-- Acceptance lots: sets of answered items, a plan, a sample drawn by a seed nobody could choose, verdicts, returns.

CREATE TABLE annotate.lot (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project      bigint NOT NULL REFERENCES annotate.project (id),
    stage        text COLLATE "C" NOT NULL CHECK (stage IN ('label', 'adjudicate')),
    name         text NOT NULL CHECK (name <> ''),
    series       text COLLATE "C" NOT NULL DEFAULT '', -- lots of one series follow one another: switching rules
    parent       bigint REFERENCES annotate.lot (id),  -- the lot whose items come again
    resumes      boolean NOT NULL DEFAULT false,       -- inspection of the series had been discontinued before
    pick         jsonb NOT NULL,                       -- how the items were chosen
    terms        jsonb NOT NULL,                       -- what was promised
    plan         jsonb NOT NULL,                       -- what is inspected and what decides
    size         integer NOT NULL CHECK (size >= 2),
    items_root   text COLLATE "C" NOT NULL CHECK (items_root ~ '^[0-9a-f]{64}$'),
    answers_root text COLLATE "C" NOT NULL CHECK (answers_root ~ '^[0-9a-f]{64}$'),
    state        text COLLATE "C" NOT NULL CHECK (state IN ('open', 'drawn', 'accepted', 'rejected', 'withdrawn')),
    commitment   text COLLATE "C",                     -- canonical JSON; its SHA-256 is the seed of the draw
    verdict      jsonb,
    reason       text NOT NULL DEFAULT '',             -- why it was withdrawn
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL,
    drawn_at     timestamptz,
    closed_at    timestamptz,
    CHECK ((commitment IS NULL) = (drawn_at IS NULL)),
    CHECK (state NOT IN ('drawn', 'accepted', 'rejected') OR drawn_at IS NOT NULL),
    CHECK ((state IN ('accepted', 'rejected')) = (verdict IS NOT NULL)),
    CHECK ((state IN ('accepted', 'rejected', 'withdrawn')) = (closed_at IS NOT NULL))
);
CREATE UNIQUE INDEX lot_child ON annotate.lot (parent) WHERE parent IS NOT NULL AND state <> 'withdrawn';
CREATE INDEX lot_project ON annotate.lot (project, id);
SELECT store.isolate_v1('annotate.lot');

CREATE TABLE annotate.lot_item (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    lot          bigint NOT NULL REFERENCES annotate.lot (id),
    project      bigint NOT NULL,
    stage        text COLLATE "C" NOT NULL,
    item         text COLLATE "C" NOT NULL,
    answers      bigint[] NOT NULL,  -- the revisions that were newest when the lot was made: what is accepted or not
    labelers     bigint[] NOT NULL,  -- whose they are
    live         boolean NOT NULL DEFAULT true, -- false: another lot speaks for the item now
    rank         integer CHECK (rank >= 1),     -- place in the sample
    wrong        boolean,
    reason       text COLLATE "C",
    note         text NOT NULL DEFAULT '',
    inspector    bigint REFERENCES annotate.labeler (id),
    inspected_at timestamptz,
    PRIMARY KEY (lot, item),
    CHECK (wrong IS NULL OR rank IS NOT NULL),
    CHECK ((wrong IS NULL) = (inspected_at IS NULL)),
    CHECK (wrong IS DISTINCT FROM true OR reason IS NOT NULL)
);
-- An item is spoken for by one lot: nobody can make lot after lot of the same items until a sample pleases. What comes
-- again comes as the child of its lot.
CREATE UNIQUE INDEX lot_item_live ON annotate.lot_item (project, stage, item) WHERE live;
CREATE UNIQUE INDEX lot_item_rank ON annotate.lot_item (lot, rank) WHERE rank IS NOT NULL;
SELECT store.isolate_v1('annotate.lot_item');

CREATE TABLE annotate.lot_return (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    lot          bigint NOT NULL REFERENCES annotate.lot (id),
    slot         bigint NOT NULL REFERENCES annotate.slot (id),
    item         text COLLATE "C" NOT NULL,
    again        bigint NOT NULL REFERENCES annotate.slot (id), -- the next attempt
    reason       text COLLATE "C" NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (lot, slot)
);
SELECT store.isolate_v1('annotate.lot_return');
