package com.terafy.pool.settings;

import static com.terafy.pool.settings.Setting.*;

import com.terafy.api.text.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The settings in effect, as they would be written. */
final class ShownSettings {

    /** What stands in place of a secret. */
    static final String HIDDEN = "(hidden)";

    private final Map<Setting, String> values = new EnumMap<>(Setting.class);

    private ShownSettings() {}

    static Map<String, String> of(PoolSettings settings) {
        ShownSettings shown = new ShownSettings();
        shown.server(settings.server());
        shown.login(Optional.of(settings.login()), DB_USER, DB_PASSWORD, DB_PASSWORD_FILE);
        shown.login(settings.admin(), DB_ADMIN_USER, DB_ADMIN_PASSWORD, DB_ADMIN_PASSWORD_FILE);
        shown.size(settings.size());
        shown.upkeep(settings.upkeep());
        shown.session(settings.session());
        shown.put(DB_TRANSACTION_SUPPORT, settings.transactionSupport());
        shown.cleanup(settings.cleanup());
        shown.put(DB_POOL_READINESS, Boolean.toString(settings.readiness()));
        Map<String, String> byName = new LinkedHashMap<>();
        shown.values.forEach((setting, value) -> byName.put(setting.name(), value));
        return Collections.unmodifiableMap(byName);
    }

    /** {@link Setting#DB_PORT} is what counts for hosts without a port: with different ports there is none. */
    private void server(PoolSettings.Server server) {
        List<Integer> ports =
                server.hosts().stream().map(HostPort::port).distinct().toList();
        boolean samePort = ports.size() == 1;
        put(
                DB_HOST,
                join(server.hosts().stream()
                        .map(host -> samePort ? host.host() : host.toString())
                        .toList()));
        put(DB_PORT, samePort ? ports.get(0).toString() : "");
        put(DB_TARGET_SERVER_TYPE, server.targetServerType());
        put(DB_REPLICA_MAX_LAG, server.replicaMaxLag());
        put(DB_NAME, server.database());
        put(DB_SSL_MODE, server.sslMode());
        put(DB_SSL_ROOT_CERT, server.sslRootCert().map(Path::toString).orElse(""));
        put(DB_CONNECT_TIMEOUT, server.connectTimeout());
        put(DB_SOCKET_TIMEOUT, server.socketTimeout());
        put(DB_POOLER, server.pooler());
        put(
                DB_DRIVER_PROPERTIES,
                server.driverProperties().keySet().stream()
                        .sorted()
                        .map(name -> name + "=" + HIDDEN)
                        .collect(Collectors.joining(";")));
    }

    private void login(Optional<PoolSettings.Login> login, Setting user, Setting literal, Setting inFile) {
        Optional<Secret> password = login.flatMap(PoolSettings.Login::password);
        put(user, login.map(PoolSettings.Login::user).orElse(""));
        put(literal, password.filter(Secret.Literal.class::isInstance).isPresent() ? HIDDEN : "");
        put(
                inFile,
                password.filter(Secret.InFile.class::isInstance)
                        .map(secret -> ((Secret.InFile) secret).file().toString())
                        .orElse(""));
    }

    private void size(PoolSettings.Size size) {
        put(DB_POOL_MIN, Integer.toString(size.min()));
        put(DB_POOL_MAX, Integer.toString(size.max()));
        put(DB_POOL_IDLE_TIMEOUT, size.idleTimeout());
        put(DB_POOL_SWEEP_INTERVAL, size.sweepInterval());
        put(DB_POOL_ACQUIRE_TIMEOUT, size.acquireTimeout());
    }

    private void upkeep(PoolSettings.Upkeep upkeep) {
        put(DB_POOL_MAX_LIFETIME, upkeep.maxLifetime());
        put(DB_POOL_VALIDATE_AFTER, upkeep.validateAfter());
        put(DB_POOL_VALIDATION_TIMEOUT, upkeep.validationTimeout());
        put(DB_POOL_LEAK_THRESHOLD, upkeep.leakThreshold());
    }

    private void session(PoolSettings.Session session) {
        put(DB_STATEMENT_TIMEOUT, session.statementTimeout());
        put(DB_IDLE_IN_TRANSACTION_TIMEOUT, session.idleInTransactionTimeout());
        put(DB_SESSION_RESET, session.reset());
    }

    private void cleanup(PoolSettings.BackendCleanup cleanup) {
        put(DB_CLEANUP_ENABLED, Boolean.toString(cleanup.enabled()));
        put(DB_CLEANUP_INTERVAL, cleanup.interval());
        put(DB_CLEANUP_IDLE_LIMIT, cleanup.idleLimit());
        put(DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT, cleanup.idleInTransactionLimit());
        put(DB_CLEANUP_SCOPE, cleanup.scope());
        put(
                DB_CLEANUP_ALLOW_USERS,
                join(cleanup.allowedUsers().stream().sorted().toList()));
        put(
                DB_CLEANUP_ALLOW_APPLICATIONS,
                join(cleanup.allowedApplications().stream().sorted().toList()));
        put(DB_CLEANUP_DRY_RUN, Boolean.toString(cleanup.dryRun()));
    }

    private static String join(Collection<String> parts) {
        return String.join(",", parts);
    }

    private void put(Setting setting, Choice value) {
        put(setting, value.text());
    }

    private void put(Setting setting, Duration value) {
        put(setting, DurationText.show(value));
    }

    private void put(Setting setting, String value) {
        values.put(setting, value);
    }
}
