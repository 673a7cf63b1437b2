package com.terafy.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final Instant SINCE = Instant.parse("2025-11-24T12:00:00.123456Z");
    private static final Lease LEASE =
            new Lease(2, 10, 4, 2, 1, SINCE, "own-role,5m,5m,1f,ends", List.of(4711, 4712), false);

    @Test
    void whatIsSaidIsHeard() {
        assertThat(LEASE.sql())
                .isEqualTo("SELECT 1 /* terafy min=2 max=10 sessions=4 inUse=2 waiting=1"
                        + " since=2025-11-24T12:00:00.123456Z rules=own-role,5m,5m,1f,ends lent=4711,4712 */");
        assertThat(Lease.parse(LEASE.sql())).contains(LEASE);
        Lease none = new Lease(0, 1, 0, 0, 0, SINCE, Lease.NO_RULES, List.of(), false);
        assertThat(Lease.parse(none.sql())).contains(none);
    }

    /** PostgreSQL keeps 1023 bytes by default. */
    @Test
    void aHundredThatAreLentFit() {
        List<Integer> pids =
                IntStream.range(0, 100).map(each -> 4_194_304 - each).boxed().toList();
        String sql = new Lease(200, 200, 200, 100, 99_999, SINCE, LEASE.rules(), pids, false).sql();
        assertThat(sql).hasSizeLessThan(1023);
        assertThat(Lease.parse(sql).orElseThrow().lent()).isEqualTo(pids);
    }

    @Test
    void whereverItIsCutWhatIsMissingIsMissing() {
        String sql = LEASE.sql();
        for (int length = 0; length < sql.length(); length++) {
            Lease.parse(sql.substring(0, length)).ifPresent(heard -> {
                assertThat(heard.cut()).isTrue();
                assertThat(LEASE.lent()).containsAll(heard.lent());
                assertThat(heard)
                        .usingRecursiveComparison()
                        .ignoringFields("lent", "cut")
                        .isEqualTo(LEASE);
            });
        }
    }

    @Test
    void otherTextsAreNone() {
        for (String text : List.of(
                "",
                "SELECT 1",
                "<insufficient privilege>",
                "SELECT 1 /* terafy min=x max=10 */",
                "SELECT 1 /* terafy =,= */",
                LEASE.sql().replace("lent=", "lent=99999999999999999999,"),
                LEASE.sql().replace("since=2025", "since=x"))) {
            assertThat(Lease.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void aWordThatWouldEndTheCommentIsRefused() {
        for (String rules : List.of("", "a b", "*/", "a/b", "é")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Lease(0, 1, 0, 0, 0, SINCE, rules, List.of(), false))
                    .withMessageContaining(rules);
        }
    }

    @Test
    void rulesAreTheSameWordOnlyIfTheyAreTheSame() {
        Map<String, String> one = Map.of(
                "DB_CLEANUP_ENABLED",
                "true",
                "DB_CLEANUP_SCOPE",
                "own-role",
                "DB_CLEANUP_IDLE_LIMIT",
                "5m",
                "DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT",
                "off",
                "DB_CLEANUP_ALLOW_USERS",
                "a",
                "DB_CLEANUP_ALLOW_APPLICATIONS",
                "",
                "DB_CLEANUP_DRY_RUN",
                "false");
        assertThat(Lease.rules(one)).startsWith("own-role,5m,off,").endsWith(",ends");
        for (String changed : one.keySet()) {
            Map<String, String> other = new java.util.HashMap<>(one);
            other.put(changed, changed.equals("DB_CLEANUP_DRY_RUN") ? "true" : "x");
            assertThat(Lease.rules(other)).as(changed).isNotEqualTo(Lease.rules(one));
        }
        assertThat(Lease.rules(Map.of("DB_CLEANUP_ENABLED", "false"))).isEqualTo(Lease.NO_RULES);
    }
}
