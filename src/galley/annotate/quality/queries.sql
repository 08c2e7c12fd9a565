-- What a duty reads it reads as the house; every row names its organisation.

-- name: first_reader
-- The place of quality control in the outbox, at its beginning.
INSERT INTO annotate.reader (name) VALUES (%(name)s) ON CONFLICT DO NOTHING;

-- name: lock_reader
-- How far quality control has read, held until the transaction ends; nothing when another process holds it.
SELECT tx::text AS tx, id FROM annotate.reader WHERE name = %(name)s FOR UPDATE SKIP LOCKED;

-- name: save_reader
-- Move the place of quality control in the outbox.
UPDATE annotate.reader SET tx = %(tx)s::text::xid8, id = %(id)s WHERE name = %(name)s;

-- name: fold
-- Note what the next events of the outbox say about people, and whom it concerns; how many events, and the last place.
WITH page AS MATERIALIZED (
    SELECT o.tx, o.id, o.organisation, o.project, o.event, o.slot, o.item, o.labeler, o.revision, o.at
    FROM annotate.outbox o
    WHERE (o.tx, o.id) > (%(tx)s::text::xid8, %(id)s) AND o.tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY o.tx, o.id LIMIT %(limit)s
), told AS (
    SELECT p.tx, p.id, p.organisation, p.project, p.item, p.at, s.leased_at,
           CASE p.event WHEN 'submitted' THEN 'answer' WHEN 'skipped' THEN 'skip' WHEN 'orphaned' THEN 'late'
                        WHEN 'returned' THEN 'returned' ELSE
                (SELECT CASE r.body ->> 'verdict' WHEN 'accept' THEN 'accepted' WHEN 'fix' THEN 'fixed' END
                 FROM annotate.revision r WHERE r.id = p.revision) END AS kind,
           CASE p.event WHEN 'reviewed' THEN t.id ELSE s.id END AS slot,
           CASE p.event WHEN 'reviewed' THEN t.worker ELSE p.labeler END AS labeler
    FROM page p
    JOIN annotate.slot s ON s.id = p.slot
    LEFT JOIN annotate.slot t ON t.id = s.target
    WHERE p.event IN ('skipped', 'orphaned', 'returned', 'reviewed')
       OR (p.event = 'submitted' AND s.stage IN ('label', 'adjudicate'))
), noted AS (
    INSERT INTO annotate.quality_evidence (organisation, project, labeler, kind, item, slot, gold, at, leased_at)
    SELECT d.organisation, d.project, d.labeler, d.kind, d.item, d.slot,
           d.kind = 'answer'
           AND EXISTS (SELECT 1 FROM annotate.gold g WHERE g.project = d.project AND g.item = d.item),
           d.at, CASE WHEN d.kind = 'answer' THEN d.leased_at END
    FROM told d JOIN annotate.labeler l ON l.id = d.labeler AND l.kind = 'person'
    WHERE d.kind IS NOT NULL
    ORDER BY d.tx, d.id
    RETURNING organisation, project, labeler
), watched AS (
    INSERT INTO annotate.quality_watch AS w (organisation, project, labeler, pending_since)
    SELECT DISTINCT organisation, project, labeler, %(now)s::timestamptz FROM noted
    ON CONFLICT (project, labeler) DO UPDATE SET pending_since = COALESCE(w.pending_since, EXCLUDED.pending_since)
)
SELECT count(*) AS events, (SELECT p.tx::text FROM page p ORDER BY p.tx DESC, p.id DESC LIMIT 1) AS tx,
       (SELECT p.id FROM page p ORDER BY p.tx DESC, p.id DESC LIMIT 1) AS id
FROM page;

-- name: pending
-- Who is to be looked at, those who waited longest first; held until the transaction ends.
SELECT w.organisation, w.project, w.labeler, p.schema_sha256
FROM annotate.quality_watch w JOIN annotate.project p ON p.id = w.project
WHERE w.pending_since IS NOT NULL AND (w.looked_at IS NULL OR w.looked_at <= %(before)s)
ORDER BY w.pending_since LIMIT %(limit)s FOR NO KEY UPDATE OF w SKIP LOCKED;

