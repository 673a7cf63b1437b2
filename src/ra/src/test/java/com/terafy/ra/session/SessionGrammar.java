package com.terafy.ra.session;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.AutoSave;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;
import org.postgresql.util.PGobject;

/** Everything by which a borrower can change a session, drawn at random; the objects that it needs are in {@link #OBJECTS}. */
final class SessionGrammar {

    /** The role that others become. */
    static final String OTHER = "fresh_other";

    /** What the same unqualified names mean depends on the search path, on the role and on temporary objects. */
    static final List<String> UNQUALIFIED = List.of(
            "SELECT * FROM visit WHERE ?::text IS NULL",
            "SELECT id, note FROM visit WHERE note IS DISTINCT FROM ?",
            "UPDATE visit SET note = ? WHERE id IS NULL");

    /** All ways in which the server runs what no text shows: each runs the command that it is given. */
    static final String OBJECTS = """
            CREATE SCHEMA other; CREATE SCHEMA fresh_other; CREATE SCHEMA extra;
            CREATE TABLE visit (id serial, note text);
            CREATE TABLE other.visit (id text, note int);
            CREATE TABLE fresh_other.visit (id boolean, note date, further int);
            INSERT INTO visit (note) VALUES ('public');
            INSERT INTO other.visit VALUES ('x', 1);
            INSERT INTO fresh_other.visit VALUES (true, '2026-01-01', 2);
            DO $$ BEGIN
                FOR i IN 0..3 LOOP
                    EXECUTE pg_catalog.format('CREATE TYPE mood_%s AS ENUM (''calm'')', i);
                    EXECUTE pg_catalog.format('CREATE TYPE other.mood_%s AS ENUM (''calm'')', i);
                END LOOP;
            END $$;
            CREATE SEQUENCE numbers;

            CREATE FUNCTION run(command text) RETURNS text LANGUAGE plpgsql AS $$
                BEGIN EXECUTE command; RETURN command; END $$;
            CREATE FUNCTION run_as_owner(command text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN EXECUTE command; RETURN command; END $$;
            CREATE FUNCTION run_with_settings(command text) RETURNS text LANGUAGE plpgsql
                SET work_mem = '7MB' SET search_path = other, public SET app.user_id = 'inside' AS $$
                BEGIN EXECUTE command; RETURN command; END $$;
            CREATE FUNCTION run_and_fail(command text) RETURNS text LANGUAGE plpgsql AS $$
                BEGIN
                    EXECUTE command;
                    RAISE EXCEPTION 'taken back';
                EXCEPTION WHEN OTHERS THEN
                    RETURN command;
                END $$;
            CREATE FUNCTION run_immutable(command text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT public.run($1)';
            CREATE PROCEDURE run_and_commit(command text) LANGUAGE plpgsql AS $$
                BEGIN EXECUTE command; COMMIT; EXECUTE command; ROLLBACK; END $$;
            CREATE FUNCTION run_step(state text, command text) RETURNS text LANGUAGE sql AS 'SELECT public.run($2)';
            CREATE AGGREGATE runs (text) (SFUNC = run_step, STYPE = text);
            CREATE OPERATOR !!! (RIGHTARG = text, FUNCTION = run);
            CREATE DOMAIN checked AS text CHECK (public.run(VALUE) IS NOT NULL);
            CREATE TYPE ran AS (command text);
            CREATE FUNCTION to_ran(text) RETURNS ran LANGUAGE sql AS 'SELECT row(public.run($1))::public.ran';
            CREATE CAST (text AS ran) WITH FUNCTION to_ran(text);
            CREATE TABLE triggered (command text);
            CREATE FUNCTION run_new() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN EXECUTE NEW.command; RETURN NEW; END $$;
            CREATE TRIGGER run BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION run_new();
            CREATE TABLE deferred (command text);
            CREATE CONSTRAINT TRIGGER run AFTER INSERT ON deferred DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION run_new();
            CREATE TABLE ruled (command text);
            CREATE RULE run AS ON INSERT TO ruled DO ALSO SELECT public.run(NEW.command);
            CREATE TABLE guarded (command text);
            ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
            CREATE POLICY run ON guarded WITH CHECK (public.run(command) IS NOT NULL);
            CREATE TABLE generated (command text, ran text GENERATED ALWAYS AS (public.run_immutable(command)) STORED);
            CREATE TABLE defaulted (id int, note text DEFAULT set_config('app.user_id', 'default', false));
            CREATE TABLE to_run (command text);
            INSERT INTO to_run VALUES ('SELECT 1');
            CREATE VIEW viewed AS SELECT public.run(command) AS ran FROM to_run;

            CREATE FUNCTION sequences() RETURNS text LANGUAGE plpgsql AS $$
                DECLARE
                    told text := '';
                BEGIN
                    BEGIN
                        told := told || ' last ' || pg_catalog.lastval();
                    EXCEPTION WHEN object_not_in_prerequisite_state THEN
                        told := told || ' none';
                    END;
                    BEGIN
                        told := told || ' numbers ' || pg_catalog.currval('public.numbers');
                    EXCEPTION WHEN object_not_in_prerequisite_state THEN
                        told := told || ' none';
                    END;
                    RETURN told;
                END $$;

            GRANT ALL ON ALL TABLES IN SCHEMA public, other, fresh_other TO PUBLIC;
            GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC;
            GRANT USAGE ON SCHEMA other, fresh_other, extra TO PUBLIC
            """;

