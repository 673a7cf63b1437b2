package com.terafy.pool.settings;

import java.util.Locale;

/**
 * How much TLS protects a connection; pgjdbc's {@code sslmode}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION">PostgreSQL, 34.19.3</a>
 */
public enum SslMode implements Choice {
    DISABLE,
    ALLOW,
    PREFER,
    REQUIRE,
    VERIFY_CA,
    VERIFY_FULL;

    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** True if the server's certificate is checked against a root certificate. */
    public boolean verifiesCertificate() {
        return this == VERIFY_CA || this == VERIFY_FULL;
    }
}
