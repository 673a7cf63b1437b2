package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.monitor.problems.Problem;
import com.terafy.testkit.RecordingLog;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {

    @Test
    void anOutageIsALineWithoutAStackTrace() {
        for (SQLException outage : List.of(
                new SQLException("Connection refused", "08001"),
                new SQLException("sorry, too many clients already", "53300"),
                new SQLException("terminating connection", "57P01"),
                new SQLTransientException("another pass takes too long"))) {
            try (RecordingLog log = RecordingLog.of(Problems.class)) {
                Problem problem = Problems.ofDatabase(outage);
                assertThat(problem.status()).isEqualTo(503);
                assertThat(problem.detail()).doesNotContain(outage.getMessage());
                assertThat(log.entries()).singleElement().satisfies(line -> {
                    assertThat(line.thrown()).isNull();
                    assertThat(line.message()).contains(problem.reference().orElseThrow(), outage.getMessage());
                });
            }
        }
    }

    @Test
    void whatNobodyExpectsHasItsStackTrace() {
        SQLException mistake = new SQLException("syntax error", "42601");
        try (RecordingLog log = RecordingLog.of(Problems.class)) {
            Problems.ofDatabase(mistake);
            assertThat(log.entries())
                    .singleElement()
                    .extracting(RecordingLog.Entry::thrown)
                    .isSameAs(mistake);
        }
    }
}
