-- People, what they are in organisations, teams and projects, and how they are invited.

-- A person is one, wherever they work; what they may is said by their membership of organisations.
CREATE TABLE access.person (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email       text COLLATE "C" UNIQUE CHECK (email = lower(email) AND email LIKE '%_@_%'),
    username    text COLLATE "C" UNIQUE CHECK (username = lower(username) AND username NOT LIKE '%@%'),
    name        text NOT NULL CHECK (name <> ''),
    language    text COLLATE "C" NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'zh')),
    password    text COLLATE "C",          -- argon2id, encoded; NULL: signs in otherwise
    password_at timestamptz,
    state       text COLLATE "C" NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'blocked')),
    created_at  timestamptz NOT NULL,
    CHECK (email IS NOT NULL OR username IS NOT NULL),
    CHECK ((password IS NULL) = (password_at IS NULL))
);

CREATE TABLE access.member (
    organisation bigint NOT NULL DEFAULT store.organisation_v1() REFERENCES access.organisation (id),
    person       bigint NOT NULL REFERENCES access.person (id),
    roles        text[] COLLATE "C" NOT NULL CHECK (
        cardinality(roles) > 0
        AND roles <@ ARRAY['owner', 'manager', 'annotator', 'reviewer', 'inspector', 'client', 'auditor']),
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (organisation, person)
);
CREATE INDEX member_person ON access.member (person);
SELECT store.isolate_v1('access.member');

CREATE TABLE access.team (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1() REFERENCES access.organisation (id),
    name         text NOT NULL CHECK (name <> ''),
    created_at   timestamptz NOT NULL,
    UNIQUE (organisation, id),
    UNIQUE (organisation, name)
);
SELECT store.isolate_v1('access.team');

CREATE TABLE access.team_member (
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    team         bigint NOT NULL,
    person       bigint NOT NULL,
    leader       boolean NOT NULL,
    PRIMARY KEY (team, person),
    -- Foreign keys see every organisation: the organisation is in the key, so that none reaches into another.
    FOREIGN KEY (organisation, team) REFERENCES access.team (organisation, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation, person) REFERENCES access.member (organisation, person) ON DELETE CASCADE
);
CREATE INDEX team_member_person ON access.team_member (organisation, person);
SELECT store.isolate_v1('access.team_member');

-- A role in one project, also for people of another organisation: one person, or a whole team of a processor.
CREATE TABLE access.project_grant (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1() REFERENCES access.organisation (id),
    project      bigint NOT NULL,
    person       bigint REFERENCES access.person (id),
    team         bigint REFERENCES access.team (id) ON DELETE CASCADE,
    roles        text[] COLLATE "C" NOT NULL CHECK (
        cardinality(roles) > 0
        AND roles <@ ARRAY['owner', 'manager', 'annotator', 'reviewer', 'inspector', 'client', 'auditor']),
    created_by   bigint REFERENCES access.person (id),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    CHECK (num_nonnulls(person, team) = 1),
    UNIQUE (organisation, project, person),
    UNIQUE (organisation, project, team)
);
CREATE INDEX project_grant_person ON access.project_grant (person) WHERE person IS NOT NULL;
CREATE INDEX project_grant_team ON access.project_grant (team) WHERE team IS NOT NULL;
SELECT store.isolate_v1('access.project_grant');

CREATE TABLE access.invitation (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1() REFERENCES access.organisation (id),
    hash         bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32), -- SHA-256 of the secret in the link
    email        text COLLATE "C",
    roles        text[] COLLATE "C" NOT NULL CHECK (cardinality(roles) > 0),
    project      bigint,                                                -- roles in this project only
    created_by   bigint REFERENCES access.person (id),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_by      bigint REFERENCES access.person (id),
    used_at      timestamptz,
    withdrawn_at timestamptz,
    CHECK ((used_by IS NULL) = (used_at IS NULL)),
    CHECK (used_at IS NULL OR withdrawn_at IS NULL)
);
CREATE INDEX invitation_open ON access.invitation (organisation, id) WHERE used_at IS NULL AND withdrawn_at IS NULL;
SELECT store.isolate_v1('access.invitation');

-- An organisation sees of people what colleagues see of one another, and only its own: never a password's hash.
ALTER TABLE access.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.person FORCE ROW LEVEL SECURITY;
CREATE POLICY colleagues ON access.person FOR SELECT TO galley_app USING (
    id IN (SELECT person FROM access.member) OR id IN (SELECT person FROM access.project_grant WHERE person IS NOT NULL)
);
CREATE POLICY everybody ON access.person TO galley_house USING (true) WITH CHECK (true);
GRANT SELECT (id, email, username, name, language, state, created_at) ON access.person TO galley_app;
GRANT SELECT, INSERT, UPDATE ON access.person TO galley_house;
