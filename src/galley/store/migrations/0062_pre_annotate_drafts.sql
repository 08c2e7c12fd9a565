-- Drafts: what somebody has done on a slot so far, a row for each piece they sent. Rows are only ever added and taken
-- away, each person's apart from everybody else's, so nobody waits for anybody.

CREATE TABLE annotate.draft (
    organisation bigint NOT NULL,
    project      bigint NOT NULL,
    labeler      bigint NOT NULL,
    slot         bigint NOT NULL,
    seq          bigint NOT NULL CHECK (seq >= 1),
    whole        boolean NOT NULL, -- everything so far, not only what came since the piece before
    body         text NOT NULL,    -- JSON of the editor, kept as it came
    bytes        bigint NOT NULL,  -- of this piece and all since the last whole one
    pieces       integer NOT NULL, -- likewise
    written_at   timestamptz NOT NULL,
    PRIMARY KEY (labeler, slot, seq)
);
CREATE INDEX draft_written ON annotate.draft (written_at);
SELECT store.isolate_v1('annotate.draft');

-- Who held a slot and lost it: they may go on saving what they did, for they may not know yet.
CREATE TABLE annotate.former_holder (
    organisation bigint NOT NULL,
    slot         bigint NOT NULL,
    labeler      bigint NOT NULL,
    lost_at      timestamptz NOT NULL,
    PRIMARY KEY (slot, labeler)
);
CREATE INDEX former_holder_lost ON annotate.former_holder (lost_at);
SELECT store.isolate_v1('annotate.former_holder');

CREATE FUNCTION annotate.note_lost_v1() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO annotate.former_holder (organisation, slot, labeler, lost_at)
    VALUES (OLD.organisation, OLD.id, OLD.worker, COALESCE(OLD.lease_until, now()))
    ON CONFLICT (slot, labeler) DO UPDATE SET lost_at = GREATEST(former_holder.lost_at, EXCLUDED.lost_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER slot_lost AFTER UPDATE OF worker ON annotate.slot
    FOR EACH ROW WHEN (OLD.state = 'leased' AND OLD.worker IS DISTINCT FROM NEW.worker)
    EXECUTE FUNCTION annotate.note_lost_v1();
