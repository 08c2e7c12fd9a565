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
