package com.terafy.ra.spi;

import com.terafy.ra.connect.Credentials;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.SecurityException;
import jakarta.resource.spi.security.PasswordCredential;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/** Who a connection is asked for (Jakarta Connectors 2.1, 10.1.8). Pure. */
final class SignOn {

    /**
     * User and password by which a container that insists on some, as WildFly does for the recovery of transactions, signs
     * on with the pool's own: they stand in a descriptor, which cannot read the settings.
     */
    private static final Credentials OWN = Credentials.of("DB_USER", "DB_PASSWORD");

    private static final Credentials NOBODY = Credentials.of("", "");

    private SignOn() {}

    /**
     * The container's sign-on goes first, then what the application gave, then the pool's own. A sign-on without a user is
     * none: Payara gives one where no login is configured.
     *
     * @throws SecurityException if the container signs on but gives no password credential for this factory
     */
    static Credentials credentials(ManagedPool pool, @Nullable Subject subject, @Nullable ConnectionRequestInfo request)
            throws SecurityException {
        Credentials signedOn = subject == null ? NOBODY : ofSubject(pool, subject);
        if (!signedOn.user().isEmpty()) {
            return signedOn;
        }
        return request instanceof ConnectionRequest asked ? asked.credentials() : pool.ownCredentials();
    }

    private static Credentials ofSubject(ManagedPool pool, Subject subject) throws SecurityException {
        Set<PasswordCredential> credentials = subject.getPrivateCredentials(PasswordCredential.class);
        for (PasswordCredential credential : credentials) {
            if (pool.belongsTo(credential.getManagedConnectionFactory())) {
                Credentials given = Credentials.of(credential.getUserName(), new String(credential.getPassword()));
                return given.equals(OWN) ? pool.ownCredentials() : given;
            }
        }
        throw new SecurityException(
                "TERAFY0219: Pool " + pool.name() + ": the container's sign-on holds no user and password for it.");
    }
}
