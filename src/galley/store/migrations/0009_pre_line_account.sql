-- A run's account (what was read and what became of it) is a blob; the run remembers which.

ALTER TABLE line.run ADD COLUMN account text COLLATE "C" CHECK (account ~ '^[0-9a-f]{64}$');
