package com.terafy.ra.spi;

import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A primary and two replicas of it, and pools for them. */
final class Replicas implements AutoCloseable {

    final TestPostgres primary;
    final TestPostgres first;
    final TestPostgres second;

    Replicas() {
        primary = TestPostgres.start("max_wal_senders", "6", "wal_keep_size", "256MB");
        primary.execute("CREATE TABLE written (id bigint)");
        first = TestPostgres.standbyOf(primary);
        second = TestPostgres.standbyOf(primary);
    }

    /** The primary is written first. */
    PoolFixture.Builder pool(String targetServerType) {
        return PoolFixture.on(primary)
                .leavingIt()
                .with(
                        Setting.DB_HOST,
                        Stream.of(primary, first, second)
                                .map(server -> "localhost:" + server.port())
                                .collect(Collectors.joining(",")))
                .with(Setting.DB_TARGET_SERVER_TYPE, targetServerType)
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "30s");
    }

    /** How many sessions of the pool are there. */
    static long on(TestPostgres server, PoolFixture fixture) {
        HostPort host = new HostPort("localhost", server.port());
        return fixture.sessions().stream()
                .filter(session -> session.session().isAt(host))
                .count();
    }

    /** Where a borrower gets to. */
    static int portOf(PoolFixture fixture) throws SQLException {
        try (Connection connection = fixture.dataSource.getConnection()) {
            return port(connection);
        }
    }

    static int port(Connection connection) throws SQLException {
        return Integer.parseInt(PoolFixture.query(connection, "SHOW port"));
    }

    @Override
    public void close() {
        second.close();
        first.close();
        primary.close();
    }
}
