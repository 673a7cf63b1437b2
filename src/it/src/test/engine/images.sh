#!/bin/sh -e
# Usage: images.sh DIRECTORY JAVA_HOME WILDFLY_HOME POSTGRESQL_HOME
# Stand-ins for the three images that docker/ names, under their names, as no image can be pulled everywhere where tests
# run. A small Debian from the packages that this Debian has installed, and in it what the image's documentation
# promises: users, paths, entrypoint. The engine is that of DOCKER_HOST.
here=$(cd "$(dirname "$0")" && pwd)
root=$1/root java=$2 wildfly=$3 postgresql=$4
docker=$here/../../../../../docker

name_in() {
    sed -n "s,^\(FROM\| *image:\) \($2.*\),\2,p" "$docker/$1" | head -1
}

rm -rf "$root"
mkdir -p "$root"
cd "$root"
mkdir -p usr/bin usr/sbin usr/lib usr/lib64 etc dev proc sys run var/tmp tmp root home opt
ln -s usr/bin usr/sbin usr/lib usr/lib64 .
ln -s /run var/run
chmod 1777 tmp var/tmp
apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances base-files bash coreutils curl dash findutils grep hostname libc-bin libstdc++6 mawk sed tar util-linux \
    procps postgresql-client-common pgbouncer $(dpkg-query -W -f '${Package}\n' 'postgresql-client-[1-9]*') \
    | grep '^[a-z]' | sort -u | xargs dpkg-query -L 2>/dev/null \
    | grep -v -e '^/usr/share/\(doc\|man\|locale\|info\|lintian\)/' -e '^/var/' | sort -u \
    | while read -r file; do if [ -L "$file" ] || [ -f "$file" ]; then echo "${file#/}"; fi; done >../files
tar -C / -c -T ../files 2>/dev/null | tar -x --keep-directory-symlink
ln -s mawk usr/bin/awk
printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'postgres:x:999:999::/var/lib/postgresql:/bin/sh' \
    'jboss:x:1000:1000::/opt/jboss:/sbin/nologin' >etc/passwd
printf '%s\n' 'root:x:0:' 'postgres:x:999:' 'jboss:x:1000:' >etc/group
echo 'hosts: files dns' >etc/nsswitch.conf
ldconfig -r .

# quay.io/wildfly/wildfly: github.com/wildfly/wildfly-container
image() {
    name=$1
    shift
    tar -c . | docker import "$@" - "$name" >/dev/null
    echo "$name"
}
mkdir -p opt/jboss opt/java
(cd "$java" && tar -c -h --exclude=./jmods --exclude=./lib/src.zip --exclude=./man --exclude=./docs .) | tar -x -C opt/java
cp -R "$wildfly" opt/jboss/wildfly
rm -rf opt/jboss/wildfly/docs
chown -R 1000:0 opt/jboss
chmod -R g+rw opt/jboss/wildfly
image "$(name_in server/Dockerfile quay.io/)" --change 'USER jboss' --change 'WORKDIR /opt/jboss' --change 'EXPOSE 8080' \
    --change 'ENV PATH=/opt/java/bin:/usr/sbin:/usr/bin JAVA_HOME=/opt/java JBOSS_HOME=/opt/jboss/wildfly LAUNCH_JBOSS_IN_BACKGROUND=true' \
    --change 'CMD ["/opt/jboss/wildfly/bin/standalone.sh", "-b", "0.0.0.0"]'
rm -rf opt/jboss opt/java

# edoburu/pgbouncer
image "$(name_in docker-compose.yml edoburu/)" --change 'USER postgres' --change 'ENV PATH=/usr/sbin:/usr/bin' \
    --change 'EXPOSE 5432' --change 'ENTRYPOINT ["/entrypoint.sh"]'

# postgres: hub.docker.com/_/postgres
mkdir -p opt/postgresql var/lib/postgresql docker-entrypoint-initdb.d usr/local/bin run/postgresql
cp -R "$postgresql/." opt/postgresql
cp usr/lib/postgresql/*/bin/* opt/postgresql/bin/ 2>/dev/null || true
install -m 755 "$here/docker-entrypoint.sh" usr/local/bin/docker-entrypoint.sh
chown 999:999 var/lib/postgresql run/postgresql
chmod 1777 var/lib/postgresql
image "$(name_in docker-compose.yml postgres:)" --change 'VOLUME /var/lib/postgresql' --change 'EXPOSE 5432' \
    --change 'ENV PATH=/opt/postgresql/bin:/usr/local/bin:/usr/sbin:/usr/bin PGDATA=/var/lib/postgresql/18/docker LANG=C.UTF-8' \
    --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["postgres"]'
printf 'FROM %s\nSTOPSIGNAL SIGINT\n' "$name" | docker build --quiet --tag "$name" - >/dev/null
cd ..
rm -rf "$root"
