-- The schema all migrations together make; written by tools/make_schema.py, never by hand.
SET check_function_bodies = false; -- functions stand before the tables they read
CREATE SCHEMA access;
CREATE SCHEMA annotate;
CREATE SCHEMA catalog;
CREATE SCHEMA line;
CREATE SCHEMA server;
CREATE SCHEMA store;
CREATE SCHEMA worker;
CREATE FUNCTION access.enter_audit() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(4773215066112520);
    RETURN NULL;
END
$$;
CREATE FUNCTION access.log_once() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.log_index IS NOT NULL
        OR (NEW.organisation, NEW.number, NEW.first_row, NEW.last_row, NEW.row_count, NEW.root, NEW.previous, NEW.sealed_at)
            IS DISTINCT FROM
           (OLD.organisation, OLD.number, OLD.first_row, OLD.last_row, OLD.row_count, OLD.root, OLD.previous, OLD.sealed_at)
    THEN
        RAISE EXCEPTION 'a seal is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION access.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE FUNCTION access.standing_v1(who bigint, door bigint, moment timestamp with time zone) RETURNS TABLE(kind text, roles text[], project_roles jsonb, grants_until timestamp with time zone, memberships bigint[], operator boolean, regulator boolean, leads bigint[], isolation jsonb, entry_due boolean)
    LANGUAGE sql STABLE
    AS $$
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
CREATE FUNCTION annotate.analyse_v1() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET default_statistics_target TO '10'
    AS $$
BEGIN
    ANALYZE annotate.item, annotate.slot, annotate.content;
