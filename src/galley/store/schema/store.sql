-- What was done to this database; made by galley.store.migrate before the first migration.

CREATE SCHEMA store;

CREATE TABLE store.migration (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
