-- name: listen
-- Hear of every change of who may.
LISTEN galley_access;

-- name: ping
-- Whether the connection is alive.
SELECT 1;
