-- Queries named `house_…` run as the house, which sees every organisation: each says by its parameters whose rows it means.
-- All others run as one organisation and see nothing else.

-- --- who is it ---

-- name: house_session_actor
-- Who a session is, and all they may be in an organisation; notes to the minute that the session is used.
WITH found AS (
    SELECT s.id, s.person, s.used_at,
           LEAST(s.expires_at, %(now)s::timestamptz + make_interval(secs => s.idle_seconds)) AS expires_at
    FROM access.session s
    WHERE s.hash = %(hash)s AND s.expires_at > %(now)s::timestamptz
      AND s.used_at + make_interval(secs => s.idle_seconds) > %(now)s::timestamptz
), touched AS (
    UPDATE access.session s SET used_at = %(now)s
    FROM found WHERE s.id = found.id AND found.used_at < %(now)s::timestamptz - interval '1 minute'
)
SELECT p.name, f.id AS session, f.person, f.expires_at, w.*
FROM found f
JOIN access.person p ON p.id = f.person AND p.state = 'active'
CROSS JOIN LATERAL access.standing_v1(f.person, %(organisation)s::bigint, %(now)s::timestamptz) AS w;

-- name: house_token_actor
-- Whose token it is, and all they may be in its organisation; notes to the hour that it is used.
WITH found AS (
    SELECT t.id, t.organisation, t.person, t.scopes, t.project, t.expires_at, t.used_at
    FROM access.token t
    WHERE t.hash = %(hash)s AND t.expires_at > %(now)s::timestamptz AND t.revoked_at IS NULL
), touched AS (
    UPDATE access.token t SET used_at = date_trunc('hour', %(now)s::timestamptz)
    FROM found WHERE t.id = found.id
    AND (found.used_at IS NULL OR found.used_at < date_trunc('hour', %(now)s::timestamptz))
)
SELECT p.name, f.id AS token, f.organisation, f.person, f.scopes, f.project, f.expires_at, w.*
FROM found f
JOIN access.person p ON p.id = f.person AND p.state = 'active'
CROSS JOIN LATERAL access.standing_v1(f.person, f.organisation, %(now)s::timestamptz) AS w;

-- name: tell
-- Let every process that remembers actors forget some: `person 7`, `organisation 3`, `token 5`.
SELECT pg_notify('galley_access', %(whom)s::text);

-- --- audit ---

-- name: insert_audit
-- One line of the audit, in the transaction of what it tells of.
INSERT INTO access.audit (organisation, at, kind, person, token, address, project, subject, facts)
VALUES (%(organisation)s, %(at)s, %(kind)s, %(person)s, %(token)s, %(address)s, %(project)s, %(subject)s, %(facts)s);

-- name: house_insert_denial
-- One line for a refusal; the same refusal again within ten minutes is not written again, nor one of a place that is not.
INSERT INTO access.audit (organisation, at, kind, person, token, address, project, subject, facts)
SELECT o.id, %(at)s, 'denied', %(person)s, %(token)s, %(address)s, %(project)s, %(subject)s, %(facts)s
FROM access.organisation o
WHERE o.id = %(organisation)s AND NOT EXISTS (
    SELECT FROM access.audit a
    WHERE a.organisation = o.id AND a.kind = 'denied' AND a.at > %(at)s::timestamptz - interval '10 minutes'
      AND a.subject = %(subject)s AND a.facts = %(facts)s::jsonb AND a.project IS NOT DISTINCT FROM %(project)s::bigint
);

-- name: house_insert_audit_of_person
-- The same line for every organisation that a person is a member of; for home when there is none.
INSERT INTO access.audit (organisation, at, kind, person, token, address, project, subject, facts)
SELECT whose, %(at)s, %(kind)s, %(person)s, NULL, %(address)s, NULL, %(subject)s, %(facts)s
FROM (
    SELECT m.organisation AS whose FROM access.member m WHERE m.person = %(about)s::bigint
    UNION
    SELECT 1 WHERE NOT EXISTS (SELECT FROM access.member m WHERE m.person = %(about)s::bigint)
) AS places ORDER BY whose;

