package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.SharedPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The monitoring while the database says nothing. The client's own limit is the bound on every answer. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class DatabaseAwayIT {

    private static final int CROWD = 40;

    private final Rest rest = new Rest();

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @BeforeEach
    void users() {
        User.makeKnown();
        Awaiting.until("the database is seen", () -> state().equals("up"));
    }

    @AfterEach
    void thaw() {
        SharedPostgres.get().thaw();
        Awaiting.until("the database is seen again", () -> state().equals("up"));
    }

    private String state() {
        return rest.get(User.WATCHER, "/pools")
                .json()
                .path("database")
                .path("state")
                .asText();
    }

    private int health(String path) {
        return rest.send(User.STRANGER, "GET", "/terafy/health/" + path, Map.of(), "")
                .status();
    }

    @Test
    void whatIsKnownIsAnsweredAndLivenessStays() {
        SharedPostgres.get().freeze();
        Awaiting.until("it is said to be down", () -> state().equals("down"));
        JsonNode backends = rest.get(User.WATCHER, "/backends").json();
        assertThat(backends.path("database").path("message").asText()).contains(" since ");
        assertThat(backends.path("backends"))
                .isNotEmpty()
                .noneMatch(backend -> backend.path("seen").asBoolean());
        assertThat(rest.get(User.WATCHER, "/summary").status()).isEqualTo(200);
        assertThat(rest.send(User.SCRAPER, "GET", "/terafy/metrics", Map.of(), "")
                        .status())
                .isEqualTo(200);
        assertThat(health("live")).isEqualTo(200);
        assertThat(health("ready")).isEqualTo(503);
    }

    @Test
    void anActionFailsWithAProblemInsteadOfHanging() {
        SharedPostgres.get().freeze();
        Rest.Answer answer = rest.post(
                User.OPERATOR,
                "/backends/99999999/terminate",
                Map.of("backendStart", "2026-01-01T00:00:00Z", "reason", "test"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("database-unavailable");
        assertThat(answer.text()).doesNotContain("Exception", "jdbc:", "org.postgresql");
    }

    /** Each of these endpoints may ask the database; the server's other pages share its threads. */
    @Test
    void aCrowdKeepsNoThreadOfTheServerWaiting() throws Exception {
        SharedPostgres.get().freeze();
        List<Callable<Rest.Answer>> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            for (String path : List.of("/cleanup/plan", "/backends", "/summary", "/locks", "/pools")) {
                crowd.add(() -> rest.get(User.WATCHER, path));
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(crowd.size());
        try {
            List<Future<Rest.Answer>> answers =
                    crowd.stream().map(threads::submit).toList();
            List<Duration> liveness = new ArrayList<>();
            List<Duration> page = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                liveness.add(timed(() -> assertThat(health("live")).isEqualTo(200)));
                page.add(timed(() -> assertThat(ownPage()).isEqualTo(404)));
            }
            assertThat(median(page)).isLessThan(Duration.ofMillis(200));
            assertThat(Collections.max(page)).isLessThan(Duration.ofSeconds(2));
            assertThat(Collections.max(liveness)).isLessThan(Duration.ofSeconds(2));
            for (Future<Rest.Answer> answer : answers) {
                Rest.Answer told = answer.get();
                assertThat(told.status()).as(told.text()).isIn(200, 503);
                assertThat(told.status() == 200 || !told.header("Retry-After").isEmpty())
                        .as("when to come again")
                        .isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The server's own page, which this one does not have: no deployment answers, but the same threads. */
    private int ownPage() {
        return rest.send(User.STRANGER, "GET", "/", Map.of(), "").status();
    }

    private static Duration timed(Runnable request) {
        long before = System.nanoTime();
        request.run();
        return Duration.ofNanos(System.nanoTime() - before);
    }

    private static Duration median(List<Duration> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }
}
