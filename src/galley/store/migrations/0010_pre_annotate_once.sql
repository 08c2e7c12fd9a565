-- The guard against doing an item twice is a constraint, not a way to look rows up. While its statistics are young the
-- planner takes it for an empty index and reads all of it; wrapped like this no query can choose it.

DROP INDEX annotate.slot_once;

CREATE UNIQUE INDEX slot_once ON annotate.slot (project, item, worker, stage, (COALESCE(target, 0)))
    WHERE COALESCE(worker IS NOT NULL AND state <> 'void', false);