-- --- people, sessions, tickets ---

-- name: house_person_by_login
-- Whoever signs in with that e-mail address or user name.
SELECT id, name, password, state FROM access.person
WHERE email = %(email)s::text OR username = %(username)s::text;

-- name: house_person
-- One person.
SELECT id, email, username, name, language, state, password IS NOT NULL AS has_password FROM access.person WHERE id = %(person)s;

-- name: house_password
-- The password's hash of one person.
SELECT password FROM access.person WHERE id = %(person)s;

-- name: house_insert_person
-- A new person; none when the e-mail address or user name is in use.
INSERT INTO access.person (email, username, name, language, password, password_at, created_at)
VALUES (%(email)s, %(username)s, %(name)s, %(language)s, %(password)s::text,
        CASE WHEN %(password)s::text IS NULL THEN NULL ELSE %(now)s::timestamptz END, %(now)s)
ON CONFLICT DO NOTHING RETURNING id;

-- name: house_set_password
-- A new hash, of a new password or of the same under stronger parameters.
UPDATE access.person SET password = %(password)s, password_at = %(now)s WHERE id = %(person)s;

-- name: house_set_state
-- Block a person, or let them in again.
UPDATE access.person SET state = %(state)s WHERE id = %(person)s AND state <> %(state)s;

-- name: house_set_profile
-- A person's name and language.
UPDATE access.person SET name = %(name)s, language = %(language)s WHERE id = %(person)s;

-- name: house_places
-- Every organisation a person may enter: what they are there, and in which of its projects.
SELECT o.id, o.slug, o.name, o.name_zh, o.kind,
       COALESCE((SELECT m.roles FROM access.member m WHERE m.organisation = o.id AND m.person = %(person)s), '{}') AS roles,
       (SELECT COALESCE(jsonb_object_agg(found.project, found.roles), '{}') FROM (
           SELECT g.project, jsonb_agg(DISTINCT role) AS roles
           FROM access.project_grant g CROSS JOIN unnest(g.roles) AS role
           WHERE g.organisation = o.id AND (g.expires_at IS NULL OR g.expires_at > %(now)s::timestamptz)
             AND (g.person = %(person)s OR EXISTS (
                 SELECT FROM access.team_member t WHERE t.team = g.team AND t.person = %(person)s))
           GROUP BY g.project
       ) AS found) AS project_roles
FROM access.organisation o
WHERE o.id IN (
    SELECT m.organisation FROM access.member m WHERE m.person = %(person)s
    UNION SELECT g.organisation FROM access.project_grant g
    WHERE g.person = %(person)s AND (g.expires_at IS NULL OR g.expires_at > %(now)s::timestamptz)
    UNION SELECT g.organisation FROM access.project_grant g JOIN access.team_member t ON t.team = g.team
    WHERE t.person = %(person)s AND (g.expires_at IS NULL OR g.expires_at > %(now)s::timestamptz)
) ORDER BY o.id;

-- name: house_insert_session
-- A new session of an active person; none when they are blocked.
INSERT INTO access.session (hash, person, way, agent, address, idle_seconds, created_at, used_at, expires_at)
SELECT %(hash)s, p.id, %(way)s, %(agent)s, %(address)s, %(idle_seconds)s, %(now)s, %(now)s, %(expires_at)s
FROM access.person p WHERE p.id = %(person)s AND p.state = 'active'
RETURNING id;

-- name: house_prune_sessions
-- Forget a person's sessions that have ended, and the least used beyond a number.
DELETE FROM access.session WHERE person = %(person)s AND (
    expires_at <= %(now)s::timestamptz OR used_at + make_interval(secs => idle_seconds) <= %(now)s::timestamptz
    OR id IN (SELECT s.id FROM access.session s WHERE s.person = %(person)s ORDER BY s.used_at DESC, s.id DESC OFFSET %(keep)s)
);

