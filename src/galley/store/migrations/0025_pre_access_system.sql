-- Who may look at the whole platform: regulators, and of the operator's people those who run or audit it. On many floors the
-- annotators are the operator's own people: for them other organisations are none of their business.

CREATE OR REPLACE FUNCTION access.standing_v1(who bigint, door bigint, moment timestamptz) RETURNS TABLE (
    kind text, roles text[], project_roles jsonb, grants_until timestamptz, memberships bigint[],
    operator boolean, regulator boolean, leads bigint[], isolation jsonb, entry_due boolean
) LANGUAGE sql STABLE AS $$
    WITH given AS (
        SELECT g.project, g.roles, g.expires_at FROM access.project_grant g
        WHERE g.organisation = door AND g.person = who AND (g.expires_at IS NULL OR g.expires_at > moment)
        UNION ALL
        SELECT g.project, g.roles, g.expires_at
        FROM access.project_grant g JOIN access.team_member t ON t.team = g.team
        WHERE g.organisation = door AND t.person = who AND (g.expires_at IS NULL OR g.expires_at > moment)
    ), mine AS (
        SELECT m.organisation, m.roles, o.kind
        FROM access.member m JOIN access.organisation o ON o.id = m.organisation WHERE m.person = who
    )
    SELECT (SELECT o.kind FROM access.organisation o WHERE o.id = door),
           COALESCE((SELECT mine.roles FROM mine WHERE mine.organisation = door), '{}'),
           COALESCE((SELECT jsonb_object_agg(found.project, found.roles) FROM (
               SELECT given.project, jsonb_agg(DISTINCT role) AS roles FROM given, unnest(given.roles) AS role GROUP BY given.project
           ) AS found), '{}'),
           (SELECT min(given.expires_at) FROM given),
           ARRAY(SELECT mine.organisation FROM mine ORDER BY 1),
           EXISTS (SELECT FROM mine WHERE mine.kind = 'operator' AND mine.roles && ARRAY['owner', 'manager']),
           EXISTS (SELECT FROM mine WHERE mine.kind = 'regulator'
               OR mine.kind = 'operator' AND mine.roles && ARRAY['owner', 'manager', 'auditor']),
           ARRAY(SELECT t.team FROM access.team_member t WHERE t.organisation = door AND t.person = who AND t.leader ORDER BY 1),
           COALESCE((SELECT jsonb_agg(jsonb_build_object(
               'id', i.id, 'project', i.project, 'organisations', i.organisations, 'people', i.people,
               'networks', i.networks, 'view_only', i.view_only, 'until', i.until) ORDER BY i.id)
               FROM access.isolation i WHERE i.organisation = door AND i.state = 'approved'), '[]'),
           EXISTS (SELECT FROM given) AND NOT EXISTS (SELECT FROM mine WHERE mine.organisation = door)
               AND NOT EXISTS (
                   SELECT FROM access.audit a
                   WHERE a.organisation = door AND a.kind = 'entry' AND a.person = who AND a.at > moment - interval '1 day')
$$;
