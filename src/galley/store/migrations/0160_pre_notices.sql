-- What a person is told of: their work came back, somebody answered them, something was decided, a job of theirs ended.

-- Things that happened outside the queue, until a duty has told who is concerned. What happens to slots is in the outbox.
CREATE TABLE annotate.happening (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL DEFAULT store.organisation_v1(),
    kind         text COLLATE "C" NOT NULL,
    ref          bigint NOT NULL -- the row it happened to, of the table its kind says
);
SELECT store.isolate_v1('annotate.happening');
REVOKE SELECT, UPDATE, DELETE ON annotate.happening FROM galley_app;

-- A kind and its facts: sentences are made by whoever reads, in their language. Never an author's name, never a known item.
CREATE TABLE annotate.notice (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation bigint NOT NULL,
    person       bigint NOT NULL,
    project      bigint,
    kind         text COLLATE "C" NOT NULL CHECK (kind <> ''),
    facts        jsonb NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
    at           timestamptz NOT NULL
);
CREATE INDEX notice_person ON annotate.notice (person, id);
SELECT store.isolate_v1('annotate.notice');
-- Only its person reads a notice, wherever they are: by the statements of the house that name them, and by no other way.
REVOKE SELECT, INSERT, UPDATE, DELETE ON annotate.notice FROM galley_app;

-- Up to which notice a person has read, in all organisations: as access.person, not an organisation's row.
CREATE TABLE annotate.notice_seen (
    person bigint PRIMARY KEY,
    until  bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON annotate.notice_seen TO galley_house;

CREATE FUNCTION annotate.note_happening_v1() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO annotate.happening (organisation, kind, ref) VALUES (NEW.organisation, TG_ARGV[0], NEW.id);
    RETURN NULL;
END
$$;

CREATE TRIGGER comment_made AFTER INSERT ON annotate.comment
    FOR EACH ROW EXECUTE FUNCTION annotate.note_happening_v1('comment');
CREATE TRIGGER comment_dealt_with AFTER UPDATE OF resolved ON annotate.comment
    FOR EACH ROW WHEN (NEW.resolved AND NOT OLD.resolved) EXECUTE FUNCTION annotate.note_happening_v1('resolved');
CREATE TRIGGER quality_action_made AFTER INSERT ON annotate.quality_action
    FOR EACH ROW EXECUTE FUNCTION annotate.note_happening_v1('action');
CREATE TRIGGER appeal_decided AFTER UPDATE OF state ON annotate.appeal
    FOR EACH ROW WHEN (NEW.state <> 'open' AND OLD.state = 'open')
    EXECUTE FUNCTION annotate.note_happening_v1('appeal');
CREATE TRIGGER orphan_settled AFTER UPDATE OF settled ON annotate.orphan
    FOR EACH ROW WHEN (NEW.settled IS NOT NULL AND OLD.settled IS NULL)
    EXECUTE FUNCTION annotate.note_happening_v1('late');
CREATE TRIGGER isolation_asked AFTER INSERT ON access.isolation
    FOR EACH ROW WHEN (NEW.state = 'proposed') EXECUTE FUNCTION annotate.note_happening_v1('rule');
CREATE TRIGGER isolation_decided AFTER UPDATE OF state ON access.isolation
    FOR EACH ROW WHEN (OLD.state = 'proposed' AND NEW.state IN ('approved', 'refused'))
    EXECUTE FUNCTION annotate.note_happening_v1('rule_decided');
CREATE TRIGGER invitation_used AFTER UPDATE OF used_at ON access.invitation
    FOR EACH ROW WHEN (NEW.used_at IS NOT NULL AND OLD.used_at IS NULL)
    EXECUTE FUNCTION annotate.note_happening_v1('invitation');

-- Who asked for a job, where it was a person: they hear of its end.
ALTER TABLE worker.job ADD COLUMN person bigint;
CREATE TRIGGER job_ended AFTER UPDATE OF state ON worker.job
    FOR EACH ROW WHEN (NEW.person IS NOT NULL AND NEW.state IN ('done', 'failed') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION annotate.note_happening_v1('job');