-- name: house_sessions
-- A person's sessions.
SELECT id, way, agent, address, created_at, used_at, expires_at FROM access.session
WHERE person = %(person)s AND expires_at > %(now)s::timestamptz
  AND used_at + make_interval(secs => idle_seconds) > %(now)s::timestamptz
ORDER BY id;

-- name: house_end_session
-- End one session of a person.
DELETE FROM access.session WHERE id = %(session)s AND person = %(person)s RETURNING id;

-- name: house_end_sessions
-- End all sessions of a person but one (0: none is kept).
DELETE FROM access.session WHERE person = %(person)s AND id <> %(but)s RETURNING id;

-- name: house_sweep
-- Forget what has ended long ago: sessions, tickets, ways to a provider, forgiven failures.
WITH sessions AS (
    DELETE FROM access.session WHERE expires_at <= %(now)s::timestamptz RETURNING 1
), tickets AS (
    DELETE FROM access.ticket WHERE expires_at <= %(now)s::timestamptz RETURNING 1
), flows AS (
    DELETE FROM access.oidc_flow WHERE expires_at <= %(now)s::timestamptz RETURNING 1
), failures AS (
    DELETE FROM access.throttle WHERE last_at < %(now)s::timestamptz - interval '7 days' RETURNING 1
)
SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM tickets) + (SELECT count(*) FROM flows)
     + (SELECT count(*) FROM failures);

-- name: house_insert_ticket
-- A sign-in link for once.
INSERT INTO access.ticket (hash, person, created_at, expires_at) VALUES (%(hash)s, %(person)s, %(now)s, %(expires_at)s);

-- name: house_use_ticket
-- Take a ticket: whoever comes second finds none.
DELETE FROM access.ticket WHERE hash = %(hash)s AND expires_at > %(now)s::timestamptz RETURNING person;

-- name: house_void_tickets
-- Whatever links were made for a person are good no more.
DELETE FROM access.ticket WHERE person = %(person)s;

-- --- throttling ---

-- name: house_open_throttles
-- Make the counters that are missing.
INSERT INTO access.throttle (key, failures, last_at, closed_to)
SELECT key, 0, %(now)s, %(now)s FROM unnest(%(keys)s::bytea[]) AS key ORDER BY key ON CONFLICT DO NOTHING;

-- name: house_lock_throttles
-- Read counters, one process at a time, in one order everywhere.
SELECT key, failures, last_at, closed_to FROM access.throttle WHERE key = ANY(%(keys)s::bytea[]) ORDER BY key FOR UPDATE;

-- name: house_write_throttle
-- Write a counter.
UPDATE access.throttle SET failures = %(failures)s, last_at = %(last_at)s, closed_to = %(closed_to)s WHERE key = %(key)s;

-- name: house_forgive
-- Forget the failures under some keys.
DELETE FROM access.throttle WHERE key = ANY(%(keys)s::bytea[]);

-- --- organisations, members, teams ---

-- name: house_insert_organisation
-- A new organisation; none when the short name is in use.
INSERT INTO access.organisation (slug, name, name_zh, kind, created_at)
VALUES (%(slug)s, %(name)s, %(name_zh)s, %(kind)s, %(now)s) ON CONFLICT DO NOTHING RETURNING id;

-- name: house_change_organisation
-- Names of an organisation.
UPDATE access.organisation SET name = %(name)s, name_zh = %(name_zh)s WHERE id = %(organisation)s;

-- name: house_organisations
-- A page of all organisations.
SELECT o.id, o.slug, o.name, o.name_zh, o.kind, o.created_at FROM access.organisation o
WHERE o.id > %(after)s ORDER BY o.id LIMIT %(limit)s;

-- name: house_organisation_by_slug
-- The organisation of a short name.
SELECT id FROM access.organisation WHERE slug = %(slug)s;

