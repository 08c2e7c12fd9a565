-- What is known of pictures and sounds, and what was made of them so that editors open at once.

-- A row for each blob of an organisation's items: two organisations with the same file have a row and derived objects each,
-- so that nobody learns from how soon something is ready that somebody else has it.
CREATE TABLE annotate.media (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    sha256       text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    maker        integer NOT NULL CHECK (maker >= 1),              -- version of what makes them
    state        text COLLATE "C" NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'making', 'ready', 'failed')),
    attempts     integer NOT NULL DEFAULT 0,
    facts        jsonb,
    problem      jsonb,                                            -- why nothing, or not all, could be made
    changed_at   timestamptz NOT NULL,
    PRIMARY KEY (organisation, sha256, maker),
    CHECK (state <> 'ready' OR facts IS NOT NULL),
    CHECK (state <> 'failed' OR problem IS NOT NULL)
);
CREATE INDEX media_waiting ON annotate.media (changed_at) WHERE state IN ('waiting', 'making');
SELECT store.isolate_v1('annotate.media');
