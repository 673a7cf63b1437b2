package com.terafy.cleanup.history;

import static com.terafy.cleanup.history.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.HistoryCount;
import com.terafy.api.HistoryEntry;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.HistoryPage;
import com.terafy.api.HistoryQuery;
import com.terafy.testkit.RecordingLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    @TempDir
    private Path temporary;

    private final RecordingLog log = RecordingLog.of(History.class);
    private final List<History> open = new ArrayList<>();
    private final ExecutorService readers = Executors.newCachedThreadPool();
    private Instant now = NOON;

    @AfterEach
    void close() {
        readers.shutdown();
        open.forEach(History::close);
        log.close();
    }

    private Path directory() {
        return temporary.resolve("data").resolve("history");
    }

    private History history(Path directory) {
        History history = new History("a", "P", Optional.of(new HistoryFiles(directory)), () -> now);
        open.add(history);
        return history;
    }

    private History history() {
        return history(directory());
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(directory())) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Integer> counts(HistoryPage page) {
        return page.entries().stream().map(entry -> entry.count().orElse(-1)).toList();
    }

    @Test
    void whatWasToldIsThereAfterARedeployment() {
        History before = history();
        HistoryEntry full = before.add(Events.terminated(HistoryOutcome.ENDED).by(Events.ANA));
        HistoryEntry looks = before.add(HistoryEvent.of(HistoryKind.QUERY_TEXTS, HistoryOutcome.DONE, "query=full")
                .by(Events.ANA)
                .showing(List.of(1, 2)));
        HistoryEntry timed =
                before.add(Events.terminated(HistoryOutcome.NOT_ALLOWED).byTimer());
        HistoryEntry refused = before.add(Events.refused("POST /cleanup/run"));
        before.close();
        HistoryPage page = history().page(Events.newest(10));
        assertThat(page.entries()).containsExactly(refused, timed, looks, full);
        assertThat(page.durable()).isTrue();
        assertThat(page.next()).isEmpty();
    }

    @Test
    void directoryAndFilesAreReadableByTheirOwnerOnly() throws IOException {
        history().add(Events.flushed(1));
        open.get(0).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory().getParent())))
                .isEqualTo("rwx------");
        assertThat(files())
                .singleElement()
                .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void pagesDoNotMoveWhileNewEntriesCome() {
        History history = history();
        IntStream.range(0, 25).forEach(i -> tell(history, i));
        HistoryPage first = history.page(Events.newest(10));
        IntStream.range(100, 120).forEach(i -> tell(history, i));
        HistoryPage second = history.page(Events.before(first.next().orElseThrow(), 10));
        HistoryPage third = history.page(Events.before(second.next().orElseThrow(), 10));
        assertThat(Stream.of(first, second, third).map(HistoryTest::counts).flatMap(List::stream))
                .containsExactlyElementsOf(
                        IntStream.iterate(24, i -> i >= 0, i -> i - 1).boxed().toList());
        assertThat(third.next()).isEmpty();
    }

    private void tell(History history, int number) {
        now = now.plusMillis(1);
        history.add(Events.flushed(number));
    }

    @Test
    void entriesAreFoundByKindUserAndTime() {
        History history = history();
        tell(history, 1);
        Instant then = now;
        now = now.plusSeconds(60);
        history.add(Events.refused("POST /x"));
        assertThat(history.page(Events.of(Set.of(HistoryKind.REFUSAL), 9)).entries())
                .hasSize(1);
        assertThat(history.page(Events.of(Set.of(HistoryKind.CANCEL), 9)).entries())
                .isEmpty();
        assertThat(counts(history.page(between(Optional.empty(), Optional.of(now)))))
                .containsExactly(1);
        assertThat(counts(history.page(between(Optional.of(then.plusMillis(1)), Optional.empty()))))
                .containsExactly(-1);
        assertThat(history.page(by("ana")).entries()).hasSize(2);
        assertThat(history.page(by("bea")).entries()).isEmpty();
    }

    @Test
    void entriesAreFoundByThePoolThatTheyAreAbout() {
        History history = history();
        tell(history, 1);
        history.add("Reporting", Events.flushed(2));
        assertThat(counts(history.page(about("Reporting")))).containsExactly(2);
        assertThat(counts(history.page(about("Other")))).isEmpty();
    }

    private static HistoryQuery about(String pool) {
        return new HistoryQuery(
                Optional.of(pool), Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 9);
    }

    private static HistoryQuery between(Optional<Instant> since, Optional<Instant> until) {
        return new HistoryQuery(Optional.empty(), Set.of(), Optional.empty(), since, until, Optional.empty(), 9);
    }

    private static HistoryQuery by(String who) {
        return new HistoryQuery(
                Optional.empty(), Set.of(), Optional.of(who), Optional.empty(), Optional.empty(), Optional.empty(), 9);
    }

    @Test
    void aLineThatACrashHasCutOffCostsNoOther() throws IOException {
        History before = history();
        tell(before, 1);
        tell(before, 2);
        before.close();
        Path file = files().get(0);
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() - 20));
        History after = history();
        tell(after, 3);
        after.close();
        assertThat(counts(history().page(Events.newest(9)))).containsExactly(3, 1);
    }

    @Test
    void whatIsNoEntryIsOverlooked() throws IOException {
        history().add(Events.flushed(1));
        open.get(0).close();
        Files.writeString(
                files().get(0), "\n{}\n{\"id\":\"" + "f".repeat(32) + "\"}\n\u0000\n", StandardOpenOption.APPEND);
        Files.writeString(directory().resolve("actions-2026-99-99.000.jsonl"), "x");
        Files.writeString(directory().resolve("README"), "x");
        assertThat(counts(history().page(Events.newest(9)))).containsExactly(1);
    }

    @Test
    void twoDeploymentsWriteIntoOneDirectoryAndLoseNothing() throws InterruptedException {
        History one = history();
        History other = history();
        Thread second = new Thread(() -> IntStream.range(0, 500).forEach(i -> other.add(Events.flushed(1000 + i))));
        second.start();
        IntStream.range(0, 500).forEach(i -> one.add(Events.flushed(i)));
        second.join();
        one.close();
        other.close();
        assertThat(counts(history().page(Events.newest(2000)))).hasSize(1000).doesNotHaveDuplicates();
    }

    @Test
    void theOldestGoBeyondSevenDaysAndBeyondTheBound() {
        History history = history();
        history.add(Events.flushed(1));
        history.page(Events.newest(1)); // it has been written when that is answered
        now = now.plus(Duration.ofDays(8));
        history.add(Events.flushed(2));
        history.page(Events.newest(1));
        assertThat(files()).hasSize(1);

        HistoryEvent large = Events.refused("x".repeat(300));
        for (int i = 0; i < 40_000; i++) {
            history.add(large);
            if (i % 1000 == 0) {
                history.page(Events.newest(1));
            }
        }
        history.page(Events.newest(1));
        assertThat(files()).hasSize(1 + HistoryFiles.MOST_FILES);
        assertThat(files().stream().mapToLong(file -> file.toFile().length()).sum())
                .isGreaterThan(15L * HistoryFiles.FULL)
                .isLessThan(18L * HistoryFiles.FULL);
        history.close();
        assertThat(counts(history().page(Events.of(Set.of(HistoryKind.FLUSH), 9))))
                .as("no flood of refusals pushes an action out")
                .containsExactly(2);
    }

    @Test
    void whatCannotBeWrittenIsSaidOnceKeptAndWrittenLater() throws Exception {
        Path blocked = blocked();
        History history = history(blocked);
        IntStream.range(0, 5).forEach(i -> tell(history, i));
        HistoryPage page = history.page(Events.newest(9));
        assertThat(counts(page)).containsExactly(4, 3, 2, 1, 0);
        assertThat(page.durable()).isFalse();
        assertThat(log.messages(System.Logger.Level.WARNING))
                .filteredOn(line -> line.startsWith("TERAFY0430"))
                .singleElement()
                .asString()
                .startsWith("TERAFY0430: Pool P: the history cannot be written to " + blocked + ": ");
        Files.delete(blocked);
        tell(history, 5);
        assertThat(history.page(Events.newest(9)).entries()).hasSize(6);
        assertThat(history.page(Events.newest(9)).durable()).isTrue();
        assertThat(log.messages(System.Logger.Level.INFO))
                .anyMatch(line -> line.startsWith("TERAFY0431") && line.contains(" 0 entries "));
        history.close();
        assertThat(counts(history(blocked).page(Events.newest(9)))).containsExactly(5, 4, 3, 2, 1, 0);
    }

    private Path blocked() throws IOException {
        return Files.writeString(temporary.resolve("blocked"), "a file where the directory should be");
    }

    @Test
    void whatCouldNotBeWrittenIsTriedAgainWithoutAnythingElse() throws IOException {
        Path blocked = blocked();
        tell(history(blocked), 1);
        Awaitility.await()
                .until(() -> !log.messages(System.Logger.Level.WARNING).isEmpty());
        Files.delete(blocked);
        Awaitility.await()
                .until(() -> Files.isDirectory(blocked) && blocked.toFile().list().length == 1);
    }

    @Test
    void whatCouldNotBeWrittenIsTriedOnceMoreAtTheEnd() throws IOException {
        Path blocked = blocked();
        History history = history(blocked);
        tell(history, 1);
        assertThat(history.page(Events.newest(9)).durable()).isFalse();
        Files.delete(blocked);
        history.close();
        assertThat(counts(history(blocked).page(Events.newest(9)))).containsExactly(1);
    }

    @Test
    void withoutAPlaceItIsKeptInMemoryWithinABound() {
        History history = new History("a", "P", Optional.empty(), () -> now);
        open.add(history);
        IntStream.range(0, RecentEntries.MOST + 5).forEach(i -> tell(history, i));
        HistoryPage page = history.page(Events.newest(5000));
        assertThat(page.durable()).isFalse();
        assertThat(page.entries()).hasSize(RecentEntries.MOST);
        assertThat(counts(page).get(0)).isEqualTo(RecentEntries.MOST + 4);
    }

    @Test
    void whoIsRefusedAgainAndAgainPushesNoFailedLoginOut() {
        History history = new History("a", "P", Optional.empty(), () -> now);
        open.add(history);
        history.add(HistoryEvent.of(HistoryKind.FAILED_LOGIN, HistoryOutcome.REFUSED, "Basic"));
        IntStream.rangeClosed(0, RecentEntries.MOST).forEach(i -> history.add(Events.refused("POST /x")));
        assertThat(history.page(Events.of(Set.of(HistoryKind.FAILED_LOGIN), 9)).entries())
                .hasSize(1);
    }

    /** A FIFO that nobody reads: who opens it for writing hangs as on a disk that is gone. */
    @Test
    void aDiskThatHangsHoldsUpNobody() throws Exception {
        Path fifo = fifo();
        History history = history();
        long before = System.nanoTime();
        IntStream.range(0, 2000).forEach(i -> tell(history, i));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
        before = System.nanoTime();
        HistoryPage page = history.page(Events.newest(5));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
        assertThat(page.durable()).isFalse();
        assertThat(counts(page)).first().isEqualTo(1999);
        Process reader = letGoOn(fifo);
        history.close();
        reader.destroy();
        assertThat(reader.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoeverHasGivenUpReadingKeepsNothingFromBeingWritten() throws Exception {
        Path fifo = fifo();
        History history = history();
        List<CompletableFuture<HistoryPage>> pages = IntStream.range(0, 30)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> history.page(Events.newest(5)), readers))
                .toList();
        pages.forEach(page -> assertThat(page.join().durable()).isFalse());
        tell(history, 2);
        Process reader = letGoOn(Files.move(fifo, temporary.resolve("hanging")));
        Awaitility.await().until(() -> !files().isEmpty());
        reader.destroy();
        history.close();
        assertThat(counts(history().page(Events.newest(9)))).containsExactly(2);
    }

    private Path fifo() throws Exception {
        Files.createDirectories(directory());
        Path fifo = directory().resolve("actions-2026-03-02.000.jsonl");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    /** Who opens it waits no more, to read or to write, and who reads it comes to its end. */
    private static Process letGoOn(Path fifo) throws IOException {
        return new ProcessBuilder("timeout", "2", "sh", "-c", "exec 3<>\"$0\"; sleep 2", fifo.toString()).start();
    }

    @Test
    void everyPairOfKindAndOutcomeIsCounted() {
        History history = history();
        history.add(Events.flushed(7));
        history.add(Events.flushed(7));
        assertThat(history.counts())
                .contains(
                        new HistoryCount(HistoryKind.FLUSH, HistoryOutcome.DONE, 2),
                        new HistoryCount(HistoryKind.FLUSH, HistoryOutcome.FAILED, 0),
                        new HistoryCount(HistoryKind.TERMINATE, HistoryOutcome.DRY_RUN, 0))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyTextComesBackAsItWas() {
        EntryJson json = new EntryJson();
        HistoryEvent event = Events.terminated(HistoryOutcome.FAILED)
                .by(new com.terafy.api.UserRequest("\"\\\n\u202e<b>é\ud83d\ude00", "::1%eth0", "\t\u0000"))
                .counting(0)
                .answered(422);
        HistoryEntry entry = HistoryEntry.of("0".repeat(32), NOON.plusNanos(1000), "a", "P", event);
        String line = json.write(entry);
        assertThat(line)
                .doesNotContain("\n")
                .isEqualTo(new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        assertThat(json.read(line)).contains(entry);
        assertThat(EntryJson.id(line)).contains(entry.id());
    }
}