-- name: organisation
-- The organisation whose rows these are.
SELECT id, slug, name, name_zh, kind, created_at FROM access.organisation WHERE id = %(organisation)s;

-- name: members
-- A page of members.
SELECT m.person, p.name, p.email, p.username, p.state, m.roles, m.created_at,
       ARRAY(SELECT t.team FROM access.team_member t WHERE t.organisation = m.organisation AND t.person = m.person ORDER BY 1) AS teams
FROM access.member m JOIN access.person p ON p.id = m.person
WHERE m.person > %(after)s ORDER BY m.person LIMIT %(limit)s;

-- name: member_roles
-- What one member is, held until the transaction ends.
SELECT roles FROM access.member WHERE person = %(person)s FOR UPDATE;

-- name: lock_owners
-- Every owner, held until the transaction ends, so that two do not leave at once.
SELECT person FROM access.member WHERE 'owner' = ANY(roles) ORDER BY person FOR UPDATE;

-- name: house_add_member
-- Make a person a member, or add to what a member is.
INSERT INTO access.member AS m (organisation, person, roles, created_at)
VALUES (%(organisation)s, %(person)s, %(roles)s, %(now)s)
ON CONFLICT (organisation, person) DO UPDATE
SET roles = ARRAY(SELECT DISTINCT unnest(m.roles || EXCLUDED.roles) ORDER BY 1);

-- name: set_roles
-- What a member is from now on.
UPDATE access.member SET roles = %(roles)s WHERE person = %(person)s;

-- name: remove_member
-- A member leaves, and every team with them.
DELETE FROM access.member WHERE person = %(person)s;

-- name: end_grants_of
-- What somebody who left was granted in projects.
DELETE FROM access.project_grant WHERE person = %(person)s;

-- name: withdraw_invitations_of
-- What somebody who left, or may less than before, invited others to.
UPDATE access.invitation SET withdrawn_at = %(now)s
WHERE created_by = %(person)s AND used_at IS NULL AND withdrawn_at IS NULL;

-- name: teams
-- Every team with its people and leaders.
SELECT t.id, t.name,
       ARRAY(SELECT m.person FROM access.team_member m WHERE m.team = t.id ORDER BY 1) AS people,
       ARRAY(SELECT m.person FROM access.team_member m WHERE m.team = t.id AND m.leader ORDER BY 1) AS leaders
FROM access.team t WHERE %(teams)s::bigint[] IS NULL OR t.id = ANY(%(teams)s::bigint[]) ORDER BY t.id;

-- name: insert_team
-- A new team; none when the name is in use.
INSERT INTO access.team (name, created_at) VALUES (%(name)s, %(now)s) ON CONFLICT DO NOTHING RETURNING id;

-- name: delete_team
-- A team is no more, nor what it was granted.
DELETE FROM access.team WHERE id = %(team)s RETURNING name;

-- name: team_people
-- Who is in a team.
SELECT person FROM access.team_member WHERE team = %(team)s ORDER BY person;

-- name: hold_team
-- One team, held until the transaction ends.
SELECT name FROM access.team WHERE id = %(team)s FOR UPDATE;

-- name: clear_team
-- Nobody is in the team.
DELETE FROM access.team_member WHERE team = %(team)s;

-- name: fill_team
-- Members into a team; who is not a member is left out.
INSERT INTO access.team_member (team, person, leader)
SELECT %(team)s, m.person, m.person = ANY(%(leaders)s::bigint[]) FROM access.member m
WHERE m.person = ANY(%(people)s::bigint[]) OR m.person = ANY(%(leaders)s::bigint[])
RETURNING person;

-- --- invitations ---

-- name: insert_invitation
-- A new invitation.
INSERT INTO access.invitation (hash, email, roles, project, created_by, created_at, expires_at)
VALUES (%(hash)s, %(email)s, %(roles)s, %(project)s, %(person)s, %(now)s, %(expires_at)s) RETURNING id;

