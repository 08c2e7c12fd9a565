-- The link with which whoever started the server makes the first owner, kept as a hash; good until there is a person.
CREATE TABLE access.set_up (
    hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON access.set_up TO galley_house;
