-- Requests sent twice: an idempotency key is answered a second time with what it was answered the first time.

CREATE SCHEMA server;
GRANT USAGE ON SCHEMA server TO galley_app, galley_house;

CREATE TABLE server.request (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(), -- 0: in front of no organisation's door
    actor        text COLLATE "C" NOT NULL,                       -- person/7 or token/5: keys are a caller's own
    key          text COLLATE "C" NOT NULL CHECK (key <> ''),
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),  -- SHA-256 of method, path, query and body
    begun_at     timestamptz NOT NULL,
    status       smallint,                                        -- NULL while the first is under way
    media_type   text COLLATE "C",
    body         bytea,
    PRIMARY KEY (organisation, actor, key)
);
CREATE INDEX request_age ON server.request (begun_at);
SELECT store.isolate_v1('server.request');
