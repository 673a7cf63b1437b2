-- The application's role: terafy_app. For PostgreSQL 14 to 18. Run it as an administrator, in the application's database.
--
-- It gives terafy_app
--   a login without any special attribute, which ends its transactions left idle for 5 minutes, and
--   rights in schema public of this database only, also on what the owners named below create later. Elsewhere it may
--   only read the history of this migration, where there is one: without that, its pg_dump fails.
-- It may be run again at any time and by several at once: it then changes only what differs.
--
-- How to run it
--   at server start     set DB_ADMIN_USER and DB_ADMIN_PASSWORD
--   by hand             PGOPTIONS="-c terafy.app_password=..." psql -U postgres -d terafy_db -f <this file>
--   in a new container  put it into docker-entrypoint-initdb.d
--
-- The password is not here. It is taken from the setting terafy.app_password of the session, as plain text or as a
-- SCRAM verifier; a blank in it is written "\ " in PGOPTIONS. Without the setting a password that exists is kept, and
-- a new role has none: nobody can log in with a password until one is set, here or by psql's \password terafy_app.
--
-- What may surprise an administrator
--   PUBLIC loses CREATE on schema public. PostgreSQL 15 and later ship without it, but an upgraded database keeps it,
--     and 14 grants it. Another role that creates tables there now needs a GRANT of its own.
--   PUBLIC keeps CONNECT and TEMPORARY on this and every other database, and EXECUTE on functions: taking them away
--     would break other users. So terafy_app may connect to other databases, as every role may; there it finds nothing
--     but what PUBLIC may see. To forbid it: REVOKE CONNECT ON DATABASE ... FROM PUBLIC.
--   What terafy_app was granted elsewhere before, by somebody else, is not taken from it.
--   A different idle_in_transaction_session_timeout of terafy_app is kept: somebody raised it for a reason.

DO $migration$
DECLARE
    -- Custom settings are NULL before their first use and '' after they were reset.
    app_password constant text := nullif(current_setting('terafy.app_password', true), '');
    attempts constant int := 5;
    role record;
    attributes text;
    names text;
    skipped bigint;
    owner_name name;