-- name: looked
-- Note that people were looked at.
UPDATE annotate.quality_watch w SET pending_since = NULL, looked_at = %(now)s
FROM unnest(%(labelers)s::bigint[]) AS seen (labeler)
WHERE w.project = %(project)s AND w.labeler = seen.labeler;

-- name: current_rules
-- The newest rules of a project.
SELECT version, rules, author, created_at FROM annotate.quality_rules
WHERE project = %(project)s ORDER BY version DESC LIMIT 1;

-- name: rules_versions
-- Every version of a project's rules, newest first.
SELECT version, rules, author, created_at FROM annotate.quality_rules
WHERE project = %(project)s AND version < %(before)s ORDER BY version DESC LIMIT %(limit)s;

-- name: insert_rules
-- Save the next version of a project's rules, unless somebody saved it meanwhile.
INSERT INTO annotate.quality_rules (project, version, rules, author, created_at)
VALUES (%(project)s, %(version)s, %(rules)s, %(author)s, %(now)s) ON CONFLICT DO NOTHING;

-- name: observations
-- The newest observations of some people: of all kinds, on known answers, and of reviews; with the answers themselves.
SELECT e.labeler, e.id, e.kind, e.item, e.at, e.leased_at, r.body, r.body_sha256, g.body AS gold, p.body AS prelabel
FROM unnest(%(labelers)s::bigint[]) AS who (labeler)
CROSS JOIN LATERAL (
    (SELECT * FROM annotate.quality_evidence a
     WHERE a.project = %(project)s AND a.labeler = who.labeler ORDER BY a.id DESC LIMIT %(window)s)
    UNION
    (SELECT * FROM annotate.quality_evidence a
     WHERE a.project = %(project)s AND a.labeler = who.labeler AND a.gold ORDER BY a.id DESC LIMIT %(window)s)
    UNION
    (SELECT * FROM annotate.quality_evidence a
     WHERE a.project = %(project)s AND a.labeler = who.labeler AND a.kind IN ('accepted', 'fixed', 'returned')
     ORDER BY a.id DESC LIMIT %(window)s)
) AS e
LEFT JOIN LATERAL (
    SELECT v.body, v.body_sha256 FROM annotate.revision v
    WHERE v.slot = e.slot AND v.labeler = e.labeler AND e.kind = 'answer' ORDER BY v.rev DESC LIMIT 1
) AS r ON true
LEFT JOIN annotate.gold g ON g.project = e.project AND g.item = e.item AND e.gold
LEFT JOIN LATERAL (
    SELECT q.body FROM annotate.prediction q
    WHERE q.project = e.project AND q.item = e.item AND e.kind = 'answer' AND q.created_at <= e.at
    ORDER BY q.created_at DESC, q.id DESC LIMIT 1
) AS p ON true
ORDER BY e.labeler, e.id;

-- name: other_answers
-- What people answered about some items.
SELECT s.item, s.worker, r.body
FROM annotate.slot s
JOIN annotate.labeler l ON l.id = s.worker AND l.kind = 'person'
JOIN LATERAL (SELECT v.body FROM annotate.revision v WHERE v.slot = s.id ORDER BY v.rev DESC LIMIT 1) AS r ON true
WHERE s.project = %(project)s AND s.item = ANY(%(items)s::text[]) AND s.stage = 'label' AND s.state = 'submitted'
ORDER BY s.item, s.slot_no;

-- name: around
-- The newest answers of a project: whose, which, and how long they took.
WITH newest AS (
    SELECT e.id, e.labeler, e.slot, e.at, e.leased_at FROM annotate.quality_evidence e
    WHERE e.project = %(project)s AND e.kind = 'answer' ORDER BY e.id DESC LIMIT %(limit)s
), paced AS (
    SELECT n.labeler, n.slot, n.at, n.leased_at,
           lag(n.at) OVER (PARTITION BY n.labeler ORDER BY n.id) AS last_at
    FROM newest n
)
SELECT n.labeler, r.body_sha256, extract(epoch FROM n.at - GREATEST(n.leased_at, n.last_at))::float8 AS seconds
FROM paced n
JOIN LATERAL (
    SELECT v.body_sha256 FROM annotate.revision v WHERE v.slot = n.slot AND v.labeler = n.labeler
    ORDER BY v.rev DESC LIMIT 1
) AS r ON true;

