-- The ways in: sessions, tickets, service tokens, identity providers; how often they may be tried; keys for links.

CREATE TABLE access.session (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash         bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32), -- SHA-256 of 256 random bits in the cookie
    person       bigint NOT NULL REFERENCES access.person (id),
    way          text COLLATE "C" NOT NULL CHECK (way IN ('password', 'ticket', 'oidc', 'invitation')),
    agent        text NOT NULL,
    address      text COLLATE "C" NOT NULL,
    idle_seconds integer NOT NULL CHECK (idle_seconds > 0),
    created_at   timestamptz NOT NULL,
    used_at      timestamptz NOT NULL,                                  -- to the minute
    expires_at   timestamptz NOT NULL
);
CREATE INDEX session_person ON access.session (person);
CREATE INDEX session_end ON access.session (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON access.session TO galley_house;

-- A sign-in link for once: for the first owner, and for people who forgot their password.
CREATE TABLE access.ticket (
    hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    person     bigint NOT NULL REFERENCES access.person (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON access.ticket TO galley_house;

CREATE TABLE access.token (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1() REFERENCES access.organisation (id),
    hash         bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    name         text NOT NULL CHECK (name <> ''),
    ending       text COLLATE "C" NOT NULL,     -- the last characters, to tell tokens apart
    person       bigint NOT NULL REFERENCES access.person (id), -- never may more than its maker may now
    scopes       text[] COLLATE "C" NOT NULL CHECK (cardinality(scopes) > 0),
    project      bigint,                        -- good for this project only
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,                   -- to the hour
    revoked_at   timestamptz
);
CREATE INDEX token_maker ON access.token (organisation, person);
SELECT store.isolate_v1('access.token');

-- Failures that are not forgiven yet, per account and per address; the key is a hash, so that no list of names builds up.
CREATE TABLE access.throttle (
    key       bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    failures  double precision NOT NULL CHECK (failures >= 0),
    last_at   timestamptz NOT NULL,
    closed_to timestamptz NOT NULL -- attempts before this moment are not heard
);
CREATE INDEX throttle_age ON access.throttle (last_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON access.throttle TO galley_house;

-- Keys made by the server and shared by its processes.
CREATE TABLE access.secret (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purpose    text COLLATE "C" NOT NULL CHECK (purpose <> ''),
    key        bytea NOT NULL CHECK (octet_length(key) = 32),
    created_at timestamptz NOT NULL,
    retired_at timestamptz -- what it made is not believed any more
);
GRANT SELECT, INSERT, UPDATE ON access.secret TO galley_house;

CREATE TABLE access.oidc_provider (
    slug          text COLLATE "C" PRIMARY KEY CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name          text NOT NULL CHECK (name <> ''),
    issuer        text COLLATE "C" NOT NULL,
    client_id     text COLLATE "C" NOT NULL,
    client_secret text COLLATE "C" NOT NULL,
    created_at    timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON access.oidc_provider TO galley_house;

-- Somebody on the way to a provider and back.
CREATE TABLE access.oidc_flow (
    hash         bytea PRIMARY KEY CHECK (octet_length(hash) = 32), -- of the state in the address
    browser      bytea NOT NULL CHECK (octet_length(browser) = 32), -- of the secret in the cookie of who set out
    provider     text COLLATE "C" NOT NULL REFERENCES access.oidc_provider (slug) ON DELETE CASCADE,
    verifier     text COLLATE "C" NOT NULL,
    nonce        text COLLATE "C" NOT NULL,
    redirect_uri text COLLATE "C" NOT NULL,
    person       bigint REFERENCES access.person (id),              -- signed in already: links the two
    invitation   bytea,                                             -- hash: comes with an invitation
    expires_at   timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON access.oidc_flow TO galley_house;

CREATE TABLE access.oidc_identity (
    issuer     text COLLATE "C" NOT NULL,
    subject    text COLLATE "C" NOT NULL,
    person     bigint NOT NULL REFERENCES access.person (id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX oidc_identity_person ON access.oidc_identity (person);
GRANT SELECT, INSERT, DELETE ON access.oidc_identity TO galley_house;
