package com.terafy.cleanup.policy;

import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Rows, registries and rules to start from; every change makes a new one. */
final class Rows {

    static final Instant NOW = Instant.parse("2025-11-24T12:00:00Z");
    static final String ROLE = "terafy_app";
    static final String DATABASE = "terafy_db";
    static final int OWN_PID = 1;
    static final int OWN_INSTANCE = 0xAAAA;
    static final int LIVE_INSTANCE = 0xBBBB;
    static final int DEAD_INSTANCE = 0xFFFFCCCC;

    static final CleanupRules RULES = new CleanupRules(
            Scope.OWN_ROLE,
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Set.of("reporting"),
            List.of("psql-nightly", "pgAdmin*"),
            false);

    /** The psql of these rows, and another one. */
    static final Set<Backend> ABANDONED = Set.of(
            psql().row().backend().orElseThrow(),
            psql().pid(4712).row().backend().orElseThrow());

    static final Registry REGISTRY =
            new Registry(OWN_PID, ROLE, DATABASE, OWN_INSTANCE, Set.of(), neighbours(Set.of()), false);

    private Rows() {}

    /** An idle psql of the application role, idle for ten minutes: the one that the rules are made for. */
    static Row psql() {
        return new Row(new BackendRow(
                4711,
                Optional.of(NOW.minusSeconds(3600)),
                Optional.of(ROLE),
                Optional.of(DATABASE),
                "psql",
                Optional.of("10.0.0.7"),
                Optional.of("idle"),
                Optional.of(NOW.minusSeconds(600)),
                Optional.of("client backend"),
                false,
                false,
                Optional.empty()));
    }

    static String tag(int instance) {
        return new PoolIdentity("node-b", "TerafyDS", instance).applicationName();
    }

    static Registry gone(int instance) {
        return registry(neighbours(Set.of(instance)));
    }

    static Registry registry(Neighbours neighbours) {
        return new Registry(OWN_PID, ROLE, DATABASE, OWN_INSTANCE, Set.of(), neighbours, false);
    }

    /** The dead one is silent; the gone are those of it that were seen so for long enough. psql was. */
    static Neighbours neighbours(Set<Integer> gone) {
        return new Neighbours(Set.of(DEAD_INSTANCE), gone, ABANDONED, Set.of(), false);
    }

    static CleanupRules scope(Scope scope) {
        return new CleanupRules(
                scope,
                RULES.idleLimit(),
                RULES.idleInTransactionLimit(),
                RULES.allowedUsers(),
                RULES.allowedApplications(),
                false);
    }

    static CleanupRules limits(Duration idle, Duration inTransaction) {
        return new CleanupRules(Scope.OWN_ROLE, idle, inTransaction, Set.of(), List.of(), false);
    }

    /** A row with one thing changed after the other. */
    record Row(BackendRow row) {

        Row pid(int pid) {
            return with(draft -> draft.pid = pid);
        }

        Row user(String user) {
            return with(draft -> draft.user = Optional.of(user));
        }

        Row database(String database) {
            return with(draft -> draft.database = Optional.of(database));
        }

        Row application(String name) {
            return with(draft -> draft.application = name);
        }

        Row state(String state) {
            return with(draft -> draft.state = Optional.of(state));
        }

        Row idleFor(Duration age) {
            return with(draft -> draft.stateChange = Optional.of(NOW.minus(age)));
        }

        Row startedAt(Instant start) {
            return with(draft -> draft.start = Optional.of(start));
        }

        Row type(String type) {
            return with(draft -> draft.type = Optional.of(type));
        }

        Row superuser() {
            return with(draft -> draft.superuser = true);
        }

        Row locking() {
            return with(draft -> draft.locking = true);
        }

        Row saying(Lease lease) {
            return with(draft -> draft.lease = Optional.of(lease));
        }

        /** As pg_stat_activity shows it to a role without pg_read_all_stats. */
        Row hidden() {
            return with(draft -> {
                draft.start = Optional.empty();
                draft.client = Optional.empty();
                draft.state = Optional.empty();
                draft.stateChange = Optional.empty();
                draft.type = Optional.empty();
                draft.lease = Optional.empty();
            });
        }

        private Row with(Consumer<Draft> change) {
            Draft draft = new Draft(row);
            change.accept(draft);
            return new Row(draft.done());
        }
    }

    private static final class Draft {

        int pid;
        Optional<Instant> start;
        Optional<String> user;
        Optional<String> database;
        String application;
        Optional<String> client;
        Optional<String> state;
        Optional<Instant> stateChange;
        Optional<String> type;
        boolean superuser;
        boolean locking;
        Optional<Lease> lease;

        Draft(BackendRow row) {
            pid = row.pid();
            start = row.backendStart();
            user = row.user();
            database = row.database();
            application = row.applicationName();
            client = row.clientAddress();
            state = row.state();
            stateChange = row.stateChange();
            type = row.backendType();
            superuser = row.superuser();
            locking = row.advisoryLock();
            lease = row.lease();
        }

        BackendRow done() {
            return new BackendRow(
                    pid,
                    start,
                    user,
                    database,
                    application,
                    client,
                    state,
                    stateChange,
                    type,
                    superuser,
                    locking,
                    lease);
        }
    }
}