    /** How many types of the name there are, in each of two schemas. */
    static final int MOODS = 4;

    /** What is emptied now and then. */
    static final String RUN_TABLES = "triggered, deferred, ruled, guarded, generated, defaulted";

    private static final List<String> HIDDEN = List.of(
            "DO $do$ BEGIN EXECUTE %s; END $do$",
            "DO $do$ BEGIN EXECUTE %s; EXCEPTION WHEN OTHERS THEN NULL; END $do$",
            "SELECT public.run(%s)",
            "SELECT public.run_as_owner(%s)",
            "SELECT public.run_with_settings(%s)",
            "SELECT public.run_and_fail(%s)",
            "CALL public.run_and_commit(%s)",
            "SELECT public.runs(command) FROM (VALUES (%s)) AS given(command)",
            "SELECT OPERATOR(public.!!!) %s::text",
            "SELECT %s::public.checked",
            "SELECT (%s::text)::public.ran",
            "INSERT INTO public.triggered VALUES (%s)",
            "INSERT INTO public.deferred VALUES (%s)",
            "INSERT INTO public.ruled VALUES (%s)",
            "INSERT INTO public.guarded VALUES (%s)",
            "INSERT INTO public.generated VALUES (%s)",
            "UPDATE public.to_run SET command = %s; SELECT * FROM public.viewed",
            "WITH run AS (INSERT INTO public.triggered VALUES (%s) RETURNING *) SELECT * FROM run");

    private static final List<String> AROUND = List.of(
            "BEGIN; %s; COMMIT",
            "BEGIN; %s; ROLLBACK",
            "BEGIN; %s",
            "BEGIN; %s; SELECT 1 / 0",
            "BEGIN; SAVEPOINT a; %s; ROLLBACK TO a; COMMIT",
            "BEGIN; SAVEPOINT a; %s; RELEASE a; END",
            "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY; %s; COMMIT",
            "START TRANSACTION; %s; COMMIT AND CHAIN",
            "SELECT 1; %s; SELECT 2",
            "/* a */ %s -- b");

