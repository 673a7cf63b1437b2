package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terafy.it.Archives;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what: every operation, with a user of every role and with none. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class RolesIT {

    private static final List<String> READS = List.of(
            "/pools",
            "/pools/TerafyDS",
            "/pools/TerafyDS/connections",
            "/pools/TerafyDS/history",
            "/overview",
            "/backends",
            "/backends/99999999",
            "/summary",
            "/database",
            "/locks",
            "/truth-gap",
            "/fleet",
            "/cleanup",
            "/cleanup/plan",
            "/history",
            "/openapi");

    private static final Map<String, Map<String, String>> ACTIONS = Map.of(
            "/pools/TerafyDS/flush", Map.of("mode", "idle", "reason", "test"),
            "/pools/TerafyDS/resume", Map.of("reason", "test"),
            "/cleanup/run", Map.of("reason", "test"),
            "/backends/99999999/terminate", Map.of("backendStart", "2026-01-01T00:00:00Z", "reason", "test"),
            "/backends/99999999/cancel", Map.of("backendStart", "2026-01-01T00:00:00Z", "reason", "test"));

    private static final Map<String, Map<String, String>> CHANGES =
            Map.of("/pools/TerafyDS/settings", Map.of("DB_POOL_MIN", "2", "reason", "test"));

    private static final String PAUSE = "/pools/TerafyDS/pause";

    private static final Set<User> READERS = Set.of(User.WATCHER, User.OPERATOR, User.AUDITOR);

    private final Rest rest = new Rest();

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @BeforeEach
    void users() {
        User.makeKnown();
    }

    @Test
    void theseAreAllOperationsOfTheDocument() {
        List<String> asked = Stream.of(READS, ACTIONS.keySet(), CHANGES.keySet(), List.of(PAUSE))
                .flatMap(Collection::stream)
                .toList();
        rest.contract().document().path("paths").fieldNames().forEachRemaining(template -> {
            String pattern = template.replaceAll("\\{[a-z]+}", "[^/]+");
            assertThat(template.equals("/me") || asked.stream().anyMatch(path -> path.matches(pattern)))
                    .as(template)
                    .isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource(User.class)
    void readingNeedsARoleThatReads(User user) {
        for (String path : READS) {
            Rest.Answer answer = rest.get(user, path);
            assertThat(answer.status())
                    .as("%s %s: %s", user, path, answer.text())
                    .isEqualTo(expected(user, READERS, path.endsWith("/99999999") ? 404 : 200));
        }
    }

    @ParameterizedTest
    @EnumSource(User.class)
    void actingNeedsTheOperator(User user) {
        ACTIONS.forEach((path, body) -> {
            Rest.Answer answer = rest.post(user, path, body);
            int allowed = path.startsWith("/backends") ? 409 : 200; // there is no such backend
            assertThat(answer.status())
                    .as("%s %s: %s", user, path, answer.text())
                    .isEqualTo(expected(user, Set.of(User.OPERATOR), allowed));
        });
    }

    /** Apart from the others, which could not borrow meanwhile. */
    @ParameterizedTest
    @EnumSource(User.class)
    void pausingNeedsTheOperator(User user) {
        try {
            Rest.Answer answer = rest.post(user, PAUSE, Map.of("reason", "test"));
            assertThat(answer.status())
                    .as("%s: %s", user, answer.text())
                    .isEqualTo(expected(user, Set.of(User.OPERATOR), 200));
        } finally {
            rest.post(User.OPERATOR, "/pools/TerafyDS/resume", Map.of("reason", "the end of the test"));
        }
    }

    @ParameterizedTest
    @EnumSource(User.class)
    void changingNeedsTheOperator(User user) {
        CHANGES.forEach((path, body) -> {
            Rest.Answer answer = rest.patch(user, path, body);
            assertThat(answer.status())
                    .as("%s %s: %s", user, path, answer.text())
                    .isEqualTo(expected(user, Set.of(User.OPERATOR), 200));
        });
    }

    private static int expected(User user, Set<User> allowed, int status) {
        if (user == User.STRANGER) {
            return 401;
        }
        return allowed.contains(user) ? status : 403;
    }

    @ParameterizedTest
    @EnumSource(User.class)
    void everybodyLearnsWhoHeIs(User user) {
        Rest.Answer answer = rest.get(user, "/me");
        if (user == User.STRANGER) {
            assertThat(answer.status()).isEqualTo(401);
            return;
        }
        JsonNode me = answer.json();
        assertThat(me.path("name").asText()).isEqualTo(user.login());
        assertThat(me.path("roles")).extracting(JsonNode::asText).containsExactlyElementsOf(user.roles());
    }

    @ParameterizedTest
    @EnumSource(User.class)
    void metricsAreForScrapersAndReaders(User user) {
        Rest.Answer answer = rest.send(user, "GET", "/terafy/metrics", Map.of(), "");
        boolean allowed = user == User.SCRAPER || READERS.contains(user);
        assertThat(answer.status()).isEqualTo(allowed ? 200 : user == User.STRANGER ? 401 : 403);
        if (allowed) {
            assertThat(answer.text()).contains("db_client_connection_count{");
        }
    }

    @Test
    void metricsAreWrittenAsOpenMetricsForWhoAcceptsIt() {
        String type = "application/openmetrics-text; version=1.0.0";
        Rest.Answer asked = rest.send(User.SCRAPER, "GET", "/terafy/metrics", Map.of("Accept", type), "");
        assertThat(asked.header("content-type")).startsWith(type);
        assertThat(asked.text()).endsWith("# EOF\n");
        Rest.Answer usual = rest.send(User.SCRAPER, "GET", "/terafy/metrics", Map.of(), "");
        assertThat(usual.header("content-type")).startsWith("text/plain; version=0.0.4");
        assertThat(usual.text()).doesNotContain("# EOF");
    }

    @Test
    void fullQueryTextsNeedTheirOwnRoleBesides() {
        assertThat(rest.get(User.AUDITOR, "/backends?query=full").status()).isEqualTo(200);
        assertThat(rest.get(User.WATCHER, "/backends?query=full").status()).isEqualTo(403);
        assertThat(rest.get(User.OPERATOR, "/backends?query=full").status()).isEqualTo(403);
        assertThat(rest.get(User.CURIOUS, "/backends?query=full").status()).isEqualTo(403);
        String one = "/backends/99999999?query=full";
        assertThat(rest.get(User.AUDITOR, one).status()).isEqualTo(404);
        assertThat(rest.get(User.WATCHER, one).status()).isEqualTo(403);
        assertThat(rest.get(User.OPERATOR, one).status()).isEqualTo(403);
        assertThat(rest.get(User.CURIOUS, one).status()).isEqualTo(403);
    }

    @Test
    void onlyTheProbesAreOpen() {
        for (String path : List.of("/terafy/health/live", "/terafy/health/ready")) {
            Rest.Answer answer = rest.send(User.STRANGER, "GET", path, Map.of(), "");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{\"status\":\"UP\"}");
        }
        for (String path :
                List.of("/terafy/", "/terafy/nothing", "/terafy/api/v1", "/terafy/problem", "/terafy/health")) {
            Rest.Answer answer = rest.send(User.STRANGER, "GET", path, Map.of(), "");
            assertThat(answer.status()).as(path).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("login-required");
            assertThat(answer.header("www-authenticate")).startsWith("Basic");
        }
    }
}
