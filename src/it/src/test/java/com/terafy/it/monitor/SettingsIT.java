package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.ServerLog;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator changes of the pool while borrowers are at work: settings, and whether it is paused. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class SettingsIT {

    private static final String POOL = "/pools/TerafyDS";

    private final Rest rest = new Rest();
    private Map<String, String> atStart = Map.of();
    private Instant begin = Instant.now();

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(name = "holder", order = 2, testable = false)
    static WebArchive holder() {
        return Deployments.holder();
    }

    @BeforeEach
    void look() {
        User.makeKnown();
        Map<String, String> settings = new HashMap<>();
        for (String name : List.of("DB_POOL_MIN", "DB_POOL_MAX", "DB_POOL_LEAK_THRESHOLD")) {
            settings.put(name, pool().path("settings").path(name).asText());
        }
        atStart = settings;
        begin = Instant.now();
    }

    @AfterEach
    void putBack() {
        Deployments.release(rest);
        rest.post(User.OPERATOR, POOL + "/resume", Map.of("reason", "the end of the test"));
        assertThat(change("the end of the test", atStart).status()).isEqualTo(200);
        assertThat(pool().path("changed")).isEmpty();
        Awaiting.until("nothing is held", () -> {
            Deployments.release(rest);
            return pool().path("statistics").path("inUse").asInt() == 0;
        });
    }

    private JsonNode pool() {
        return rest.get(User.WATCHER, POOL).json();
    }

    private Rest.Answer change(String reason, Map<String, String> settings) {
        Map<String, String> body = new HashMap<>(settings);
        body.put("reason", reason);
        return rest.patch(User.OPERATOR, POOL + "/settings", body);
    }

    private JsonNode newestEntry() {
        return rest.get(User.WATCHER, "/history?limit=1&since=" + begin)
                .json()
                .path("entries")
                .path(0);
    }

    @Test
    void aValueIsInEffectAtOnceAndInTheHistory() {
        ServerLog log = ServerLog.ofServer().mark();
        Rest.Answer answer = change("fewer for the night", Map.of("DB_POOL_MIN", "1", "DB_POOL_MAX", "2"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("settings").path("DB_POOL_MAX").asText()).isEqualTo("2");
        assertThat(answer.json().path("changed").path("DB_POOL_MAX").asText()).isEqualTo(atStart.get("DB_POOL_MAX"));
        assertThat(pool().path("changed")).isEqualTo(answer.json().path("changed"));
        for (int i = 0; i < 3; i++) {
            Deployments.hold(rest, "SELECT 1");
        }
        Awaiting.until(
                "the third waits",
                () -> pool().path("statistics").path("waiting").asInt() == 1);
        assertThat(pool().path("statistics").path("inUse").asInt()).isEqualTo(2);

        JsonNode entry = newestEntry();
        assertThat(entry.path("kind").asText()).isEqualTo("settings");
        assertThat(entry.path("outcome").asText()).isEqualTo("done");
        assertThat(entry.path("who").asText()).isEqualTo("operator");
        assertThat(entry.path("why").asText()).isEqualTo("fewer for the night");
        assertThat(entry.path("what").asText())
                .contains("DB_POOL_MAX=2 (was " + atStart.get("DB_POOL_MAX") + ")", "DB_POOL_MIN=1 (was ");
        assertThat(log.messages("TERAFY0505"))
                .singleElement()
                .asString()
                .contains("DB_POOL_MAX=2", "fewer for the night", "operator");
    }

    @Test
    void aWrongValueIsRefusedWithTheMessageOfTheStartAndNothingIsChanged() {
        JsonNode before = pool().path("settings");
        Rest.Answer answer = change("a slip", Map.of("DB_POOL_LEAK_THRESHOLD", "7s", "DB_POOL_MAX", "many"));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("invalid-setting");
        assertThat(answer.json().path("parameter").asText()).isEqualTo("DB_POOL_MAX");
        assertThat(answer.json().path("detail").asText()).contains("TERAFY01", "DB_POOL_MAX", "many");
        assertThat(pool().path("settings")).isEqualTo(before);
        assertThat(pool().path("changed")).isEmpty();
        JsonNode entry = newestEntry();
        assertThat(entry.path("kind").asText()).isEqualTo("refusal");
        assertThat(entry.path("status").asInt()).isEqualTo(422);
        assertThat(entry.path("what").asText()).isEqualTo("PATCH /pools/TerafyDS/settings");
    }

    @Test
    void duringAPauseBorrowersWaitAndThenTheyAreServed() {
        assertThat(pool().path("paused").asBoolean(true)).isFalse();
        Rest.Answer paused = rest.post(User.OPERATOR, POOL + "/pause", Map.of("reason", "PostgreSQL 19"));
        assertThat(paused.json().path("paused").asBoolean()).isTrue();
        assertThat(pool().path("paused").asBoolean()).isTrue();
        assertThat(rest.metrics()).containsPattern("terafy_pool_paused\\{[^}]*} 1\\.0");
        assertThat(newestEntry().path("kind").asText()).isEqualTo("pause");
        assertThat(newestEntry().path("why").asText()).isEqualTo("PostgreSQL 19");
        Deployments.hold(rest, "SELECT 1");
        Awaiting.until(
                "it waits", () -> pool().path("statistics").path("waiting").asInt() == 1);
        Awaiting.until(
                "the idle ones are closed",
                () -> pool().path("statistics").path("total").asInt() == 0);

        Rest.Answer resumed = rest.post(User.OPERATOR, POOL + "/resume", Map.of("reason", "it is up"));
        assertThat(resumed.json().path("paused").asBoolean(true)).isFalse();
        Awaiting.until(
                "it is served", () -> pool().path("statistics").path("inUse").asInt() == 1);
        assertThat(rest.metrics()).containsPattern("terafy_pool_paused\\{[^}]*} 0\\.0");
        assertThat(newestEntry().path("kind").asText()).isEqualTo("resume");
        assertThat(newestEntry().path("why").asText()).isEqualTo("it is up");
    }

    @Test
    void whatCannotBeChangedAndWhatIsNoSettingIsRefused() {
        assertThat(change("another database", Map.of("DB_NAME", "other")).code())
                .isEqualTo("invalid-body");
        assertThat(change("nothing", Map.of()).code()).isEqualTo("invalid-body");
        Rest.Answer both = change("too few", Map.of("DB_POOL_MIN", "5", "DB_POOL_MAX", "3"));
        assertThat(both.status()).isEqualTo(422);
        assertThat(both.json().path("detail").asText()).contains("DB_POOL_MIN", "DB_POOL_MAX");
        assertThat(rest.patch(User.OPERATOR, "/pools/Other/settings", Map.of("DB_POOL_MAX", "9", "reason", "?"))
                        .status())
                .isEqualTo(404);
    }
}
