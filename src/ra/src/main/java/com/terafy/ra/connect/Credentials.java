package com.terafy.ra.connect;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Secret;
import com.terafy.ra.passwords.ServerPasswords;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Who logs in. Two are equal if they log in as the same role with the same secret; {@code toString} shows the role
 * only.
 *
 * @param user the role
 * @param password empty where none is given: the database may ask for none
 * @param places where one is looked for that is not given; empty if it is, so that whoever gives the same is the same
 */
public record Credentials(String user, Optional<Secret> password, List<URI> places) {

    public Credentials {
        places = List.copyOf(places);
    }

    /**
     * Those of the settings. A password in a file is read at each login, and so is one that the server keeps.
     *
     * @param server all of its hosts, also where each login goes to one: a role has one password
     */
    public static Credentials of(PoolSettings.Login login, PoolSettings.Server server) {
        List<URI> places = login.password().isPresent() ? List.of() : ServerPasswords.places(login.user(), server);
        return new Credentials(login.user(), login.password(), places);
    }

    /** Those that an application or the container's security gave. */
    public static Credentials of(String user, String password) {
        return new Credentials(user, Optional.of(Secret.of(password)), List.of());
    }

    /** The password as it is now; empty if there is none. */
    Optional<String> revealPassword() throws IOException {
        return password.isPresent() ? Optional.of(password.get().reveal()) : ServerPasswords.find(places);
    }

    @Override
    public String toString() {
        return user;
    }
}
