package com.terafy.ra.passwords;

import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.PoolSettings.Login;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one way to a password that the settings do not give and the server may keep: by rules of its default authentication
 * context that name the protocol {@value #PROTOCOL}. What is configured for any protocol is another system's, and not looked at.
 *
 * <p>Thread-safe.
 */
public final class ServerPasswords {

    /** Of the URIs by which a password is looked for. */
    static final String PROTOCOL = "postgresql";

    private static final System.Logger LOG = System.getLogger("com.terafy.passwords");

    private ServerPasswords() {}

    /** Made by the first who logs in without a password of the settings. */
    private static final class Api {

        static final boolean IS_THERE = isThere();

        /** Another server shows the adapter nothing of it. */
        private static boolean isThere() {
            try {
                return ElytronPasswords.isThere();
            } catch (LinkageError | ServiceConfigurationError | RuntimeException without) {
                LOG.log(System.Logger.Level.DEBUG, () -> "There is no Elytron here: " + without);
                return false;
            }
        }
    }

    /**
     * By what a role's password is looked for, {@code postgresql://role@host:port/database} for each host. In the name of a
     * host, an underscore, which no URI can have there, becomes a hyphen. Pure.
     */
    public static List<URI> places(String role, PoolSettings.Server server) {
        return server.hosts().stream()
                .flatMap(host -> place(role, host, server.database()))
                .toList();
    }

    private static Stream<URI> place(String role, HostPort host, String database) {
        try {
            String name = host.host().replace('_', '-');
            return Stream.of(new URI(PROTOCOL, role, name, host.port(), "/" + database, null, null));
        } catch (URISyntaxException unspeakable) {
            LOG.log(System.Logger.Level.DEBUG, () -> "No rule can name this host: " + unspeakable.getMessage());
            return Stream.empty();
        }
    }

    /**
     * The password as it is now: that of the settings, or else the server's; empty if neither has one.
     *
     * @throws IOException as {@link #find}
     */
    public static Optional<String> of(Login login, PoolSettings.Server server) throws IOException {
        return login.password().isPresent()
                ? Optional.of(login.password().get().reveal())
                : find(places(login.user(), server));
    }

    /**
     * The password that the server keeps now for the first of these places for which it keeps one; empty if for none.
     *
     * @throws IOException if a rule leads to no password; the message says why, without a secret
     */
    public static Optional<String> find(List<URI> places) throws IOException {
        for (URI place : places) {
            @Nullable String password = Api.IS_THERE ? ask(place) : null;
            if (password != null) {
                return Optional.of(password);
            }
        }
        return Optional.empty();
    }

    private static @Nullable String ask(URI place) throws IOException {
        try {
            return ElytronPasswords.find(place);
        } catch (RuntimeException failed) { // a wildfly-config.xml that cannot be read, for example
            throw new IOException(
                    "the server's authentication context cannot be asked for " + place + ": " + failed, failed);
        } catch (LinkageError | ServiceConfigurationError incomplete) {
            LOG.log(System.Logger.Level.DEBUG, () -> "There is no Elytron that works here: " + incomplete);
            return null;
        }
    }
}
