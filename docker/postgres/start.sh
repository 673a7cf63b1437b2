#!/bin/sh
# Runs as root before the image's own entrypoint, which then becomes user postgres and starts the server: "$@".
terafy=$(dirname "$0")/..
. "$terafy/settings.sh"

read_settings "$terafy/.env" DB_USER 'DB_PASSWORD*' 'POSTGRES_PASSWORD*' DB_TRANSACTION_SUPPORT
read_secret DB_PASSWORD
read_secret POSTGRES_PASSWORD

# For the first start only. The superuser needs no password: inside the container, with "docker exec", PostgreSQL
# trusts who comes by the Unix socket. The image demands one, so unless it is set it is one that nobody knows.
export DB_USER DB_PASSWORD
export POSTGRES_PASSWORD="${POSTGRES_PASSWORD:-$(head -c 24 /dev/urandom | base64)}"

# PostgreSQL takes a key only from its own user or root.
if [ -n "${POSTGRES_TLS_KEY_FILE:-}" ]; then
    tls=/var/run/postgresql/tls
    install -d -o postgres -g postgres -m 700 $tls \
        && install -o postgres -g postgres -m 600 "$POSTGRES_TLS_KEY_FILE" $tls/key.pem \
        && install -o postgres -g postgres -m 600 "$POSTGRES_TLS_CERTIFICATE_FILE" $tls/certificate.pem \
        || fail "The certificate or its key cannot be used."
    set -- "$@" -c ssl=on -c ssl_cert_file=$tls/certificate.pem -c ssl_key_file=$tls/key.pem
fi

case ${DB_TRANSACTION_SUPPORT:-} in
    [Xx][Aa]) set -- "$@" -c max_prepared_transactions=200 ;; # as many as there may be connections
esac

exec docker-entrypoint.sh "$@"
