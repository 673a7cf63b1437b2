/**
 * The role migration: creates {@code terafy_app}, the role that the pool logs in as, before the pool is filled.
 *
 * <p>The SQL is {@code config/migrations/20251124000000_create_app_user.sql}; the build packs it beside these classes.
 * Depends on Flyway, the driver and the settings; of the adapter on {@code errors} and
 * {@code passwords}. Start reading at {@link com.terafy.ra.migration.RoleMigration}.
 */
@NullMarked
package com.terafy.ra.migration;

import org.jspecify.annotations.NullMarked;