-- name: invitations
-- Open invitations.
SELECT id, email, roles, project, created_by, created_at, expires_at FROM access.invitation
WHERE used_at IS NULL AND withdrawn_at IS NULL AND expires_at > %(now)s::timestamptz AND id > %(after)s
ORDER BY id LIMIT %(limit)s;

-- name: withdraw_invitation
-- An invitation is taken back.
UPDATE access.invitation SET withdrawn_at = %(now)s
WHERE id = %(invitation)s AND used_at IS NULL AND withdrawn_at IS NULL RETURNING id;

-- name: house_use_invitation
-- Take an invitation: whoever comes second finds none, and nobody is let in by somebody who is kept out.
UPDATE access.invitation SET used_by = %(person)s, used_at = %(now)s
WHERE hash = %(hash)s AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > %(now)s::timestamptz
  AND NOT EXISTS (SELECT FROM access.person p WHERE p.id = created_by AND p.state = 'blocked')
RETURNING id, organisation, roles, project, created_by;

-- name: house_invitation
-- What an open invitation is to.
SELECT i.id, i.organisation, o.name AS organisation_name, o.name_zh AS organisation_name_zh, i.email, i.roles, i.project, i.expires_at
FROM access.invitation i JOIN access.organisation o ON o.id = i.organisation
WHERE i.hash = %(hash)s AND i.used_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > %(now)s::timestamptz
  AND NOT EXISTS (SELECT FROM access.person p WHERE p.id = i.created_by AND p.state = 'blocked');

-- --- roles in projects ---

-- name: house_add_grant
-- Make a person something in a project, or add to what they are there.
INSERT INTO access.project_grant AS g (organisation, project, person, roles, created_by, created_at, expires_at)
VALUES (%(organisation)s, %(project)s, %(person)s, %(roles)s, %(created_by)s, %(now)s, NULL)
ON CONFLICT (organisation, project, person) DO UPDATE
SET roles = ARRAY(SELECT DISTINCT unnest(g.roles || EXCLUDED.roles) ORDER BY 1), expires_at = NULL;

-- name: grant_person
-- What a person is in a project, from now on until a moment.
INSERT INTO access.project_grant (project, person, roles, created_by, created_at, expires_at)
VALUES (%(project)s, %(person)s, %(roles)s, %(created_by)s, %(now)s, %(expires_at)s)
ON CONFLICT (organisation, project, person) DO UPDATE SET roles = EXCLUDED.roles, expires_at = EXCLUDED.expires_at
RETURNING id;

-- name: grant_team
-- What everybody in a team, perhaps of another organisation, is in a project.
INSERT INTO access.project_grant (project, team, roles, created_by, created_at, expires_at)
VALUES (%(project)s, %(team)s, %(roles)s, %(created_by)s, %(now)s, %(expires_at)s)
ON CONFLICT (organisation, project, team) DO UPDATE SET roles = EXCLUDED.roles, expires_at = EXCLUDED.expires_at
RETURNING id;

-- name: grants
-- Who is what in a project.
SELECT g.id, g.project, g.person, p.name, g.team, g.roles, g.created_at, g.expires_at
FROM access.project_grant g LEFT JOIN access.person p ON p.id = g.person
WHERE g.project = %(project)s AND g.id > %(after)s ORDER BY g.id LIMIT %(limit)s;

-- name: grant_roles
-- What a grant gives, held until the transaction ends.
SELECT project, person, team, roles FROM access.project_grant WHERE id = %(grant)s AND project = %(project)s FOR UPDATE;

-- name: roles_granted
-- What a person or team is in a project already, held until the transaction ends.
SELECT roles FROM access.project_grant
WHERE project = %(project)s AND (person = %(person)s::bigint OR team = %(team)s::bigint) FOR UPDATE;

-- name: end_grant
-- A grant ends.
DELETE FROM access.project_grant WHERE id = %(grant)s;

