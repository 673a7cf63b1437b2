package com.terafy.ra.spans;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import java.sql.SQLException;

/**
 * The only class that knows OpenTelemetry; to be called by {@link Spans}. The attributes are those of its semantic conventions
 * for databases. For waiting and for the loss of a session these have no event, hence names of our own; and for how long
 * somebody waited they have a metric only, whose name and unit the attribute has.
 *
 * <p>Of the API it uses what was in its first version: each server brings its own.
 */
final class CurrentSpan {

    /** Nanoseconds of a second, the unit of all durations in the conventions. */
    private static final double SECOND = 1e9;

    private static final AttributeKey<String> POOL = AttributeKey.stringKey("db.client.connection.pool.name");
    private static final AttributeKey<Double> WAITED = AttributeKey.doubleKey("db.client.connection.wait_time");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("db.response.status_code");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private CurrentSpan() {}

    static boolean isRecording() {
        return Span.current().isRecording();
    }

    static void borrowed(String pool, long waitedNanos) {
        Span span = Span.current();
        if (span.isRecording()) {
            span.addEvent("terafy.borrow", waited(pool, waitedNanos).build());
        }
    }

    static void refused(String pool, long waitedNanos, SQLException why) {
        Span span = Span.current();
        if (span.isRecording()) {
            span.addEvent("terafy.borrow", with(why, waited(pool, waitedNanos)));
        }
    }

    static void sessionLost(String pool, SQLException how) {
        Span span = Span.current();
        if (span.isRecording()) {
            span.addEvent("terafy.session_lost", with(how, of(pool)));
        }
    }

    private static AttributesBuilder of(String pool) {
        return Attributes.builder().put(POOL, pool);
    }

    private static AttributesBuilder waited(String pool, long nanos) {
        return of(pool).put(WAITED, nanos / SECOND);
    }

    /** The type is that of the status, as the conventions want it; where there is none that of the exception. */
    private static Attributes with(SQLException error, AttributesBuilder attributes) {
        String state = error.getSQLState();
        if (state == null) {
            return attributes.put(ERROR, error.getClass().getName()).build();
        }
        return attributes.put(STATUS, state).put(ERROR, state).build();
    }
}