-- name: gold_predictions
-- The newest predictions on items with a known answer.
SELECT q.body AS prelabel, g.body AS gold FROM annotate.gold g
JOIN LATERAL (
    SELECT v.body FROM annotate.prediction v WHERE v.project = g.project AND v.item = g.item
    ORDER BY v.created_at DESC, v.id DESC LIMIT 1
) AS q ON true
WHERE g.project = %(project)s ORDER BY g.item LIMIT %(limit)s;

-- name: last_fired
-- When each rule last fired about some people, and what it had counted by then.
SELECT DISTINCT ON (labeler, rule) labeler, rule, at, evidence FROM annotate.quality_action
WHERE project = %(project)s AND labeler = ANY(%(labelers)s::bigint[]) AND rule IS NOT NULL
ORDER BY labeler, rule, id DESC;

-- name: insert_action
-- Note what is done about somebody.
INSERT INTO annotate.quality_action
    (organisation, project, labeler, rule, rule_version, act, reading, evidence, explanation_en, explanation_zh, state,
     standing, before, made_by, maker, at, until)
SELECT p.organisation, p.id, %(labeler)s, %(rule)s, %(rule_version)s, %(act)s, %(reading)s, %(evidence)s,
       %(explanation_en)s, %(explanation_zh)s, %(state)s, %(standing)s, %(before)s, %(made_by)s, %(maker)s, %(now)s,
       %(until)s
FROM annotate.project p WHERE p.id = %(project)s
RETURNING id;

-- name: labeler
-- Whether somebody is known here.
SELECT id FROM annotate.labeler WHERE id = %(labeler)s;

-- name: skill_level
-- The level of somebody's skill, held until the transaction ends.
SELECT level, updated_at FROM annotate.skill WHERE labeler = %(labeler)s AND name = %(name)s FOR NO KEY UPDATE;

-- name: set_skill
-- Set the level of somebody's skill.
INSERT INTO annotate.skill (organisation, labeler, name, level, updated_at)
SELECT l.organisation, l.id, %(name)s, %(level)s, %(now)s FROM annotate.labeler l WHERE l.id = %(labeler)s
ON CONFLICT (labeler, name) DO UPDATE SET level = EXCLUDED.level, updated_at = EXCLUDED.updated_at;

-- name: drop_skill
-- Forget a skill that an undone action had introduced.
DELETE FROM annotate.skill WHERE labeler = %(labeler)s AND name = %(name)s;

-- name: skills
-- The skills of everybody, or of one person, by person and name, a page at a time.
SELECT k.labeler, l.name AS labeler_name, k.name, k.level, k.updated_at
FROM annotate.skill k JOIN annotate.labeler l ON l.id = k.labeler
WHERE (%(labeler)s::bigint IS NULL OR k.labeler = %(labeler)s)
  AND (k.labeler, k.name) > (%(after_labeler)s, %(after_name)s)
ORDER BY k.labeler, k.name LIMIT %(limit)s;

-- name: acts_in_force
-- What is in force about somebody.
SELECT act, until, rule FROM annotate.quality_action
WHERE project = %(project)s AND labeler = %(labeler)s AND state = 'active' AND standing
  AND (until IS NULL OR until > %(now)s) ORDER BY id;

-- name: set_standing
-- Write how somebody stands.
INSERT INTO annotate.standing (organisation, project, labeler, state, until, reason, review_percent, gold_stopped,
                               updated_at)
SELECT p.organisation, p.id, %(labeler)s, %(state)s, %(until)s, %(reason)s, %(review_percent)s, %(gold_stopped)s,
       %(now)s
FROM annotate.project p WHERE p.id = %(project)s
ON CONFLICT (project, labeler) DO UPDATE
SET state = EXCLUDED.state, until = EXCLUDED.until, reason = EXCLUDED.reason,
    review_percent = EXCLUDED.review_percent, gold_stopped = EXCLUDED.gold_stopped, updated_at = EXCLUDED.updated_at;