-- name: house_team_exists
-- Whose team it is.
SELECT organisation FROM access.team WHERE id = %(team)s;

-- --- service tokens ---

-- name: insert_token
-- A new token.
INSERT INTO access.token (hash, name, ending, person, scopes, project, created_at, expires_at)
VALUES (%(hash)s, %(name)s, %(ending)s, %(person)s, %(scopes)s, %(project)s, %(now)s, %(expires_at)s) RETURNING id;

-- name: tokens
-- A page of tokens, of one maker or of all.
SELECT id, name, ending, person, scopes, project, created_at, expires_at, used_at, revoked_at FROM access.token
WHERE id > %(after)s AND (%(person)s::bigint IS NULL OR person = %(person)s::bigint) ORDER BY id LIMIT %(limit)s;

-- name: revoke_token
-- A token is good no more.
UPDATE access.token SET revoked_at = %(now)s
WHERE id = %(token)s AND revoked_at IS NULL AND (%(person)s::bigint IS NULL OR person = %(person)s::bigint) RETURNING name;

-- --- clients' rules ---

-- name: replace_proposal
-- A newer proposal takes the place of an open one.
UPDATE access.isolation SET state = 'replaced'
WHERE state = 'proposed' AND COALESCE(project, 0) = COALESCE(%(project)s::bigint, 0);

-- name: insert_proposal
-- A rule that somebody would like.
INSERT INTO access.isolation (project, organisations, people, networks, view_only, until, note, state, proposed_by, proposed_at)
VALUES (%(project)s, %(organisations)s::bigint[], %(people)s::bigint[], %(networks)s::text[], %(view_only)s, %(until)s,
        %(note)s, 'proposed', %(person)s, %(now)s) RETURNING id;

-- name: hold_proposal
-- An open proposal, held until the transaction ends.
SELECT project, networks, proposed_by FROM access.isolation WHERE id = %(rule)s AND state = 'proposed' FOR UPDATE;

-- name: isolation_project
-- What a rule stands before.
SELECT project FROM access.isolation WHERE id = %(rule)s;

-- name: replace_rule
-- The rule in force makes room for the next.
UPDATE access.isolation SET state = 'replaced'
WHERE state = 'approved' AND COALESCE(project, 0) = COALESCE(%(project)s::bigint, 0);

-- name: decide_proposal
-- A proposal becomes the rule, or does not.
UPDATE access.isolation SET state = %(state)s, decided_by = %(person)s, decided_at = %(now)s WHERE id = %(rule)s;

-- name: isolation_versions
-- Every version of the rules, newest first.
SELECT id, project, organisations, people, networks, view_only, until, note, state,
       proposed_by, proposed_at, decided_by, decided_at
FROM access.isolation WHERE id < %(before)s AND (%(project)s::bigint IS NULL OR project = %(project)s::bigint)
ORDER BY id DESC LIMIT %(limit)s;

-- --- the audit's pages and seals ---

-- name: audit_page
-- A page of the audit, newest first, each line with the number of its seal.
SELECT a.id, a.organisation, a.at, a.kind, a.person, a.token, a.address, a.project, a.subject, a.facts, a.salt,
       (SELECT s.number FROM access.audit_seal s WHERE s.organisation = a.organisation AND s.last_row >= a.id
        ORDER BY s.last_row LIMIT 1) AS seal
FROM access.audit a
WHERE a.id < %(before)s AND (%(project)s::bigint IS NULL OR a.project = %(project)s::bigint)
ORDER BY a.id DESC LIMIT %(limit)s;

-- name: person_names
-- What some people are called, as long as they are of the organisation.
SELECT id, name FROM access.person WHERE id = ANY(%(people)s::bigint[]);

-- name: audit_names
-- What people and tokens of a page are called; people as long as they are of the organisation.
SELECT 'person' AS kind, id, name FROM access.person WHERE id = ANY(%(people)s::bigint[])
UNION ALL
SELECT 'token', id, name FROM access.token WHERE id = ANY(%(tokens)s::bigint[]);

