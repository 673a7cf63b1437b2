package com.terafy.ra.session;

import com.terafy.ra.driver.DriverStream;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * What a session is like just after its login, and the commands that make it so again. Immutable.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-discard.html">PostgreSQL, DISCARD</a>
 */
public final class FreshLogin {

    private static final String OTHER_USER = "SET SESSION AUTHORIZATION DEFAULT; ";

    /**
     * What {@code DISCARD ALL} does, but for the plans and the driver's own prepared statements; and the role is what it was
     * after the login, where {@code ALTER ROLE … SET role} says so. In one transaction, as one message is.
     */
    private static final String RESET = "RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD SEQUENCES; DISCARD TEMP";

    /** Nobody can foretell {@code random()} who called {@code setseed}. */
    private static final String SEED = "SET seed = ";

    /**
     * Comes first, in what the borrower has left: what unqualified names mean in it, which another role and temporary objects
     * change, too; something that SQL has prepared, unlike the driver's own statements; and what no reset takes away.
     */
    private static final String TELL_AND_UNLOCK = """
            SELECT pg_catalog.current_schemas(true),
                (SELECT name FROM pg_catalog.pg_prepared_statement() WHERE from_sql LIMIT 1){what},
                pg_catalog.pg_advisory_unlock_all()
            """;

    private static final String WHAT = ", pg_catalog.concat_ws(', ', NULL{what})";

    /** What SQL has prepared. */
    static final String PREPARED_BY_SQL =
            "SELECT pg_catalog.quote_ident(name) FROM pg_catalog.pg_prepared_statement() WHERE from_sql";

    private static final String NAMES = "SELECT pg_catalog.current_schemas(true)";

    private static final String SLOTS = """
            , (SELECT 'a temporary replication slot' FROM pg_catalog.pg_get_replication_slots()
               WHERE temporary AND active_pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() LIMIT 1)
            """;

    /** What the driver, and event triggers on login, set in the session: the reset would take it away. Last the role. */
    private static final String SET_AT_LOGIN = """
            SELECT pg_catalog.format('pg_catalog.set_config(%L, %L, false)', name, setting)
            FROM pg_catalog.pg_settings WHERE source = 'session'
            UNION ALL
            SELECT pg_catalog.format('pg_catalog.set_config(%L, %L, false)', 'role', pg_catalog.current_setting('role'))
            WHERE pg_catalog.current_setting('role') <> 'none'
            """;

    private static final String CAPABILITIES = """
            SELECT rolsuper, rolsuper OR rolreplication,
                (SELECT pg_catalog.quote_ident(n.nspname)
                 FROM pg_catalog.pg_extension e
                 JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
                 JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
                 WHERE e.extname = 'dblink' AND p.proname = 'dblink_get_connections' AND p.pronargs = 0
                     AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE'))
            FROM pg_catalog.pg_roles WHERE rolname = session_user
            """;

    private static final String TRUE = "t";

    private static final String REPORTED_USER = "session_authorization";

    private final String names;
    private final @Nullable String user;
    private final boolean superuser;
    private final String reset;
    private final String tellAndUnlock;
    private final boolean tellsBeyond;
    private final boolean prepared;

    /** Under which the first command is prepared on the server, which makes the whole cheaper by a third. */
    private final String name =
            "terafy_" + Long.toHexString(ThreadLocalRandom.current().nextLong());

    /**
     * Asks the session, which nobody has used. Not by the driver: where its user has it take everything in binary ({@code
     * prepareThreshold=-1}) it mixes up the columns of several commands in one message.
     */
    public FreshLogin(BaseConnection connection, DriverStream stream) throws SQLException {
        stream.send(SET_AT_LOGIN + ";" + NAMES + ";" + CAPABILITIES);
        List<String[]> rows = stream.readAnswer();
        int settings = rows.size() - 2;
        StringBuilder again = new StringBuilder();
        for (String[] set : rows.subList(0, settings)) {
            again.append(again.isEmpty() ? "; SELECT " : ", ").append(set[0]);
        }
        names = rows.get(settings)[0];
        String[] capabilities = rows.get(settings + 1);
        superuser = TRUE.equals(capabilities[0]);
        String beyond = (TRUE.equals(capabilities[1]) ? SLOTS : "") + dblink(capabilities[2]);
        tellsBeyond = !beyond.isEmpty();
        tellAndUnlock = TELL_AND_UNLOCK.replace("{what}", tellsBeyond ? WHAT.replace("{what}", beyond) : "");
        prepared = connection.getPreferQueryMode().compareTo(PreferQueryMode.EXTENDED) >= 0
                && connection.getPrepareThreshold() > 0;
        user = connection.getParameterStatus(REPORTED_USER);
        reset = RESET + again + "; " + SEED;
    }

    private static String dblink(String schema) {
        return schema.isEmpty()
                ? ""
                : ", (SELECT 'a connection of dblink' WHERE " + schema + ".dblink_get_connections() IS NOT NULL)";
    }

    /** False where the user has told the driver to prepare nothing on the server: there may be a pooler in between. */
    boolean isPrepared() {
        return prepared;
    }

    /** Has the server prepare what is needed, and does not wait. */
    void prepare(DriverStream stream) throws SQLException {
        stream.prepare(name, tellAndUnlock);
    }

    /** The commands, for one message. */
    String reset(BaseConnection connection) {
        return prepared ? reset(connection, "EXECUTE " + name) : resetUnprepared(connection);
    }

    /** The same where a borrower has deallocated what was prepared. */
    String resetUnprepared(BaseConnection connection) {
        return reset(connection, tellAndUnlock);
    }

    private String reset(BaseConnection connection, String first) {
        boolean other = user == null || !user.equals(connection.getParameterStatus(REPORTED_USER));
        double seed = ThreadLocalRandom.current().nextDouble();
        return first + "; " + (other ? OTHER_USER : "") + reset + seed;
    }

    /** What the session was like just before the reset, and what is left in it. */
    After after(List<String[]> answer) {
        String[] told = answer.get(0);
        return new After(!names.equals(told[0]), !told[1].isEmpty(), tellsBeyond ? told[2] : "");
    }

    /**
     * What a reset tells.
     *
     * @param namesMoved unqualified names meant something else just before it
     * @param hasPrepared SQL has prepared something, which is still there
     * @param beyond what it could not take away; empty if there is nothing
     */
    record After(boolean namesMoved, boolean hasPrepared, String beyond) {}

    /** True if the user may do what nothing shows and no reset takes back. */
    boolean isSuperuser() {
        return superuser;
    }
}