-- name: spare_gold
-- Take the known items back that wait for somebody who is to be given none any more.
WITH gone AS (
    UPDATE annotate.slot s SET state = 'void', reason = 'gold', version = s.version + 1
    WHERE s.project = %(project)s AND s.prefer_worker = %(labeler)s AND s.state = 'ready' AND s.is_gold
    RETURNING s.id, s.organisation, s.project, s.item
)
INSERT INTO annotate.outbox (organisation, project, event, slot, item, at)
SELECT organisation, project, 'voided', id, item, %(now)s FROM gone;

-- name: lock_person
-- Let nobody else decide how somebody stands until the transaction ends.
SELECT pg_advisory_xact_lock(77315, hashint8(%(project)s::bigint # (%(labeler)s::bigint << 32)));

-- name: end_actions
-- End the actions whose time is over or whose training is passed; about whom.
UPDATE annotate.quality_action a SET state = 'over'
WHERE a.id = ANY(ARRAY(
    (SELECT e.id FROM annotate.quality_action e
     WHERE e.state = 'active' AND e.until IS NOT NULL AND e.until <= %(now)s
     ORDER BY e.until LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
)) OR a.id = ANY(ARRAY(
    SELECT e.id FROM annotate.quality_action e
    JOIN annotate.skill k ON k.labeler = e.labeler AND k.name = e.act ->> 'training'
    WHERE e.state = 'active' AND e.standing AND e.act ->> 'training' IS NOT NULL
      AND k.level >= COALESCE((e.act ->> 'level')::real, 0.8) AND k.updated_at > e.at
    LIMIT %(limit)s
))
RETURNING a.project, a.labeler;

-- name: clear_actions
-- End everything in force about somebody.
UPDATE annotate.quality_action SET state = 'over'
WHERE project = %(project)s AND labeler = %(labeler)s AND state = 'active' AND standing;

-- name: actions_page
-- What was done in a project, newest first, a page at a time: about everybody, or what one person may see about them.
SELECT a.id, a.project, a.labeler, l.name AS labeler_name, a.rule, a.rule_version, a.act, a.reading, a.explanation_en,
       a.explanation_zh, a.state, a.at, a.until, a.made_by, p.id AS appeal, p.state AS appeal_state
FROM annotate.quality_action a
JOIN annotate.labeler l ON l.id = a.labeler
LEFT JOIN annotate.appeal p ON p.action = a.id
WHERE a.project = %(project)s AND a.id < %(before)s
  AND (%(labeler)s::bigint IS NULL OR (a.labeler = %(labeler)s AND a.act ->> 'do' <> 'tell_lead'))
  AND (NOT %(notices)s OR a.act ->> 'do' IN ('tell_lead', 'tell_worker'))
ORDER BY a.id DESC LIMIT %(limit)s;

-- name: lock_action
-- One action, held until the transaction ends.
SELECT id, project, labeler, rule, act, before, state, standing, maker, at FROM annotate.quality_action
WHERE id = %(action)s AND project = %(project)s FOR NO KEY UPDATE;

-- name: undo_action
-- Take an action back.
UPDATE annotate.quality_action SET state = 'undone' WHERE id = %(action)s;

-- name: insert_appeal
-- Note somebody's objection, unless there is one.
INSERT INTO annotate.appeal (project, action, labeler, words, state, created_at)
VALUES (%(project)s, %(action)s, %(labeler)s, %(words)s, 'open', %(now)s) ON CONFLICT DO NOTHING RETURNING id;

-- name: appeal
-- One appeal.
SELECT id, project, action, labeler, words, state, decided_by, note, created_at, decided_at
FROM annotate.appeal WHERE id = %(appeal)s AND project = %(project)s FOR NO KEY UPDATE;

-- name: appeals_page
-- The appeals of a project, newest first, a page at a time; of everybody or of one person; all or those in a state.
SELECT id, project, action, labeler, words, state, decided_by, note, created_at, decided_at FROM annotate.appeal
WHERE project = %(project)s AND id < %(before)s AND (%(labeler)s::bigint IS NULL OR labeler = %(labeler)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: decide_appeal
-- Write the decision on an appeal.
UPDATE annotate.appeal SET state = %(state)s, decided_by = %(decided_by)s, note = %(note)s, decided_at = %(now)s
WHERE id = %(appeal)s;
