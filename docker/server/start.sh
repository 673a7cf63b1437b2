#!/bin/sh
# Starts WildFly with the settings of .env, which is read at every start: "docker compose restart server" is enough
# after a change. What the container's environment sets already wins over the file.
settings=${TERAFY_ENV_FILE:-/opt/jboss/terafy/.env}
if [ ! -r "$settings" ]; then
    echo "$settings cannot be read by user $(id -un). Copy config/.env.example to docker/.env and let it be read." >&2
    exit 1
fi

# As Compose reads it: NAME=value or NAME='value', and without quotes a comment may follow after a blank. Other than in
# Compose nothing is ever expanded, so a value with a $ needs the single quotes to mean the same to both.
carriage_return=$(printf '\r')
while IFS= read -r line || [ -n "$line" ]; do
    line=${line%"$carriage_return"}
    case $line in
        DB_[A-Z]*=*) ;;
        *) continue ;;
    esac
    name=${line%%=*}
    value=${line#*=}
    case $name in
        *[!A-Z0-9_]*) continue ;;
    esac
    case $value in
        \'*\') value=${value#\'} value=${value%\'} ;;
        \"*\") value=${value#\"} value=${value%\"} ;;
        *) value=$(printf '%s' "$value" | sed 's/[[:space:]]#.*//; s/[[:space:]]*$//') ;;
    esac
    if ! printenv "$name" >/dev/null; then
        export "$name=$value"
    fi
done <"$settings"

exec "${JBOSS_HOME:-/opt/jboss/wildfly}/bin/standalone.sh" -b 0.0.0.0 "$@"
