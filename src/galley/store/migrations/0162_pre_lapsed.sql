-- Whose lease of a slot ran out last: their answer counts when it comes late and nobody else took the slot.
ALTER TABLE annotate.slot
    ADD COLUMN lapsed_worker bigint,
    ADD COLUMN lapsed_token uuid,
    ADD COLUMN lapsed_at timestamptz; -- when that lease was given
