package com.terafy.monitor.audit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/**
 * What may be known of the header {@code Authorization} of a login that failed.
 *
 * @param scheme one of ours: {@code Basic}, {@code Bearer}, {@code Digest}, or {@code other}
 * @param user name that was tried; empty if the header does not say, or cannot be read
 */
public record LoginHeader(String scheme, String user) {

    private static final Set<String> SCHEMES = Set.of("Basic", "Bearer", "Digest");

    /** Never its secret: of Basic what stands before the first colon (RFC 7617, 2), of others the scheme alone. */
    public static LoginHeader of(String header) {
        String[] parts = header.strip().split("\\s+", 2);
        String scheme = SCHEMES.stream()
                .filter(known -> known.toLowerCase(Locale.ROOT).equals(parts[0].toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElse("other");
        return new LoginHeader(scheme, scheme.equals("Basic") && parts.length == 2 ? user(parts[1]) : "");
    }

    private static String user(String credentials) {
        try {
            String pair = new String(Base64.getDecoder().decode(credentials.strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? "" : pair.substring(0, colon); // without one all of it may be the password
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }
}
