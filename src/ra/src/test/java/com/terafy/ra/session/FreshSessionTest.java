package com.terafy.ra.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.geometric.PGpoint;
import org.postgresql.util.PGobject;

/**
 * Whatever the borrowers before have done, the next one cannot tell the session from one that has just logged in.
 * {@code -Dfresh.borrows} makes it longer, {@code -Dfresh.seed} repeats it.
 */
class FreshSessionTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final int VERSION = Integer.parseInt(POSTGRES.setting("server_version_num"));
    private static final String PASSWORD = "only-for-a-test";
    private static final String DATABASE = "fresh_plain";
    private static final int BORROWS = Integer.getInteger("fresh.borrows", 1000);
    private static final long SEED = Long.getLong("fresh.seed", System.nanoTime());

    private static final int MOST_ACTS = 6;
    private static final int MOST_FAILURES = Integer.getInteger("fresh.failures", 3);
    private static final int SHOWN_BORROWS = 3;

    /** Every so many borrows the tables that run commands are emptied. */
    private static final int EMPTIED = 2000;

    /** Every so many borrows something is done after which the session must end. */
    private static final int BEYOND = 50;

    /** Of a hundred borrows, those after which a session may be ended without such a reason. */
    private static final int ENDED_PERCENT = 2;

    private static final int DRAWN = 2000;

    /** Who logs in, and where. */
    enum Login {
        SUPERUSER(DATABASE, TestPostgres.SUPERUSER),
        ORDINARY("fresh_settings", "fresh_login"),
        TRIGGERED("fresh_triggered", "fresh_plain_login");

        private final String database;
        private final String user;

        Login(String database, String user) {
            this.database = database;
            this.user = user;
        }

        private String password() {
            return this == SUPERUSER ? POSTGRES.password() : PASSWORD;
        }

        /** What lasts as long as the session, so that it must end; by turns. */
        private List<SessionGrammar.Act> beyondReset() {
            SessionGrammar.Act copy = new SessionGrammar.Act(
                    "unfinished copy",
                    connection -> connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("COPY public.triggered FROM STDIN"));
            if (this != SUPERUSER) {
                return List.of(copy);
            }
            return List.of(
                    copy,
                    sql("LOAD 'auto_explain'"),
                    sql("SELECT public.run('SELECT pg_create_physical_replication_slot(''fresh'', true, true)')"),
                    sql("SELECT public.run('SELECT pg_replication_origin_session_setup(''fresh'')')"),
                    sql("SELECT public.run($$SELECT public.dblink_connect('fresh', 'host=" + POSTGRES.host() + " port="
                            + POSTGRES.port() + " dbname=" + DATABASE + " user=postgres password="
                            + POSTGRES.password() + "')$$)"));
        }
    }

    private static SessionGrammar.Act sql(String text) {
        return new SessionGrammar.Act(text, connection -> {
            connection.setAutoCommit(false);
            connection.rollback();
            connection.setAutoCommit(true);
            SessionGrammar.execute(connection, "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL");
            SessionGrammar.execute(connection, text);
        });
    }

    /** What {@code random()} gives after {@code setseed(0.5)}. */
    private static final Set<Double> FORETOLD = new HashSet<>();

    @BeforeAll
    static void makeDatabases() throws SQLException {
        for (Login login : Login.values()) {
            POSTGRES.execute("DROP DATABASE IF EXISTS " + login.database);
        }
        for (String role : List.of("fresh_login", "fresh_plain_login", "fresh_group", SessionGrammar.OTHER)) {
            POSTGRES.execute("DROP ROLE IF EXISTS " + role);
        }
        POSTGRES.createRole("fresh_login", PASSWORD);
        POSTGRES.createRole("fresh_plain_login", PASSWORD);
        POSTGRES.execute(
                "CREATE ROLE fresh_group",
                "CREATE ROLE fresh_other",
                "GRANT fresh_group, fresh_other TO fresh_login",
                "GRANT fresh_group, fresh_other TO fresh_plain_login",
                "CREATE DATABASE " + DATABASE);
        execute(DATABASE, SessionGrammar.OBJECTS);
        execute(DATABASE, SessionPicture.WHOLE);
        POSTGRES.execute(
                "CREATE DATABASE fresh_settings TEMPLATE " + DATABASE,
                "ALTER DATABASE fresh_settings SET work_mem = '6MB'",
                "ALTER DATABASE fresh_settings SET app.tenant = 'of the database'",
                "ALTER DATABASE fresh_settings SET statement_timeout = '50s'",
                "ALTER ROLE fresh_login SET role = 'fresh_group'",
                "ALTER ROLE fresh_login SET search_path = public, extra",
                "ALTER ROLE fresh_login SET app.user_id = 'of the role'",
                "ALTER ROLE fresh_login IN DATABASE fresh_settings SET \"DateStyle\" = 'ISO, YMD'",
                "CREATE DATABASE fresh_triggered TEMPLATE " + DATABASE,
                "SELECT pg_replication_origin_create('fresh')"
                        + " WHERE NOT EXISTS (SELECT FROM pg_replication_origin WHERE roname = 'fresh')");
        execute(DATABASE, "CREATE EXTENSION dblink");
        if (loginTriggers()) {
            execute("fresh_triggered", """
                    CREATE FUNCTION at_login() RETURNS event_trigger LANGUAGE plpgsql AS $$
                        BEGIN
                            IF session_user = 'fresh_plain_login' THEN
                                PERFORM set_config('role', 'fresh_group', false);
                            END IF;
                            PERFORM set_config('maintenance_work_mem', '9MB', false);
                            PERFORM set_config('search_path', 'public, extra', false);
                        END $$;
                    CREATE EVENT TRIGGER at_login ON login EXECUTE FUNCTION at_login();
                    """);
        }
        try (Connection connection = superuser(DATABASE);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT random() FROM (SELECT setseed(0.5)) AS s, generate_series(1, " + DRAWN + ")")) {
            while (rows.next()) {
                FORETOLD.add(rows.getDouble(1));
            }
        }
    }

    @AfterAll
    static void dropOrigin() {
        POSTGRES.execute("SELECT pg_replication_origin_drop('fresh')");
    }

    private static boolean loginTriggers() {
        return VERSION >= 170_000;
    }

    private static boolean pathIsReported() {
        return VERSION >= 180_000;
    }

    private static Connection superuser(String database) throws SQLException {
        return DriverManager.getConnection(POSTGRES.url(database), TestPostgres.SUPERUSER, POSTGRES.password());
    }

    private static void execute(String database, String commands) throws SQLException {
        try (Connection connection = superuser(database)) {
            SessionGrammar.execute(connection, commands);
        }
    }

    /** Event triggers on login are of 17. */
    static Stream<Login> logins() {
        return Stream.of(Login.values()).filter(login -> login != Login.TRIGGERED || loginTriggers());
    }

    @ParameterizedTest
    @MethodSource("logins")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void nextBorrowerCannotTellItFromAFreshLogin(Login login) throws Exception {
        try (Run run = new Run(login)) {
            run.borrow(BORROWS / Login.values().length);
        }
    }

    /** Some borrows, one after the other. */
    private static final class Run implements AutoCloseable {

        private final Login login;
        private final OneConnection pool;
        private final String fresh;
        private final String freshDriver;
        private final Deque<List<String>> history = new ArrayDeque<>();
        private final List<String> failures = new ArrayList<>();
        private final Map<String, Integer> ended = new TreeMap<>();
        private int errors;
        private int beyond;
        private int acts;

        Run(Login login) throws Exception {
            this.login = login;
            this.pool = OneConnection.to(
                    POSTGRES,
                    POSTGRES.port(),
                    login.database,
                    login.user,
                    login.password(),
                    Map.of("session.reset", "always"));
            try (Connection connection = pool.dataSource().getConnection()) {
                freshDriver = SessionPicture.driver(connection);
                fresh = picture(connection);
                assertThat(fresh).isEqualTo(ofPlainDriver(connection.getClientInfo("ApplicationName")));
            }
        }

        /** Of a login without this adapter. */
        private String ofPlainDriver(String applicationName) throws SQLException {
            Properties properties = new Properties();
            properties.setProperty("user", login.user);
            properties.setProperty("password", login.password());
            properties.setProperty("ApplicationName", applicationName);
            properties.setProperty("assumeMinServerVersion", "9.4");
            properties.setProperty(
                    "options", "-c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3");
            try (Connection connection = DriverManager.getConnection(POSTGRES.url(login.database), properties)) {
                return picture(connection);
            }
        }

        /** The settings of a language or of a module are there as soon as it was used. */
        private String picture(Connection connection) throws SQLException {
            String seen = SessionPicture.whole(connection);
            return login == Login.SUPERUSER ? seen + SessionPicture.superusers(connection) : seen;
        }

        void borrow(int times) throws SQLException {
            long began = System.nanoTime();
            for (int i = 0; i < times && failures.size() < MOST_FAILURES; i++) {
                borrow(new Random((SEED * 1_000_003 + i) * Login.values().length + login.ordinal()), i);
                if (i % EMPTIED == EMPTIED - 1) {
                    execute(login.database, "TRUNCATE " + SessionGrammar.RUN_TABLES);
                }
            }
            check();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            long more = pool.opened() - 1;
            System.out.printf(
                    "%s: %d borrows, %d acts of which %d failed, %d ms, %d sessions ended %s, seed %d%n",
                    login, times, acts, errors, millis, more, ended, SEED);
            assertThat(String.join("\n\n", failures)).isEmpty();
            assertThat(more - beyond).isLessThanOrEqualTo(Math.max(1, times * ENDED_PERCENT / 100L));
        }

        private void borrow(Random random, int number) throws SQLException {
            List<String> done = new ArrayList<>();
            long before = pool.opened();
            try (Connection connection = pool.dataSource().getConnection()) {
                tellIfEnded(before);
                boolean same = compare(connection, number);
                history.addLast(done);
                if (history.size() > SHOWN_BORROWS) {
                    history.removeFirst();
                }
                if (same) {
                    act(connection, random, number, done);
                } else {
                    connection.abort(Runnable::run); // what is wrong with it would be so for the next one, too
                }
            }
        }

        private void tellIfEnded(long before) {
            if (pool.opened() > before && !history.isEmpty()) {
                String why = pool.refused();
                String reason = why == null
                        ? "broken by " + history.getLast()
                        : why.replaceAll("\\d+", "#").replaceFirst(".*is closed: ", "");
                ended.merge(reason, 1, Integer::sum);
            }
        }

        private void check() throws SQLException {
            try (Connection connection = pool.dataSource().getConnection()) {
                compare(connection, 0);
            }
        }

        private void act(Connection connection, Random random, int number, List<String> done) {
            SessionGrammar grammar = new SessionGrammar(random, login != Login.ORDINARY);
            int count = 1 + random.nextInt(MOST_ACTS);
            for (int i = 0; i < count; i++) {
                SessionGrammar.Act act = grammar.next();
                done.add(act.name());
                run(connection, act, done);
            }
            if (number % BEYOND == BEYOND - 1) {
                List<SessionGrammar.Act> choices = login.beyondReset();
                int turn = number / BEYOND % Login.SUPERUSER.beyondReset().size();
                if (turn < choices.size()) {
                    beyond++;
                    done.add(choices.get(turn).name());
                    run(connection, choices.get(turn), done);
                }
            }
        }

        private void run(Connection connection, SessionGrammar.Act act, List<String> done) {
            acts++;
            try {
                act.step().take(connection);
            } catch (SQLException | IOException failed) {
                errors++;
                done.add("    failed: " + failed.getMessage());
            }
        }

        private boolean compare(Connection connection, int number) {
            Set<String> differences = new LinkedHashSet<>();
            try {
                differ(differences, freshDriver, SessionPicture.driver(connection));
                differ(differences, fresh, picture(connection));
                useIt(connection, number % SessionGrammar.MOODS, differences);
            } catch (SQLException failed) {
                differences.add("failed: " + failed);
            }
            if (!differences.isEmpty()) {
                failures.add(String.join("\n", differences) + "\nafter\n" + told() + "\nseed " + SEED);
            }
            return differences.isEmpty();
        }

        private String told() {
            StringBuilder told = new StringBuilder();
            for (List<String> done : history) {
                told.append("borrow\n    ").append(String.join("\n    ", done)).append('\n');
            }
            return told.toString();
        }

        private static void differ(Set<String> differences, String expected, String seen) {
            if (expected.equals(seen)) {
                return;
            }
            Set<String> missing = new LinkedHashSet<>(Arrays.asList(expected.split("\n")));
            Set<String> more = new LinkedHashSet<>(Arrays.asList(seen.split("\n")));
            Set<String> common = new HashSet<>(missing);
            common.retainAll(more);
            missing.removeAll(common);
            more.removeAll(common);
            missing.forEach(line -> differences.add("- " + line));
            more.forEach(line -> differences.add("+ " + line));
        }

        /**
         * Everything works as it does after a login, also in a transaction, where the driver cannot prepare again. Before
         * PostgreSQL 18 nobody knows of a search path that a function has moved and moved back.
         */
        private static void useIt(Connection connection, int number, Set<String> differences) throws SQLException {
            try (PreparedStatement statement =
                            connection.prepareStatement("SELECT random(), point(1, 2), v FROM visit v");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                if (FORETOLD.contains(row.getDouble(1))) {
                    differences.add("what is drawn was foretold");
                }
                if (!(row.getObject(2) instanceof PGpoint)
                        || !PGobject.class.equals(
                                Objects.requireNonNull(row.getObject(3)).getClass())) {
                    differences.add("somebody else's class: " + row.getObject(2).getClass());
                }
            }
            if (connection.unwrap(PGConnection.class).getNotifications().length > 0) {
                differences.add("somebody else's notifications");
            }
            connection.setAutoCommit(false);
            for (String text : pathIsReported() ? SessionGrammar.UNQUALIFIED : List.<String>of()) {
                SessionGrammar.use(connection, text, 1);
            }
            String mood = pathIsReported() ? SessionGrammar.mood(connection, number) : "mood_" + number + "[]";
            if (!mood.equals("mood_" + number + "[]")) {
                differences.add("the array of mood_" + number + " is " + mood);
            }
            connection.rollback();
            connection.setAutoCommit(true);
        }

        @Override
        public void close() {
            pool.close();
        }
    }
}