    private static final List<String> SETTINGS = List.of(
            "app.user_id=7",
            "local.user_id=8",
            "app.tenant=9",
            "\"odd name\".\"x y\"=10",
            "work_mem=5MB",
            "maintenance_work_mem=5MB",
            "statement_timeout=61s",
            "lock_timeout=62s",
            "idle_in_transaction_session_timeout=63s",
            "idle_session_timeout=64s",
            "transaction_timeout=65s",
            "application_name=somebody else",
            "extra_float_digits=-1",
            "DateStyle=ISO, DMY",
            "TimeZone=UTC-5",
            "IntervalStyle=iso_8601",
            "default_transaction_isolation=serializable",
            "default_transaction_read_only=on",
            "default_transaction_deferrable=on",
            "transaction_isolation=serializable",
            "transaction_read_only=on",
            "search_path=other",
            "search_path=other, public",
            "search_path=pg_temp, public",
            "search_path=fresh_other",
            "search_path=",
            "row_security=off",
            "client_min_messages=debug1",
            "bytea_output=escape",
            "standard_conforming_strings=off",
            "quote_all_identifiers=on",
            "enable_seqscan=off",
            "plan_cache_mode=force_generic_plan",
            "jit=off",
            "xmloption=document",
            "check_function_bodies=off",
            "temp_buffers=200",
            "temp_tablespaces=pg_default",
            "default_tablespace=pg_default",
            "synchronous_commit=off",
            "seed=0.5",
            "plpgsql.check_asserts=off",
            "role=fresh_other",
            "role=none",
            "session_authorization=fresh_other",
            "session_replication_role=replica",
            "log_min_duration_statement=100000",
            "event_triggers=off",
            "geqo=off");

    private static final List<String> USERS = List.of(
            "SET ROLE fresh_other",
            "SET LOCAL ROLE fresh_other",
            "SET ROLE NONE",
            "RESET ROLE",
            "SET SESSION AUTHORIZATION fresh_other",
            "SET LOCAL SESSION AUTHORIZATION fresh_other",
            "SET SESSION AUTHORIZATION DEFAULT",
            "RESET SESSION AUTHORIZATION",
            "SET SESSION AUTHORIZATION fresh_other; SET ROLE fresh_other");

    private static final List<String> OTHERS = List.of(
            "RESET ALL",
            "SET SCHEMA 'other'",
            "SET NAMES 'UTF8'",
            "SET TIME ZONE 'UTC-6'",
            "SET SEED = 0.5",
            "SET XML OPTION DOCUMENT",
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET CONSTRAINTS ALL IMMEDIATE",
            "SELECT setseed(0.5)",
            "SELECT nextval('public.numbers'), lastval()",
            "SELECT setval('public.numbers', 5)",
            "INSERT INTO public.defaulted (id) VALUES (1)",
            "PREPARE p AS SELECT 1",
            "PREPARE \"odd \"\" name; -- $1 ?\" (int) AS SELECT $1",
            "PREPARE \"S_1\" AS SELECT 1",
            "PREPARE q AS SELECT set_config('app.user_id', 'prepared', false)",
            "EXECUTE q",
            "PREPARE v AS SELECT * FROM visit",
            "EXECUTE v",
            "DEALLOCATE p",
            "DEALLOCATE ALL",
            "DISCARD ALL",
            "DISCARD PLANS",
            "DISCARD SEQUENCES",
            "DISCARD TEMP",
            "CREATE TEMP TABLE visit (id bytea, note bytea)",
            "CREATE TEMP TABLE visit (id bytea) ON COMMIT DROP",
            "DROP TABLE IF EXISTS pg_temp.visit",
            "CREATE TEMP TABLE t (a serial, b text DEFAULT set_config('app.user_id', 'temporary', false))",
            "CREATE TABLE pg_temp.t2 AS SELECT 1 AS a",
            "SELECT 1 AS a INTO TEMP t3",
            "CREATE TEMP VIEW v AS SELECT * FROM visit",
            "CREATE TEMP SEQUENCE s",
            "SELECT nextval('pg_temp.s')",
            "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE TYPE pg_temp.mood_1 AS ENUM ('temporary')",
            "CREATE DOMAIN pg_temp.d AS int",
            "CREATE OPERATOR pg_temp.### (RIGHTARG = text, FUNCTION = public.run)",
            "CREATE INDEX ON pg_temp.t (a)",
            "DECLARE c CURSOR WITH HOLD FOR SELECT generate_series(1, 10)",
            "DECLARE \"odd c\" SCROLL CURSOR WITH HOLD FOR SELECT * FROM visit",
            "DECLARE d CURSOR FOR SELECT 1",
            "FETCH 2 FROM c",
            "LISTEN news",
            "LISTEN \"odd news\"",
            "NOTIFY news, 'to itself'",
            "LISTEN news; NOTIFY news, 'to itself'",
            "LISTEN \"odd news\"; SELECT pg_notify('odd news', 'to itself')",
            "SELECT pg_notify('odd news', 'to itself')",
            "UNLISTEN *",
            "SELECT pg_advisory_lock(1)",
            "SELECT pg_advisory_lock(1), pg_advisory_lock(1)",
            "SELECT pg_advisory_lock_shared(2)",
            "SELECT pg_try_advisory_lock(3, 4)",
            "SELECT pg_try_advisory_lock_shared(5)",
            "SELECT pg_advisory_xact_lock(6)",
            "SELECT pg_advisory_unlock_all()",
            "LOCK TABLE public.triggered IN ACCESS EXCLUSIVE MODE",
            "SELECT * FROM public.visit FOR UPDATE",
            "SELECT lo_unlink(lo_create(0))",
            "SELECT * FROM visit",
            "EXPLAIN ANALYZE SELECT set_config('app.user_id', 'explained', false)",
            "SELECT 1 / 0");

