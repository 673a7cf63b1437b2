#!/bin/sh
# Starts WildFly in a directory that is made anew at every start, run/, from the image and the settings: so the root
# file system may be read-only, and nothing is left from before but what is in data/, which may be a volume: the
# transaction log and the history of the monitoring.
terafy=$(dirname "$0")
wildfly=${JBOSS_HOME:-/opt/jboss/wildfly}
. "$terafy/settings.sh"

# Here DB_PASSWORD_FILE and DB_ADMIN_PASSWORD_FILE stay as they are: the adapter reads these files itself.
read_settings "$terafy/settings/.env" 'DB_*' 'TERAFY_*' JAVA_OPTS
read_secret TERAFY_USERS

rm -rf "$terafy/run/"*
cp -R "$wildfly/standalone/." "$terafy/run" || fail "$terafy/run cannot be written by user $(id -u)."

# TERAFY_USERS: those who may see the monitoring, name:roles:password with blanks or lines between; # begins a comment
# line. Instead of the password {md5} and the hash that WildFly keeps: md5 of name:ApplicationRealm:password. The file
# of a realm is written by this shell alone, so that no process list shows a password.
set -f
for entry in $(printf '%s\n' "${TERAFY_USERS:-}" | sed '/^[[:space:]]*#/d'); do
    name=${entry%%:*} rest=${entry#*:}
    roles=${rest%%:*} password=${rest#*:}
    case $name:$roles:$password in
        "$entry") ;;
        *) fail "TERAFY_USERS: the entry of '$name' is not name:roles:password." ;;
    esac
    case $name,$roles in
        ,* | *, | *[!A-Za-z0-9,._@-]*) fail "TERAFY_USERS: '$name' and its roles '$roles' may hold letters, digits and . _ @ - only, with commas between the roles." ;;
    esac
    case $password in
        '') fail "TERAFY_USERS: '$name' has no password." ;;
        '{md5}'*)
            hash=${password#'{md5}'}
            printf '%s\n' "$hash" | grep -qx '[0-9a-f]\{32\}' || fail "TERAFY_USERS: what follows {md5} for '$name' is not 32 digits of 0-9 and a-f."
            ;;
        *) hash=$(printf '%s:ApplicationRealm:%s' "$name" "$password" | md5sum) ;;
    esac
    printf '\n%s=%s\n' "$name" "${hash%% *}" >>"$terafy/run/configuration/application-users.properties"
    printf '\n%s=%s\n' "$name" "$roles" >>"$terafy/run/configuration/application-roles.properties"
done
set +f
unset TERAFY_USERS

# The node's name, and by it the identifier of its transactions, which must be its own and stay the same. The
# transaction manager takes 23 bytes; a longer name is replaced by its hash.
node=${TERAFY_NODE:-$(uname -n)}
transactions=$node
[ "${#node}" -le 23 ] || transactions=$(printf '%s' "$node" | md5sum | cut -c1-23)

# WildFly's own options stay. The heap is half of the container's memory limit; JAVA_OPTS come later and win.
export JBOSS_JAVA_SIZING="-Xms64m -XX:MaxRAMPercentage=50 ${JAVA_OPTS:-}"
unset JAVA_OPTS

# SIGTERM: no new requests (503), and those under way have half a minute to end.
exec "$wildfly/bin/standalone.sh" -b 0.0.0.0 \
    "-Djboss.server.base.dir=$terafy/run" "-Djboss.server.data.dir=$terafy/data" \
    "-Djboss.node.name=$node" "-Djboss.tx.node.id=$transactions" \
    -Dorg.wildfly.sigterm.suspend.timeout=30 "$@"
