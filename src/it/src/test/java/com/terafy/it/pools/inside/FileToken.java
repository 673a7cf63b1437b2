package com.terafy.it.pools.inside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import org.postgresql.PGProperty;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;

/**
 * What a cloud's library does: a password that is asked for at each login. It is what the file of the system property {@code
 * it.token} holds; beside it a file gets a line for each time. In a module of the server, with a driver of its own.
 */
public final class FileToken implements AuthenticationPlugin {

    private final String user;

    /** Called for each login. */
    public FileToken(Properties login) {
        user = PGProperty.USER.getOrDefault(login);
    }

    @Override
    public char[] getPassword(AuthenticationRequestType type) {
        Path token = Path.of(System.getProperty("it.token"));
        try {
            Files.writeString(
                    token.resolveSibling("asked"),
                    user + " by " + type + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            return Files.readString(token).toCharArray();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