-- name: seal_of
-- The seal that holds a line.
SELECT number, first_row, last_row, row_count, root, previous, sealed_at, envelope, log_index
FROM access.audit_seal WHERE last_row >= %(row)s AND first_row <= %(row)s ORDER BY last_row LIMIT 1;

-- name: audit_lines
-- Lines of one organisation in order: those of a seal.
SELECT id, organisation, at, kind, person, token, address, project, subject, facts, salt FROM access.audit
WHERE organisation = %(organisation)s AND id BETWEEN %(first)s AND %(last)s ORDER BY id;

-- name: limit_waiting
-- Rather seal a little later than keep anybody waiting.
SET LOCAL lock_timeout = '500ms';

-- name: stop_audit
-- Wait until no transaction that wrote to the audit is open, and let none begin until this one ends.
SELECT pg_advisory_xact_lock(4773215066112520);

-- name: house_audit_end
-- The last line there is; while the audit is stopped, none can appear below it any more.
SELECT COALESCE(max(id), 0) FROM access.audit;

-- name: house_unsealed
-- Organisations with lines after their last seal, and what that seal was.
SELECT o.id, COALESCE(s.number, 0), COALESCE(s.last_row, 0), COALESCE(s.root, '')
FROM access.organisation o
LEFT JOIN LATERAL (
    SELECT number, last_row, root FROM access.audit_seal WHERE organisation = o.id ORDER BY number DESC LIMIT 1
) AS s ON true
WHERE EXISTS (
    SELECT FROM access.audit a WHERE a.organisation = o.id AND a.id > COALESCE(s.last_row, 0) AND a.id <= %(end)s
) ORDER BY o.id;

-- name: house_lines_after
-- The next lines of one organisation, in order.
SELECT id, organisation, at, kind, person, token, address, project, subject, facts, salt FROM access.audit
WHERE organisation = %(organisation)s AND id > %(after)s AND id <= %(end)s ORDER BY id LIMIT %(limit)s;

-- name: house_insert_seal
-- A seal, before it is stated in the log; nothing happens when another process made it.
INSERT INTO access.audit_seal (organisation, number, first_row, last_row, row_count, root, previous, sealed_at)
VALUES (%(organisation)s, %(number)s, %(first_row)s, %(last_row)s, %(row_count)s, %(root)s, %(previous)s, %(sealed_at)s)
ON CONFLICT DO NOTHING;

-- name: house_unlogged_seals
-- Seals that are not stated in the log yet.
SELECT organisation, number, first_row, last_row, row_count, root, previous, sealed_at
FROM access.audit_seal WHERE log_index IS NULL ORDER BY organisation, number LIMIT 1000;

-- name: house_seal_logged
-- Where a seal's statement is in the log.
UPDATE access.audit_seal SET envelope = %(envelope)s, log_index = %(log_index)s
WHERE organisation = %(organisation)s AND number = %(number)s AND log_index IS NULL;

-- name: seals
-- Every seal of one organisation, in order.
SELECT number, first_row, last_row, row_count, root, previous, sealed_at, envelope, log_index
FROM access.audit_seal WHERE organisation = %(organisation)s ORDER BY number;

-- name: lines_outside
-- How many lines up to the last seal are in none.
SELECT count(*) FROM access.audit a
WHERE a.organisation = %(organisation)s AND a.id <= %(last)s AND NOT EXISTS (
    SELECT FROM access.audit_seal s
    WHERE s.organisation = a.organisation AND a.id BETWEEN s.first_row AND s.last_row
);

-- name: lines_waiting
-- How many lines there are after the last seal.
SELECT count(*) FROM access.audit WHERE organisation = %(organisation)s AND id > %(last)s;

-- --- shared keys ---

