-- name: lock_migrations
-- Keep other processes from migrating this database until the transaction ends.
SELECT pg_advisory_xact_lock(4773215066112563);

-- name: create_store_schema
-- Make the schema that records migrations.
CREATE SCHEMA IF NOT EXISTS store;

-- name: create_migration_table
-- Make the table of applied migrations.
CREATE TABLE IF NOT EXISTS store.migration (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: has_migration_table
-- Whether any migration was ever recorded here.
SELECT to_regclass('store.migration') IS NOT NULL;

-- name: applied_migrations
-- The migrations of this database, in order.
SELECT number, name, sha256 FROM store.migration ORDER BY number;

-- name: record_migration
-- Remember an applied migration and the checksum of its text.
INSERT INTO store.migration (number, name, sha256) VALUES (%(number)s, %(name)s, %(sha256)s);

-- name: grant_house
-- Let backups read what the migrations made.
SELECT store.grant_house_v1();

-- name: has_grant_house
-- Whether the function is there: histories of tests end earlier.
SELECT to_regprocedure('store.grant_house_v1()') IS NOT NULL;

-- name: limit_waiting
-- Give up on a lock after four seconds rather than stop everybody behind us.
SET LOCAL lock_timeout = '4s';

-- name: facts
-- What `galley doctor` says about the server.
SELECT current_setting('server_version') AS version,
       current_setting('server_version_num')::int AS version_number,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       pg_database_size(current_database()) AS bytes;

-- name: roles
-- The roles Galley works under: whether one may step around the fence between organisations.
SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname IN ('galley_app', 'galley_house') ORDER BY rolname;

-- name: fenced
-- Every table with rows of organisations that the application may read, and whether it is fenced for its owner, too.
SELECT c.oid::regclass::text, c.relrowsecurity AND c.relforcerowsecurity
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation' AND NOT a.attisdropped
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('access', 'catalog', 'line', 'annotate', 'server', 'worker')
  AND has_table_privilege(c.oid, 'SELECT')
ORDER BY 1;

-- name: set_organisation
-- Say whose rows this session works on; NULL is nobody's.
SELECT set_config('galley.organisation', COALESCE(%(organisation)s::bigint::text, ''), false);
