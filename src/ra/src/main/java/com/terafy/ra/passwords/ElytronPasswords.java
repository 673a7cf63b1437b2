package com.terafy.ra.passwords;

import java.io.IOException;
import java.net.URI;
import java.security.Principal;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.jspecify.annotations.Nullable;
import org.wildfly.common.context.ContextManager;
import org.wildfly.security.auth.client.AuthenticationConfiguration;
import org.wildfly.security.auth.client.AuthenticationContext;
import org.wildfly.security.auth.client.AuthenticationContextConfigurationClient;

/**
 * The only class that knows Elytron; to be called by {@link ServerPasswords}.
 *
 * <p>It asks the context that the server has given to this deployment, by its class loader, and not that of the thread: there a
 * borrower may have one of its own, and the pool's password is not a borrower's to choose.
 */
final class ElytronPasswords {

    /** A protocol that no rule names: what is found for it as well is no answer for PostgreSQL. */
    private static final String NO_PROTOCOL = "terafy-none";

    private ElytronPasswords() {}

    /** Loads what it needs. */
    static boolean isThere() {
        return AuthenticationContext.class.getName() != null;
    }

    /**
     * The password by the first rule that matches; null if none does that is for this protocol.
     *
     * @throws IOException if one does, and gives no password; the message says why, without a secret
     */
    static @Nullable String find(URI place) throws IOException {
        AuthenticationContext context = context();
        AuthenticationContextConfigurationClient client = new AuthenticationContextConfigurationClient();
        AuthenticationConfiguration found = configuration(client, place, context);
        URI elsewhere = URI.create(NO_PROTOCOL + place.toString().substring(ServerPasswords.PROTOCOL.length()));
        if (found.equals(configuration(client, elsewhere, context))) {
            return null;
        }
        requireSameName(place, client.getPrincipal(found));
        PasswordCallback asked = new PasswordCallback("password", false);
        try {
            client.getCallbackHandler(found).handle(new Callback[] {asked});
        } catch (UnsupportedCallbackException none) {
            throw new IOException(noPassword(place), none);
        }
        char[] password = asked.getPassword();
        asked.clearPassword();
        if (password == null || password.length == 0) {
            throw new IOException(noPassword(place));
        }
        return new String(password);
    }

    private static AuthenticationContext context() {
        ContextManager<AuthenticationContext> contexts = AuthenticationContext.getContextManager();
        @Nullable AuthenticationContext own = contexts.getClassLoaderDefault(ElytronPasswords.class.getClassLoader());
        @Nullable AuthenticationContext context = own == null ? contexts.getGlobalDefault() : own;
        return context == null ? AuthenticationContext.empty() : context;
    }

    /** Without what the URI says of host, port and protocol: two URIs for which the same is configured give equal ones. */
    private static AuthenticationConfiguration configuration(
            AuthenticationContextConfigurationClient client, URI uri, AuthenticationContext context) {
        return client.getAuthenticationConfigurationNoOverrides(uri, context, null, null);
    }

    /** The role is what the settings say; another's password would be refused, and not said whose it was. */
    private static void requireSameName(URI place, Principal name) throws IOException {
        if (!name.getName().equals(place.getUserInfo())) {
            throw new IOException("the server's authentication context has a configuration for " + place
                    + " whose authentication-name is " + name.getName()
                    + ". Remove that name, or give the rule that leads there a match-user.");
        }
    }

    private static String noPassword(URI place) {
        return "the server's authentication context has a configuration for " + place
                + " that gives no password. Add the alias of its credential-reference to the credential store, or remove"
                + " the rule.";
    }
}