-- name: house_secrets
-- Keys of a purpose that are believed, newest first.
SELECT id, key, created_at FROM access.secret WHERE purpose = %(purpose)s AND retired_at IS NULL ORDER BY id DESC;

-- name: house_lock_secret
-- Let one process at a time make the first key.
SELECT pg_advisory_xact_lock(4773215066112521);

-- name: house_insert_secret
-- A new key, which signs from now on.
INSERT INTO access.secret (purpose, key, created_at) VALUES (%(purpose)s, %(key)s, %(now)s);

-- name: house_retire_secrets
-- What older keys made is believed no more.
UPDATE access.secret SET retired_at = %(now)s
WHERE purpose = %(purpose)s AND retired_at IS NULL AND created_at < %(before)s;

-- --- identity providers ---

-- name: house_set_provider
-- Add a provider, or change what is known of one.
INSERT INTO access.oidc_provider (slug, name, issuer, client_id, client_secret, base_url, created_at)
VALUES (%(slug)s, %(name)s, %(issuer)s, %(client_id)s, %(client_secret)s, %(base_url)s, %(now)s)
ON CONFLICT (slug) DO UPDATE SET name = EXCLUDED.name, issuer = EXCLUDED.issuer, client_id = EXCLUDED.client_id,
    client_secret = EXCLUDED.client_secret, base_url = EXCLUDED.base_url;

-- name: house_remove_provider
-- Nobody signs in with a provider any more.
DELETE FROM access.oidc_provider WHERE slug = %(slug)s RETURNING slug;

-- name: house_providers
-- Every provider.
SELECT slug, name, issuer, client_id, client_secret, base_url FROM access.oidc_provider ORDER BY slug;

-- name: house_insert_flow
-- Somebody sets out to a provider.
INSERT INTO access.oidc_flow (hash, browser, provider, verifier, nonce, redirect_uri, person, invitation, expires_at)
VALUES (%(hash)s, %(browser)s, %(provider)s, %(verifier)s, %(nonce)s, %(redirect_uri)s, %(person)s, %(invitation)s, %(expires_at)s);

-- name: house_take_flow
-- Somebody comes back from a provider: once.
DELETE FROM access.oidc_flow
WHERE hash = %(hash)s AND browser = %(browser)s AND provider = %(provider)s AND expires_at > %(now)s::timestamptz
RETURNING verifier, nonce, redirect_uri, person, invitation;

-- name: house_person_of_identity
-- Whose identity it is.
SELECT person FROM access.oidc_identity WHERE issuer = %(issuer)s AND subject = %(subject)s;

-- name: house_link_identity
-- An identity is a person's; nothing happens when it is somebody's.
INSERT INTO access.oidc_identity (issuer, subject, person, created_at)
VALUES (%(issuer)s, %(subject)s, %(person)s, %(now)s) ON CONFLICT DO NOTHING RETURNING person;

-- --- the first owner ---

-- name: house_set_up_open
-- Whether nobody is here yet, and a link was made with which somebody may be.
SELECT NOT EXISTS (SELECT FROM access.person)
   AND EXISTS (SELECT FROM access.set_up WHERE expires_at > %(now)s::timestamptz);

-- name: house_is_anybody
-- Whether there is a person.
SELECT EXISTS (SELECT FROM access.person);

-- name: house_lock_set_up
-- One set-up after the other: who comes second sees the person of the first.
LOCK TABLE access.set_up IN EXCLUSIVE MODE;

-- name: house_insert_set_up
-- A link for setting up.
INSERT INTO access.set_up (hash, created_at, expires_at) VALUES (%(hash)s, %(now)s, %(expires_at)s);

-- name: house_use_set_up
-- Whether a link for setting up is good.
SELECT EXISTS (SELECT FROM access.set_up WHERE hash = %(hash)s AND expires_at > %(now)s::timestamptz);

-- name: house_end_set_up
-- No link for setting up is good any more.
DELETE FROM access.set_up;
