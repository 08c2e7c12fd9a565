-- What a new slot costs: an import writes a hundred thousand of them.

-- slot_ready held every ready slot a second time. What waits for its worker or was given up by it has an index of its own
-- now, empty as long as nothing was returned; all the rest is in slot_open.
DROP INDEX annotate.slot_ready;
CREATE INDEX slot_waiting ON annotate.slot (project, stage, pool, urgency, rkey, id)
    WHERE state = 'ready' AND prefer_worker IS NOT NULL;

-- Eleven conditions, each prepared anew by every statement and evaluated for every row, as one that asks first which state
-- the slot is in. They say the same: IS TRUE is not needed, because no branch can be unknown.
ALTER TABLE annotate.slot
    DROP CONSTRAINT slot_attempt_check, DROP CONSTRAINT slot_slot_no_check, DROP CONSTRAINT slot_state_check,
    DROP CONSTRAINT slot_stage_check, DROP CONSTRAINT slot_target_check, DROP CONSTRAINT slot_check,
    DROP CONSTRAINT slot_check1, DROP CONSTRAINT slot_check2, DROP CONSTRAINT slot_check3, DROP CONSTRAINT slot_check4,
    DROP CONSTRAINT slot_check5,
    ADD CONSTRAINT slot_check CHECK (
        CASE state
            WHEN 'ready' THEN worker IS NULL AND lease_token IS NULL AND lease_until IS NULL
            WHEN 'leased' THEN worker IS NOT NULL AND lease_token IS NOT NULL AND lease_until IS NOT NULL
            WHEN 'submitted' THEN worker IS NOT NULL AND lease_token IS NULL AND lease_until IS NULL
            WHEN 'skipped' THEN worker IS NOT NULL AND reason IS NOT NULL AND lease_token IS NULL AND lease_until IS NULL
            WHEN 'void' THEN lease_token IS NULL AND lease_until IS NULL
            ELSE false
        END
        AND CASE
            WHEN stage IN ('label', 'adjudicate') THEN target IS NULL
            WHEN stage IN ('review', 'accept') THEN target IS NOT NULL
            ELSE false
        END
        AND attempt >= 1 AND slot_no >= 0 AND (prefer_worker IS NULL) = (prefer_until IS NULL));

-- A tenth of the usual sample tells the planner how large a project is and that its ids differ, and is taken while the
-- sender waits; autovacuum takes the full one afterwards.
ALTER FUNCTION annotate.analyse_v1() SET default_statistics_target = 10;
