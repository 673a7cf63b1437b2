package com.terafy.monitor.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.terafy.api.HistoryCount;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryPage;
import com.terafy.api.HistoryQuery;
import com.terafy.api.OperationHistory;
import com.terafy.api.UserRequest;
import com.terafy.testkit.RecordingLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {

    private final List<HistoryEvent> told = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();

    /** Remembers what it is told. */
    private class Told implements OperationHistory {
        @Override
        public void add(String pool, HistoryEvent event) {
            told.add(event);
        }

        @Override
        public HistoryPage page(HistoryQuery query) {
            return new HistoryPage(false, List.of(), Optional.empty());
        }

        @Override
        public List<HistoryCount> counts() {
            return List.of();
        }
    }

    private final Audit audit = new Audit(new Told(), nanos::get);

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private void fail(int times, String from) {
        IntStream.range(0, times).forEach(i -> audit.failedLogin(LoginHeader.of(basic("ana:secret")), from));
    }

    @Test
    void ofABasicLoginTheNameIsKnownAndNeverThePassword() {
        assertThat(LoginHeader.of(basic("ana:se:cret"))).isEqualTo(new LoginHeader("Basic", "ana"));
        assertThat(LoginHeader.of(basic("josé\n:x").replace("Basic", "bAsIc ")))
                .isEqualTo(new LoginHeader("Basic", "josé\n"));
        assertThat(LoginHeader.of(basic(":x"))).isEqualTo(new LoginHeader("Basic", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic",
                "Basic !!!",
                "Basic c2VjcmV0",
                "Bearer secret",
                "secret",
                "",
                "Digest username=\"secret\""
            })
    void whatIsNoNameForSureIsNotTaken(String header) {
        LoginHeader login = LoginHeader.of(header);
        assertThat(login.user()).isEmpty();
        assertThat(login.scheme()).isIn("Basic", "Bearer", "Digest", "other");
    }

    @Test
    void aFloodFromOneAddressIsToldInPartAndThenCounted() {
        fail(40, "10.0.0.9");
        fail(1, "10.0.0.8");
        assertThat(told)
                .hasSize(FailedLogins.ONE_BY_ONE + 1)
                .allMatch(event -> event.kind() == HistoryKind.FAILED_LOGIN);
        assertThat(told.get(0).who()).isEqualTo("ana");
        assertThat(told.get(0).toString()).doesNotContain("secret");
        audit.tellCounted();
        assertThat(told).as("the minute is not over").hasSize(FailedLogins.ONE_BY_ONE + 1);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        audit.tellCounted();
        assertThat(told).hasSize(FailedLogins.ONE_BY_ONE + 2);
        HistoryEvent counted = told.get(told.size() - 1);
        assertThat(counted.count()).contains(40 - FailedLogins.ONE_BY_ONE);
        assertThat(counted.from()).contains("10.0.0.9");
        assertThat(counted.who()).isEmpty();
        fail(1, "10.0.0.9");
        assertThat(told).as("another minute").hasSize(FailedLogins.ONE_BY_ONE + 3);
    }

    @Test
    void aFloodFromManyAddressesIsBoundedToo() {
        IntStream.range(0, 5000).forEach(i -> fail(1, "2001:db8::" + Integer.toHexString(i)));
        assertThat(told).hasSize(FailedLogins.ALL_ONE_BY_ONE);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        audit.tellCounted();
        assertThat(told).hasSizeLessThanOrEqualTo(FailedLogins.ALL_ONE_BY_ONE + FailedLogins.MOST_ADDRESSES + 1);
        assertThat(told.stream().mapToInt(event -> event.count().orElse(1)).sum())
                .isEqualTo(5000);
        assertThat(told.get(told.size() - 1).from()).contains(FailedLogins.OTHERS);
    }

    @Test
    void whatWasCountedIsToldAtTheEnd() {
        fail(9, "10.0.0.9");
        audit.stop();
        assertThat(told.get(told.size() - 1).count()).contains(9 - FailedLogins.ONE_BY_ONE);
    }

    @Test
    void whatCannotBeToldFailsNothing() {
        OperationHistory gone = new Told() {
            @Override
            public void add(String pool, HistoryEvent event) {
                throw new IllegalStateException("the EAR is being undeployed");
            }
        };
        try (RecordingLog log = RecordingLog.of(Audit.class)) {
            assertThatCode(() -> new Audit(gone, nanos::get)
                            .flushed("TerafyDS", new UserRequest("ana", "::1", "why"), "idle", 2))
                    .doesNotThrowAnyException();
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith("TERAFY0514: ")
                    .contains("ana");
        }
    }
}
