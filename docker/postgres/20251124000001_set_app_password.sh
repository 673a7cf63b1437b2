#!/bin/sh
# Gives terafy_app its password when the container's data directory is new: runs the migration once more, with the
# password in the session's settings, where neither the server's log nor the process list has it.
# The image runs this file, or sources it if it is not executable: so no exit, and nothing left behind.
if [ "${DB_USER:-terafy_app}" = terafy_app ] && [ -n "${DB_PASSWORD:-}" ]; then
    # PostgreSQL splits the options at blanks; a backslash keeps a blank, and itself.
    PGOPTIONS="-c terafy.app_password=$(printf '%s' "$DB_PASSWORD" | sed 's/[\\[:space:]]/\\&/g')" \
        psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
        -f /docker-entrypoint-initdb.d/20251124000000_create_app_user.sql
fi
