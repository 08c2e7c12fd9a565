-- The schema all migrations together make; written by tools/make_schema.py, never by hand.
CREATE SCHEMA access;
CREATE SCHEMA annotate;
CREATE SCHEMA catalog;
CREATE SCHEMA line;
CREATE SCHEMA store;
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
CREATE FUNCTION annotate.analyse_v1() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    ANALYZE annotate.item, annotate.slot, annotate.content;
END
$$;
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
CREATE FUNCTION catalog.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
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
CREATE TABLE annotate.gold (
    organisation bigint DEFAULT store.organisation_v1() NOT NULL,
    project bigint NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    body jsonb NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY annotate.gold FORCE ROW LEVEL SECURITY;
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
);
ALTER TABLE ONLY annotate.revision FORCE ROW LEVEL SECURITY;
ALTER TABLE annotate.revision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME annotate.revision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
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
    CONSTRAINT slot_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT slot_check CHECK (((state = 'leased'::text) = (lease_token IS NOT NULL))),
    CONSTRAINT slot_check1 CHECK (((lease_token IS NULL) = (lease_until IS NULL))),
    CONSTRAINT slot_check2 CHECK (((state <> 'ready'::text) OR (worker IS NULL))),
    CONSTRAINT slot_check3 CHECK (((state <> ALL (ARRAY['leased'::text, 'submitted'::text, 'skipped'::text])) OR (worker IS NOT NULL))),
    CONSTRAINT slot_check4 CHECK (((state <> 'skipped'::text) OR (reason IS NOT NULL))),
    CONSTRAINT slot_check5 CHECK (((prefer_worker IS NULL) = (prefer_until IS NULL))),
    CONSTRAINT slot_slot_no_check CHECK ((slot_no >= 0)),
    CONSTRAINT slot_stage_check CHECK ((stage = ANY (ARRAY['label'::text, 'review'::text, 'adjudicate'::text, 'accept'::text]))),
    CONSTRAINT slot_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'leased'::text, 'submitted'::text, 'skipped'::text, 'void'::text]))),
    CONSTRAINT slot_target_check CHECK (((stage = ANY (ARRAY['review'::text, 'accept'::text])) = (target IS NOT NULL)))
);
ALTER TABLE ONLY annotate.slot FORCE ROW LEVEL SECURITY;
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
    CONSTRAINT standing_review_percent_check CHECK (((review_percent >= 0) AND (review_percent <= 100))),
    CONSTRAINT standing_state_check CHECK ((state = ANY (ARRAY['open'::text, 'paused'::text, 'blocked'::text])))
);
ALTER TABLE ONLY annotate.standing FORCE ROW LEVEL SECURITY;
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
    CONSTRAINT run_account_check CHECK ((account ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT run_check CHECK (((status = ANY (ARRAY['done'::text, 'failed'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT run_check1 CHECK (((status <> 'failed'::text) OR (error IS NOT NULL))),
    CONSTRAINT run_counts_check CHECK ((jsonb_typeof(counts) = 'object'::text)),
    CONSTRAINT run_id_check CHECK ((id <> ''::text)),
    CONSTRAINT run_line_check CHECK ((line <> ''::text)),
    CONSTRAINT run_recipe_check CHECK ((recipe ~ '^[0-9a-f]{64}$'::text)),
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
CREATE TABLE store.migration (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
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
ALTER TABLE ONLY annotate.gold
    ADD CONSTRAINT gold_pkey PRIMARY KEY (project, item);
ALTER TABLE ONLY annotate.gold_record
    ADD CONSTRAINT gold_record_pkey PRIMARY KEY (project, labeler);
ALTER TABLE ONLY annotate.guideline_version
    ADD CONSTRAINT guideline_version_pkey PRIMARY KEY (project, version);
ALTER TABLE ONLY annotate.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (project, id);
ALTER TABLE ONLY annotate.labeler
    ADD CONSTRAINT labeler_organisation_name_key UNIQUE (organisation, name);
ALTER TABLE ONLY annotate.labeler
    ADD CONSTRAINT labeler_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.orphan
    ADD CONSTRAINT orphan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.orphan
    ADD CONSTRAINT orphan_slot_labeler_client_id_key UNIQUE (slot, labeler, client_id);
ALTER TABLE ONLY annotate.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.project
    ADD CONSTRAINT project_organisation_line_purpose_key UNIQUE (organisation, line, purpose);
ALTER TABLE ONLY annotate.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.reader
    ADD CONSTRAINT reader_pkey PRIMARY KEY (name);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_slot_client_id_key UNIQUE (slot, client_id);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_slot_rev_key UNIQUE (slot, rev);
ALTER TABLE ONLY annotate.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (project, version);
ALTER TABLE ONLY annotate.skill
    ADD CONSTRAINT skill_pkey PRIMARY KEY (labeler, name);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_project_item_stage_slot_no_key UNIQUE (project, item, stage, slot_no);
ALTER TABLE ONLY annotate.standing
    ADD CONSTRAINT standing_pkey PRIMARY KEY (project, labeler);
ALTER TABLE ONLY catalog.dataset
    ADD CONSTRAINT dataset_pkey PRIMARY KEY (organisation, name);
ALTER TABLE ONLY catalog.evidence
    ADD CONSTRAINT evidence_organisation_root_kind_envelope_key UNIQUE (organisation, root, kind, envelope);
ALTER TABLE ONLY catalog.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY catalog.lineage
    ADD CONSTRAINT lineage_pkey PRIMARY KEY (organisation, child, parent);
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
ALTER TABLE ONLY store.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
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
CREATE INDEX comment_item ON annotate.comment USING btree (project, item, id);
CREATE INDEX item_batch ON annotate.item USING btree (batch, node) WHERE (batch IS NOT NULL);
CREATE INDEX item_node ON annotate.item USING btree (project, node, id) WHERE (node IS NOT NULL);
CREATE UNIQUE INDEX labeler_person ON annotate.labeler USING btree (organisation, person) WHERE (person IS NOT NULL);
CREATE INDEX orphan_open ON annotate.orphan USING btree (id) WHERE (settled IS NULL);
CREATE INDEX outbox_order ON annotate.outbox USING btree (tx, id);
CREATE INDEX slot_holder ON annotate.slot USING btree (worker) WHERE (state = 'leased'::text);
CREATE INDEX slot_lease ON annotate.slot USING btree (lease_until) WHERE (state = 'leased'::text);
CREATE UNIQUE INDEX slot_once ON annotate.slot USING btree (project, item, worker, stage, COALESCE(target, (0)::bigint)) WHERE COALESCE(((worker IS NOT NULL) AND (state <> 'void'::text)), false);
CREATE INDEX slot_ready ON annotate.slot USING btree (project, stage, pool, urgency, rkey, id) WHERE (state = 'ready'::text);
CREATE INDEX slot_recent ON annotate.slot USING btree (worker, project, stage, pool, leased_at, urgency, rkey) WHERE (leased_at IS NOT NULL);
CREATE UNIQUE INDEX slot_review ON annotate.slot USING btree (target, stage, pool) WHERE (state <> ALL (ARRAY['skipped'::text, 'void'::text]));
CREATE INDEX lineage_parent ON catalog.lineage USING btree (parent);
CREATE INDEX version_root ON catalog.version USING btree (root text_pattern_ops);
CREATE INDEX run_line ON line.run USING btree (organisation, line, started_at);
CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON access.audit FOR EACH STATEMENT EXECUTE FUNCTION access.refuse_change();
CREATE TRIGGER audit_order BEFORE INSERT ON access.audit FOR EACH STATEMENT EXECUTE FUNCTION access.enter_audit();
CREATE TRIGGER audit_seal_kept BEFORE DELETE OR TRUNCATE ON access.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION access.refuse_change();
CREATE TRIGGER audit_seal_once BEFORE UPDATE ON access.audit_seal FOR EACH ROW EXECUTE FUNCTION access.log_once();
CREATE TRIGGER revision_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON annotate.revision FOR EACH STATEMENT EXECUTE FUNCTION annotate.refuse_change();
CREATE TRIGGER evidence_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON catalog.evidence FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
CREATE TRIGGER lineage_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON catalog.lineage FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
CREATE TRIGGER version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON catalog.version FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
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
ALTER TABLE ONLY annotate.gold
    ADD CONSTRAINT gold_project_item_fkey FOREIGN KEY (project, item) REFERENCES annotate.item(project, id);
ALTER TABLE ONLY annotate.gold_record
    ADD CONSTRAINT gold_record_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.gold_record
    ADD CONSTRAINT gold_record_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.guideline_version
    ADD CONSTRAINT guideline_version_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.item
    ADD CONSTRAINT item_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.orphan
    ADD CONSTRAINT orphan_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.orphan
    ADD CONSTRAINT orphan_slot_fkey FOREIGN KEY (slot) REFERENCES annotate.slot(id);
ALTER TABLE ONLY annotate.project
    ADD CONSTRAINT project_organisation_fkey FOREIGN KEY (organisation) REFERENCES access.organisation(id);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_base_fkey FOREIGN KEY (base) REFERENCES annotate.revision(id);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.revision
    ADD CONSTRAINT revision_slot_fkey FOREIGN KEY (slot) REFERENCES annotate.slot(id);
ALTER TABLE ONLY annotate.schema_version
    ADD CONSTRAINT schema_version_project_fkey FOREIGN KEY (project) REFERENCES annotate.project(id);
ALTER TABLE ONLY annotate.skill
    ADD CONSTRAINT skill_labeler_fkey FOREIGN KEY (labeler) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_prefer_worker_fkey FOREIGN KEY (prefer_worker) REFERENCES annotate.labeler(id);
ALTER TABLE ONLY annotate.slot
    ADD CONSTRAINT slot_project_item_fkey FOREIGN KEY (project, item) REFERENCES annotate.item(project, id);
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
ALTER TABLE annotate.batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.comment ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.content ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_organisation ON annotate.batch TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.comment TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.content TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.gold TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.gold_record TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.guideline_version TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.item TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.labeler TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.orphan TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.outbox TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.project TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.revision TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.schema_version TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.skill TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.slot TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON annotate.standing TO galley_house USING (true) WITH CHECK (true);
ALTER TABLE annotate.gold ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.gold_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.guideline_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.item ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.labeler ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON annotate.batch TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.comment TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.content TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.gold TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.gold_record TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.guideline_version TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.item TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.labeler TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.orphan TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.outbox TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.project TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.revision TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.schema_version TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.skill TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.slot TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON annotate.standing TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
ALTER TABLE annotate.orphan ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.project ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.schema_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.skill ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.slot ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotate.standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalog.dataset ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_organisation ON catalog.dataset TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON catalog.evidence TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON catalog.lineage TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON catalog.version TO galley_house USING (true) WITH CHECK (true);
ALTER TABLE catalog.evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalog.lineage ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON catalog.dataset TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON catalog.evidence TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON catalog.lineage TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON catalog.version TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
ALTER TABLE catalog.version ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_organisation ON line.run TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON line.run_step TO galley_house USING (true) WITH CHECK (true);
CREATE POLICY one_organisation ON line.run TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
CREATE POLICY one_organisation ON line.run_step TO galley_app USING ((organisation = ( SELECT store.organisation_v1() AS organisation_v1)));
ALTER TABLE line.run ENABLE ROW LEVEL SECURITY;
ALTER TABLE line.run_step ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA access TO galley_app;
GRANT USAGE ON SCHEMA access TO galley_house;
GRANT USAGE ON SCHEMA annotate TO galley_app;
GRANT USAGE ON SCHEMA annotate TO galley_house;
GRANT USAGE ON SCHEMA catalog TO galley_app;
GRANT USAGE ON SCHEMA catalog TO galley_house;
GRANT USAGE ON SCHEMA line TO galley_app;
GRANT USAGE ON SCHEMA line TO galley_house;
GRANT USAGE ON SCHEMA store TO galley_app;
GRANT USAGE ON SCHEMA store TO galley_house;
GRANT SELECT,INSERT ON TABLE access.audit TO galley_app;
GRANT SELECT,INSERT ON TABLE access.audit TO galley_house;
GRANT SELECT ON TABLE access.audit_seal TO galley_app;
GRANT SELECT,INSERT,UPDATE ON TABLE access.audit_seal TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.invitation TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.invitation TO galley_house;
GRANT SELECT,INSERT,UPDATE ON TABLE access.isolation TO galley_app;
GRANT SELECT,INSERT,UPDATE ON TABLE access.isolation TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.member TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.member TO galley_house;
GRANT SELECT,INSERT,DELETE ON TABLE access.oidc_flow TO galley_house;
GRANT SELECT,INSERT,DELETE ON TABLE access.oidc_identity TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.oidc_provider TO galley_house;
GRANT SELECT ON TABLE access.organisation TO galley_app;
GRANT SELECT,INSERT,UPDATE ON TABLE access.organisation TO galley_house;
GRANT SELECT,INSERT,UPDATE ON TABLE access.person TO galley_house;
GRANT SELECT(id) ON TABLE access.person TO galley_app;
GRANT SELECT(email) ON TABLE access.person TO galley_app;
GRANT SELECT(username) ON TABLE access.person TO galley_app;
GRANT SELECT(name) ON TABLE access.person TO galley_app;
GRANT SELECT(language) ON TABLE access.person TO galley_app;
GRANT SELECT(state) ON TABLE access.person TO galley_app;
GRANT SELECT(created_at) ON TABLE access.person TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.project_grant TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.project_grant TO galley_house;
GRANT SELECT,INSERT,UPDATE ON TABLE access.secret TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.session TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.team TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.team TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.team_member TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.team_member TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.throttle TO galley_house;
GRANT SELECT,INSERT,DELETE ON TABLE access.ticket TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.token TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE access.token TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.batch TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.batch TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.comment TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.comment TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.content TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.content TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold_record TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.gold_record TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.guideline_version TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.guideline_version TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.item TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.item TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.labeler TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.labeler TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.orphan TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.orphan TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.outbox TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.outbox TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.project TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.project TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.reader TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.revision TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.revision TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.schema_version TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.schema_version TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.skill TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.skill TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.slot TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.slot TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.standing TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE annotate.standing TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.dataset TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.dataset TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.evidence TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.evidence TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.lineage TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.lineage TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.version TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.version TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE line.run TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE line.run TO galley_house;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE line.run_step TO galley_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE line.run_step TO galley_house;
GRANT SELECT ON TABLE store.migration TO galley_app;
GRANT SELECT ON TABLE store.migration TO galley_house;
