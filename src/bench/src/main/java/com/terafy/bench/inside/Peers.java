package com.terafy.bench.inside;

import com.terafy.bench.Source;
import com.terafy.bench.Workload;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.resource.ResourceException;
import jakarta.resource.cci.ConnectionFactory;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The sources, open, and what each workload does with one. */
final class Peers implements AutoCloseable {

    private static final int NUMBERS = 5;
    private static final int TEXTS = 5;
    private static final int VALIDATION_SECONDS = 5;
    private static final String HIKARI_UNVALIDATED = "com.zaxxer.hikari.aliveBypassWindowMs";

    private final Map<Source, DataSource> pools = new EnumMap<>(Source.class);
    private final @Nullable ConnectionFactory empty;
    private final UserTransaction transaction;
    private final HikariDataSource hikari;
    private final HikariDataSource validatingHikari;
    private final Connection bare;

    /**
     * Opens those that no container owns.
     *
     * @param owned the container's own
     * @param empty of the adapter that does nothing; null where it is not wanted
     */
    Peers(Map<Source, DataSource> owned, @Nullable ConnectionFactory empty, UserTransaction transaction)
            throws SQLException {
        this.empty = empty;
        this.transaction = transaction;
        pools.putAll(owned);
        PGSimpleDataSource driver = new PGSimpleDataSource();
        driver.setUrl(System.getenv("BENCH_URL"));
        driver.setUser(System.getenv("DB_USER"));
        driver.setPassword(System.getenv("DB_PASSWORD"));
        hikari = hikari(driver);
        pools.put(Source.HIKARI, hikari);
        // It validates what was used within that time only by such a property, which each pool reads when it is made.
        System.setProperty(HIKARI_UNVALIDATED, "0");
        validatingHikari = hikari(driver);
        System.clearProperty(HIKARI_UNVALIDATED);
        pools.put(Source.HIKARI_SAFE, validatingHikari);
        bare = driver.getConnection();
    }

    private static HikariDataSource hikari(DataSource driver) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(driver);
        config.setMaximumPoolSize(10);
        return new HikariDataSource(config);
    }

    Operation operation(Source source, Workload workload) {
        if (source == Source.BARE) {
            return workload == Workload.ROWS_1 ? () -> rows(bare) : () -> selectOne(bare);
        }
        if (source == Source.EMPTY) {
            return () -> cycle(Objects.requireNonNull(empty));
        }
        DataSource pool = pools.get(source);
        if (pool == null) {
            throw new IllegalArgumentException("No pool of " + source);
        }
        return switch (workload) {
            case CYCLE_1, CYCLE_32 -> () -> cycle(pool);
            case SELECT_1, SELECT_8, SELECT_32, SELECT_1000_VIRTUAL -> select(source, pool);
            case JTA_UPDATE_1 -> () -> update(pool);
            case ROWS_1 ->
                () -> {
                    try (Connection connection = pool.getConnection()) {
                        return rows(connection);
                    }
                };
        };
    }

    private static Operation select(Source source, DataSource pool) {
        if (source.isSafe()) {
            // Agroal's subsystem has no validation at the borrow
            return source == Source.AGROAL_SAFE ? () -> selectValidated(pool) : () -> selectAndReset(pool);
        }
        return () -> {
            try (Connection connection = pool.getConnection()) {
                return selectOne(connection);
            }
        };
    }

    private static long selectValidated(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            if (!connection.isValid(VALIDATION_SECONDS)) {
                throw new SQLException("The connection is dead");
            }
            long result = selectOne(connection);
            reset(connection);
            return result;
        }
    }

    private static long selectAndReset(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            long result = selectOne(connection);
            reset(connection);
            return result;
        }
    }

    private static void reset(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DISCARD ALL");
        }
    }

    private static long cycle(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return connection.hashCode();
        }
    }

    private static long cycle(ConnectionFactory factory) throws ResourceException {
        jakarta.resource.cci.Connection connection = factory.getConnection();
        connection.close();
        return connection.hashCode();
    }

    private static long selectOne(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT 1");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    private long update(DataSource pool) throws Exception {
        transaction.begin();
        boolean done = false;
        try {
            long changed;
            try (Connection connection = pool.getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement("UPDATE bench_counter SET n = n + 1 WHERE id = ?")) {
                statement.setInt(1, 1);
                changed = statement.executeUpdate();
            }
            done = true;
            return changed;
        } finally {
            if (done) {
                transaction.commit();
            } else {
                transaction.rollback();
            }
        }
    }

    private static long rows(Connection connection) throws SQLException {
        long sum = 0;
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM bench_rows");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                for (int i = 1; i <= NUMBERS; i++) {
                    sum += row.getLong(i);
                }
                for (int i = NUMBERS + 1; i <= NUMBERS + TEXTS; i++) {
                    sum += row.getString(i).length();
                }
            }
        }
        return sum;
    }

    @Override
    public void close() throws SQLException {
        hikari.close();
        validatingHikari.close();
        bare.close();
    }
}
