package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import org.junit.jupiter.api.Test;

/** A stream of the application that throws anything but an IOException leaves half a message with the driver. */
class BrokenOffTest {

    private static final class Broken extends InputStream {
        @Override
        public int read() {
            throw new IllegalStateException("broken");
        }
    }

    @Test
    void theSessionEndsAndTheNextBorrowerGetsAnother() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            String first;
            try (Connection connection = fixture.dataSource.getConnection();
                    PreparedStatement statement = connection.prepareStatement("SELECT ?::bytea")) {
                first = PoolFixture.query(connection, "SELECT pg_backend_pid()");
                statement.setBinaryStream(1, new Broken(), 10);

                assertThatThrownBy(statement::execute).isInstanceOf(IllegalStateException.class);
            }
            try (Connection next = fixture.dataSource.getConnection()) {
                assertThat(PoolFixture.query(next, "SELECT pg_backend_pid()")).isNotEqualTo(first);
            }
            assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FATAL_ERROR, 1L);
        }
    }
}
