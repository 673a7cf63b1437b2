package com.terafy.ra.spi;

import com.terafy.ra.connect.Credentials;
import jakarta.resource.spi.ConnectionRequestInfo;

/**
 * What {@code getConnection(user, password)} asks for. Equal by the role alone: the container uses it as the key of a
 * sub-pool, and a key must not hold a password; matching compares the credentials themselves.
 */
final class ConnectionRequest implements ConnectionRequestInfo {

    private final Credentials credentials;
    private final String user;

    ConnectionRequest(Credentials credentials) {
        this.credentials = credentials;
        this.user = credentials.user();
    }

    Credentials credentials() {
        return credentials;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConnectionRequest request && request.user.equals(user);
    }

    @Override
    public int hashCode() {
        return user.hashCode();
    }

    @Override
    public String toString() {
        return "request of " + user;
    }
}
