package com.terafy.ra.connect;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Secret;
import java.io.IOException;
import java.util.Optional;

/**
 * Who logs in. Two are equal if they log in as the same role with the same secret; {@code toString} shows the role
 * only.
 *
 * @param user the role
 * @param password empty where the server asks for none
 */
public record Credentials(String user, Optional<Secret> password) {

    /** Those of the settings; a password in a file is read at each login. */
    public static Credentials of(PoolSettings.Login login) {
        return new Credentials(login.user(), login.password());
    }

    /** Those that an application or the container's security gave. */
    public static Credentials of(String user, String password) {
        return new Credentials(user, Optional.of(Secret.of(password)));
    }

    /** The password as it is now; empty if there is none. */
    Optional<String> revealPassword() throws IOException {
        return password.isPresent() ? Optional.of(password.get().reveal()) : Optional.empty();
    }

    @Override
    public String toString() {
        return user;
    }
}
