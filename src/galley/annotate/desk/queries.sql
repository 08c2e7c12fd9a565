-- One person's desk. Every query goes by the person or by a bounded list of projects; none by items.

-- name: labeler
-- The labeler that a person is here; none before they first worked.
SELECT id FROM annotate.labeler WHERE person = %(person)s;

-- name: projects
-- Projects that are not closed, newest first; of a list when one is given.
SELECT id, name, line, state, due_at, guideline_version, schema_version FROM annotate.project
WHERE state <> 'closed' AND (%(projects)s::bigint[] IS NULL OR id = ANY(%(projects)s::bigint[]))
ORDER BY id DESC LIMIT %(limit)s;

-- name: held
-- The leases one holds, by project and stage, and when the first of them runs out.
SELECT project, stage, count(*) AS held, min(lease_until) AS lease_until FROM annotate.slot
WHERE worker = %(labeler)s AND state = 'leased' GROUP BY project, stage;

-- name: kept
-- Slots kept for one: returned answers, and what a lead assigned. Known answers are not told apart from work.
SELECT project, stage, count(*) FILTER (WHERE attempt > 1 OR rework_of IS NOT NULL) AS returned,
       count(*) FILTER (WHERE attempt = 1 AND rework_of IS NULL) AS assigned
FROM annotate.slot WHERE prefer_worker = %(labeler)s AND state = 'ready' AND NOT is_gold GROUP BY project, stage;

-- name: drafts
-- Slots with unfinished work of one's own, by project.
SELECT project, count(DISTINCT slot) AS drafts FROM annotate.draft WHERE labeler = %(labeler)s GROUP BY project;

-- name: efforts
-- What one did in each stage of some projects.
SELECT e.project, e.labeler, l.name, l.kind, e.stage, e.submitted, e.revised, e.skipped, e.late, e.accepted, e.fixed,
       e.returned, e.voided, e.timed, e.counted_ms, e.raw_ms, e.units, e.last_at, NULL::bigint AS seen, NULL::bigint AS correct,
       h.answers AS assisted, h.shown, h.kept
FROM annotate.effort e JOIN annotate.labeler l ON l.id = e.labeler
LEFT JOIN annotate.assistance h ON h.project = e.project AND h.labeler = e.labeler
WHERE e.project = ANY(%(projects)s::bigint[]) AND e.labeler = %(labeler)s ORDER BY e.project, e.stage;

-- name: standings
-- How one stands in some projects, where it is not simply open.
SELECT project, state, until, reason FROM annotate.standing
WHERE project = ANY(%(projects)s::bigint[]) AND labeler = %(labeler)s AND state <> 'open'
  AND (until IS NULL OR until > %(now)s);

-- name: days
-- One's days in UTC since a moment, all projects together.
SELECT (hour AT TIME ZONE 'UTC')::date AS day, sum(submitted)::bigint AS answers, sum(returned)::bigint AS returned,
       sum(counted_ms)::bigint AS counted_ms, sum(units)::bigint AS units
FROM annotate.rollup WHERE labeler = %(labeler)s AND hour >= %(since)s GROUP BY 1 ORDER BY 1;

-- name: newest_rows
-- The newest rows of one's accounts.
SELECT id, project, stage, pool, slot, revision, labeler, verdict, at, counted_ms, raw_ms, time_rule, unit, units,
       price_rule, corrects, note
FROM annotate.work_row WHERE labeler = %(labeler)s ORDER BY id DESC LIMIT %(limit)s;

-- name: newest_actions
-- The newest things that were done about one in some projects, a few a project.
SELECT a.id, a.project, a.rule, a.act, a.explanation_en, a.explanation_zh, a.state, a.at, a.until,
       y.id AS appeal, y.state AS appeal_state
FROM unnest(%(projects)s::bigint[]) AS asked (project)
CROSS JOIN LATERAL (
    SELECT * FROM annotate.quality_action
    WHERE project = asked.project AND labeler = %(labeler)s AND act ->> 'do' <> 'tell_lead'
    ORDER BY id DESC LIMIT %(limit)s
) AS a
LEFT JOIN annotate.appeal y ON y.action = a.id
ORDER BY a.id DESC LIMIT %(limit)s;

-- name: of_line
-- The projects in which people answer for a line, the newest first.
SELECT id, name, purpose, state FROM annotate.project WHERE line = %(line)s ORDER BY id DESC LIMIT %(limit)s;

-- name: chart_days
-- A project's days in UTC since a moment, by stage.
SELECT (hour AT TIME ZONE 'UTC')::date AS day, stage, sum(submitted)::bigint AS answers, sum(skipped)::bigint AS skipped,
       sum(accepted)::bigint AS accepted, sum(fixed)::bigint AS fixed, sum(returned)::bigint AS returned,
       sum(counted_ms)::bigint AS counted_ms
FROM annotate.hourly WHERE project = %(project)s AND hour >= %(since)s GROUP BY 1, 2 ORDER BY 1, 2;

-- name: chart_people
-- The days of a project's people since a moment, a row a person and day; of one person when named.
SELECT (hour AT TIME ZONE 'UTC')::date AS day, labeler, sum(submitted)::bigint AS answers, sum(accepted)::bigint AS accepted,
       sum(fixed)::bigint AS fixed, sum(returned)::bigint AS returned, sum(timed)::bigint AS timed,
       sum(counted_ms)::bigint AS counted_ms
FROM annotate.rollup
WHERE project = %(project)s AND hour >= %(since)s AND (%(labeler)s::bigint IS NULL OR labeler = %(labeler)s)
GROUP BY 1, 2 ORDER BY 1, 2 LIMIT %(limit)s;

-- name: reader_lags
-- How many events of the outbox each duty has not read yet, ten thousand at most, and since when the oldest of them waits.
SELECT r.name, w.events, w.oldest
FROM annotate.reader r CROSS JOIN LATERAL (
    SELECT count(*) AS events, min(f.at) AS oldest FROM (
        SELECT o.at FROM annotate.outbox o WHERE (o.tx, o.id) > (r.tx, r.id) ORDER BY o.tx, o.id LIMIT 10000
    ) AS f
) AS w WHERE r.name NOT LIKE '%%-flow' ORDER BY r.name;
