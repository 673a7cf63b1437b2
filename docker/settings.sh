# How a setting gets into a container, the same in all of them: from the environment, else from .env, and a secret
# NAME also as NAME_FILE, a file that holds it. Sourced by the start scripts.

fail() {
    echo "$*" >&2
    exit 1
}

# read_settings FILE NAME...  exports what FILE sets of these names (patterns of the shell). What the environment sets,
# as NAME or as NAME_FILE, is left alone. FILE need not exist; it is read at every start, so that
# "docker compose restart server" is enough after a change.
#
# As Compose reads it: NAME=value or NAME='value', and without quotes a comment may follow after a blank. Other than in
# Compose nothing is ever expanded, so a value with a $ needs the single quotes to mean the same to both.
read_settings() {
    file=$1
    shift
    [ -e "$file" ] || return 0
    [ -r "$file" ] || fail "$file belongs to user $(stat -c %u "$file") and cannot be read by user $(id -u): change its" \
        "owner or mode, or let the server run as its owner, see TERAFY_USER in config/.env.example."
    given=" $(env | sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p' | tr '\n' ' ')"
    carriage_return=$(printf '\r')
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%"$carriage_return"}
        name=${line%%=*}
        case $line in
            [A-Z]*=*) wanted "$name" "$@" || continue ;;
            *) continue ;;
        esac
        secret=${name%_FILE}
        case $given in
            *" $secret "* | *" ${secret}_FILE "*) continue ;;
        esac
        value=${line#*=}
        case $value in
            \'*\') value=${value#\'} value=${value%\'} ;;
            \"*\") value=${value#\"} value=${value%\"} ;;
            *) value=$(printf '%s' "$value" | sed 's/[[:space:]]#.*//; s/[[:space:]]*$//') ;;
        esac
        export "$name=$value"
    done <"$file"
}

wanted() {
    candidate=$1
    shift
    case $candidate in
        *[!A-Z0-9_]*) return 1 ;;
    esac
    for pattern; do
        # shellcheck disable=SC2254 # a pattern is meant
        case $candidate in
            $pattern) return 0 ;;
        esac
    done
    return 1
}

# read_secret NAME  sets NAME from the file that NAME_FILE names, if that is set; without the file's last line ends.
read_secret() {
    eval "text=\${$1:-} file=\${$1_FILE:-}"
    [ -n "$file" ] || return 0
    [ -z "$text" ] || fail "Both $1 and $1_FILE are set. Set one of them."
    [ -r "$file" ] || fail "$1_FILE names $file, which user $(id -u) cannot read."
    text=$(cat "$file")
    eval "$1=\$text"
    unset "$1_FILE"
}
