package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.SessionContext;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Savepoint;
import java.sql.Statement;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** A lent session shows life in whatever mode its driver is; nothing changes for its borrower. */
@Timeout(60)
class LifeInEachModeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "autosave=always",
                "autosave=always;cleanupSavepoints=true",
                "autosave=conservative",
                "preferQueryMode=simple",
                "preferQueryMode=extendedForPrepared",
                "preferQueryMode=extendedCacheEverything",
                "prepareThreshold=1",
                "binaryTransfer=true;prepareThreshold=-1",
                "binaryTransferEnable=16;prepareThreshold=-1" // bool, which the driver takes as text otherwise
            })
    void nothingChangesForItsBorrower(String properties) throws Exception {
        try (PoolFixture fixture = PoolFixture.on(TestPostgres.shared())
                .with(Setting.DB_DRIVER_PROPERTIES, properties)
                .open()) {
            try (Connection lent = fixture.dataSource.getConnection()) {
                PoolFixture.execute(lent, "CREATE TEMPORARY TABLE note (id int)");
                lent.setAutoCommit(false);
                shows(fixture, true);
                try (Statement statement = lent.createStatement();
                        PreparedStatement insert = lent.prepareStatement("INSERT INTO note VALUES (?)")) {
                    statement.setFetchSize(2);
                    ResultSet rows = statement.executeQuery("SELECT generate_series(1, 7)");
                    for (int number = 1; number <= 7; number++) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getInt(1)).isEqualTo(number);
                        insert.setInt(1, number);
                        insert.execute();
                        shows(fixture, true);
                    }
                    rows.close();
                    Savepoint savepoint = lent.setSavepoint();
                    shows(fixture, true);
                    insert.setInt(1, 8);
                    insert.addBatch();
                    shows(fixture, true);
                    insert.executeBatch();
                    lent.rollback(savepoint);
                    shows(fixture, true);
                }
                LargeObjectManager objects = lent.unwrap(PGConnection.class).getLargeObjectAPI();
                long oid = objects.createLO();
                try (LargeObject object = objects.open(oid)) {
                    object.write("heard".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    shows(fixture, true);
                    object.seek(0);
                    shows(fixture, true);
                    assertThat(new String(object.read(9), java.nio.charset.StandardCharsets.UTF_8))
                            .isEqualTo("heard");
                }
                objects.unlink(oid);
                if (!properties.contains("simple")) {
                    CopyIn copy = lent.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY note FROM STDIN");
                    shows(fixture, false);
                    copy.writeToCopy("9\n".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, 2);
                    shows(fixture, false);
                    copy.endCopy();
                }
                lent.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn(
                                "COPY note FROM STDIN",
                                new ByteArrayInputStream("10\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
                shows(fixture, true);
                lent.commit();
                shows(fixture, true);
                assertThat(PoolFixture.query(lent, "SELECT count(*) FROM note WHERE id < 8"))
                        .isEqualTo("7");
                lent.commit();
                lent.setAutoCommit(true);
                shows(fixture, true);
            }
            fixture.dataSource.withConnection(SessionContext.of("app.user_id", "42"), lent -> {
                shows(fixture, true);
                assertThat(PoolFixture.query(lent, "SELECT current_setting('app.user_id')"))
                        .isEqualTo("42");
                shows(fixture, true);
                assertThat(PoolFixture.query(lent, "SELECT current_setting('app.user_id')"))
                        .isEqualTo("42");
                return null;
            });
            assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
            assertThat(fixture.statistics().created()).isEqualTo(1);
        }
    }

    private static void shows(PoolFixture fixture, boolean expected) {
        assertThat(fixture.sessions().get(0).session().physical().showLife(name -> true))
                .isEqualTo(expected);
    }
}
