package com.terafy.ra.passwords;

import java.nio.file.Path;
import java.security.Provider;
import java.util.Map;
import org.wildfly.security.auth.client.AuthenticationConfiguration;
import org.wildfly.security.auth.client.AuthenticationContext;
import org.wildfly.security.auth.client.MatchRule;
import org.wildfly.security.auth.server.IdentityCredentials;
import org.wildfly.security.credential.PasswordCredential;
import org.wildfly.security.credential.source.CredentialSource;
import org.wildfly.security.credential.source.impl.CredentialStoreCredentialSource;
import org.wildfly.security.credential.store.CredentialStore;
import org.wildfly.security.credential.store.WildFlyElytronCredentialStoreProvider;
import org.wildfly.security.password.WildFlyElytronPasswordProvider;
import org.wildfly.security.password.interfaces.ClearPassword;

/** What WildFly makes of its subsystem elytron: a credential store, and the default authentication context of a deployment. */
public final class KeptPasswords implements AutoCloseable {

    private static final ClassLoader DEPLOYMENT = ServerPasswords.class.getClassLoader();

    private final CredentialStore store;
    private AuthenticationContext context = AuthenticationContext.empty();

    /** A store in a new file, and no rule. */
    public KeptPasswords(Path file) throws Exception {
        store = CredentialStore.getInstance(
                "KeyStoreCredentialStore", WildFlyElytronCredentialStoreProvider.getInstance());
        store.initialize(
                Map.of("location", file.toString(), "create", "true", "keyStoreType", "PKCS12", "modifiable", "true"),
                new CredentialStore.CredentialSourceProtectionParameter(
                        IdentityCredentials.NONE.withCredential(clear("master"))),
                new Provider[] {WildFlyElytronPasswordProvider.getInstance()});
        serve(context);
    }

    static void serve(AuthenticationContext context) {
        AuthenticationContext.getContextManager().setClassLoaderDefault(DEPLOYMENT, context);
    }

    private static PasswordCredential clear(String password) {
        return new PasswordCredential(ClearPassword.createRaw(ClearPassword.ALGORITHM_CLEAR, password.toCharArray()));
    }

    public void keep(String alias, String password) throws Exception {
        store.store(alias, clear(password));
    }

    void remove(String alias) throws Exception {
        store.remove(alias, PasswordCredential.class);
    }

    /** After those there are. */
    public void rule(MatchRule rule, AuthenticationConfiguration configuration) {
        context = context.with(rule, configuration);
        serve(context);
    }

    /** A configuration with a credential-reference. */
    public AuthenticationConfiguration reference(String alias) {
        CredentialSource source = new CredentialStoreCredentialSource(store, alias);
        return AuthenticationConfiguration.empty().useCredentials(source);
    }

    static MatchRule postgresql() {
        return MatchRule.ALL.matchProtocol("postgresql");
    }

    /** The rule of the role. */
    public static MatchRule of(String role) {
        return postgresql().matchUser(role);
    }

    @Override
    public void close() {
        AuthenticationContext.getContextManager().setClassLoaderDefault(DEPLOYMENT, null);
    }
}