    /** A class of the borrower's. */
    public static final class Mine extends PGobject {

        private static final long serialVersionUID = 1L;
    }

    /** What a borrower does. */
    @FunctionalInterface
    interface Step {
        void take(Connection connection) throws SQLException, IOException;
    }

    record Act(String name, Step step) {}

    private static final Pattern TEMPORARY = Pattern.compile("TEMP|pg_temp");
    private static final List<String> WITHOUT_TEMPORARY_SETTINGS = withoutTemporary(SETTINGS);
    private static final List<String> WITHOUT_TEMPORARY = withoutTemporary(OTHERS);

    private final Random random;
    private final boolean temporary;
    private final List<String> settings;
    private final List<String> others;

    /** @param temporary whether it makes temporary objects, after which names may mean others for as long as the session lasts */
    SessionGrammar(Random random, boolean temporary) {
        this.random = random;
        this.temporary = temporary;
        this.settings = temporary ? SETTINGS : WITHOUT_TEMPORARY_SETTINGS;
        this.others = temporary ? OTHERS : WITHOUT_TEMPORARY;
    }

    private static List<String> withoutTemporary(List<String> texts) {
        return texts.stream().filter(text -> !TEMPORARY.matcher(text).find()).toList();
    }

    Act next() {
        int kind = random.nextInt(100);
        if (kind < 55) {
            return executed(hidden(text()));
        }
        return kind < 75 ? unqualified() : jdbc();
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    private String text() {
        return once(10) ? oneOf(USERS) : once(2) ? oneOf(others) : setting();
    }

    private String setting() {
        String[] pair = oneOf(settings).split("=", 2);
        String name = pair[0];
        String plain = name.replace("\"", "");
        String literal = "'" + pair[1] + "'";
        String value = name.equals("search_path") ? pair[1].isEmpty() ? "''" : pair[1] : literal;
        return switch (random.nextInt(13)) {
            case 0 -> "SET " + name + " = " + value;
            case 1 -> "SET SESSION " + name + " TO " + value;
            case 2, 3 -> "SET LOCAL " + name + " TO " + value;
            case 4 -> "set\t" + name + "\nto " + value;
            case 5 -> "/* SELECT */ SET -- a\n " + name + "=" + value;
            case 6 -> "SELECT set_config('" + plain + "', " + literal + ", false)";
            case 7 -> "SELECT set_config('" + plain + "', " + literal + ", true)";
            case 8 -> "SELECT U&\"s\\0065t_config\"('" + plain + "', " + literal + ", not true)";
            case 9 -> "UPDATE pg_settings SET setting = " + literal + " WHERE name = '" + plain + "'";
            case 10 -> "RESET " + name;
            case 11 -> "SET " + name + " TO DEFAULT";
            default -> "SELECT set_config('" + plain + "', set_config('" + plain + "', " + literal + ", false), true)";
        };
    }

    private String hidden(String text) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> text;
            case 4, 5, 6 -> oneOf(HIDDEN).formatted("$hidden$" + text + "$hidden$");
            case 7 -> oneOf(AROUND).formatted(text);
            case 8 -> oneOf(AROUND).formatted(oneOf(HIDDEN).formatted("$hidden$" + text + "$hidden$"));
            default ->
                oneOf(HIDDEN)
                        .formatted("$outer$"
                                + oneOf(HIDDEN).replace("$do$", "$inner$").formatted("$hidden$" + text + "$hidden$")
                                + "$outer$");
        };
    }

    /** The ways to have a text executed. */
    private Act executed(String text) {
        return switch (random.nextInt(12)) {
            case 0 ->
                new Act("batch: " + text, connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.addBatch("SELECT 1 WHERE false");
                        statement.addBatch(text);
                        statement.executeBatch();
                    }
                });
            case 1 ->
                new Act(
                        "raw connection: " + text,
                        connection -> execute(connection.unwrap(BaseConnection.class), text));
            case 2 ->
                new Act("prepared: " + text, connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(text.replace("?", "??"))) {
                        statement.execute();
                    }
                });
            case 3 ->
                new Act("connection of an array: " + text, connection -> {
                    try (Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery("SELECT ARRAY[1, 2]")) {
                        row.next();
                        execute(row.getArray(1).getResultSet().getStatement().getConnection(), text);
                    }
                });
            case 4 ->
                new Act("auto-commit off, commit: " + text, connection -> {
                    connection.setAutoCommit(false);
                    execute(connection, text);
                    connection.commit();
                });
            case 5 ->
                new Act("auto-commit off, left open: " + text, connection -> {
                    connection.setAutoCommit(false);
                    execute(connection, text);
                });
            case 6 ->
                new Act("auto-commit off, savepoint: " + text, connection -> {
                    connection.setAutoCommit(false);
                    Savepoint before = connection.setSavepoint();
                    execute(connection, text);
                    if (once(2)) {
                        connection.rollback(before);
                    }
                    connection.commit();
                    connection.setAutoCommit(true);
                });
            default -> new Act(text, connection -> execute(connection, text));
        };
    }

    static void execute(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    /** As often as the driver needs to prepare it in the server, or once. */
    private Act unqualified() {
        String text = oneOf(UNQUALIFIED);
        int times = once(4) ? 6 : 1;
        String moved = oneOf(SETTINGS.stream()
                        .filter(setting -> setting.startsWith("search_path=o") || setting.startsWith("search_path=f"))
                        .toList())
                .substring("search_path=".length());
        boolean either = once(2);
        int number = random.nextInt(MOODS);
        String local =
                either ? "SET LOCAL search_path = " + moved : "SELECT set_config('search_path', '" + moved + "', true)";
        String lasting =
                either ? "SET search_path = " + moved : "SELECT set_config('search_path', '" + moved + "', false)";
        return switch (random.nextInt(9)) {
            case 5 ->
                temporary
                        ? new Act(times + " × " + text + " of a temporary table", connection -> {
                            execute(
                                    connection,
                                    "SELECT public.run('CREATE TEMP TABLE IF NOT EXISTS visit (id bytea, note bytea)')");
                            use(connection, text, times);
                        })
                        : new Act(times + " × " + text, connection -> use(connection, text, times));
            case 6 ->
                new Act(times + " × " + text + (either ? ", then deallocated unseen" : ""), connection -> {
                    connection.setAutoCommit(true);
                    use(connection, text, times);
                    if (either) {
                        execute(connection, "SELECT public.run('DEALLOCATE ALL')");
                    }
                });
            case 0 ->
                new Act(times + " × " + text + " while setSchema " + moved, connection -> {
                    connection.setSchema(moved);
                    use(connection, text, times);
                });
            case 1 ->
                new Act(times + " × " + text + " in a transaction after " + local, connection -> {
                    connection.setAutoCommit(false);
                    execute(connection, local);
                    use(connection, text, times);
                    connection.commit();
                });
            case 2 ->
                new Act(times + " × " + text + " after " + lasting, connection -> {
                    execute(connection, lasting);
                    use(connection, text, times);
                });
            case 3 ->
                new Act(times + " × " + text + " after " + lasting + " and before RESET", connection -> {
                    execute(connection, lasting);
                    use(connection, text, times);
                    execute(connection, "RESET search_path");
                });
            case 4 ->
                new Act("an array of mood_" + number + " in " + moved + (either ? " and back" : ""), connection -> {
                    execute(connection, "SELECT public.run('SET search_path = " + moved + "')");
                    mood(connection, number);
                    if (either) {
                        execute(connection, "RESET search_path");
                    }
                });
            default -> new Act(times + " × " + text, connection -> use(connection, text, times));
        };
    }

    static void use(Connection connection, String text, int times) throws SQLException {
        for (int i = 0; i < times; i++) {
            try (PreparedStatement statement = connection.prepareStatement(text)) {
                statement.setObject(1, null, Types.OTHER);
                statement.execute();
            }
        }
    }

    /** What the type is that the driver takes for that of the name. */
    static String mood(Connection connection, int number) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_catalog.pg_typeof(?)::pg_catalog.oid::pg_catalog.regtype")) {
            Array moods = connection.createArrayOf("mood_" + number, new Object[] {"calm"});
            statement.setArray(1, moods);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private Act jdbc() {
        String drawn = text();
        String[] pair = oneOf(settings).split("=", 2);
        boolean either = once(2);
        return switch (random.nextInt(36)) {
            case 0 -> new Act("setReadOnly(true)", connection -> connection.setReadOnly(true));
            case 1 -> new Act("setNetworkTimeout", connection -> connection.setNetworkTimeout(Runnable::run, 98_765));
            case 2 ->
                new Act("setHoldability", connection -> connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT));
            case 3 ->
                new Act(
                        "setTransactionIsolation",
                        connection -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
            case 4 -> new Act("setSchema", connection -> connection.setSchema("other"));
            case 5 -> new Act("setClientInfo", connection -> connection.setClientInfo("ApplicationName", "mine"));
            case 6 ->
                new Act("typeMap.put", connection -> connection.getTypeMap().put("visit", Mine.class));
            case 7 ->
                new Act(
                        "setPrepareThreshold",
                        connection -> connection.unwrap(PGConnection.class).setPrepareThreshold(either ? 1 : 0));
            case 8 ->
                new Act(
                        "setDefaultFetchSize",
                        connection -> connection.unwrap(PGConnection.class).setDefaultFetchSize(2));
            case 9 ->
                new Act(
                        "setAutosave",
                        connection -> connection
                                .unwrap(PGConnection.class)
                                .setAutosave(either ? AutoSave.ALWAYS : AutoSave.CONSERVATIVE));
            case 10 ->
                new Act(
                        "setAdaptiveFetch",
                        connection -> connection.unwrap(PGConnection.class).setAdaptiveFetch(true));
            case 11 ->
                new Act(
                        "setQueryTimeout",
                        connection -> connection.unwrap(PGConnection.class).setQueryTimeout(55));
            case 12 ->
                new Act("addDataType", connection -> {
                    connection.unwrap(PGConnection.class).addDataType("point", Mine.class);
                    connection.unwrap(PGConnection.class).addDataType("visit", Mine.class);
                });
            case 13 ->
                new Act(
                        "copy in",
                        connection -> connection
                                .unwrap(PGConnection.class)
                                .getCopyAPI()
                                .copyIn(
                                        "COPY public.triggered FROM STDIN",
                                        copied("SELECT set_config('app.user_id', 'copied', false)\n")));
            case 14 ->
                new Act(
                        "copy out",
                        connection -> connection
                                .unwrap(PGConnection.class)
                                .getCopyAPI()
                                .copyOut("COPY (SELECT * FROM visit) TO STDOUT", new ByteArrayOutputStream()));
            case 15 -> new Act("large object", SessionGrammar::largeObject);
            case 16 ->
                new Act("updatable result set", connection -> {
                    connection.setAutoCommit(false);
                    try (Statement statement = connection.createStatement(
                                    ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                            ResultSet rows = statement.executeQuery("SELECT command FROM public.to_run")) {
                        rows.last();
                        rows.moveToInsertRow();
                    }
                });
            case 17 ->
                new Act("fetch size, half read", connection -> {
                    connection.setAutoCommit(false);
                    Statement statement = connection.createStatement();
                    statement.setFetchSize(3);
                    statement.executeQuery("SELECT generate_series(1, 100)").next();
                });
            case 18 ->
                new Act("generated keys: " + drawn, connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(
                            "INSERT INTO public.triggered VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
                        statement.setString(1, drawn);
                        statement.executeUpdate();
                        statement.getGeneratedKeys().next();
                    }
                });
            case 19 ->
                new Act("prepared batch: " + drawn, connection -> {
                    try (PreparedStatement statement =
                            connection.prepareStatement("INSERT INTO public.triggered VALUES (?)")) {
                        for (int i = 0; i < 3; i++) {
                            statement.setString(1, drawn);
                            statement.addBatch();
                        }
                        statement.executeBatch();
                    }
                });
            case 20 ->
                new Act("callable: " + drawn, connection -> {
                    try (CallableStatement call = connection.prepareCall("{? = call public.run(?)}")) {
                        call.registerOutParameter(1, Types.VARCHAR);
                        call.setString(2, drawn);
                        call.execute();
                    }
                });
            case 21 ->
                new Act("set_config with parameters: " + String.join("=", pair), connection -> {
                    try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, ?)")) {
                        statement.setString(1, pair[0]);
                        statement.setString(2, pair[1]);
                        statement.setBoolean(3, either);
                        statement.execute();
                    }
                });
            case 22 ->
                new Act("warning", connection -> execute(connection, "DO $$ BEGIN RAISE WARNING 'mine'; END $$"));
            case 23 -> new Act("auto-commit off", connection -> connection.setAutoCommit(false));
            case 24 -> new Act("raw setReadOnly", connection -> raw(connection).setReadOnly(true));
            case 25 ->
                new Act(
                        "raw setNetworkTimeout",
                        connection -> raw(connection).setNetworkTimeout(Runnable::run, 45_678));
            case 26 ->
                new Act(
                        "raw setHoldability",
                        connection -> raw(connection).setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT));
            case 27 ->
                new Act("raw auto-commit off", connection -> raw(connection).setAutoCommit(false));
            case 28 ->
                new Act(
                        "raw addDataType",
                        connection -> connection.unwrap(BaseConnection.class).addDataType("point", Mine.class));
            case 29 ->
                new Act("raw setClientInfo", connection -> raw(connection).setClientInfo("ApplicationName", "raw"));
            case 30 -> new Act("raw setSchema", connection -> raw(connection).setSchema("other"));
            case 31 ->
                new Act(
                        "raw setTransactionIsolation",
                        connection -> raw(connection).setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ));
            case 32 ->
                new Act("commit", connection -> {
                    connection.setAutoCommit(false);
                    connection.commit();
                });
            case 33 ->
                new Act(
                        "raw addWarning",
                        connection -> ((PgConnection) raw(connection)).addWarning(new SQLWarning("mine")));
            case 34 ->
                new Act(
                        "statement left open",
                        connection ->
                                connection.prepareStatement(oneOf(UNQUALIFIED)).getParameterMetaData());
            default ->
                new Act(
                        "meta data",
                        connection -> connection
                                .getMetaData()
                                .getColumns(null, null, "visit", null)
                                .next());
        };
    }

    private static Connection raw(Connection connection) throws SQLException {
        return connection.unwrap(BaseConnection.class);
    }

    private static ByteArrayInputStream copied(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void largeObject(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        LargeObjectManager objects = connection.unwrap(PGConnection.class).getLargeObjectAPI();
        long oid = objects.createLO();
        LargeObject object = objects.open(oid, LargeObjectManager.READWRITE);
        object.write(new byte[] {1, 2, 3});
        objects.unlink(oid);
        connection.commit();
    }
}
