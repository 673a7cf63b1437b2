package com.terafy.pool.settings;

import java.util.Locale;
import java.util.Optional;

/**
 * Every setting by its name in the environment. The system property of the same setting is the name in lower case with
 * dots, after {@code terafy.}: {@code DB_POOL_MAX} is {@code terafy.db.pool.max}.
 */
public enum Setting {
    /** Host name or address of the PostgreSQL server. */
    DB_HOST("localhost"),
    /** TCP port of the PostgreSQL server. */
    DB_PORT("5432"),
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
    /** Longest wait for a TCP connection and for each answer while logging in. */
    DB_CONNECT_TIMEOUT("10s"),
    /** Longest wait for an answer of the server; off means for ever. */
    DB_SOCKET_TIMEOUT("off"),
    /** The session's statement_timeout; off leaves it to the server's configuration. */
    DB_STATEMENT_TIMEOUT("off"),
    /** The session's idle_in_transaction_session_timeout; off leaves it to the role's configuration. */
    DB_IDLE_IN_TRANSACTION_TIMEOUT("off"),
    /** Further pgjdbc connection properties: {@code name=value;name=value}. */
    DB_DRIVER_PROPERTIES(""),
    /** Role that may create {@link #DB_USER}; with it the role migration runs at start. */
    DB_ADMIN_USER(null),
    /** Password of that role. Not together with {@link #DB_ADMIN_PASSWORD_FILE}. */
    DB_ADMIN_PASSWORD(null),
    /** File with that password. */
    DB_ADMIN_PASSWORD_FILE(null);

    /** Before the names of all system properties of settings. */
    public static final String PROPERTY_PREFIX = "terafy.db.";

    private final Optional<String> defaultText;
    private final String property;

    Setting(@org.jspecify.annotations.Nullable String defaultText) {
        this.defaultText = Optional.ofNullable(defaultText);
        this.property = "terafy." + name().toLowerCase(Locale.ROOT).replace('_', '.');
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
