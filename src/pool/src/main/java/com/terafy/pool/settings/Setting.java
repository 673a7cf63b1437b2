package com.terafy.pool.settings;

import com.terafy.api.text.PoolNames;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every setting by its name in the environment. The system property of the same setting is the name in lower case with
 * dots, after {@code terafy.}: {@code DB_POOL_MAX} is {@code terafy.db.pool.max}. Those of a further pool have its name
 * before them, see {@link PoolNames}.
 */
public enum Setting {
    /** Host name or address of the PostgreSQL server; several as {@code host:port,host:port}, IPv6 in brackets. */
    DB_HOST("localhost"),
    /** TCP port of each server that is written without one. */
    DB_PORT("5432"),
    /** pgjdbc's targetServerType: any, primary, secondary, preferPrimary, preferSecondary. */
    DB_TARGET_SERVER_TYPE("any"),
    /** A replica that is further behind gets no sessions, and none on it is lent; off means no limit. */
    DB_REPLICA_MAX_LAG("off"),
    /** Name of the database. */
    DB_NAME("terafy_db"),
    /** Role that the pool's connections log in as. */
    DB_USER("terafy_app"),
    /** Password of that role. Not together with {@link #DB_PASSWORD_FILE}. */
    DB_PASSWORD(null),
    /** File with that password; read afresh for every physical connection. */
    DB_PASSWORD_FILE(null),
    /** pgjdbc's sslmode: disable, allow, prefer, require, verify-ca, verify-full. */
    DB_SSL_MODE("prefer"),
    /** PEM file with the certificates to trust. */
    DB_SSL_ROOT_CERT(null),
    /** Fewest connections the pool keeps. */
    DB_POOL_MIN("2"),
    /** Most connections the pool opens. */
    DB_POOL_MAX("10"),
    /** A connection idle longer than this is closed, down to the minimum. */
    DB_POOL_IDLE_TIMEOUT("4m"),
    /** How often idle connections are reaped and validated. */
    DB_POOL_SWEEP_INTERVAL("30s"),
    /** Longest wait for a connection. */
    DB_POOL_ACQUIRE_TIMEOUT("30s"),
    /** A connection older than about this is retired at a sweep or as it comes back; off means never. */
    DB_POOL_MAX_LIFETIME("30m"),
    /** Unused longer than this, a connection whose socket cannot be watched is validated by a round trip. */
    DB_POOL_VALIDATE_AFTER("500ms"),
    /** Longest wait for the answer to a validation. */
    DB_POOL_VALIDATION_TIMEOUT("5s"),
    /** A connection held longer than this is reported as a leak; off means never. */
    DB_POOL_LEAK_THRESHOLD("off"),
    /** Whether the server is ready only if this pool's database answers: true, false. */
    DB_POOL_READINESS("true"),
    /** Longest wait for a TCP connection and for each answer while logging in. */
    DB_CONNECT_TIMEOUT("10s"),
    /** Longest wait for an answer of the server; off means for ever. */
    DB_SOCKET_TIMEOUT("off"),
    /** The session's statement_timeout; off leaves it to the server's configuration. */
    DB_STATEMENT_TIMEOUT("off"),
    /** The session's idle_in_transaction_session_timeout; off leaves it to the role's configuration. */
    DB_IDLE_IN_TRANSACTION_TIMEOUT("off"),
    /** When a session is reset as its connection comes back: always, off. */
    DB_SESSION_RESET("always"),
    /** What stands between the pool and PostgreSQL, and for how long it lends a session: none, session, transaction. */
    DB_POOLER("none"),
    /** How connections take part in transactions: local, xa. */
    DB_TRANSACTION_SUPPORT("local"),
    /** Further pgjdbc connection properties: {@code name=value;name=value}; no value has a semicolon in it. */
    DB_DRIVER_PROPERTIES(""),
    /** Role that may create {@link #DB_USER}; with it the role migration runs at start. */
    DB_ADMIN_USER(null),
    /** Password of that role. Not together with {@link #DB_ADMIN_PASSWORD_FILE}. */
    DB_ADMIN_PASSWORD(null),
    /** File with that password. */
    DB_ADMIN_PASSWORD_FILE(null),
    /** Whether the backend cleanup runs: true, false. */
    DB_CLEANUP_ENABLED("true"),
    /** How often the backend cleanup runs. */
    DB_CLEANUP_INTERVAL("30s"),
    /** A backend that no pool owns and that is idle longer than this is ended. */
    DB_CLEANUP_IDLE_LIMIT("5m"),
    /** The same for a backend idle in a transaction; off spares those. */
    DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT("5m"),
    /** Whose backends may be ended: own-role, application, database. */
    DB_CLEANUP_SCOPE("own-role"),
    /** Roles whose backends are never ended, with commas between. */
    DB_CLEANUP_ALLOW_USERS(""),
    /** Application names whose backends are never ended, with commas between; {@code name*} spares all that begin so. */
    DB_CLEANUP_ALLOW_APPLICATIONS(""),
    /** Whether the backend cleanup only reports what it would end: true, false. */
    DB_CLEANUP_DRY_RUN("false");

    private final Optional<String> defaultText;
    private final String property;

    Setting(@Nullable String defaultText) {
        this.defaultText = Optional.ofNullable(defaultText);
        this.property = PoolNames.property(PoolNames.DEFAULT, name());
    }

    /** Name of the system property, for example {@code terafy.db.pool.max}. */
    public String property() {
        return property;
    }

    /** The value that stands where nothing is set; empty if the setting has none. */
    public Optional<String> defaultText() {
        return defaultText;
    }

    /** True if the value must never be shown. */
    public boolean isSecret() {
        return this == DB_PASSWORD || this == DB_ADMIN_PASSWORD;
    }
}
