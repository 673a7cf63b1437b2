package com.terafy.it.monitor;

import com.terafy.it.Management;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Users of the server's application realm, one for every role, as add-user.sh would make them. */
public enum User {
    SCRAPER("terafy-metrics"),
    WATCHER("terafy-monitor"),
    OPERATOR("terafy-operator"),
    AUDITOR("terafy-monitor", "terafy-query"),
    CURIOUS("terafy-query"),
    NOBODY,
    /** Does not log in. */
    STRANGER;

    private static final String PASSWORD = "for-tests-only";

    private final List<String> roles;

    User(String... roles) {
        this.roles = List.of(roles);
    }

    public String login() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    public String password() {
        return PASSWORD;
    }

    List<String> roles() {
        return roles;
    }

    public String authorization() {
        String pair = login() + ":" + PASSWORD;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes them known to the running server. */
    public static void makeKnown() {
        Path configuration = Path.of(System.getProperty("it.base"), "configuration");
        try (Management management = Management.ofServer()) {
            List<User> known =
                    Arrays.stream(values()).filter(user -> user != STRANGER).toList();
            Files.write(
                    configuration.resolve("application-users.properties"),
                    known.stream().map(user -> user.login() + "=" + user.hash()).toList());
            Files.writeString(
                    configuration.resolve("application-roles.properties"),
                    known.stream()
                            .map(user -> user.login() + "=" + String.join(",", user.roles))
                            .collect(Collectors.joining("\n")));
            management.loadUsers();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String hash() {
        try {
            byte[] text = (login() + ":ApplicationRealm:" + PASSWORD).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
