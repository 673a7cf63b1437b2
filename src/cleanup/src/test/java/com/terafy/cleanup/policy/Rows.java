package com.terafy.cleanup.policy;

import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /** The dead one is silent; the gone are those of it that were seen so for long enough. */
    static Neighbours neighbours(Set<Integer> gone) {
        return new Neighbours(Set.of(), Set.of(DEAD_INSTANCE), gone, Set.of(), Set.of());
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
            return new Row(new BackendRow(
                    pid,
                    row.backendStart(),
                    row.user(),
                    row.database(),
                    row.applicationName(),
                    row.clientAddress(),
                    row.state(),
                    row.stateChange(),
                    row.backendType(),
                    row.superuser(),
                    row.advisoryLock(),
                    row.lease()));
        }

        Row user(String user) {
            return new Row(new BackendRow(
                    row.pid(),
                    row.backendStart(),
                    Optional.of(user),
                    row.database(),
                    row.applicationName(),
                    row.clientAddress(),
                    row.state(),
                    row.stateChange(),
                    row.backendType(),
                    row.superuser(),
                    row.advisoryLock(),
                    row.lease()));
        }

        Row database(String database) {
            return new Row(new BackendRow(
                    row.pid(),
                    row.backendStart(),
                    row.user(),
                    Optional.of(database),
                    row.applicationName(),
                    row.clientAddress(),
                    row.state(),
                    row.stateChange(),
                    row.backendType(),
                    row.superuser(),
                    row.advisoryLock(),
                    row.lease()));
        }

        Row application(String name) {
            return new Row(new BackendRow(
                    row.pid(),
                    row.backendStart(),
                    row.user(),
                    row.database(),
                    name,
                    row.clientAddress(),
                    row.state(),
                    row.stateChange(),
                    row.backendType(),
                    row.superuser(),
                    row.advisoryLock(),
                    row.lease()));
        }

        Row state(String state) {
            return new Row(new BackendRow(
                    row.pid(),
                    row.backendStart(),
                    row.user(),
                    row.database(),
                    row.applicationName(),
                    row.clientAddress(),
                    Optional.of(state),
                    row.stateChange(),
                    row.backendType(),
                    row.superuser(),
                    row.advisoryLock(),
                    row.lease()));
        }

        Row idleFor(Duration age) {
            return new Row(new BackendRow(
                    row.pid(),
                    row.backendStart(),
                    row.user(),
                    row.database(),
                    row.applicationName(),
                    row.clientAddress(),
                    row.state(),
                    Optional.of(NOW.minus(age)),
                    row.backendType(),
                    row.superuser(),
                    row.advisoryLock(),
                    row.lease()));
        }

        Row startedAt(Instant start) {
            return new Row(new BackendRow(
                    row.pid(),
                    Optional.of(start),
                    row.user(),
                    row.database(),
                    row.applicationName(),
                    row.clientAddress(),
                    row.state(),
                    row.stateChange(),
                    row.backendType(),
                    row.superuser(),
                    row.advisoryLock(),
                    row.lease()));
        }

        Row type(String type) {
            return new Row(new BackendRow(
                    row.pid(),
                    row.backendStart(),
                    row.user(),
                    row.database(),
                    row.applicationName(),
                    row.clientAddress(),
                    row.state(),
                    row.stateChange(),
                    Optional.of(type),
                    row.superuser(),
                    row.advisoryLock(),
                    row.lease()));
        }

        Row superuser() {
            return new Row(new BackendRow(
                    row.pid(),
                    row.backendStart(),
                    row.user(),
                    row.database(),
                    row.applicationName(),
                    row.clientAddress(),
                    row.state(),
                    row.stateChange(),
                    row.backendType(),
                    true,
                    row.advisoryLock(),
                    row.lease()));
        }

        Row locking() {
            return new Row(new BackendRow(
                    row.pid(),
                    row.backendStart(),
                    row.user(),
                    row.database(),
                    row.applicationName(),
                    row.clientAddress(),
                    row.state(),
                    row.stateChange(),
                    row.backendType(),
                    row.superuser(),
                    true,
                    row.lease()));
        }

        Row saying(Lease lease) {
            return new Row(new BackendRow(
                    row.pid(),
                    row.backendStart(),
                    row.user(),
                    row.database(),
                    row.applicationName(),
                    row.clientAddress(),
                    row.state(),
                    row.stateChange(),
                    row.backendType(),
                    row.superuser(),
                    row.advisoryLock(),
                    Optional.of(lease)));
        }

        /** As pg_stat_activity shows it to a role without pg_read_all_stats. */
        Row hidden() {
            return new Row(new BackendRow(
                    row.pid(),
                    Optional.empty(),
                    row.user(),
                    row.database(),
                    row.applicationName(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    row.superuser(),
                    row.advisoryLock(),
                    row.lease()));
        }
    }
}
