package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.TestPostgres;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the span of a request gets to see of a pool. */
class TracingTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final String POOL = "db.client.connection.pool.name";
    private static final String WAITED = "db.client.connection.wait_time";
    private static final String STATUS = "db.response.status_code";
    private static final String ERROR = "error.type";

    private final ManualTicker clock = new ManualTicker();
    private final SdkTracerProvider tracers = SdkTracerProvider.builder().build();
    private final Span span = tracers.get("test").spanBuilder("request").startSpan();

    @AfterEach
    void end() {
        span.end();
        tracers.close();
    }

    private static PoolFixture.Builder ofOne() {
        return PoolFixture.on(POSTGRES).with(Setting.DB_POOL_MAX, "1");
    }

    /** Somebody waits within the span for the only connection, for that long. */
    private void borrowAfter(Duration wait, PoolFixture fixture, Span current) throws Exception {
        CompletableFuture<Void> borrower;
        try (Connection only = fixture.dataSource.getConnection()) {
            assertThat(only.isClosed()).isFalse();
            borrower = CompletableFuture.runAsync(() -> borrow(fixture, current));
            Awaitility.await().until(() -> fixture.statistics().waiting() == 1);
            clock.advance(wait);
        }
        borrower.get(30, TimeUnit.SECONDS);
    }

    private static void borrow(PoolFixture fixture, Span current) {
        try (Scope scope = current.makeCurrent();
                Connection borrowed = fixture.dataSource.getConnection()) {
            assertThat(scope).isNotNull();
            assertThat(PoolFixture.query(borrowed, "SELECT 1")).isEqualTo("1");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private List<EventData> events() {
        return ((ReadableSpan) span).toSpanData().getEvents();
    }

    private EventData only(String name) {
        assertThat(events()).extracting(EventData::getName).containsExactly(name);
        return events().get(0);
    }

    private static Map<String, Object> attributesOf(EventData event) {
        return event.getAttributes().asMap().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().getKey(), Map.Entry::getValue));
    }

    @Test
    void whoHasWaitedIsOneEventOfItsSpan() throws Exception {
        try (PoolFixture fixture = ofOne().at(clock).open()) {
            borrowAfter(Duration.ofMillis(20), fixture, span);
        }
        assertThat(attributesOf(only("terafy.borrow"))).isEqualTo(Map.of(POOL, "TerafyDS", WAITED, 0.02));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 19})
    void whoHasHardlyWaitedIsNone(long millis) throws Exception {
        try (PoolFixture fixture = ofOne().at(clock).open()) {
            borrowAfter(Duration.ofMillis(millis), fixture, span);
        }
        assertThat(events()).isEmpty();
    }

    @Test
    void whoGetsNothingIsOneEventWithTheStateAndWithoutTheText() throws Exception {
        try (PoolFixture fixture =
                        ofOne().with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "200ms").open();
                Connection only = fixture.dataSource.getConnection();
                Scope scope = span.makeCurrent()) {
            assertThat(scope).isNotNull();
            assertThat(only.isClosed()).isFalse();
            assertThatThrownBy(fixture.dataSource::getConnection).isInstanceOf(SQLException.class);
        }
        EventData refused = only("terafy.borrow");
        assertThat(attributesOf(refused))
                .containsOnlyKeys(POOL, WAITED, STATUS, ERROR)
                .containsEntry(POOL, "TerafyDS")
                .containsEntry(STATUS, "08001")
                .containsEntry(ERROR, "08001");
        assertThat(refused.getAttributes().get(AttributeKey.doubleKey(WAITED))).isBetween(0.2, 60.0);
    }

    /** However short it was: a wrong password is told at once. */
    @Test
    void whoIsRefusedAtOnceIsOneEventAndNoUserIsNamed() throws Exception {
        try (PoolFixture fixture = ofOne().at(clock).open();
                Scope scope = span.makeCurrent()) {
            assertThat(scope).isNotNull();
            assertThatThrownBy(() -> fixture.dataSource.getConnection("nobody", "certainly-wrong"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(attributesOf(only("terafy.borrow")))
                .isEqualTo(Map.of(POOL, "TerafyDS", WAITED, 0.0, STATUS, "28P01", ERROR, "28P01"));
    }

    @Test
    void aSessionThatEndsUnderItsBorrowerIsOneEvent() throws Exception {
        try (PoolFixture fixture = ofOne().at(clock).open();
                Scope scope = span.makeCurrent();
                Connection borrowed = fixture.dataSource.getConnection()) {
            assertThat(scope).isNotNull();
            for (String sql : List.of("SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")) {
                assertThatThrownBy(() -> PoolFixture.execute(borrowed, sql)).isInstanceOf(SQLException.class);
            }
        }
        assertThat(attributesOf(only("terafy.session_lost")))
                .isEqualTo(Map.of(POOL, "TerafyDS", STATUS, "57P01", ERROR, "57P01"));
    }

    @Test
    void anErrorThatEndsNoSessionIsNone() throws Exception {
        try (PoolFixture fixture = ofOne().at(clock).open();
                Scope scope = span.makeCurrent();
                Connection borrowed = fixture.dataSource.getConnection()) {
            assertThat(scope).isNotNull();
            assertThatThrownBy(() -> PoolFixture.execute(borrowed, "SELECT 1/0"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(events()).isEmpty();
    }

    @Test
    void aSpanThatIsNotRecordedIsToldNothing() throws Exception {
        AtomicInteger told = new AtomicInteger();
        try (PoolFixture fixture = ofOne().at(clock).open()) {
            borrowAfter(Duration.ofSeconds(1), fixture, spanThat(false, told::incrementAndGet));
        }
        assertThat(told).hasValue(0);
    }

    @Test
    void aTracerThatFailsCostsNobodyHisConnection() throws Exception {
        AtomicInteger told = new AtomicInteger();
        Span failing = spanThat(true, () -> {
            told.incrementAndGet();
            throw new IllegalStateException("no more events");
        });
        try (PoolFixture fixture = ofOne().at(clock).open()) {
            borrowAfter(Duration.ofSeconds(1), fixture, failing);
            assertThat(told).hasValue(1);

            try (Scope scope = failing.makeCurrent()) {
                assertThat(scope).isNotNull();
                assertThatThrownBy(() -> fixture.dataSource.getConnection("nobody", "certainly-wrong"))
                        .isInstanceOf(SQLException.class);
            }
            assertThat(told).hasValue(2);
        }
    }

    private static Span spanThat(boolean records, Runnable takesEvent) {
        InvocationHandler handler = (proxy, method, arguments) -> switch (method.getName()) {
            case "isRecording" -> records;
            case "addEvent" -> {
                takesEvent.run();
                yield proxy;
            }
            default -> InvocationHandler.invokeDefault(proxy, method, arguments);
        };
        return (Span) Proxy.newProxyInstance(Span.class.getClassLoader(), new Class<?>[] {Span.class}, handler);
    }
}
