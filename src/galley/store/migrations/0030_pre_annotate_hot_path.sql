-- The hot path: what each claim and answer costs in indexes and triggers, cut to what a law or a question needs.

-- Reviews are told apart by their target; label slots have none and need no entry.
DROP INDEX annotate.slot_review;
CREATE UNIQUE INDEX slot_review ON annotate.slot (target) WHERE target IS NOT NULL AND state NOT IN ('skipped', 'void');

-- Which leases have run out. Under a condition on the state the planner, with statistics from before the first claim,
-- took this index for empty and read all of it to find one person's leases.
DROP INDEX annotate.slot_lease;
CREATE INDEX slot_lease ON annotate.slot (lease_until) WHERE lease_until IS NOT NULL;

-- Where a worker's last lease was: numbers only, half as wide.
DROP INDEX annotate.slot_recent;
CREATE INDEX slot_recent ON annotate.slot (worker, project, leased_at) WHERE leased_at IS NOT NULL;

-- Returned work waits for its worker without lying in the way of everybody else's.
CREATE INDEX slot_open ON annotate.slot (project, stage, pool, urgency, rkey, id)
    WHERE state = 'ready' AND prefer_worker IS NULL;
CREATE INDEX slot_returned ON annotate.slot (prefer_worker, prefer_until)
    WHERE state = 'ready' AND prefer_worker IS NOT NULL;

-- A revision's author is read from annotate.labeler by the statement that writes it; that they stay known needs no look
-- at (and lock on) their row for every answer, only that labelers are never deleted or renumbered.
ALTER TABLE annotate.revision DROP CONSTRAINT revision_labeler_fkey;
CREATE FUNCTION annotate.keep_labeler() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'labelers are kept for ever' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER labeler_kept_deleted BEFORE DELETE OR TRUNCATE ON annotate.labeler
    FOR EACH STATEMENT EXECUTE FUNCTION annotate.keep_labeler();
CREATE TRIGGER labeler_kept_renumbered BEFORE UPDATE OF id ON annotate.labeler
    FOR EACH ROW WHEN (NEW.id IS DISTINCT FROM OLD.id) EXECUTE FUNCTION annotate.keep_labeler();

-- The outbox is read in one order only; one index gives it and keeps ids apart.
ALTER TABLE annotate.outbox DROP CONSTRAINT outbox_pkey;
DROP INDEX annotate.outbox_order;
ALTER TABLE annotate.outbox ADD PRIMARY KEY (tx, id);

-- Ids of revisions are drawn by the statement that closes their slots.
GRANT USAGE ON SEQUENCE annotate.revision_id_seq TO galley_app, galley_house;

-- A slot is written three times in its life, each time anew: room on its page keeps the copies together, and the garbage
-- is collected by number rather than by a share of the table, which at a million slots would be 200,000 dead rows.
ALTER TABLE annotate.slot SET (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 10000,
    autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 10000, autovacuum_vacuum_cost_delay = 1);
ALTER TABLE annotate.revision SET (autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_analyze_scale_factor = 0.05);