BEGIN
    -- One run at a time in this database. Others in the cluster are met by the loop below: advisory locks belong to
    -- a database, roles to the cluster.
    PERFORM pg_advisory_xact_lock(hashtext('terafy'), hashtext('create_app_user'));

    -- 1. The role
    FOR attempt IN 1 .. attempts LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'terafy_app') THEN
                CREATE ROLE terafy_app
                    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
            END IF;

            -- Only what differs: to say NOSUPERUSER or NOREPLICATION of a role that is neither needs a superuser.
            SELECT * INTO STRICT role FROM pg_roles WHERE rolname = 'terafy_app';
            attributes := concat_ws(' ',
                CASE WHEN NOT role.rolcanlogin THEN 'LOGIN' END,
                CASE WHEN role.rolsuper THEN 'NOSUPERUSER' END,
                CASE WHEN role.rolcreatedb THEN 'NOCREATEDB' END,
                CASE WHEN role.rolcreaterole THEN 'NOCREATEROLE' END,
                CASE WHEN role.rolreplication THEN 'NOREPLICATION' END,
                CASE WHEN role.rolbypassrls THEN 'NOBYPASSRLS' END);
            IF attributes <> '' THEN
                EXECUTE 'ALTER ROLE terafy_app ' || attributes;
                RAISE NOTICE 'terafy_app existed with other attributes; now %', attributes;
            END IF;

            IF NOT EXISTS (
                SELECT FROM pg_db_role_setting, unnest(setconfig) AS setting
                WHERE setrole = role.oid AND setdatabase = 0
                    AND setting LIKE 'idle\_in\_transaction\_session\_timeout=%'
            ) THEN
                ALTER ROLE terafy_app SET idle_in_transaction_session_timeout = '5min';
            END IF;

            IF app_password IS NOT NULL THEN
                BEGIN
                    EXECUTE format('ALTER ROLE terafy_app PASSWORD %L', app_password);
                EXCEPTION
                    -- Raised afresh, because the original's context holds the statement, and the log would have it.
                    -- OTHERS alone lets a cancelled query pass. 'tuple concurrently updated' (XX000) goes on to the
                    -- loop below.
                    WHEN query_canceled OR OTHERS THEN
                        RAISE EXCEPTION USING
                            ERRCODE = SQLSTATE,
                            MESSAGE = 'the password of terafy_app was not set: ' || SQLERRM;
                END;
            END IF;
            EXIT;
        EXCEPTION
            -- Somebody in another database created or changed the role at the same moment: look again.
            WHEN duplicate_object OR unique_violation OR internal_error THEN
                IF attempt = attempts THEN
                    RAISE;
                END IF;
                PERFORM pg_sleep(0.05 * attempt);
        END;
    END LOOP;

    IF app_password IS NULL THEN
        RAISE NOTICE 'terafy.app_password is not set: terafy_app keeps its password, or has none if it is new';
    END IF;

    -- 2. Rights on the database and on schema public
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO terafy_app', current_database());
    IF EXISTS (
        SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS acl
        WHERE nspname = 'public' AND acl.grantee = 0 AND acl.privilege_type = 'CREATE'
    ) THEN
        -- Who may not revoke it is only warned: "no privileges could be revoked".
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        RAISE NOTICE 'PUBLIC had CREATE on schema public of database %: revoked unless a warning says otherwise',
            current_database();
    END IF;
    GRANT USAGE, CREATE ON SCHEMA public TO terafy_app;

    -- 3. Rights on what is there. Only the owner's members can grant, so what belongs to a stranger is left out by
    -- an administrator who is no superuser, instead of failing as GRANT ... ON ALL TABLES does.
    SELECT string_agg(c.oid::regclass::text, ', ') FILTER (WHERE pg_has_role(c.relowner, 'USAGE')),
            count(*) FILTER (WHERE NOT pg_has_role(c.relowner, 'USAGE'))
        INTO names, skipped
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            AND c.relowner <> 'terafy_app'::regrole;
    IF names IS NOT NULL THEN
        EXECUTE format('GRANT ALL ON TABLE %s TO terafy_app', names);
    END IF;
    IF skipped > 0 THEN
        RAISE WARNING '% tables in schema public belong to others than %: no rights were granted on them',
            skipped, current_user;
    END IF;

    -- Serial and identity columns need their sequence.
    SELECT string_agg(c.oid::regclass::text, ', ') INTO names
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
            AND c.relowner <> 'terafy_app'::regrole AND pg_has_role(c.relowner, 'USAGE');
    IF names IS NOT NULL THEN
        EXECUTE format('GRANT ALL ON SEQUENCE %s TO terafy_app', names);
    END IF;

    -- Functions and procedures. PUBLIC has EXECUTE by default; this holds where somebody revoked that.
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO names
        FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
            AND p.proowner <> 'terafy_app'::regrole AND pg_has_role(p.proowner, 'USAGE');
    IF names IS NOT NULL THEN
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO terafy_app', names);
    END IF;

    -- 4. Rights on what will be there. Default privileges count only for objects of the role they are set for: the
    -- one that runs this, the owner of the database, and whoever owns tables in schema public today.
    FOR owner_name IN
        SELECT rolname FROM pg_roles
        WHERE rolname <> 'terafy_app' AND pg_has_role(oid, 'USAGE')
            AND (rolname = current_user
                OR oid = (SELECT datdba FROM pg_database WHERE datname = current_database())
                OR oid IN (SELECT relowner FROM pg_class
                    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')))
        ORDER BY rolname
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT ALL ON TABLES TO terafy_app',
            owner_name);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT ALL ON SEQUENCES TO terafy_app',
            owner_name);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT EXECUTE ON ROUTINES TO terafy_app',
            owner_name);
    END LOOP;

    -- 5. pg_dump locks and reads every table of the database, so also the history that Flyway keeps of this migration.
    IF EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'terafy_migration' AND c.relname = 'schema_history'
            AND pg_has_role(n.nspowner, 'USAGE') AND pg_has_role(c.relowner, 'USAGE')
    ) THEN
        GRANT USAGE ON SCHEMA terafy_migration TO terafy_app;
        GRANT SELECT ON TABLE terafy_migration.schema_history TO terafy_app;
    END IF;

    -- 6. GRANT without the right to do so only warns. Better to fail than to leave a role that cannot work.
    IF NOT has_database_privilege('terafy_app', current_database(), 'CONNECT')
        OR NOT has_schema_privilege('terafy_app', 'public', 'USAGE')
        OR NOT has_schema_privilege('terafy_app', 'public', 'CREATE')
    THEN
        RAISE EXCEPTION USING
            ERRCODE = 'insufficient_privilege',
            MESSAGE = format('%s may not grant the rights on database %s and its schema public', current_user,
                current_database()),
            HINT = 'Run this as a superuser, or as the owner of the database and of its schema public.';
    END IF;
END
$migration$;