END
$$;
CREATE FUNCTION annotate.answer_keys_v1(body jsonb) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT ((('label:'::text || c.key) || '='::text) || "left"(v.said, 100))
    FROM (jsonb_each(
         CASE jsonb_typeof(answer_keys_v1.body)
             WHEN 'object'::text THEN answer_keys_v1.body
             ELSE '{}'::jsonb
         END) c(key, value)
      CROSS JOIN LATERAL ( SELECT (c.value #>> '{}'::text[]) AS "?column?"
           WHERE (jsonb_typeof(c.value) = ANY (ARRAY['string'::text, 'number'::text, 'boolean'::text]))
         UNION
          SELECT
                 CASE jsonb_typeof(e.value)
                     WHEN 'object'::text THEN (e.value ->> 'label'::text)
                     WHEN 'array'::text THEN ( SELECT string_agg(p.step, '/'::text) AS string_agg
                        FROM jsonb_array_elements_text(e.value) p(step))
                     ELSE (e.value #>> '{}'::text[])
                 END AS "case"
            FROM jsonb_array_elements(
                 CASE jsonb_typeof(c.value)
                     WHEN 'array'::text THEN c.value
                     ELSE '[]'::jsonb
                 END) e(value)) v(said))
   WHERE (v.said IS NOT NULL);
END;
CREATE FUNCTION annotate.count_keys_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    -- In the order of keys: two that count at once wait for each other, and never in a circle.
    INSERT INTO annotate.label_total AS t (organisation, project, key, items)
    SELECT c.organisation, c.project, c.key, count(*) * TG_ARGV[0]::integer FROM changed c
    WHERE starts_with(c.key, 'label:') GROUP BY c.organisation, c.project, c.key ORDER BY c.project, c.key
    ON CONFLICT (project, key) DO UPDATE SET items = t.items + EXCLUDED.items;
    RETURN NULL;
END
$$;
CREATE FUNCTION annotate.first_schema_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO annotate.schema_version (organisation, project, version, sha256, created_at)
    VALUES (NEW.organisation, NEW.id, NEW.schema_version, NEW.schema_sha256, NEW.created_at);
    RETURN NULL;
END
$$;
CREATE FUNCTION annotate.keep_labeler() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'labelers are kept for ever' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE FUNCTION annotate.need_items_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM fresh f
               WHERE NOT EXISTS (SELECT 1 FROM annotate.item i WHERE i.project = f.project AND i.id = f.item OFFSET 0)) THEN
        RAISE EXCEPTION 'a slot of an item that does not exist' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION annotate.need_projects_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT project FROM fresh) AS f
               WHERE NOT EXISTS (SELECT 1 FROM annotate.project p WHERE p.id = f.project OFFSET 0)) THEN
        RAISE EXCEPTION 'an item of a project that does not exist' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION annotate.note_happening_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    INSERT INTO annotate.happening (organisation, kind, ref) VALUES (NEW.organisation, TG_ARGV[0], NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION annotate.note_lost_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    INSERT INTO annotate.former_holder (organisation, slot, labeler, lost_at)
    VALUES (OLD.organisation, OLD.id, OLD.worker, COALESCE(OLD.lease_until, now()))
    ON CONFLICT (slot, labeler) DO UPDATE SET lost_at = GREATEST(former_holder.lost_at, EXCLUDED.lost_at);
    RETURN NULL;
END
$$;
CREATE FUNCTION annotate.note_made_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    INSERT INTO annotate.slot_flow (organisation, project, stage, pool, slots, first_slot, last_slot)
    SELECT organisation, project, stage, pool, count(*), min(id), max(id) FROM made GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END
$$;
CREATE FUNCTION annotate.note_void_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    INSERT INTO annotate.slot_flow (organisation, project, stage, pool, was, slots, first_slot, last_slot)
    VALUES (OLD.organisation, OLD.project, OLD.stage, OLD.pool, OLD.state, 1, OLD.id, OLD.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION annotate.pace_bucket_v1(ms bigint) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (LEAST((80)::double precision, GREATEST((0)::double precision, ceil((ln(((GREATEST(ms, (1)::bigint))::double precision / (100.0)::double precision)) / ln((1.2)::double precision))))))::integer;
CREATE FUNCTION annotate.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE FUNCTION annotate.rkey_v1(salt text, item text, slot_no integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ((('x'::text || "left"(encode(sha256(convert_to(((((salt || '
'::text) || item) || '
'::text) || slot_no), 'UTF8'::name)), 'hex'::text), 16)))::bit(64))::bigint;
CREATE FUNCTION annotate.same_person_v1(one bigint, others bigint[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    SELECT one = ANY(others) OR EXISTS (
        SELECT 1 FROM annotate.labeler a JOIN annotate.labeler b ON b.person = a.person
        WHERE a.id = one AND b.id = ANY(others))
$$;
CREATE FUNCTION catalog.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE FUNCTION store.grant_house_v1() RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    ours text;
BEGIN
    FOR ours IN SELECT nspname FROM pg_namespace
        WHERE nspname IN ('store', 'access', 'catalog', 'line', 'annotate', 'server', 'worker', 'procrastinate')
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO galley_app, galley_house', ours);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO galley_house', ours);
        EXECUTE format('GRANT SELECT ON ALL SEQUENCES IN SCHEMA %I TO galley_house', ours);
    END LOOP;
END
$$;
CREATE FUNCTION store.isolate_v1(target regclass) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY one_organisation ON %s TO galley_app USING (organisation = (SELECT store.organisation_v1()))', target);
    EXECUTE format('CREATE POLICY every_organisation ON %s TO galley_house USING (true) WITH CHECK (true)', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO galley_app, galley_house', target);
END
$$;
CREATE FUNCTION store.organisation_v1() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('galley.organisation'::text, true), ''::text))::bigint;
CREATE TABLE access.audit (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    person bigint,
    token bigint,
    address text COLLATE pg_catalog."C",
    project bigint,
    subject text NOT NULL COLLATE pg_catalog."C",
    facts jsonb NOT NULL,
    salt uuid DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT audit_kind_check CHECK ((kind <> ''::text))
);
ALTER TABLE ONLY access.audit FORCE ROW LEVEL SECURITY;
ALTER TABLE access.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE access.audit_seal (
    organisation bigint NOT NULL,
    number integer NOT NULL,
    first_row bigint NOT NULL,
    last_row bigint NOT NULL,
    row_count integer NOT NULL,
    root text NOT NULL COLLATE pg_catalog."C",
    previous text NOT NULL COLLATE pg_catalog."C",
    sealed_at timestamp with time zone NOT NULL,
    envelope text COLLATE pg_catalog."C",
    log_index bigint,
    CONSTRAINT audit_seal_check CHECK ((last_row >= first_row)),
    CONSTRAINT audit_seal_check1 CHECK (((envelope IS NULL) = (log_index IS NULL))),
    CONSTRAINT audit_seal_envelope_check CHECK ((envelope ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT audit_seal_number_check CHECK ((number >= 1)),
    CONSTRAINT audit_seal_previous_check CHECK ((previous ~ '^([0-9a-f]{64})?$'::text)),
    CONSTRAINT audit_seal_root_check CHECK ((root ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT audit_seal_row_count_check CHECK ((row_count >= 1))
);
ALTER TABLE ONLY access.audit_seal FORCE ROW LEVEL SECURITY;
CREATE TABLE access.invitation (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    hash bytea NOT NULL,
    email text COLLATE pg_catalog."C",
    roles text[] NOT NULL COLLATE pg_catalog."C",
    project bigint,
    created_by bigint,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_by bigint,
    used_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    CONSTRAINT invitation_check CHECK (((used_by IS NULL) = (used_at IS NULL))),
    CONSTRAINT invitation_check1 CHECK (((used_at IS NULL) OR (withdrawn_at IS NULL))),
    CONSTRAINT invitation_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT invitation_roles_check CHECK ((cardinality(roles) > 0))
);
ALTER TABLE ONLY access.invitation FORCE ROW LEVEL SECURITY;
ALTER TABLE access.invitation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.invitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE access.isolation (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint,
    organisations bigint[],
    people bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    networks text[] DEFAULT '{}'::text[] NOT NULL COLLATE pg_catalog."C",
    view_only boolean DEFAULT false NOT NULL,
    until timestamp with time zone,
    note text DEFAULT ''::text NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    proposed_by bigint,
    proposed_at timestamp with time zone NOT NULL,
    decided_by bigint,
    decided_at timestamp with time zone,
    CONSTRAINT isolation_check CHECK (((state = ANY (ARRAY['approved'::text, 'refused'::text])) <= (decided_at IS NOT NULL))),
    CONSTRAINT isolation_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'approved'::text, 'refused'::text, 'replaced'::text])))
);
ALTER TABLE ONLY access.isolation FORCE ROW LEVEL SECURITY;
ALTER TABLE access.isolation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.isolation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE access.member (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    person bigint NOT NULL,
    roles text[] NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT member_roles_check CHECK (((cardinality(roles) > 0) AND (roles <@ ARRAY['owner'::text, 'manager'::text, 'annotator'::text, 'reviewer'::text, 'inspector'::text, 'client'::text, 'auditor'::text])))
);
ALTER TABLE ONLY access.member FORCE ROW LEVEL SECURITY;
CREATE TABLE access.oidc_flow (
    hash bytea NOT NULL,
    browser bytea NOT NULL,
    provider text NOT NULL COLLATE pg_catalog."C",
    verifier text NOT NULL COLLATE pg_catalog."C",
    nonce text NOT NULL COLLATE pg_catalog."C",
    redirect_uri text NOT NULL COLLATE pg_catalog."C",
    person bigint,
    invitation bytea,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT oidc_flow_browser_check CHECK ((octet_length(browser) = 32)),
    CONSTRAINT oidc_flow_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE access.oidc_identity (
    issuer text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    person bigint NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE access.oidc_provider (
    slug text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    issuer text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    client_secret text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    base_url text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT oidc_provider_name_check CHECK ((name <> ''::text)),
    CONSTRAINT oidc_provider_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
);
CREATE TABLE access.organisation (
    id bigint NOT NULL,
    slug text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    name_zh text DEFAULT ''::text NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT organisation_kind_check CHECK ((kind = ANY (ARRAY['provider'::text, 'processor'::text, 'client'::text, 'operator'::text, 'regulator'::text]))),
    CONSTRAINT organisation_name_check CHECK ((name <> ''::text)),
    CONSTRAINT organisation_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
);
ALTER TABLE ONLY access.organisation FORCE ROW LEVEL SECURITY;
ALTER TABLE access.organisation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME access.organisation_id_seq
    START WITH 2
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE access.person (
    id bigint NOT NULL,
    email text COLLATE pg_catalog."C",
    username text COLLATE pg_catalog."C",
    name text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL COLLATE pg_catalog."C",
    password text COLLATE pg_catalog."C",
    password_at timestamp with time zone,
    state text DEFAULT 'active'::text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT person_check CHECK (((email IS NOT NULL) OR (username IS NOT NULL))),
    CONSTRAINT person_check1 CHECK (((password IS NULL) = (password_at IS NULL))),
    CONSTRAINT person_email_check CHECK (((email = lower(email)) AND (email ~~ '%_@_%'::text))),
    CONSTRAINT person_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh'::text]))),
    CONSTRAINT person_name_check CHECK ((name <> ''::text)),
    CONSTRAINT person_state_check CHECK ((state = ANY (ARRAY['active'::text, 'blocked'::text]))),
    CONSTRAINT person_username_check CHECK (((username = lower(username)) AND (username !~~ '%@%'::text)))
);
ALTER TABLE ONLY access.person FORCE ROW LEVEL SECURITY;
ALTER TABLE access.person ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE access.project_grant (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    person bigint,
    team bigint,
    roles text[] NOT NULL COLLATE pg_catalog."C",
    created_by bigint,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    CONSTRAINT project_grant_check CHECK ((num_nonnulls(person, team) = 1)),
    CONSTRAINT project_grant_roles_check CHECK (((cardinality(roles) > 0) AND (roles <@ ARRAY['owner'::text, 'manager'::text, 'annotator'::text, 'reviewer'::text, 'inspector'::text, 'client'::text, 'auditor'::text])))
);
ALTER TABLE ONLY access.project_grant FORCE ROW LEVEL SECURITY;
ALTER TABLE access.project_grant ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.project_grant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE access.secret (
    id bigint NOT NULL,
    purpose text NOT NULL COLLATE pg_catalog."C",
    key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT secret_key_check CHECK ((octet_length(key) = 32)),
    CONSTRAINT secret_purpose_check CHECK ((purpose <> ''::text))
);
ALTER TABLE access.secret ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.secret_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE access.session (
    id bigint NOT NULL,
    hash bytea NOT NULL,
    person bigint NOT NULL,
    way text NOT NULL COLLATE pg_catalog."C",
    agent text NOT NULL,
    address text NOT NULL COLLATE pg_catalog."C",
    idle_seconds integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT session_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT session_idle_seconds_check CHECK ((idle_seconds > 0)),
    CONSTRAINT session_way_check CHECK ((way = ANY (ARRAY['password'::text, 'ticket'::text, 'oidc'::text, 'invitation'::text])))
);
ALTER TABLE access.session ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE access.set_up (
    hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT set_up_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE access.team (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT team_name_check CHECK ((name <> ''::text))
);
ALTER TABLE ONLY access.team FORCE ROW LEVEL SECURITY;
ALTER TABLE access.team ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.team_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE access.team_member (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    team bigint NOT NULL,
    person bigint NOT NULL,
    leader boolean NOT NULL
);
ALTER TABLE ONLY access.team_member FORCE ROW LEVEL SECURITY;
CREATE TABLE access.throttle (
    key bytea NOT NULL,
    failures double precision NOT NULL,
    last_at timestamp with time zone NOT NULL,
    closed_to timestamp with time zone NOT NULL,
    CONSTRAINT throttle_failures_check CHECK ((failures >= (0)::double precision)),
    CONSTRAINT throttle_key_check CHECK ((octet_length(key) = 32))
);
CREATE TABLE access.ticket (
    hash bytea NOT NULL,
    person bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT ticket_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE access.token (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    hash bytea NOT NULL,
    name text NOT NULL,
    ending text NOT NULL COLLATE pg_catalog."C",
    person bigint NOT NULL,
    scopes text[] NOT NULL COLLATE pg_catalog."C",
    project bigint,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT token_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT token_name_check CHECK ((name <> ''::text)),
    CONSTRAINT token_scopes_check CHECK ((cardinality(scopes) > 0))
);
ALTER TABLE ONLY access.token FORCE ROW LEVEL SECURITY;
ALTER TABLE access.token ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.agreement_day (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    day date NOT NULL,
    alpha double precision,
    low double precision,
    high double precision,
    items integer NOT NULL,
    answers integer NOT NULL,
    sampled boolean NOT NULL,
    submitted bigint NOT NULL,
    made_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY annotate.agreement_day FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.appeal (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    id bigint NOT NULL,
    project bigint NOT NULL,
    action bigint NOT NULL,
    labeler bigint NOT NULL,
    words text NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    decided_by text,
    note text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    CONSTRAINT appeal_check CHECK (((state = 'open'::text) = (decided_at IS NULL))),
    CONSTRAINT appeal_check1 CHECK (((state = 'open'::text) = (decided_by IS NULL))),
    CONSTRAINT appeal_state_check CHECK ((state = ANY (ARRAY['open'::text, 'upheld'::text, 'overturned'::text]))),
    CONSTRAINT appeal_words_check CHECK ((words <> ''::text))
);
ALTER TABLE ONLY annotate.appeal FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.appeal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.appeal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.assistance (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    labeler bigint NOT NULL,
    answers bigint NOT NULL,
    shown bigint NOT NULL,
    kept bigint NOT NULL,
    edited bigint NOT NULL,
    rejected bigint NOT NULL,
    added bigint NOT NULL,
    CONSTRAINT assistance_check CHECK ((((kept + edited) + rejected) = shown))
);
ALTER TABLE ONLY annotate.assistance FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.backend (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    username text DEFAULT ''::text NOT NULL,
    secret bytea,
    batch integer DEFAULT 32 NOT NULL,
    seconds real DEFAULT 100 NOT NULL,
    interactive boolean DEFAULT false NOT NULL,
    notify boolean DEFAULT false NOT NULL,
    model_version text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'new'::text NOT NULL COLLATE pg_catalog."C",
    reason text DEFAULT ''::text NOT NULL,
    checked_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT backend_batch_check CHECK (((batch >= 1) AND (batch <= 1000))),
    CONSTRAINT backend_name_check CHECK ((name <> ''::text)),
    CONSTRAINT backend_seconds_check CHECK (((seconds >= (1)::double precision) AND (seconds <= (600)::double precision))),
    CONSTRAINT backend_state_check CHECK ((state = ANY (ARRAY['new'::text, 'up'::text, 'down'::text]))),
    CONSTRAINT backend_url_check CHECK ((url ~ '^https?://'::text))
);
ALTER TABLE ONLY annotate.backend FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.backend ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.backend_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.batch (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    id bigint NOT NULL,
    project bigint NOT NULL,
    name text NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT batch_name_check CHECK ((name <> ''::text))
);
ALTER TABLE ONLY annotate.batch FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.batch ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.batch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.comment (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    id bigint NOT NULL,
    project bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    slot bigint NOT NULL,
    revision bigint,
    anchor json,
    kind text NOT NULL COLLATE pg_catalog."C",
    author bigint NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    client_id text NOT NULL COLLATE pg_catalog."C",
    resolved boolean DEFAULT false NOT NULL,
    resolved_by bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT comment_client_id_check CHECK ((client_id <> ''::text)),
    CONSTRAINT comment_kind_check CHECK ((kind <> ''::text))
);
ALTER TABLE ONLY annotate.comment FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.comment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.comment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.content (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    data json NOT NULL
);
ALTER TABLE ONLY annotate.content FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.delivery (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    hook bigint NOT NULL,
    event bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    body json NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL COLLATE pg_catalog."C",
    attempts integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone,
    status integer,
    problem text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    CONSTRAINT delivery_check CHECK (((state = 'pending'::text) = (next_at IS NOT NULL))),
    CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'told'::text, 'given-up'::text])))
);
ALTER TABLE ONLY annotate.delivery FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.delivery ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.draft (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    labeler bigint NOT NULL,
    slot bigint NOT NULL,
    seq bigint NOT NULL,
    whole boolean NOT NULL,
    body text NOT NULL,
    bytes bigint NOT NULL,
    pieces integer NOT NULL,
    written_at timestamp with time zone NOT NULL,
    CONSTRAINT draft_seq_check CHECK ((seq >= 1))
);
ALTER TABLE ONLY annotate.draft FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.effort (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    labeler bigint NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    submitted bigint NOT NULL,
    revised bigint NOT NULL,
    skipped bigint NOT NULL,
    late bigint NOT NULL,
    accepted bigint NOT NULL,
    fixed bigint NOT NULL,
    returned bigint NOT NULL,
    voided bigint NOT NULL,
    timed bigint NOT NULL,
    counted_ms bigint NOT NULL,
    raw_ms bigint NOT NULL,
    units bigint NOT NULL,
    last_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY annotate.effort FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.face (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    answers integer NOT NULL,
    differing boolean NOT NULL,
    gold boolean NOT NULL,
    head text NOT NULL COLLATE pg_catalog."C",
    keys text[] NOT NULL COLLATE pg_catalog."C",
    last_at timestamp with time zone,
    CONSTRAINT face_state_check CHECK ((state = ANY (ARRAY['new'::text, 'working'::text, 'done'::text, 'void'::text])))
);
ALTER TABLE ONLY annotate.face FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.face_key (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    item text NOT NULL COLLATE pg_catalog."C"
);
ALTER TABLE ONLY annotate.face_key FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.face_total (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    several bigint NOT NULL,
    differing bigint NOT NULL
);
ALTER TABLE ONLY annotate.face_total FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.former_holder (
    organisation bigint NOT NULL,
    slot bigint NOT NULL,
    labeler bigint NOT NULL,
    lost_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY annotate.former_holder FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.gold (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    body jsonb NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY annotate.gold FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.gold_day (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    day date NOT NULL,
    seen bigint NOT NULL,
    correct bigint NOT NULL,
    CONSTRAINT gold_day_check CHECK (((correct >= 0) AND (correct <= seen)))
);
ALTER TABLE ONLY annotate.gold_day FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.gold_record (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    labeler bigint NOT NULL,
    answers bigint DEFAULT 0 NOT NULL,
    seen integer DEFAULT 0 NOT NULL,
    correct integer DEFAULT 0 NOT NULL,
    CONSTRAINT gold_record_answers_check CHECK ((answers >= 0)),
    CONSTRAINT gold_record_check CHECK (((correct >= 0) AND (correct <= seen))),
    CONSTRAINT gold_record_seen_check CHECK ((seen >= 0))
);
ALTER TABLE ONLY annotate.gold_record FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.guideline_version (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    version integer NOT NULL,
    sha256 text NOT NULL COLLATE pg_catalog."C",
    author text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT guideline_version_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT guideline_version_version_check CHECK ((version >= 1))
);
ALTER TABLE ONLY annotate.guideline_version FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.happening (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    ref bigint NOT NULL
);
ALTER TABLE ONLY annotate.happening FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.happening ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.happening_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.hook (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint,
    url text NOT NULL,
    events text[] NOT NULL,
    secret text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL COLLATE pg_catalog."C",
    failing_since timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT hook_events_check CHECK ((cardinality(events) > 0)),
    CONSTRAINT hook_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'failing'::text]))),
    CONSTRAINT hook_url_check CHECK ((url ~ '^https?://'::text))
);
ALTER TABLE ONLY annotate.hook FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.hook ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.hook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.hourly (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    hour timestamp with time zone NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    people integer NOT NULL,
    submitted bigint NOT NULL,
    skipped bigint NOT NULL,
    accepted bigint NOT NULL,
    fixed bigint NOT NULL,
    returned bigint NOT NULL,
    counted_ms bigint NOT NULL
);
ALTER TABLE ONLY annotate.hourly FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.import (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    name text NOT NULL,
    settings jsonb NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    error jsonb,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT import_check CHECK (((state = ANY (ARRAY['done'::text, 'failed'::text, 'cancelled'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT import_check1 CHECK (((state <> 'failed'::text) OR (error IS NOT NULL))),
    CONSTRAINT import_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text)),
    CONSTRAINT import_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY annotate.import FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.import_batch (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    import bigint NOT NULL,
    first_row bigint NOT NULL,
    rows integer NOT NULL,
    added integer NOT NULL,
    already integer NOT NULL,
    failed integer NOT NULL,
    answers integer DEFAULT 0 NOT NULL,
    CONSTRAINT import_batch_added_check CHECK ((added >= 0)),
    CONSTRAINT import_batch_already_check CHECK ((already >= 0)),
    CONSTRAINT import_batch_answers_check CHECK ((answers >= 0)),
    CONSTRAINT import_batch_check CHECK ((rows = ((added + already) + failed))),
    CONSTRAINT import_batch_failed_check CHECK ((failed >= 0)),
    CONSTRAINT import_batch_first_row_check CHECK ((first_row >= 1)),
    CONSTRAINT import_batch_rows_check CHECK ((rows >= 1))
);
ALTER TABLE ONLY annotate.import_batch FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.import_error (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    import bigint NOT NULL,
    "row" bigint NOT NULL,
    line bigint NOT NULL,
    place text NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    message text NOT NULL,
    message_zh text NOT NULL,
    excerpt text NOT NULL,
    CONSTRAINT import_error_row_check CHECK (("row" >= 1))
);
ALTER TABLE ONLY annotate.import_error FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.import ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.import_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.item (
    project bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    next_slot integer NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    node text COLLATE pg_catalog."C",
    held boolean DEFAULT false NOT NULL,
    batch bigint,
    answer bigint,
    CONSTRAINT item_id_check CHECK ((id <> ''::text)),
    CONSTRAINT item_next_slot_check CHECK ((next_slot >= 0))
);
ALTER TABLE ONLY annotate.item FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.label_total (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    items bigint NOT NULL
);
ALTER TABLE ONLY annotate.label_total FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.labeler (
    id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    person bigint,
    CONSTRAINT labeler_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'simulated'::text, 'machine'::text, 'imported'::text]))),
    CONSTRAINT labeler_name_check CHECK ((name <> ''::text))
);
ALTER TABLE ONLY annotate.labeler FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.labeler ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.labeler_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.lot (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    id bigint NOT NULL,
    project bigint NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    series text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    parent bigint,
    resumes boolean DEFAULT false NOT NULL,
    pick jsonb NOT NULL,
    terms jsonb NOT NULL,
    plan jsonb NOT NULL,
    size integer NOT NULL,
    items_root text NOT NULL COLLATE pg_catalog."C",
    answers_root text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    commitment text COLLATE pg_catalog."C",
    verdict jsonb,
    reason text DEFAULT ''::text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    drawn_at timestamp with time zone,
    closed_at timestamp with time zone,
    stated text COLLATE pg_catalog."C",
    envelope text COLLATE pg_catalog."C",
    log_index bigint,
    CONSTRAINT lot_answers_root_check CHECK ((answers_root ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT lot_check CHECK (((commitment IS NULL) = (drawn_at IS NULL))),
    CONSTRAINT lot_check1 CHECK (((state <> ALL (ARRAY['drawn'::text, 'accepted'::text, 'rejected'::text])) OR (drawn_at IS NOT NULL))),
    CONSTRAINT lot_check2 CHECK (((state = ANY (ARRAY['accepted'::text, 'rejected'::text])) = (verdict IS NOT NULL))),
    CONSTRAINT lot_check3 CHECK (((state = ANY (ARRAY['accepted'::text, 'rejected'::text, 'withdrawn'::text])) = (closed_at IS NOT NULL))),
    CONSTRAINT lot_check4 CHECK (((envelope IS NULL) = (log_index IS NULL))),
    CONSTRAINT lot_check5 CHECK (((envelope IS NULL) OR ((stated IS NOT NULL) AND (stated = commitment)))),
    CONSTRAINT lot_envelope_check CHECK ((envelope ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT lot_items_root_check CHECK ((items_root ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT lot_log_index_check CHECK ((log_index >= 0)),
    CONSTRAINT lot_name_check CHECK ((name <> ''::text)),
    CONSTRAINT lot_size_check CHECK ((size >= 2)),
    CONSTRAINT lot_stage_check CHECK ((stage = ANY (ARRAY['label'::text, 'adjudicate'::text]))),
    CONSTRAINT lot_state_check CHECK ((state = ANY (ARRAY['open'::text, 'drawn'::text, 'accepted'::text, 'rejected'::text, 'withdrawn'::text])))
);
ALTER TABLE ONLY annotate.lot FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.lot ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.lot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.lot_item (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    lot bigint NOT NULL,
    project bigint NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    item text NOT NULL COLLATE pg_catalog."C",
    answers bigint[] NOT NULL,
    labelers bigint[] NOT NULL,
    live boolean DEFAULT true NOT NULL,
    rank integer,
    wrong boolean,
    reason text COLLATE pg_catalog."C",
    note text DEFAULT ''::text NOT NULL,
    inspector bigint,
    inspected_at timestamp with time zone,
    CONSTRAINT lot_item_check CHECK (((wrong IS NULL) OR (rank IS NOT NULL))),
    CONSTRAINT lot_item_check1 CHECK (((wrong IS NULL) = (inspected_at IS NULL))),
    CONSTRAINT lot_item_check2 CHECK (((wrong IS DISTINCT FROM true) OR (reason IS NOT NULL))),
    CONSTRAINT lot_item_rank_check CHECK ((rank >= 1))
);
ALTER TABLE ONLY annotate.lot_item FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.lot_return (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    lot bigint NOT NULL,
    slot bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    again bigint NOT NULL,
    reason text NOT NULL COLLATE pg_catalog."C",
    at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY annotate.lot_return FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.media (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    sha256 text NOT NULL COLLATE pg_catalog."C",
    maker integer NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL COLLATE pg_catalog."C",
    attempts integer DEFAULT 0 NOT NULL,
    facts jsonb,
    problem jsonb,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT media_check CHECK (((state <> 'ready'::text) OR (facts IS NOT NULL))),
    CONSTRAINT media_check1 CHECK (((state <> 'failed'::text) OR (problem IS NOT NULL))),
    CONSTRAINT media_maker_check CHECK ((maker >= 1)),
    CONSTRAINT media_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT media_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'making'::text, 'ready'::text, 'failed'::text])))
);
ALTER TABLE ONLY annotate.media FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.notice (
    id bigint NOT NULL,
    organisation bigint NOT NULL,
    person bigint NOT NULL,
    project bigint,
    kind text NOT NULL COLLATE pg_catalog."C",
    facts jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT notice_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
    CONSTRAINT notice_kind_check CHECK ((kind <> ''::text))
);
ALTER TABLE ONLY annotate.notice FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.notice ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.notice_seen (
    person bigint NOT NULL,
    until bigint NOT NULL
);
CREATE TABLE annotate.orphan (
    id bigint NOT NULL,
    slot bigint NOT NULL,
    labeler bigint NOT NULL,
    labeler_kind text NOT NULL COLLATE pg_catalog."C",
    schema_version integer NOT NULL,
    body jsonb NOT NULL,
    body_sha256 text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    settled text COLLATE pg_catalog."C",
    settled_at timestamp with time zone,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    activity json,
    CONSTRAINT orphan_body_sha256_check CHECK ((body_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT orphan_check CHECK (((settled IS NULL) = (settled_at IS NULL))),
    CONSTRAINT orphan_client_id_check CHECK ((client_id <> ''::text)),
    CONSTRAINT orphan_settled_check CHECK ((settled = ANY (ARRAY['adopted'::text, 'dismissed'::text])))
);
ALTER TABLE ONLY annotate.orphan FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.orphan ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.orphan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.outbox (
    id bigint NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    project bigint NOT NULL,
    event text NOT NULL COLLATE pg_catalog."C",
    slot bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    labeler bigint,
    revision bigint,
    at timestamp with time zone NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL
);
ALTER TABLE ONLY annotate.outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.pace (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    bucket integer NOT NULL,
    answers bigint NOT NULL
);
ALTER TABLE ONLY annotate.pace FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.prediction (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    labeler bigint NOT NULL,
    model_version text NOT NULL,
    score double precision,
    body json NOT NULL,
    body_sha256 text NOT NULL COLLATE pg_catalog."C",
    imported boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT prediction_body_sha256_check CHECK ((body_sha256 ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY annotate.prediction FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.prediction_error (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    backend bigint,
    code text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL,
    raw text NOT NULL,
    created_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY annotate.prediction_error FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.prediction_error ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.prediction_error_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE annotate.prediction ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.prediction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.project (
    id bigint NOT NULL,
    line text NOT NULL COLLATE pg_catalog."C",
    purpose text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    schema_sha256 text NOT NULL COLLATE pg_catalog."C",
    schema_version integer NOT NULL,
    salt text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    state text DEFAULT 'open'::text NOT NULL COLLATE pg_catalog."C",
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    due_at timestamp with time zone,
    guideline text COLLATE pg_catalog."C",
    guideline_version integer DEFAULT 0 NOT NULL,
    CONSTRAINT project_guideline_check CHECK ((guideline ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT project_guideline_version_check CHECK ((guideline_version >= 0)),
    CONSTRAINT project_line_check CHECK ((line <> ''::text)),
    CONSTRAINT project_name_check CHECK ((name <> ''::text)),
    CONSTRAINT project_purpose_check CHECK ((purpose <> ''::text)),
    CONSTRAINT project_schema_sha256_check CHECK ((schema_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT project_schema_version_check CHECK ((schema_version >= 1)),
    CONSTRAINT project_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text)),
    CONSTRAINT project_state_check CHECK ((state = ANY (ARRAY['open'::text, 'paused'::text, 'draining'::text, 'closed'::text])))
);
ALTER TABLE ONLY annotate.project FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.project ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.project_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.quality_action (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    id bigint NOT NULL,
    project bigint NOT NULL,
    labeler bigint NOT NULL,
    rule text COLLATE pg_catalog."C",
    rule_version integer,
    act jsonb NOT NULL,
    reading jsonb,
    evidence bigint,
    explanation_en text NOT NULL,
    explanation_zh text NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    standing boolean NOT NULL,
    before real,
    made_by text NOT NULL,
    maker bigint,
    at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    CONSTRAINT quality_action_check CHECK (((rule IS NULL) = (rule_version IS NULL))),
    CONSTRAINT quality_action_check1 CHECK (((rule IS NULL) = (reading IS NULL))),
    CONSTRAINT quality_action_rule_version_check CHECK ((rule_version >= 0)),
    CONSTRAINT quality_action_state_check CHECK ((state = ANY (ARRAY['active'::text, 'over'::text, 'undone'::text])))
);
ALTER TABLE ONLY annotate.quality_action FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.quality_action ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.quality_action_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.quality_evidence (
    organisation bigint NOT NULL,
    id bigint NOT NULL,
    project bigint NOT NULL,
    labeler bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    item text NOT NULL COLLATE pg_catalog."C",
    slot bigint NOT NULL,
    gold boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    leased_at timestamp with time zone,
    CONSTRAINT quality_evidence_kind_check CHECK ((kind = ANY (ARRAY['answer'::text, 'skip'::text, 'late'::text, 'accepted'::text, 'fixed'::text, 'returned'::text])))
);
ALTER TABLE ONLY annotate.quality_evidence FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.quality_evidence ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.quality_evidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.quality_rules (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    version integer NOT NULL,
    rules jsonb NOT NULL,
    author text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT quality_rules_rules_check CHECK ((jsonb_typeof(rules) = 'array'::text)),
    CONSTRAINT quality_rules_version_check CHECK ((version >= 1))
);
ALTER TABLE ONLY annotate.quality_rules FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.quality_watch (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    labeler bigint NOT NULL,
    pending_since timestamp with time zone,
    looked_at timestamp with time zone
);
ALTER TABLE ONLY annotate.quality_watch FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.reader (
    name text NOT NULL COLLATE pg_catalog."C",
    tx xid8 DEFAULT '0'::xid8 NOT NULL,
    id bigint DEFAULT 0 NOT NULL,
    CONSTRAINT reader_name_check CHECK ((name <> ''::text))
);
CREATE TABLE annotate.revision (
    id bigint NOT NULL,
    slot bigint NOT NULL,
    rev integer NOT NULL,
    base bigint,
    labeler bigint NOT NULL,
    labeler_kind text NOT NULL COLLATE pg_catalog."C",
    schema_version integer NOT NULL,
    body jsonb NOT NULL,
    body_sha256 text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    activity json,
    guideline_version integer DEFAULT 0 NOT NULL,
    CONSTRAINT revision_body_sha256_check CHECK ((body_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT revision_check CHECK (((rev = 1) = (base IS NULL))),
    CONSTRAINT revision_client_id_check CHECK ((client_id <> ''::text)),
    CONSTRAINT revision_rev_check CHECK ((rev >= 1))
)
WITH (autovacuum_vacuum_insert_scale_factor='0.2', autovacuum_analyze_scale_factor='0.05');
ALTER TABLE ONLY annotate.revision FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.revision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.revision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.rollup (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    hour timestamp with time zone NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    pool text NOT NULL COLLATE pg_catalog."C",
    labeler bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    submitted bigint NOT NULL,
    revised bigint NOT NULL,
    skipped bigint NOT NULL,
    late bigint NOT NULL,
    accepted bigint NOT NULL,
    fixed bigint NOT NULL,
    returned bigint NOT NULL,
    voided bigint NOT NULL,
    timed bigint NOT NULL,
    counted_ms bigint NOT NULL,
    raw_ms bigint NOT NULL,
    units bigint NOT NULL
);
ALTER TABLE ONLY annotate.rollup FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.schema_version (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    version integer NOT NULL,
    sha256 text NOT NULL COLLATE pg_catalog."C",
    config text COLLATE pg_catalog."C",
    author text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT schema_version_config_check CHECK ((config ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT schema_version_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT schema_version_version_check CHECK ((version >= 1))
);
ALTER TABLE ONLY annotate.schema_version FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.skill (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    labeler bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    level real NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT skill_level_check CHECK (((level >= (0)::double precision) AND (level <= (1)::double precision))),
    CONSTRAINT skill_name_check CHECK ((name <> ''::text))
);
ALTER TABLE ONLY annotate.skill FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.slot (
    id bigint NOT NULL,
    project bigint NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    item text NOT NULL COLLATE pg_catalog."C",
    slot_no integer NOT NULL,
    target bigint,
    state text NOT NULL COLLATE pg_catalog."C",
    priority integer DEFAULT 0 NOT NULL,
    rkey bigint NOT NULL,
    pool text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    is_gold boolean DEFAULT false NOT NULL,
    worker bigint,
    lease_token uuid,
    lease_until timestamp with time zone,
    leased_at timestamp with time zone,
    attempt integer DEFAULT 1 NOT NULL,
    prefer_worker bigint,
    prefer_until timestamp with time zone,
    reason text COLLATE pg_catalog."C",
    version integer DEFAULT 0 NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    urgency integer GENERATED ALWAYS AS ((- priority)) STORED NOT NULL,
    rework_of bigint,
    lapsed_worker bigint,
    lapsed_token uuid,
    lapsed_at timestamp with time zone,
    CONSTRAINT slot_check CHECK ((
CASE state
    WHEN 'ready'::text THEN ((worker IS NULL) AND (lease_token IS NULL) AND (lease_until IS NULL))
    WHEN 'leased'::text THEN ((worker IS NOT NULL) AND (lease_token IS NOT NULL) AND (lease_until IS NOT NULL))
    WHEN 'submitted'::text THEN ((worker IS NOT NULL) AND (lease_token IS NULL) AND (lease_until IS NULL))
    WHEN 'skipped'::text THEN ((worker IS NOT NULL) AND (reason IS NOT NULL) AND (lease_token IS NULL) AND (lease_until IS NULL))
    WHEN 'void'::text THEN ((lease_token IS NULL) AND (lease_until IS NULL))
    ELSE false
END AND
CASE
    WHEN (stage = ANY (ARRAY['label'::text, 'adjudicate'::text])) THEN (target IS NULL)
    WHEN (stage = ANY (ARRAY['review'::text, 'accept'::text])) THEN (target IS NOT NULL)
    ELSE false
END AND (attempt >= 1) AND (slot_no >= 0) AND ((prefer_worker IS NULL) = (prefer_until IS NULL))))
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_threshold='10000', autovacuum_analyze_scale_factor='0.02', autovacuum_analyze_threshold='10000', autovacuum_vacuum_cost_delay='1');
ALTER TABLE ONLY annotate.slot FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.slot_flow (
    id bigint NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    pool text NOT NULL COLLATE pg_catalog."C",
    was text COLLATE pg_catalog."C",
    slots bigint NOT NULL,
    first_slot bigint NOT NULL,
    last_slot bigint NOT NULL,
    CONSTRAINT slot_flow_slots_check CHECK ((slots >= 1))
);
ALTER TABLE ONLY annotate.slot_flow FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.slot_flow ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.slot_flow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE annotate.slot ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.slot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.standing (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    labeler bigint NOT NULL,
    state text DEFAULT 'open'::text NOT NULL COLLATE pg_catalog."C",
    until timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL,
    review_percent integer,
    updated_at timestamp with time zone NOT NULL,
    gold_stopped boolean DEFAULT false NOT NULL,
    CONSTRAINT standing_review_percent_check CHECK (((review_percent >= 0) AND (review_percent <= 100))),
    CONSTRAINT standing_state_check CHECK ((state = ANY (ARRAY['open'::text, 'paused'::text, 'blocked'::text])))
);
ALTER TABLE ONLY annotate.standing FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.stuck (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    error text NOT NULL,
    at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY annotate.stuck FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.studio_annotator (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    labeler bigint NOT NULL,
    person bigint,
    CONSTRAINT studio_annotator_name_check CHECK ((name <> ''::text))
);
ALTER TABLE ONLY annotate.studio_annotator FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.studio_task (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    place integer NOT NULL,
    number bigint,
    state text NOT NULL COLLATE pg_catalog."C",
    width integer,
    height integer,
    raw bytea NOT NULL,
    answers json NOT NULL,
    problems json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT studio_task_place_check CHECK ((place >= 0)),
    CONSTRAINT studio_task_state_check CHECK ((state = ANY (ARRAY['placed'::text, 'kept'::text, 'failed'::text])))
);
ALTER TABLE ONLY annotate.studio_task FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.total (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    pool text NOT NULL COLLATE pg_catalog."C",
    made bigint DEFAULT 0 NOT NULL,
    submitted bigint DEFAULT 0 NOT NULL,
    skipped bigint DEFAULT 0 NOT NULL,
    void_open bigint DEFAULT 0 NOT NULL,
    void_submitted bigint DEFAULT 0 NOT NULL,
    void_skipped bigint DEFAULT 0 NOT NULL,
    late bigint DEFAULT 0 NOT NULL,
    accepted bigint DEFAULT 0 NOT NULL,
    fixed bigint DEFAULT 0 NOT NULL,
    returned bigint DEFAULT 0 NOT NULL,
    timed bigint DEFAULT 0 NOT NULL,
    counted_ms bigint DEFAULT 0 NOT NULL,
    units bigint DEFAULT 0 NOT NULL
);
ALTER TABLE ONLY annotate.total FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.upload (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    name text NOT NULL,
    bytes bigint NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    sha256 text COLLATE pg_catalog."C",
    blob text COLLATE pg_catalog."C",
    state text DEFAULT 'open'::text NOT NULL COLLATE pg_catalog."C",
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT upload_blob_check CHECK ((blob ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT upload_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT upload_check CHECK (((received >= 0) AND (received <= bytes))),
    CONSTRAINT upload_check1 CHECK (((state = 'complete'::text) = (blob IS NOT NULL))),
    CONSTRAINT upload_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT upload_state_check CHECK ((state = ANY (ARRAY['open'::text, 'complete'::text, 'failed'::text, 'expired'::text])))
);
ALTER TABLE ONLY annotate.upload FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.upload ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.upload_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE annotate.upload_part (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    upload bigint NOT NULL,
    place bigint NOT NULL,
    bytes bigint NOT NULL,
    object text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT upload_part_bytes_check CHECK ((bytes >= 1)),
    CONSTRAINT upload_part_place_check CHECK ((place >= 0))
);
ALTER TABLE ONLY annotate.upload_part FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.upload_quota (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    bytes bigint NOT NULL,
    CONSTRAINT upload_quota_bytes_check CHECK ((bytes >= 0))
);
ALTER TABLE ONLY annotate.upload_quota FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.verdict_day (
    organisation bigint NOT NULL,
    project bigint NOT NULL,
    day date NOT NULL,
    verdict text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    reviews bigint NOT NULL,
    CONSTRAINT verdict_day_verdict_check CHECK ((verdict = ANY (ARRAY['accept'::text, 'fix'::text, 'return'::text])))
);
ALTER TABLE ONLY annotate.verdict_day FORCE ROW LEVEL SECURITY;
CREATE TABLE annotate.work_row (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    pool text NOT NULL COLLATE pg_catalog."C",
    slot bigint NOT NULL,
    revision bigint,
    orphan bigint,
    labeler bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    who bigint NOT NULL,
    verdict text NOT NULL COLLATE pg_catalog."C",
    at timestamp with time zone NOT NULL,
    counted_ms bigint,
    raw_ms bigint NOT NULL,
    time_rule text COLLATE pg_catalog."C",
    unit text NOT NULL COLLATE pg_catalog."C",
    units bigint NOT NULL,
    price_rule integer,
    corrects bigint,
    note text DEFAULT ''::text NOT NULL,
    spans bigint[],
    span_until bigint,
    CONSTRAINT work_row_check CHECK (((corrects IS NOT NULL) OR ((units >= 0) AND (raw_ms >= 0) AND (counted_ms >= 0) AND (counted_ms <= raw_ms)))),
    CONSTRAINT work_row_check1 CHECK (((spans IS NULL) = (span_until IS NULL))),
    CONSTRAINT work_row_unit_check CHECK ((unit = ANY (ARRAY['item'::text, 'region'::text, 'character'::text, 'media_second'::text]))),
    CONSTRAINT work_row_verdict_check CHECK ((verdict = ANY (ARRAY['submitted'::text, 'revised'::text, 'orphan-adopted'::text, 'skipped'::text, 'late'::text, 'accepted'::text, 'fixed'::text, 'returned'::text, 'void'::text])))
);
ALTER TABLE ONLY annotate.work_row FORCE ROW LEVEL SECURITY;
CREATE VIEW annotate.work_measure WITH (security_invoker='true') AS
 SELECT id,
    organisation,
    project,
    stage,
    pool,
    labeler,
    kind,
    at,
    date_trunc('hour'::text, at, 'UTC'::text) AS hour,
    (((corrects IS NULL) AND (verdict = ANY (ARRAY['submitted'::text, 'orphan-adopted'::text]))))::integer AS submitted,
    (((corrects IS NULL) AND (verdict = 'revised'::text)))::integer AS revised,
    (((corrects IS NULL) AND (verdict = 'skipped'::text)))::integer AS skipped,
    (((corrects IS NULL) AND (verdict = 'late'::text)))::integer AS late,
    (((corrects IS NULL) AND (verdict = 'accepted'::text)))::integer AS accepted,
    (((corrects IS NULL) AND (verdict = 'fixed'::text)))::integer AS fixed,
    (((corrects IS NULL) AND (verdict = 'returned'::text)))::integer AS returned,
    (((corrects IS NULL) AND (verdict = 'void'::text)))::integer AS voided,
    (((corrects IS NULL) AND (verdict = ANY (ARRAY['submitted'::text, 'orphan-adopted'::text])) AND (counted_ms IS NOT NULL)))::integer AS timed,
    COALESCE(counted_ms, (0)::bigint) AS counted_ms,
    raw_ms,
    units
   FROM annotate.work_row w;
ALTER TABLE annotate.work_row ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.work_row_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE catalog.dataset (
    name text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    CONSTRAINT dataset_name_check CHECK ((name <> ''::text))
);
ALTER TABLE ONLY catalog.dataset FORCE ROW LEVEL SECURITY;
CREATE TABLE catalog.evidence (
    id bigint NOT NULL,
    root text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    envelope text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    CONSTRAINT evidence_envelope_check CHECK ((envelope ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT evidence_kind_check CHECK ((kind <> ''::text)),
    CONSTRAINT evidence_root_check CHECK ((root ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY catalog.evidence FORCE ROW LEVEL SECURITY;
ALTER TABLE catalog.evidence ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME catalog.evidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE catalog.lineage (
    child bigint NOT NULL,
    parent text NOT NULL COLLATE pg_catalog."C",
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    CONSTRAINT lineage_parent_check CHECK ((parent ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY catalog.lineage FORCE ROW LEVEL SECURITY;
CREATE TABLE catalog.release (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C",
    root text NOT NULL COLLATE pg_catalog."C",
    version_root text NOT NULL COLLATE pg_catalog."C",
    line text NOT NULL COLLATE pg_catalog."C",
    run_id text NOT NULL COLLATE pg_catalog."C",
    folder text NOT NULL COLLATE pg_catalog."C",
    rows bigint NOT NULL,
    files integer NOT NULL,
    bytes bigint NOT NULL,
    certified boolean,
    simulated boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT release_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT release_files_check CHECK ((files >= 0)),
    CONSTRAINT release_name_check CHECK ((name <> ''::text)),
    CONSTRAINT release_root_check CHECK ((root ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT release_rows_check CHECK ((rows >= 0)),
    CONSTRAINT release_version_root_check CHECK ((version_root ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY catalog.release FORCE ROW LEVEL SECURITY;
ALTER TABLE catalog.release ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME catalog.release_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE catalog.version (
    id bigint NOT NULL,
    dataset text NOT NULL COLLATE pg_catalog."C",
    number integer NOT NULL,
    root text NOT NULL COLLATE pg_catalog."C",
    manifest text NOT NULL COLLATE pg_catalog."C",
    rows bigint NOT NULL,
    run_id text COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    CONSTRAINT version_manifest_check CHECK ((manifest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT version_number_check CHECK ((number >= 1)),
    CONSTRAINT version_root_check CHECK ((root ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT version_rows_check CHECK ((rows >= 0))
);
ALTER TABLE ONLY catalog.version FORCE ROW LEVEL SECURITY;
ALTER TABLE catalog.version ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME catalog.version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE line.run (
    id text NOT NULL COLLATE pg_catalog."C",
    line text NOT NULL COLLATE pg_catalog."C",
    recipe text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    stage text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    error jsonb,
    account text COLLATE pg_catalog."C",
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    report text COLLATE pg_catalog."C",
    CONSTRAINT run_account_check CHECK ((account ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT run_check CHECK (((status = ANY (ARRAY['done'::text, 'failed'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT run_check1 CHECK (((status <> 'failed'::text) OR (error IS NOT NULL))),
    CONSTRAINT run_counts_check CHECK ((jsonb_typeof(counts) = 'object'::text)),
    CONSTRAINT run_id_check CHECK ((id <> ''::text)),
    CONSTRAINT run_line_check CHECK ((line <> ''::text)),
    CONSTRAINT run_recipe_check CHECK ((recipe ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT run_report_check CHECK ((report ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT run_status_check CHECK ((status = ANY (ARRAY['running'::text, 'waiting'::text, 'done'::text, 'failed'::text])))
);
ALTER TABLE ONLY line.run FORCE ROW LEVEL SECURITY;
CREATE TABLE line.run_step (
    run_id text NOT NULL COLLATE pg_catalog."C",
    place integer NOT NULL,
    stage text NOT NULL COLLATE pg_catalog."C",
    op text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    root text COLLATE pg_catalog."C",
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    CONSTRAINT run_step_counts_check CHECK ((jsonb_typeof(counts) = 'object'::text)),
    CONSTRAINT run_step_place_check CHECK ((place >= 0)),
    CONSTRAINT run_step_root_check CHECK ((root ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT run_step_stage_check CHECK ((stage <> ''::text)),
    CONSTRAINT run_step_status_check CHECK ((status = ANY (ARRAY['running'::text, 'waiting'::text, 'done'::text, 'failed'::text])))
);
ALTER TABLE ONLY line.run_step FORCE ROW LEVEL SECURITY;
CREATE TABLE server.request (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    status smallint,
    media_type text COLLATE pg_catalog."C",
    body bytea,
    CONSTRAINT request_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT request_key_check CHECK ((key <> ''::text))
);
ALTER TABLE ONLY server.request FORCE ROW LEVEL SECURITY;
CREATE TABLE store.migration (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE worker.job (
    id bigint NOT NULL,
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint,
    kind text NOT NULL COLLATE pg_catalog."C",
    params jsonb NOT NULL,
    once text COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    asked_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    lease_token uuid,
    lease_until timestamp with time zone,
    cancelling boolean DEFAULT false NOT NULL,
    progress jsonb DEFAULT '{}'::jsonb NOT NULL,
    result jsonb,
    error jsonb,
    person bigint,
    CONSTRAINT job_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT job_check CHECK (((state = 'running'::text) = (lease_token IS NOT NULL))),
    CONSTRAINT job_check1 CHECK (((lease_token IS NULL) = (lease_until IS NULL))),
    CONSTRAINT job_check2 CHECK (((state = ANY (ARRAY['done'::text, 'failed'::text, 'cancelled'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT job_check3 CHECK (((state <> 'failed'::text) OR (error IS NOT NULL))),
    CONSTRAINT job_kind_check CHECK ((kind <> ''::text)),
    CONSTRAINT job_params_check CHECK ((jsonb_typeof(params) = 'object'::text)),
    CONSTRAINT job_progress_check CHECK ((jsonb_typeof(progress) = 'object'::text)),
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY worker.job FORCE ROW LEVEL SECURITY;
ALTER TABLE worker.job ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME worker.job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY access.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY access.audit_seal
    ADD CONSTRAINT audit_seal_pkey PRIMARY KEY (organisation, number);
ALTER TABLE ONLY access.invitation
    ADD CONSTRAINT invitation_hash_key UNIQUE (hash);
ALTER TABLE ONLY access.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY access.isolation
    ADD CONSTRAINT isolation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY access.member
    ADD CONSTRAINT member_pkey PRIMARY KEY (organisation, person);
ALTER TABLE ONLY access.oidc_flow
    ADD CONSTRAINT oidc_flow_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY access.oidc_identity
    ADD CONSTRAINT oidc_identity_pkey PRIMARY KEY (issuer, subject);
ALTER TABLE ONLY access.oidc_provider
    ADD CONSTRAINT oidc_provider_pkey PRIMARY KEY (slug);
ALTER TABLE ONLY access.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY access.organisation
    ADD CONSTRAINT organisation_slug_key UNIQUE (slug);
ALTER TABLE ONLY access.person
    ADD CONSTRAINT person_email_key UNIQUE (email);
ALTER TABLE ONLY access.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY access.person
    ADD CONSTRAINT person_username_key UNIQUE (username);
ALTER TABLE ONLY access.project_grant
    ADD CONSTRAINT project_grant_organisation_project_person_key UNIQUE (organisation, project, person);
ALTER TABLE ONLY access.project_grant
    ADD CONSTRAINT project_grant_organisation_project_team_key UNIQUE (organisation, project, team);
ALTER TABLE ONLY access.project_grant
    ADD CONSTRAINT project_grant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY access.secret
    ADD CONSTRAINT secret_pkey PRIMARY KEY (id);
ALTER TABLE ONLY access.session
    ADD CONSTRAINT session_hash_key UNIQUE (hash);
ALTER TABLE ONLY access.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY access.set_up
    ADD CONSTRAINT set_up_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY access.team_member
    ADD CONSTRAINT team_member_pkey PRIMARY KEY (team, person);
ALTER TABLE ONLY access.team
    ADD CONSTRAINT team_organisation_id_key UNIQUE (organisation, id);
ALTER TABLE ONLY access.team
    ADD CONSTRAINT team_organisation_name_key UNIQUE (organisation, name);
ALTER TABLE ONLY access.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (id);
ALTER TABLE ONLY access.throttle
    ADD CONSTRAINT throttle_pkey PRIMARY KEY (key);
ALTER TABLE ONLY access.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY access.token
    ADD CONSTRAINT token_hash_key UNIQUE (hash);
ALTER TABLE ONLY access.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.agreement_day
    ADD CONSTRAINT agreement_day_pkey PRIMARY KEY (project, day);
ALTER TABLE ONLY annotate.appeal
    ADD CONSTRAINT appeal_action_key UNIQUE (action);
ALTER TABLE ONLY annotate.appeal
    ADD CONSTRAINT appeal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.assistance
    ADD CONSTRAINT assistance_pkey PRIMARY KEY (project, labeler);
ALTER TABLE ONLY annotate.backend
    ADD CONSTRAINT backend_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.backend
    ADD CONSTRAINT backend_project_name_key UNIQUE (project, name);
ALTER TABLE ONLY annotate.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.batch
    ADD CONSTRAINT batch_project_name_key UNIQUE (project, name);
ALTER TABLE ONLY annotate.comment
    ADD CONSTRAINT comment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.comment
    ADD CONSTRAINT comment_slot_author_client_id_key UNIQUE (slot, author, client_id);
ALTER TABLE ONLY annotate.content
    ADD CONSTRAINT content_pkey PRIMARY KEY (project, item);
ALTER TABLE ONLY annotate.delivery
    ADD CONSTRAINT delivery_hook_event_key UNIQUE (hook, event);
ALTER TABLE ONLY annotate.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.draft
    ADD CONSTRAINT draft_pkey PRIMARY KEY (labeler, slot, seq);
ALTER TABLE ONLY annotate.effort
    ADD CONSTRAINT effort_pkey PRIMARY KEY (project, labeler, stage);
ALTER TABLE ONLY annotate.face_key
    ADD CONSTRAINT face_key_pkey PRIMARY KEY (project, key, item);
ALTER TABLE ONLY annotate.face
    ADD CONSTRAINT face_pkey PRIMARY KEY (project, item);
ALTER TABLE ONLY annotate.face_total
    ADD CONSTRAINT face_total_pkey PRIMARY KEY (project);
ALTER TABLE ONLY annotate.former_holder
    ADD CONSTRAINT former_holder_pkey PRIMARY KEY (slot, labeler);
ALTER TABLE ONLY annotate.gold_day
    ADD CONSTRAINT gold_day_pkey PRIMARY KEY (project, day);
ALTER TABLE ONLY annotate.gold
    ADD CONSTRAINT gold_pkey PRIMARY KEY (project, item);
ALTER TABLE ONLY annotate.gold_record
    ADD CONSTRAINT gold_record_pkey PRIMARY KEY (project, labeler);
ALTER TABLE ONLY annotate.guideline_version
    ADD CONSTRAINT guideline_version_pkey PRIMARY KEY (project, version);
ALTER TABLE ONLY annotate.happening
    ADD CONSTRAINT happening_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.hook
    ADD CONSTRAINT hook_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.hourly
    ADD CONSTRAINT hourly_pkey PRIMARY KEY (project, hour, stage);
ALTER TABLE ONLY annotate.import_batch
    ADD CONSTRAINT import_batch_pkey PRIMARY KEY (import, first_row);
ALTER TABLE ONLY annotate.import_error
    ADD CONSTRAINT import_error_pkey PRIMARY KEY (import, "row");
ALTER TABLE ONLY annotate.import
    ADD CONSTRAINT import_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (project, id);
ALTER TABLE ONLY annotate.label_total
    ADD CONSTRAINT label_total_pkey PRIMARY KEY (project, key);
ALTER TABLE ONLY annotate.labeler
    ADD CONSTRAINT labeler_organisation_name_key UNIQUE (organisation, name);
ALTER TABLE ONLY annotate.labeler
    ADD CONSTRAINT labeler_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.lot_item
    ADD CONSTRAINT lot_item_pkey PRIMARY KEY (lot, item);
ALTER TABLE ONLY annotate.lot
    ADD CONSTRAINT lot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.lot_return
    ADD CONSTRAINT lot_return_pkey PRIMARY KEY (lot, slot);
ALTER TABLE ONLY annotate.media
    ADD CONSTRAINT media_pkey PRIMARY KEY (organisation, sha256, maker);
ALTER TABLE ONLY annotate.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.notice_seen
    ADD CONSTRAINT notice_seen_pkey PRIMARY KEY (person);
ALTER TABLE ONLY annotate.orphan
    ADD CONSTRAINT orphan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.orphan
    ADD CONSTRAINT orphan_slot_labeler_client_id_key UNIQUE (slot, labeler, client_id);
ALTER TABLE ONLY annotate.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (tx, id);
ALTER TABLE ONLY annotate.pace
    ADD CONSTRAINT pace_pkey PRIMARY KEY (project, stage, bucket);
ALTER TABLE ONLY annotate.prediction_error
    ADD CONSTRAINT prediction_error_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.prediction
    ADD CONSTRAINT prediction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.prediction
    ADD CONSTRAINT prediction_project_item_labeler_model_version_body_sha256_key UNIQUE (project, item, labeler, model_version, body_sha256);
ALTER TABLE ONLY annotate.project
    ADD CONSTRAINT project_organisation_line_purpose_key UNIQUE (organisation, line, purpose);
ALTER TABLE ONLY annotate.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.quality_action
    ADD CONSTRAINT quality_action_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.quality_evidence
    ADD CONSTRAINT quality_evidence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.quality_rules
    ADD CONSTRAINT quality_rules_pkey PRIMARY KEY (project, version);
ALTER TABLE ONLY annotate.quality_watch
    ADD CONSTRAINT quality_watch_pkey PRIMARY KEY (project, labeler);
ALTER TABLE ONLY annotate.reader
    ADD CONSTRAINT reader_pkey PRIMARY KEY (name);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_slot_client_id_key UNIQUE (slot, client_id);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_slot_rev_key UNIQUE (slot, rev);
ALTER TABLE ONLY annotate.rollup
    ADD CONSTRAINT rollup_pkey PRIMARY KEY (project, hour, stage, pool, labeler);
ALTER TABLE ONLY annotate.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (project, version);
ALTER TABLE ONLY annotate.skill
    ADD CONSTRAINT skill_pkey PRIMARY KEY (labeler, name);
ALTER TABLE ONLY annotate.slot_flow
    ADD CONSTRAINT slot_flow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_project_item_stage_slot_no_key UNIQUE (project, item, stage, slot_no);
ALTER TABLE ONLY annotate.standing
    ADD CONSTRAINT standing_pkey PRIMARY KEY (project, labeler);
ALTER TABLE ONLY annotate.stuck
    ADD CONSTRAINT stuck_pkey PRIMARY KEY (project, item);
ALTER TABLE ONLY annotate.studio_annotator
    ADD CONSTRAINT studio_annotator_pkey PRIMARY KEY (project, name);
ALTER TABLE ONLY annotate.studio_task
    ADD CONSTRAINT studio_task_pkey PRIMARY KEY (project, item);
ALTER TABLE ONLY annotate.total
    ADD CONSTRAINT total_pkey PRIMARY KEY (project, stage, pool);
ALTER TABLE ONLY annotate.upload_part
    ADD CONSTRAINT upload_part_pkey PRIMARY KEY (upload, place);
ALTER TABLE ONLY annotate.upload
    ADD CONSTRAINT upload_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.upload_quota
    ADD CONSTRAINT upload_quota_pkey PRIMARY KEY (organisation);
ALTER TABLE ONLY annotate.verdict_day
    ADD CONSTRAINT verdict_day_pkey PRIMARY KEY (project, day, verdict, reason);
ALTER TABLE ONLY annotate.work_row
    ADD CONSTRAINT work_row_pkey PRIMARY KEY (id);
ALTER TABLE ONLY catalog.dataset
    ADD CONSTRAINT dataset_pkey PRIMARY KEY (organisation, name);
ALTER TABLE ONLY catalog.evidence
    ADD CONSTRAINT evidence_organisation_root_kind_envelope_key UNIQUE (organisation, root, kind, envelope);
ALTER TABLE ONLY catalog.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY catalog.lineage
    ADD CONSTRAINT lineage_pkey PRIMARY KEY (organisation, child, parent);
ALTER TABLE ONLY catalog.release
    ADD CONSTRAINT release_organisation_folder_root_key UNIQUE (organisation, folder, root);
ALTER TABLE ONLY catalog.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (id);
ALTER TABLE ONLY catalog.version
    ADD CONSTRAINT version_organisation_dataset_number_key UNIQUE (organisation, dataset, number);
ALTER TABLE ONLY catalog.version
    ADD CONSTRAINT version_organisation_dataset_root_key UNIQUE (organisation, dataset, root);
ALTER TABLE ONLY catalog.version
    ADD CONSTRAINT version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY line.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY line.run_step
    ADD CONSTRAINT run_step_pkey PRIMARY KEY (run_id, place);
ALTER TABLE ONLY server.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (organisation, actor, key);
ALTER TABLE ONLY store.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY worker.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);
CREATE INDEX audit_pages ON access.audit USING btree (organisation, id);
CREATE INDEX audit_recent ON access.audit USING btree (organisation, kind, at);
CREATE UNIQUE INDEX audit_seal_last ON access.audit_seal USING btree (organisation, last_row);
CREATE INDEX audit_seal_open ON access.audit_seal USING btree (organisation, number) WHERE (log_index IS NULL);
CREATE INDEX invitation_open ON access.invitation USING btree (organisation, id) WHERE ((used_at IS NULL) AND (withdrawn_at IS NULL));
CREATE UNIQUE INDEX isolation_in_force ON access.isolation USING btree (organisation, COALESCE(project, (0)::bigint)) WHERE (state = 'approved'::text);
CREATE UNIQUE INDEX isolation_proposed ON access.isolation USING btree (organisation, COALESCE(project, (0)::bigint)) WHERE (state = 'proposed'::text);
CREATE INDEX isolation_versions ON access.isolation USING btree (organisation, id);
CREATE INDEX member_person ON access.member USING btree (person);
CREATE INDEX oidc_identity_person ON access.oidc_identity USING btree (person);
CREATE INDEX project_grant_person ON access.project_grant USING btree (person) WHERE (person IS NOT NULL);
CREATE INDEX project_grant_team ON access.project_grant USING btree (team) WHERE (team IS NOT NULL);
CREATE INDEX session_end ON access.session USING btree (expires_at);
CREATE INDEX session_person ON access.session USING btree (person);
CREATE INDEX team_member_person ON access.team_member USING btree (organisation, person);
CREATE INDEX throttle_age ON access.throttle USING btree (last_at);
CREATE INDEX token_maker ON access.token USING btree (organisation, person);
CREATE INDEX appeal_project ON annotate.appeal USING btree (project, id);
CREATE INDEX comment_item ON annotate.comment USING btree (project, item, id);
CREATE INDEX comment_open ON annotate.comment USING btree (project, id) WHERE (NOT resolved);
CREATE INDEX delivery_due ON annotate.delivery USING btree (next_at, id) WHERE (state = 'pending'::text);
CREATE INDEX delivery_page ON annotate.delivery USING btree (hook, id);
CREATE INDEX draft_written ON annotate.draft USING btree (written_at);
CREATE INDEX face_head ON annotate.face USING btree (project, head, item) WHERE (head <> ''::text);
CREATE INDEX face_state ON annotate.face USING btree (project, state, item);
CREATE INDEX face_time ON annotate.face USING btree (project, last_at, item) WHERE (last_at IS NOT NULL);
CREATE INDEX former_holder_lost ON annotate.former_holder USING btree (lost_at);
CREATE INDEX hook_organisation ON annotate.hook USING btree (organisation, id);
CREATE INDEX import_project ON annotate.import USING btree (project, id);
CREATE INDEX item_batch ON annotate.item USING btree (batch, node) WHERE (batch IS NOT NULL);
CREATE INDEX item_node ON annotate.item USING btree (project, node, id) WHERE (node IS NOT NULL);
CREATE INDEX label_total_most ON annotate.label_total USING btree (project, items);
CREATE UNIQUE INDEX labeler_person ON annotate.labeler USING btree (organisation, person) WHERE (person IS NOT NULL);
CREATE UNIQUE INDEX lot_child ON annotate.lot USING btree (parent) WHERE ((parent IS NOT NULL) AND (state <> 'withdrawn'::text));
CREATE UNIQUE INDEX lot_item_live ON annotate.lot_item USING btree (project, stage, item) WHERE live;
CREATE UNIQUE INDEX lot_item_rank ON annotate.lot_item USING btree (lot, rank) WHERE (rank IS NOT NULL);
CREATE INDEX lot_project ON annotate.lot USING btree (project, id);
CREATE INDEX media_waiting ON annotate.media USING btree (changed_at) WHERE (state = ANY (ARRAY['waiting'::text, 'making'::text]));
CREATE INDEX notice_person ON annotate.notice USING btree (person, id);
CREATE INDEX orphan_open ON annotate.orphan USING btree (id) WHERE (settled IS NULL);
CREATE INDEX prediction_error_item ON annotate.prediction_error USING btree (project, item);
CREATE INDEX prediction_error_project ON annotate.prediction_error USING btree (project, id);
CREATE INDEX quality_action_labeler ON annotate.quality_action USING btree (project, labeler, id);
CREATE INDEX quality_action_project ON annotate.quality_action USING btree (project, id);
CREATE INDEX quality_action_rule ON annotate.quality_action USING btree (project, labeler, rule, id) WHERE (rule IS NOT NULL);
CREATE INDEX quality_action_training ON annotate.quality_action USING btree (labeler) WHERE ((state = 'active'::text) AND standing AND ((act ->> 'training'::text) IS NOT NULL));
CREATE INDEX quality_action_until ON annotate.quality_action USING btree (until) WHERE ((state = 'active'::text) AND (until IS NOT NULL));
CREATE INDEX quality_evidence_gold ON annotate.quality_evidence USING btree (project, labeler, id) WHERE gold;
CREATE INDEX quality_evidence_labeler ON annotate.quality_evidence USING btree (project, labeler, id);
CREATE INDEX quality_evidence_project ON annotate.quality_evidence USING btree (project, id) WHERE (kind = 'answer'::text);
CREATE INDEX quality_evidence_review ON annotate.quality_evidence USING btree (project, labeler, id) WHERE (kind = ANY (ARRAY['accepted'::text, 'fixed'::text, 'returned'::text]));
CREATE INDEX quality_watch_pending ON annotate.quality_watch USING btree (pending_since) WHERE (pending_since IS NOT NULL);
CREATE INDEX rollup_labeler ON annotate.rollup USING btree (labeler, hour);
CREATE INDEX slot_flow_order ON annotate.slot_flow USING btree (tx, id);
CREATE INDEX slot_gold ON annotate.slot USING btree (project, prefer_worker) WHERE ((state = 'ready'::text) AND is_gold);
CREATE INDEX slot_holder ON annotate.slot USING btree (worker) WHERE (state = 'leased'::text);
CREATE INDEX slot_lease ON annotate.slot USING btree (lease_until) WHERE (lease_until IS NOT NULL);
CREATE UNIQUE INDEX slot_once ON annotate.slot USING btree (project, item, worker, stage, COALESCE(target, (0)::bigint)) WHERE COALESCE(((worker IS NOT NULL) AND (state <> 'void'::text)), false);
CREATE INDEX slot_open ON annotate.slot USING btree (project, stage, pool, urgency, rkey, id) WHERE ((state = 'ready'::text) AND (prefer_worker IS NULL));
CREATE INDEX slot_recent ON annotate.slot USING btree (worker, project, leased_at) WHERE (leased_at IS NOT NULL);
CREATE INDEX slot_returned ON annotate.slot USING btree (prefer_worker, prefer_until) WHERE ((state = 'ready'::text) AND (prefer_worker IS NOT NULL));
CREATE UNIQUE INDEX slot_review ON annotate.slot USING btree (target, stage, pool) WHERE ((target IS NOT NULL) AND (state <> ALL (ARRAY['skipped'::text, 'void'::text])));
CREATE INDEX slot_waiting ON annotate.slot USING btree (project, stage, pool, urgency, rkey, id) WHERE ((state = 'ready'::text) AND (prefer_worker IS NOT NULL));
CREATE INDEX studio_task_number ON annotate.studio_task USING btree (project, number);
CREATE INDEX studio_task_trouble ON annotate.studio_task USING btree (project, item) WHERE (state <> 'placed'::text);
CREATE INDEX upload_open ON annotate.upload USING btree (expires_at) WHERE (state = ANY (ARRAY['open'::text, 'failed'::text]));
CREATE UNIQUE INDEX work_row_correction ON annotate.work_row USING btree (corrects, note) WHERE (corrects IS NOT NULL);
CREATE INDEX work_row_moments ON annotate.work_row USING btree (who, span_until) WHERE (span_until IS NOT NULL);
CREATE INDEX work_row_of ON annotate.work_row USING btree (labeler, id);
CREATE UNIQUE INDEX work_row_once ON annotate.work_row USING btree (slot, verdict, COALESCE(revision, (0)::bigint), COALESCE(orphan, (0)::bigint)) WHERE (corrects IS NULL);
CREATE INDEX lineage_parent ON catalog.lineage USING btree (parent);
CREATE INDEX version_root ON catalog.version USING btree (root text_pattern_ops);
CREATE INDEX run_line ON line.run USING btree (organisation, line, started_at);
CREATE INDEX request_age ON server.request USING btree (begun_at);
CREATE UNIQUE INDEX job_once ON worker.job USING btree (organisation, once) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));
CREATE INDEX job_organisation ON worker.job USING btree (organisation, id);
CREATE INDEX job_running ON worker.job USING btree (lease_until) WHERE (state = 'running'::text);
CREATE INDEX job_waiting ON worker.job USING btree (due_at, id) WHERE (state = 'waiting'::text);
CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON access.audit FOR EACH STATEMENT EXECUTE FUNCTION access.refuse_change();
CREATE TRIGGER audit_order BEFORE INSERT ON access.audit FOR EACH STATEMENT EXECUTE FUNCTION access.enter_audit();
CREATE TRIGGER audit_seal_kept BEFORE DELETE OR TRUNCATE ON access.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION access.refuse_change();
CREATE TRIGGER audit_seal_once BEFORE UPDATE ON access.audit_seal FOR EACH ROW EXECUTE FUNCTION access.log_once();
CREATE TRIGGER invitation_used AFTER UPDATE OF used_at ON access.invitation FOR EACH ROW WHEN (((new.used_at IS NOT NULL) AND (old.used_at IS NULL))) EXECUTE FUNCTION annotate.note_happening_v1('invitation');
CREATE TRIGGER isolation_asked AFTER INSERT ON access.isolation FOR EACH ROW WHEN ((new.state = 'proposed'::text)) EXECUTE FUNCTION annotate.note_happening_v1('rule');
CREATE TRIGGER isolation_decided AFTER UPDATE OF state ON access.isolation FOR EACH ROW WHEN (((old.state = 'proposed'::text) AND (new.state = ANY (ARRAY['approved'::text, 'refused'::text])))) EXECUTE FUNCTION annotate.note_happening_v1('rule_decided');
CREATE TRIGGER appeal_decided AFTER UPDATE OF state ON annotate.appeal FOR EACH ROW WHEN (((new.state <> 'open'::text) AND (old.state = 'open'::text))) EXECUTE FUNCTION annotate.note_happening_v1('appeal');
CREATE TRIGGER comment_dealt_with AFTER UPDATE OF resolved ON annotate.comment FOR EACH ROW WHEN ((new.resolved AND (NOT old.resolved))) EXECUTE FUNCTION annotate.note_happening_v1('resolved');
CREATE TRIGGER comment_made AFTER INSERT ON annotate.comment FOR EACH ROW EXECUTE FUNCTION annotate.note_happening_v1('comment');
CREATE TRIGGER face_key_come AFTER INSERT ON annotate.face_key REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION annotate.count_keys_v1('1');
CREATE TRIGGER face_key_gone AFTER DELETE ON annotate.face_key REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION annotate.count_keys_v1('-1');
CREATE TRIGGER item_needs_project AFTER INSERT ON annotate.item REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION annotate.need_projects_v1();
CREATE TRIGGER labeler_kept_deleted BEFORE DELETE OR TRUNCATE ON annotate.labeler FOR EACH STATEMENT EXECUTE FUNCTION annotate.keep_labeler();
CREATE TRIGGER labeler_kept_renumbered BEFORE UPDATE OF id ON annotate.labeler FOR EACH ROW WHEN ((new.id IS DISTINCT FROM old.id)) EXECUTE FUNCTION annotate.keep_labeler();
CREATE TRIGGER orphan_settled AFTER UPDATE OF settled ON annotate.orphan FOR EACH ROW WHEN (((new.settled IS NOT NULL) AND (old.settled IS NULL))) EXECUTE FUNCTION annotate.note_happening_v1('late');
CREATE TRIGGER project_schema_version AFTER INSERT ON annotate.project FOR EACH ROW EXECUTE FUNCTION annotate.first_schema_version();
CREATE TRIGGER quality_action_made AFTER INSERT ON annotate.quality_action FOR EACH ROW EXECUTE FUNCTION annotate.note_happening_v1('action');
CREATE TRIGGER revision_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON annotate.revision FOR EACH STATEMENT EXECUTE FUNCTION annotate.refuse_change();
CREATE TRIGGER slot_lost AFTER UPDATE OF worker ON annotate.slot FOR EACH ROW WHEN (((old.state = 'leased'::text) AND (old.worker IS DISTINCT FROM new.worker))) EXECUTE FUNCTION annotate.note_lost_v1();
CREATE TRIGGER slot_made AFTER INSERT ON annotate.slot REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION annotate.note_made_v1();
CREATE TRIGGER slot_needs_item AFTER INSERT ON annotate.slot REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION annotate.need_items_v1();
CREATE TRIGGER slot_voided AFTER UPDATE OF state ON annotate.slot FOR EACH ROW WHEN (((new.state = 'void'::text) AND (old.state <> 'void'::text))) EXECUTE FUNCTION annotate.note_void_v1();
CREATE TRIGGER work_row_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON annotate.work_row FOR EACH STATEMENT EXECUTE FUNCTION annotate.refuse_change();
CREATE TRIGGER evidence_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON catalog.evidence FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
CREATE TRIGGER lineage_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON catalog.lineage FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
CREATE TRIGGER version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON catalog.version FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
CREATE TRIGGER job_ended AFTER UPDATE OF state ON worker.job FOR EACH ROW WHEN (((new.person IS NOT NULL) AND (new.state = ANY (ARRAY['done'::text, 'failed'::text])) AND (old.state <> new.state))) EXECUTE FUNCTION annotate.note_happening_v1('job');
ALTER TABLE ONLY access.audit
    ADD CONSTRAINT audit_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY access.audit_seal
    ADD CONSTRAINT audit_seal_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY access.invitation
    ADD CONSTRAINT invitation_created_by_fkey FOREIGN KEY (created_by) REFERENCES access.person(id);
ALTER TABLE ONLY access.invitation
    ADD CONSTRAINT invitation_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY access.invitation
    ADD CONSTRAINT invitation_used_by_fkey FOREIGN KEY (used_by) REFERENCES access.person(id);
ALTER TABLE ONLY access.isolation
    ADD CONSTRAINT isolation_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES access.person(id);
ALTER TABLE ONLY access.isolation
    ADD CONSTRAINT isolation_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY access.isolation
    ADD CONSTRAINT isolation_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES access.person(id);
ALTER TABLE ONLY access.member
    ADD CONSTRAINT member_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY access.member
    ADD CONSTRAINT member_person_fkey FOREIGN KEY (person) REFERENCES access.person(id);
ALTER TABLE ONLY access.oidc_flow
    ADD CONSTRAINT oidc_flow_person_fkey FOREIGN KEY (person) REFERENCES access.person(id);
ALTER TABLE ONLY access.oidc_flow
    ADD CONSTRAINT oidc_flow_provider_fkey FOREIGN KEY (provider) REFERENCES access.oidc_provider(slug) ON DELETE CASCADE;
ALTER TABLE ONLY access.oidc_identity
    ADD CONSTRAINT oidc_identity_person_fkey FOREIGN KEY (person) REFERENCES access.person(id);
ALTER TABLE ONLY access.project_grant
    ADD CONSTRAINT project_grant_created_by_fkey FOREIGN KEY (created_by) REFERENCES access.person(id);
ALTER TABLE ONLY access.project_grant
    ADD CONSTRAINT project_grant_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY access.project_grant
    ADD CONSTRAINT project_grant_person_fkey FOREIGN KEY (person) REFERENCES access.person(id);
ALTER TABLE ONLY access.project_grant
    ADD CONSTRAINT project_grant_team_fkey FOREIGN KEY (team) REFERENCES access.team(id) ON DELETE CASCADE;
ALTER TABLE ONLY access.session
    ADD CONSTRAINT session_person_fkey FOREIGN KEY (person) REFERENCES access.person(id);
ALTER TABLE ONLY access.team_member
    ADD CONSTRAINT team_member_organisation_person_fkey FOREIGN KEY (organisation, person) REFERENCES access.member(organisation, person) ON DELETE CASCADE;
ALTER TABLE ONLY access.team_member
    ADD CONSTRAINT team_member_organisation_team_fkey FOREIGN KEY (organisation, team) REFERENCES access.team(organisation, id) ON DELETE CASCADE;
ALTER TABLE ONLY access.team
    ADD CONSTRAINT team_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY access.ticket
    ADD CONSTRAINT ticket_person_fkey FOREIGN KEY (person) REFERENCES access.person(id);
ALTER TABLE ONLY access.token
    ADD CONSTRAINT token_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY access.token
    ADD CONSTRAINT token_person_fkey FOREIGN KEY (person) REFERENCES access.person(id);
ALTER TABLE ONLY annotate.appeal
    ADD CONSTRAINT appeal_action_fkey FOREIGN KEY (action) REFERENCES annotate.quality_action(id);
ALTER TABLE ONLY annotate.appeal
    ADD CONSTRAINT appeal_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.appeal
    ADD CONSTRAINT appeal_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.backend
    ADD CONSTRAINT backend_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.batch
    ADD CONSTRAINT batch_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.comment
    ADD CONSTRAINT comment_author_fkey FOREIGN KEY (author) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.comment
    ADD CONSTRAINT comment_project_item_fkey FOREIGN KEY (project, item) REFERENCES annotate.item(project, id);
ALTER TABLE ONLY annotate.comment
    ADD CONSTRAINT comment_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.comment
    ADD CONSTRAINT comment_revision_fkey FOREIGN KEY (revision) REFERENCES annotate.revision(id);
ALTER TABLE ONLY annotate.comment
    ADD CONSTRAINT comment_slot_fkey FOREIGN KEY (slot) REFERENCES annotate.slot(id);
ALTER TABLE ONLY annotate.delivery
    ADD CONSTRAINT delivery_hook_fkey FOREIGN KEY (hook) REFERENCES annotate.hook(id) ON DELETE CASCADE;
ALTER TABLE ONLY annotate.gold
    ADD CONSTRAINT gold_project_item_fkey FOREIGN KEY (project, item) REFERENCES annotate.item(project, id);
ALTER TABLE ONLY annotate.gold_record
    ADD CONSTRAINT gold_record_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.gold_record
    ADD CONSTRAINT gold_record_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.guideline_version
    ADD CONSTRAINT guideline_version_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.hook
    ADD CONSTRAINT hook_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.import_batch
    ADD CONSTRAINT import_batch_import_fkey FOREIGN KEY (import) REFERENCES annotate.import(id);
ALTER TABLE ONLY annotate.import_error
    ADD CONSTRAINT import_error_import_fkey FOREIGN KEY (import) REFERENCES annotate.import(id);
ALTER TABLE ONLY annotate.import
    ADD CONSTRAINT import_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.lot_item
    ADD CONSTRAINT lot_item_inspector_fkey FOREIGN KEY (inspector) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.lot_item
    ADD CONSTRAINT lot_item_lot_fkey FOREIGN KEY (lot) REFERENCES annotate.lot(id);
ALTER TABLE ONLY annotate.lot
    ADD CONSTRAINT lot_parent_fkey FOREIGN KEY (parent) REFERENCES annotate.lot(id);
ALTER TABLE ONLY annotate.lot
    ADD CONSTRAINT lot_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.lot_return
    ADD CONSTRAINT lot_return_again_fkey FOREIGN KEY (again) REFERENCES annotate.slot(id);
ALTER TABLE ONLY annotate.lot_return
    ADD CONSTRAINT lot_return_lot_fkey FOREIGN KEY (lot) REFERENCES annotate.lot(id);
ALTER TABLE ONLY annotate.lot_return
    ADD CONSTRAINT lot_return_slot_fkey FOREIGN KEY (slot) REFERENCES annotate.slot(id);
ALTER TABLE ONLY annotate.orphan
    ADD CONSTRAINT orphan_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.orphan
    ADD CONSTRAINT orphan_slot_fkey FOREIGN KEY (slot) REFERENCES annotate.slot(id);
ALTER TABLE ONLY annotate.prediction_error
    ADD CONSTRAINT prediction_error_backend_fkey FOREIGN KEY (backend) REFERENCES annotate.backend(id) ON DELETE CASCADE;
ALTER TABLE ONLY annotate.prediction_error
    ADD CONSTRAINT prediction_error_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.prediction
    ADD CONSTRAINT prediction_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.prediction
    ADD CONSTRAINT prediction_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.project
    ADD CONSTRAINT project_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY annotate.quality_action
    ADD CONSTRAINT quality_action_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.quality_action
    ADD CONSTRAINT quality_action_maker_fkey FOREIGN KEY (maker) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.quality_action
    ADD CONSTRAINT quality_action_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.quality_rules
    ADD CONSTRAINT quality_rules_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.quality_watch
    ADD CONSTRAINT quality_watch_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.quality_watch
    ADD CONSTRAINT quality_watch_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_base_fkey FOREIGN KEY (base) REFERENCES annotate.revision(id);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_slot_fkey FOREIGN KEY (slot) REFERENCES annotate.slot(id);
ALTER TABLE ONLY annotate.schema_version
    ADD CONSTRAINT schema_version_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.skill
    ADD CONSTRAINT skill_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_prefer_worker_fkey FOREIGN KEY (prefer_worker) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_rework_of_fkey FOREIGN KEY (rework_of) REFERENCES annotate.slot(id);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_target_fkey FOREIGN KEY (target) REFERENCES annotate.slot(id);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_worker_fkey FOREIGN KEY (worker) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.standing
    ADD CONSTRAINT standing_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.standing
    ADD CONSTRAINT standing_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.stuck
    ADD CONSTRAINT stuck_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.studio_annotator
    ADD CONSTRAINT studio_annotator_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.studio_annotator
    ADD CONSTRAINT studio_annotator_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.studio_task
    ADD CONSTRAINT studio_task_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.upload_part
    ADD CONSTRAINT upload_part_upload_fkey FOREIGN KEY (upload) REFERENCES annotate.upload(id);
ALTER TABLE ONLY annotate.work_row
    ADD CONSTRAINT work_row_corrects_fkey FOREIGN KEY (corrects) REFERENCES annotate.work_row(id);
ALTER TABLE ONLY catalog.dataset
    ADD CONSTRAINT dataset_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY catalog.lineage
    ADD CONSTRAINT lineage_child_fkey FOREIGN KEY (child) REFERENCES catalog.version(id);
ALTER TABLE ONLY catalog.version
    ADD CONSTRAINT version_organisation_dataset_fkey FOREIGN KEY (organisation, dataset) REFERENCES catalog.dataset(organisation, name);
ALTER TABLE ONLY line.run
    ADD CONSTRAINT run_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY line.run_step
    ADD CONSTRAINT run_step_run_id_fkey FOREIGN KEY (run_id) REFERENCES line.run(id) ON DELETE CASCADE;
ALTER TABLE ONLY worker.job
    ADD CONSTRAINT job_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE access.audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.audit_seal ENABLE ROW LEVEL SECURITY;
CREATE POLICY colleagues ON access.person FOR SELECT TO galley_app USING (((id IN ( SELECT member.person
   FROM access.member)) OR (id IN ( SELECT project_grant.person
   FROM access.project_grant
  WHERE (project_grant.person IS NOT NULL)))));
CREATE POLICY every_organisation ON access.audit TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON access.audit_seal TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON access.invitation TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON access.isolation TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON access.member TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON access.organisation TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON access.project_grant TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON access.team TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON access.team_member TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON access.token TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY everybody ON access.person TO galley_house USING (true) WITH CHECK (true);
ALTER TABLE access.invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.isolation ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.member ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON access.audit TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON access.audit_seal TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON access.invitation TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON access.isolation TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON access.member TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON access.organisation TO galley_app USING ((id = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON access.project_grant TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON access.team TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON access.team_member TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON access.token TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
ALTER TABLE access.organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.project_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.team ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.team_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.token ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.agreement_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.appeal ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.assistance ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.backend ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.comment ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.content ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.effort ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_organisation ON annotate.agreement_day TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.appeal TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.assistance TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.backend TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.batch TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.comment TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.content TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.delivery TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.draft TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.effort TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.face TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.face_key TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.face_total TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.former_holder TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.gold TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.gold_day TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.gold_record TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.guideline_version TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.happening TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.hook TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.hourly TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.import TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.import_batch TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.import_error TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.item TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.label_total TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.labeler TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.lot TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.lot_item TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.lot_return TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.media TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.notice TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.orphan TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.outbox TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.pace TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.prediction TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.prediction_error TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.project TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.quality_action TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.quality_evidence TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.quality_rules TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.quality_watch TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.revision TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.rollup TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.schema_version TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.skill TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.slot TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.slot_flow TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.standing TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.stuck TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.studio_annotator TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.studio_task TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.total TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.upload TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.upload_part TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.upload_quota TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.verdict_day TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.work_row TO galley_house USING (true) WITH CHECK (true);
ALTER TABLE annotate.face ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.face_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.face_total ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.former_holder ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.gold ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.gold_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.gold_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.guideline_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.happening ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.hook ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.hourly ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.import ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.import_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.import_error ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.item ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.label_total ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.labeler ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.lot ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.lot_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.lot_return ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.media ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON annotate.agreement_day TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.appeal TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.assistance TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.backend TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.batch TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.comment TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.content TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.delivery TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.draft TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.effort TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.face TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.face_key TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.face_total TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.former_holder TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.gold TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.gold_day TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.gold_record TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.guideline_version TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.happening TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.hook TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.hourly TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.import TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.import_batch TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.import_error TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.item TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.label_total TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.labeler TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.lot TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.lot_item TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.lot_return TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.media TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.notice TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.orphan TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.outbox TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.pace TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.prediction TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.prediction_error TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.project TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.quality_action TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.quality_evidence TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.quality_rules TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.quality_watch TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.revision TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.rollup TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.schema_version TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.skill TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.slot TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.slot_flow TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.standing TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.stuck TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.studio_annotator TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.studio_task TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.total TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.upload TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.upload_part TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.upload_quota TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.verdict_day TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.work_row TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
ALTER TABLE annotate.orphan ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.pace ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.prediction ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.prediction_error ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.project ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.quality_action ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.quality_evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.quality_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.quality_watch ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.rollup ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.schema_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.skill ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.slot ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.slot_flow ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.stuck ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.studio_annotator ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.studio_task ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.total ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.upload_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.upload_quota ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.verdict_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.work_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalog.dataset ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_organisation ON catalog.dataset TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON catalog.evidence TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON catalog.lineage TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON catalog.release TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON catalog.version TO galley_house USING (true) WITH CHECK (true);
ALTER TABLE catalog.evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalog.lineage ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON catalog.dataset TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON catalog.evidence TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON catalog.lineage TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON catalog.release TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON catalog.version TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
ALTER TABLE catalog.release ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalog.version ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_organisation ON line.run TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON line.run_step TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY one_organisation ON line.run TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON line.run_step TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
ALTER TABLE line.run ENABLE ROW LEVEL SECURITY;
ALTER TABLE line.run_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_organisation ON server.request TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY one_organisation ON server.request TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
ALTER TABLE server.request ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_organisation ON worker.job TO galley_house USING (true) WITH CHECK (true);
ALTER TABLE worker.job ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON worker.job TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
GRANT USAGE ON SCHEMA access TO galley_app;
GRANT USAGE ON SCHEMA access TO galley_house;
GRANT USAGE ON SCHEMA annotate TO galley_app;
GRANT USAGE ON SCHEMA annotate TO galley_house;
GRANT USAGE ON SCHEMA catalog TO galley_app;
GRANT USAGE ON SCHEMA catalog TO galley_house;
GRANT USAGE ON SCHEMA line TO galley_app;
GRANT USAGE ON SCHEMA line TO galley_house;
GRANT USAGE ON SCHEMA server TO galley_app;
GRANT USAGE ON SCHEMA server TO galley_house;
GRANT USAGE ON SCHEMA store TO galley_app;
GRANT USAGE ON SCHEMA store TO galley_house;
GRANT USAGE ON SCHEMA worker TO galley_app;
GRANT USAGE ON SCHEMA worker TO galley_house;
GRANT SELECT,INSERT ON TABLE access.audit TO galley_app;
GRANT SELECT,INSERT ON TABLE access.audit TO galley_house;
GRANT SELECT ON SEQUENCE access.audit_id_seq TO galley_house;
GRANT SELECT ON TABLE access.audit_seal TO galley_app;
GRANT SELECT,INSERT,UPDATE ON TABLE access.audit_seal TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.invitation TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.invitation TO galley_house;
GRANT SELECT ON SEQUENCE access.invitation_id_seq TO galley_house;
GRANT SELECT,INSERT,UPDATE ON TABLE access.isolation TO galley_app;
GRANT SELECT,INSERT,UPDATE ON TABLE access.isolation TO galley_house;
GRANT SELECT ON SEQUENCE access.isolation_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.member TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.member TO galley_house;
GRANT SELECT,INSERT,DELETE ON TABLE access.oidc_flow TO galley_house;
GRANT SELECT,INSERT,DELETE ON TABLE access.oidc_identity TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.oidc_provider TO galley_house;
GRANT SELECT ON TABLE access.organisation TO galley_app;
GRANT SELECT,INSERT,UPDATE ON TABLE access.organisation TO galley_house;
GRANT SELECT ON SEQUENCE access.organisation_id_seq TO galley_house;
GRANT SELECT,INSERT,UPDATE ON TABLE access.person TO galley_house;
GRANT SELECT(id) ON TABLE access.person TO galley_app;
GRANT SELECT(email) ON TABLE access.person TO galley_app;
GRANT SELECT(username) ON TABLE access.person TO galley_app;
GRANT SELECT(name) ON TABLE access.person TO galley_app;
GRANT SELECT(language) ON TABLE access.person TO galley_app;
GRANT SELECT(state) ON TABLE access.person TO galley_app;
GRANT SELECT(created_at) ON TABLE access.person TO galley_app;
GRANT SELECT ON SEQUENCE access.person_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.project_grant TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.project_grant TO galley_house;
GRANT SELECT ON SEQUENCE access.project_grant_id_seq TO galley_house;
GRANT SELECT,INSERT,UPDATE ON TABLE access.secret TO galley_house;
GRANT SELECT ON SEQUENCE access.secret_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.session TO galley_house;
GRANT SELECT ON SEQUENCE access.session_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE ON TABLE access.set_up TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.team TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.team TO galley_house;
GRANT SELECT ON SEQUENCE access.team_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.team_member TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.team_member TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.throttle TO galley_house;
GRANT SELECT,INSERT,DELETE ON TABLE access.ticket TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.token TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.token TO galley_house;
GRANT SELECT ON SEQUENCE access.token_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.agreement_day TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.agreement_day TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.appeal TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.appeal TO galley_house;
GRANT SELECT ON SEQUENCE annotate.appeal_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.assistance TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.assistance TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.backend TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.backend TO galley_house;
GRANT SELECT ON SEQUENCE annotate.backend_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.batch TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.batch TO galley_house;
GRANT SELECT ON SEQUENCE annotate.batch_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.comment TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.comment TO galley_house;
GRANT SELECT ON SEQUENCE annotate.comment_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.content TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.content TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.delivery TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.delivery TO galley_house;
GRANT SELECT ON SEQUENCE annotate.delivery_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.draft TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.draft TO galley_house;
GRANT SELECT ON TABLE annotate.effort TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.effort TO galley_house;
GRANT SELECT ON TABLE annotate.face TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.face TO galley_house;
GRANT SELECT ON TABLE annotate.face_key TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.face_key TO galley_house;
GRANT SELECT ON TABLE annotate.face_total TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.face_total TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.former_holder TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.former_holder TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold_day TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold_day TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold_record TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold_record TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.guideline_version TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.guideline_version TO galley_house;
GRANT INSERT ON TABLE annotate.happening TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.happening TO galley_house;
GRANT SELECT ON SEQUENCE annotate.happening_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.hook TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.hook TO galley_house;
GRANT SELECT ON SEQUENCE annotate.hook_id_seq TO galley_house;
GRANT SELECT ON TABLE annotate.hourly TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.hourly TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.import TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.import TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.import_batch TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.import_batch TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.import_error TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.import_error TO galley_house;
GRANT SELECT ON SEQUENCE annotate.import_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.item TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.item TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.label_total TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.label_total TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.labeler TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.labeler TO galley_house;
GRANT SELECT ON SEQUENCE annotate.labeler_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.lot TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.lot TO galley_house;
GRANT SELECT ON SEQUENCE annotate.lot_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.lot_item TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.lot_item TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.lot_return TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.lot_return TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.media TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.media TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.notice TO galley_house;
GRANT SELECT ON SEQUENCE annotate.notice_id_seq TO galley_house;
GRANT SELECT,INSERT,UPDATE ON TABLE annotate.notice_seen TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.orphan TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.orphan TO galley_house;
GRANT SELECT ON SEQUENCE annotate.orphan_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.outbox TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.outbox TO galley_house;
GRANT SELECT ON SEQUENCE annotate.outbox_id_seq TO galley_house;
GRANT SELECT ON TABLE annotate.pace TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.pace TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.prediction TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.prediction TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.prediction_error TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.prediction_error TO galley_house;
GRANT SELECT ON SEQUENCE annotate.prediction_error_id_seq TO galley_house;
GRANT SELECT ON SEQUENCE annotate.prediction_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.project TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.project TO galley_house;
GRANT SELECT ON SEQUENCE annotate.project_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.quality_action TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.quality_action TO galley_house;
GRANT SELECT ON SEQUENCE annotate.quality_action_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.quality_evidence TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.quality_evidence TO galley_house;
GRANT SELECT ON SEQUENCE annotate.quality_evidence_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.quality_rules TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.quality_rules TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.quality_watch TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.quality_watch TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.reader TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.revision TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.revision TO galley_house;
GRANT USAGE ON SEQUENCE annotate.revision_id_seq TO galley_app;
GRANT SELECT,USAGE ON SEQUENCE annotate.revision_id_seq TO galley_house;
GRANT SELECT ON TABLE annotate.rollup TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.rollup TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.schema_version TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.schema_version TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.skill TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.skill TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.slot TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.slot TO galley_house;
GRANT SELECT,INSERT ON TABLE annotate.slot_flow TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.slot_flow TO galley_house;
GRANT SELECT ON SEQUENCE annotate.slot_flow_id_seq TO galley_house;
GRANT SELECT ON SEQUENCE annotate.slot_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.standing TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.standing TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.stuck TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.stuck TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.studio_annotator TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.studio_annotator TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.studio_task TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.studio_task TO galley_house;
GRANT SELECT ON TABLE annotate.total TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.total TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.upload TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.upload TO galley_house;
GRANT SELECT ON SEQUENCE annotate.upload_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.upload_part TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.upload_part TO galley_house;
GRANT SELECT ON TABLE annotate.upload_quota TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.upload_quota TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.verdict_day TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.verdict_day TO galley_house;
GRANT SELECT ON TABLE annotate.work_row TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.work_row TO galley_house;
GRANT SELECT ON TABLE annotate.work_measure TO galley_app;
GRANT SELECT ON TABLE annotate.work_measure TO galley_house;
GRANT SELECT ON SEQUENCE annotate.work_row_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.dataset TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.dataset TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.evidence TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.evidence TO galley_house;
GRANT SELECT ON SEQUENCE catalog.evidence_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.lineage TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.lineage TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.release TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.release TO galley_house;
GRANT SELECT ON SEQUENCE catalog.release_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.version TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.version TO galley_house;
GRANT SELECT ON SEQUENCE catalog.version_id_seq TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE line.run TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE line.run TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE line.run_step TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE line.run_step TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE server.request TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE server.request TO galley_house;
GRANT SELECT ON TABLE store.migration TO galley_app;
GRANT SELECT ON TABLE store.migration TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE worker.job TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE worker.job TO galley_house;
GRANT SELECT ON SEQUENCE worker.job_id_seq TO galley_house;
