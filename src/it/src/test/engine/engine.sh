#!/bin/sh
# Usage: engine.sh DIRECTORY
# A Docker engine that leaves nothing behind: its processes, mounts, bridge and packet filter are in namespaces of
# their own, which end with it, and everything it stores is in DIRECTORY. It ends when standard input is closed, be it
# because who started it was killed. It listens at DIRECTORY/docker.sock only. The ports that containers publish are in
# its network: nsenter enters that of the child of the process in DIRECTORY/unshare.pid.
# Needs root, and unshare, ip, dockerd and what that needs.
mkdir -p "$1/state" && cd "$1" || exit 1
export ENGINE=$PWD
unshare --net --mount --pid --fork --kill-child --mount-proc sh -ec '
    mount --make-rprivate /
    mount -t tmpfs run /run
    ip link set lo up
    dockerd --host "unix://$ENGINE/docker.sock" --data-root "$ENGINE/data" --exec-root "$ENGINE/state" \
        --pidfile "$ENGINE/state/docker.pid" --cgroup-parent terafy-engine
' </dev/null >engine.log 2>&1 &
unshare=$!
echo "$unshare" >unshare.pid
read -r end
first=$(pgrep -P "$unshare")
kill -KILL "$unshare"
wait "$unshare"
# The first process of a process namespace is gone when all others of it are.
while [ -d "/proc/${first:-none}" ]; do sleep 0.1; done
rm -rf data state
find /sys/fs/cgroup -depth -type d -path '*/terafy-engine*' -exec rmdir {} +
