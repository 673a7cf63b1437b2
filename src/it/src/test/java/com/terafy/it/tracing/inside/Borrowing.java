package com.terafy.it.tracing.inside;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.EventData;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Borrows the only connection there is, and answers what its own span says of that: a line an event. */
@Path("/")
@RequestScoped
@Produces(MediaType.TEXT_PLAIN)
public class Borrowing {

    /** Longer than what is no wait, shorter than a borrower waits. */
    private static final Duration HELD = Duration.ofMillis(200);

    @Resource(lookup = "java:/TerafyDS")
    private DataSource database;

    /** Nobody else has it. */
    @GET
    @Path("at-once")
    public String atOnce() throws SQLException {
        database.getConnection().close();
        return events();
    }

    /** Another thread has it for a moment. */
    @GET
    @Path("wait")
    public String waiting() throws SQLException, InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        Thread other = new Thread(() -> hold(held));
        other.start();
        held.await();
        database.getConnection().close();
        other.join();
        return events();
    }

    private void hold(CountDownLatch held) {
        try (Connection only = database.getConnection()) {
            held.countDown();
            only.isValid(1);
            TimeUnit.NANOSECONDS.sleep(HELD.toNanos());
        } catch (SQLException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** This thread has it already. */
    @GET
    @Path("in-vain")
    public String inVain() throws SQLException {
        try (Connection only = database.getConnection()) {
            only.isValid(1);
            return "got one: " + database.getConnection();
        } catch (SQLException refused) {
            return events();
        }
    }

    /** The session ends while it is borrowed. */
    @GET
    @Path("lost")
    public String lost() throws SQLException {
        try (Connection only = database.getConnection();
                Statement statement = only.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pg_backend_pid())");
            return "still there";
        } catch (SQLException ended) {
            return events();
        }
    }

    private static String events() {
        return ((ReadableSpan) Span.current())
                .toSpanData().getEvents().stream().map(Borrowing::line).collect(Collectors.joining("\n"));
    }

    private static String line(EventData event) {
        return event.getAttributes().asMap().entrySet().stream()
                .map(attribute -> attribute.getKey().getKey() + "=" + attribute.getValue())
                .sorted()
                .collect(Collectors.joining(" ", event.getName() + " ", ""));
    }
}
