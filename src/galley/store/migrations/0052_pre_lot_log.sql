-- What draws a lot's sample is fixed and stated in the transparency log first: the commitment, then its receipt. Who would
-- try commitment after commitment until a sample pleases leaves each of them in the log.
ALTER TABLE annotate.lot
    ADD COLUMN stated text COLLATE "C",   -- the commitment that will draw; canonical JSON, never another once it is set
    ADD COLUMN envelope text COLLATE "C" CHECK (envelope ~ '^[0-9a-f]{64}$'), -- SHA-256 of the signed statement
    ADD COLUMN log_index bigint CHECK (log_index >= 0),                       -- its place in the log
    ADD CHECK ((envelope IS NULL) = (log_index IS NULL)),
    ADD CHECK (envelope IS NULL OR (stated IS NOT NULL AND stated = commitment));
