package com.terafy.api;

import java.util.Optional;

/**
 * Where the value of a pool's setting comes from.
 *
 * @param kind whose value it is
 * @param name as it was written, for example {@code REPORTING_DB_HOST} or {@code terafy.db.host}; empty for a default
 */
public record SettingOrigin(Kind kind, Optional<String> name) {

    /** Nobody set it. */
    public static final SettingOrigin STANDARD = new SettingOrigin(Kind.DEFAULT, Optional.empty());

    /** Whose value it is. */
    public enum Kind {
        /** Set for this pool; the one of {@code java:/TerafyDS} has no others. */
        OWN,
        /** Not set for this pool, so that it is as the one of {@code java:/TerafyDS} was told. */
        INHERITED,
        /** Set nowhere. */
        DEFAULT
    }
}
