package com.terafy.pool.settings;

import static com.terafy.pool.settings.Setting.*;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads {@link PoolSettings} from raw text and reports every bad setting at once; nothing is corrected silently.
 *
 * <p>For one thread; a new reader for each reading.
 */
public final class SettingsReader {

    /** More connections than this from one pool is taken for a slip of the pen. */
    public static final int MOST_CONNECTIONS = 1000;

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,255}");

    private final String pool;
    private final List<SettingsSource> sources;
    private final Set<String> driverPropertyNames;
    private final Set<String> reservedDriverProperties;
    private final List<String> problems = new ArrayList<>();

    private SettingsReader(
            String pool, List<SettingsSource> sources, Set<String> driverPropertyNames, Set<String> reserved) {
        this.pool = pool;
        this.sources = sources;
        this.driverPropertyNames = driverPropertyNames;
        this.reservedDriverProperties = reserved;
    }

    /**
     * Reads and validates.
     *
     * @param pool name of the pool
     * @param sources where to look, in this order; the first that sets a setting counts
     * @param driverPropertyNames connection properties that the driver knows
     * @param reserved those of them that a setting of its own or the adapter controls
     * @throws InvalidSettingsException naming every bad setting
     */
    public static PoolSettings read(
            String pool, List<SettingsSource> sources, Set<String> driverPropertyNames, Set<String> reserved)
            throws InvalidSettingsException {
        SettingsReader reader = new SettingsReader(pool, sources, driverPropertyNames, reserved);
        PoolSettings settings = reader.readAll();
        if (!reader.problems.isEmpty()) {
            throw new InvalidSettingsException(pool, reader.problems);
        }
        return settings;
    }

    private PoolSettings readAll() {
        for (SettingsSource source : sources) {
            for (String name : source.unknownNames()) {
                problem("0101", name + " is not a setting. Known are " + knownProperties() + ".");
            }
        }
        PoolSettings.Size size = size();
        PoolSettings.Server server = server();
        PoolSettings.Session session = new PoolSettings.Session(
                duration(DB_STATEMENT_TIMEOUT, Duration.ZERO, LONGEST),
                duration(DB_IDLE_IN_TRANSACTION_TIMEOUT, Duration.ZERO, LONGEST));
        PoolSettings.Login login = new PoolSettings.Login(name(DB_USER), secret(DB_PASSWORD, DB_PASSWORD_FILE));
        return new PoolSettings(pool, server, login, size, session, admin());
    }

    private PoolSettings.Size size() {
        int min = integer(DB_POOL_MIN, 0, MOST_CONNECTIONS);
        int max = integer(DB_POOL_MAX, 1, MOST_CONNECTIONS);
        if (max < min) {
            problem(
                    "0112",
                    nameOf(DB_POOL_MAX) + " is " + max + " but " + nameOf(DB_POOL_MIN) + " is " + min + ". Set "
                            + nameOf(DB_POOL_MAX) + " to at least " + min + ".");
        }
        Duration idle = duration(DB_POOL_IDLE_TIMEOUT, Duration.ofSeconds(1), LONGEST);
        Duration sweep = duration(DB_POOL_SWEEP_INTERVAL, Duration.ofMillis(100), LONGEST);
        if (sweep.compareTo(idle) > 0) {
            problem(
                    "0113",
                    nameOf(DB_POOL_SWEEP_INTERVAL) + " is " + DurationText.show(sweep) + ", longer than "
                            + nameOf(DB_POOL_IDLE_TIMEOUT) + ", " + DurationText.show(idle)
                            + ": idle connections would be closed much too late. Set it to at most that.");
        }
        Duration acquire = duration(DB_POOL_ACQUIRE_TIMEOUT, Duration.ofMillis(1), LONGEST);
        return new PoolSettings.Size(min, max, idle, sweep, acquire);
    }

    private PoolSettings.Server server() {
        SslMode sslMode = sslMode();
        Map<String, String> driverProperties = driverProperties();
        Optional<Path> rootCert = text(DB_SSL_ROOT_CERT).map(text -> file(DB_SSL_ROOT_CERT, text));
        if (rootCert.isPresent() && (sslMode == SslMode.DISABLE)) {
            problem(
                    "0116",
                    nameOf(DB_SSL_ROOT_CERT) + " is set but " + nameOf(DB_SSL_MODE)
                            + " is disable. Remove it, or set the mode to verify-full.");
        }
        if (sslMode.verifiesCertificate() && rootCert.isEmpty() && !driverProperties.containsKey("sslfactory")) {
            problem(
                    "0118",
                    nameOf(DB_SSL_MODE) + " is " + sslMode.text() + " but " + DB_SSL_ROOT_CERT.name()
                            + " is not set. Set it to the PEM file with the certificate to trust.");
        }
        return new PoolSettings.Server(
                host(),
                integer(DB_PORT, 1, 65535),
                name(DB_NAME),
                sslMode,
                rootCert,
                wholeSeconds(DB_CONNECT_TIMEOUT, Duration.ofSeconds(1)),
                wholeSeconds(DB_SOCKET_TIMEOUT, Duration.ZERO),
                driverProperties);
    }

    private Optional<PoolSettings.Login> admin() {
        Optional<Secret> password = secret(DB_ADMIN_PASSWORD, DB_ADMIN_PASSWORD_FILE);
        if (text(DB_ADMIN_USER).isPresent()) {
            return Optional.of(new PoolSettings.Login(name(DB_ADMIN_USER), password));
        }
        if (password.isPresent()) {
            problem(
                    "0117",
                    "a password for the administrator is set but " + DB_ADMIN_USER.name()
                            + " is not. Set both, or neither.");
        }
        return Optional.empty();
    }

    private String host() {
        String host = required(DB_HOST);
        if (!HOST.matcher(host).matches()) {
            problem("0119", nameOf(DB_HOST) + " is \"" + host + "\", which is no host name or address.");
        }
        return host;
    }

    /** A name of PostgreSQL: anything but control characters, at most 63 bytes of UTF-8 (NAMEDATALEN - 1). */
    private String name(Setting setting) {
        String name = required(setting);
        if (name.chars().anyMatch(Character::isISOControl)) {
            problem("0119", nameOf(setting) + " contains a control character.");
        } else if (name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 63) {
            problem("0119", nameOf(setting) + " is \"" + name + "\", longer than PostgreSQL's 63 bytes for a name.");
        }
        return name;
    }

    private SslMode sslMode() {
        String text = required(DB_SSL_MODE);
        Optional<SslMode> mode = SslMode.of(text);
        if (mode.isEmpty()) {
            problem(
                    "0107",
                    nameOf(DB_SSL_MODE) + " is \"" + text + "\". Set it to one of "
                            + Arrays.stream(SslMode.values()).map(SslMode::text).collect(Collectors.joining(", "))
                            + ".");
        }
        return mode.orElse(SslMode.PREFER);
    }

    private int integer(Setting setting, int least, int most) {
        String text = required(setting);
        try {
            int value = Integer.parseInt(text);
            if (value < least || value > most) {
                problem(
                        "0103",
                        nameOf(setting) + " is " + value + ". Set it to a value from " + least + " to " + most + ".");
            }
            return Math.max(least, Math.min(most, value));
        } catch (NumberFormatException notANumber) {
            problem(
                    "0102",
                    nameOf(setting) + " is \"" + text + "\", which is no whole number. Set it to a value from " + least
                            + " to " + most + ".");
            return defaultInteger(setting);
        }
    }

    private static int defaultInteger(Setting setting) {
        return Integer.parseInt(setting.defaultText().orElseThrow());
    }

    private Duration duration(Setting setting, Duration least, Duration most) {
        String text = required(setting);
        Optional<Duration> parsed = DurationText.parse(text);
        if (parsed.isEmpty()) {
            problem(
                    "0104",
                    nameOf(setting) + " is \"" + text
                            + "\", which is no duration. Write a number with its unit, such as 500ms, 30s, 4m, 1h, or"
                            + " ISO-8601 such as PT4M.");
            return DurationText.parse(setting.defaultText().orElseThrow()).orElseThrow();
        }
        Duration duration = parsed.get();
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            problem(
                    "0105",
                    nameOf(setting) + " is " + text + ". Set it to a duration from " + DurationText.show(least) + " to "
                            + DurationText.show(most) + ".");
            return least;
        }
        return duration;
    }

    private Duration wholeSeconds(Setting setting, Duration least) {
        Duration duration = duration(setting, least, LONGEST);
        if (duration.toMillis() % 1000 != 0) {
            problem("0106", nameOf(setting) + " is " + DurationText.show(duration) + ". Set it to whole seconds.");
        }
        return duration;
    }

    private Optional<Secret> secret(Setting literal, Setting inFile) {
        Optional<String> password = rawText(literal);
        Optional<String> file = text(inFile);
        if (password.isPresent() && file.isPresent()) {
            problem("0108", nameOf(literal) + " and " + nameOf(inFile) + " are both set. Set one of them.");
        }
        if (file.isPresent()) {
            Path path = file(inFile, file.get());
            if (Files.isReadable(path) && path.toFile().length() == 0) {
                problem("0110", nameOf(inFile) + " is " + path + ", which is empty. Write the password into it.");
            }
            return Optional.of(Secret.inFile(path));
        }
        return password.map(Secret::of);
    }

    private Path file(Setting setting, String text) {
        try {
            Path path = Path.of(text);
            if (Files.isRegularFile(path) && Files.isReadable(path)) {
                return path;
            }
        } catch (InvalidPathException noPath) {
            // reported below like any other path that leads to no file
        }
        problem("0109", nameOf(setting) + " is \"" + text + "\", which is no file that the server's user can read.");
        return Path.of("");
    }

    private Map<String, String> driverProperties() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (String pair : required(DB_DRIVER_PROPERTIES).split(";")) {
            if (pair.isBlank()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 1) {
                problem(
                        "0111",
                        nameOf(DB_DRIVER_PROPERTIES) + " has a part without a name and \"=\"."
                                + " Write name=value;name=value.");
                continue;
            }
            addDriverProperty(
                    properties,
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip());
        }
        return properties;
    }

    private void addDriverProperty(Map<String, String> properties, String name, String value) {
        if (reservedDriverProperties.contains(name)) {
            problem(
                    "0115",
                    nameOf(DB_DRIVER_PROPERTIES) + " sets " + name
                            + ", which has a setting of its own or belongs to the adapter. Remove it there.");
        } else if (!driverPropertyNames.contains(name)) {
            problem("0114", nameOf(DB_DRIVER_PROPERTIES) + " sets " + name + ", which pgjdbc does not know.");
        } else if (properties.putIfAbsent(name, value) != null) {
            problem("0111", nameOf(DB_DRIVER_PROPERTIES) + " sets " + name + " twice.");
        }
    }

    private String required(Setting setting) {
        return text(setting).or(setting::defaultText).orElseThrow();
    }

    private Optional<String> text(Setting setting) {
        return rawText(setting).map(String::strip).filter(text -> !text.isEmpty());
    }

    private Optional<String> rawText(Setting setting) {
        return source(setting).map(source -> source.text(setting));
    }

    private Optional<SettingsSource> source(Setting setting) {
        return sources.stream()
                .filter(source -> {
                    String text = source.text(setting);
                    return text != null && !text.isEmpty();
                })
                .findFirst();
    }

    private String nameOf(Setting setting) {
        return source(setting).map(source -> source.nameOf(setting)).orElse(setting.name());
    }

    private void problem(String id, String text) {
        problems.add("TERAFY" + id + ": Pool " + pool + ": " + text);
    }

    private static String knownProperties() {
        return Arrays.stream(Setting.values()).map(Setting::property).collect(Collectors.joining(", "));
    }
}
