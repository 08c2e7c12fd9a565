-- A backup reads everything as the house: of every schema of ours it may read tables, and sequences for their places.

CREATE FUNCTION store.grant_house_v1() RETURNS void LANGUAGE plpgsql AS $$
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
