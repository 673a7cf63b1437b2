package com.terafy.monitor.backends;

import static com.terafy.monitor.backends.Samples.activity;
import static com.terafy.monitor.backends.Samples.hidden;
import static com.terafy.monitor.backends.Samples.pool;
import static com.terafy.monitor.backends.Samples.row;
import static com.terafy.monitor.backends.Samples.working;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendPageTest {

    private final Random random = new Random(7);

    private static List<String> orders() {
        return BackendOrder.texts();
    }

    private static List<Backend> backends(List<ActivityRow> rows) {
        return new Backends(pool(), Optional.of(activity(rows.toArray(ActivityRow[]::new)))).untold();
    }

    private static List<ActivityRow> rows(int from, int to) {
        List<ActivityRow> rows = new ArrayList<>();
        for (int pid = from; pid < to; pid++) {
            rows.add(
                    switch (pid % 3) {
                        case 0 -> hidden(pid, "user " + pid % 5);
                        case 1 -> row(pid, "ana", "app, \u00e9 " + pid % 4, "idle", Duration.ofSeconds(pid % 7));
                        default -> working(pid, "active", Duration.ofSeconds(pid % 11), Duration.ofMillis(pid % 13));
                    });
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("orders")
    void whoGoesFromPageToPageMeetsEachOneThatStaysOnceWhateverComesAndGoes(String order) {
        List<ActivityRow> staying = rows(1000, 1100);
        List<Integer> met = new ArrayList<>();
        Optional<BackendPage.Cursor> after = Optional.empty();
        int pages = 0;
        do {
            List<ActivityRow> now = new ArrayList<>(staying);
            now.addAll(rows(random.nextInt(500), 500 + random.nextInt(100))); // before, after and between
            now.addAll(rows(2000, 2000 + random.nextInt(100)));
            Collections.shuffle(now, random);
            BackendPage page = BackendPage.of(backends(now), BackendFilter.ALL, order, after, 40);
            assertThat(page.matching()).isEqualTo(now.size());
            page.backends().forEach(backend -> met.add(backend.pid()));
            after = page.next().map(text -> BackendPage.Cursor.parse(text).orElseThrow());
            assertThat(++pages).isLessThan(40);
        } while (after.isPresent());
        assertThat(met)
                .filteredOn(pid -> pid >= 1000 && pid < 1100)
                .hasSize(100)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("orders")
    void aListThatDoesNotChangeIsTheSameInPages(String order) {
        List<Backend> all = backends(rows(1, 301));
        List<Backend> paged = new ArrayList<>();
        Optional<BackendPage.Cursor> after = Optional.empty();
        do {
            BackendPage page = BackendPage.of(all, BackendFilter.ALL, order, after, 100);
            paged.addAll(page.backends());
            after = page.next().flatMap(BackendPage.Cursor::parse);
        } while (after.isPresent());
        assertThat(paged).isEqualTo(all.stream().sorted(BackendOrder.of(order)).toList());
        assertThat(BackendPage.of(all, BackendFilter.ALL, order, Optional.empty(), 300)
                        .next())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "nonsense", "!!", "LWlkbGUgeCB5IHo"})
    void whatNoAnswerHasSaidIsNoCursor(String text) {
        assertThat(BackendPage.Cursor.parse(text)).isEmpty();
    }

    @Test
    void anOrderThatThereIsNotIsNoCursor() {
        String other =
                Base64.getUrlEncoder().encodeToString("size 1 2 ".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(BackendPage.Cursor.parse(other)).isEmpty();
        assertThat(BackendPage.Cursor.parse("x".repeat(5000))).isEmpty();
    }

    @Test
    void filtersFindWhatTheySay() {
        assertThat(pids(Map.of("user", "ana"))).containsExactly(1, 2, 4);
        assertThat(pids(Map.of("application", "report-2"))).containsExactly(2);
        assertThat(pids(Map.of("application", "report-*"))).containsExactly(2, 5);
        assertThat(pids(Map.of("application", "report-"))).isEmpty();
        assertThat(pids(Map.of("application", "*"))).containsExactly(1, 2, 3, 4, 5);
        assertThat(pids(Map.of("client", "10.0.0.5"))).containsExactly(5);
        assertThat(pids(Map.of("state", "active"))).containsExactly(2, 5);
        assertThat(pids(Map.of("class", "foreign"))).containsExactly(1, 2, 3, 4, 5);
        assertThat(pids(Map.of("class", "orphan"))).isEmpty();
        assertThat(pids(Map.of("minIdle", "60"))).containsExactly(4);
        assertThat(pids(Map.of("minTransactionAge", "60"))).containsExactly(2, 5);
        assertThat(pids(Map.of("minTransactionAge", "61"))).containsExactly(5);
        assertThat(pids(Map.of("minQueryAge", "40"))).containsExactly(5);
        assertThat(pids(Map.of("pid", "4"))).containsExactly(4);
        assertThat(pids(Map.of("user", "ana", "minTransactionAge", "1"))).containsExactly(2);
    }

    private static List<Integer> pids(Map<String, String> asked) {
        List<ActivityRow> rows = List.of(
                row(1, "ana", "psql", "idle", Duration.ZERO),
                working(2, "active", Duration.ofSeconds(60), Duration.ofSeconds(30)),
                hidden(3, "postgres"),
                row(4, "ana", "psql", "idle", Duration.ofSeconds(60)),
                renamed(working(5, "active", Duration.ofSeconds(600), Duration.ofSeconds(40))));
        return backends(rows).stream().filter(filter(asked)).map(Backend::pid).toList();
    }

    private static ActivityRow renamed(ActivityRow row) {
        return new ActivityRow(
                row.pid(),
                row.backendStart(),
                Optional.of("bento"),
                row.database(),
                row.applicationName(),
                row.clientAddress(),
                row.state(),
                row.stateChange(),
                row.transactionStart(),
                row.queryStart(),
                row.waitEvent(),
                row.backendType(),
                row.query(),
                row.queryCut());
    }

    private static BackendFilter filter(Map<String, String> asked) {
        Map<String, String> left = new java.util.HashMap<>(asked);
        BackendFilter filter = new BackendFilter(
                Optional.ofNullable(left.remove("pid")).map(Integer::valueOf),
                Optional.ofNullable(left.remove("user")),
                Optional.ofNullable(left.remove("application")),
                Optional.ofNullable(left.remove("client")),
                list(left.remove("state")),
                list(left.remove("class")),
                seconds(left.remove("minIdle")),
                seconds(left.remove("minTransactionAge")),
                seconds(left.remove("minQueryAge")));
        assertThat(left).isEmpty();
        return filter;
    }

    private static List<String> list(String text) {
        return text == null ? List.of() : List.of(text);
    }

    private static Optional<Duration> seconds(String text) {
        return Optional.ofNullable(text).map(Long::valueOf).map(Duration::ofSeconds);
    }

    @Test
    void ordersPutTheOldestLastOrFirstAndTheUnknownBeforeTheYoungest() {
        List<Backend> all = backends(List.of(
                hidden(1, "postgres"),
                working(2, "active", Duration.ofSeconds(60), Duration.ofSeconds(30)),
                working(3, "active", Duration.ofSeconds(600), Duration.ofSeconds(3))));
        assertThat(sorted(all, "transaction-age")).containsExactly(1, 2, 3);
        assertThat(sorted(all, "-transaction-age")).containsExactly(3, 2, 1);
        assertThat(sorted(all, "query-age")).containsExactly(1, 3, 2);
        assertThat(sorted(all, "-query-age")).containsExactly(2, 3, 1);
        assertThat(new HashSet<>(BackendOrder.texts())).hasSize(2 * BackendOrder.values().length);
    }

    private static List<Integer> sorted(List<Backend> all, String order) {
        return all.stream().sorted(BackendOrder.of(order)).map(Backend::pid).toList();
    }
}
