#!/bin/sh
# Writes PgBouncer's configuration from the settings and starts it.
terafy=$(dirname "$0")/..
. "$terafy/settings.sh"

read_settings "$terafy/.env" DB_USER 'DB_PASSWORD*'
read_secret DB_PASSWORD

umask 077
cd "$(mktemp -d)" || exit 1
# A quote is written twice.
printf '%s\n' "${DB_USER:-terafy_app}" "${DB_PASSWORD:-}" | sed 's/"/""/g; s/.*/"&"/' | paste -d' ' - - >users
unset DB_PASSWORD
cat >pgbouncer.ini <<INI
[databases]
* = host=postgres port=5432
[pgbouncer]
listen_addr = 0.0.0.0
listen_port = 6432
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $PWD/users
pool_mode = ${POOL_MODE:-transaction}
max_client_conn = 500
default_pool_size = 20
INI
exec pgbouncer pgbouncer.ini
