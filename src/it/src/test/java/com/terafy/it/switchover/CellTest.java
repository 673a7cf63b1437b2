package com.terafy.it.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.switchover.inside.Attempt;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counts what the run judges by, and judges. */
class CellTest {

    private static final long BEGIN = 1_000;
    private static final long END = 1_100;

    private static Attempt done(long id, long began, long borrowed, long ended) {
        return new Attempt(id, began, borrowed, ended, 0, 0, null);
    }

    private static Attempt failed(long id, long began, long borrowed, long ended, long refused) {
        return new Attempt(id, began, borrowed, ended, refused, 0, "SQLException 08006 a b");
    }

    private static Cell cell(Attempt... attempts) {
        return Cell.of(List.of(attempts), BEGIN, END, Map.of(1L, 1, 2L, 1, 3L, 1));
    }

    @Test
    void anAttemptIsReadAsItWasWritten() {
        for (Attempt attempt : List.of(done(1, 2, 3, 4), failed(1, 2, 3, 4, 5))) {
            assertThat(Attempt.of(attempt.toString())).isEqualTo(attempt);
        }
    }

    @Test
    void confirmedRowsThatAreNotThereAreLost() {
        Cell cell = cell(done(1, 0, 1, 2), done(4, 2, 3, 4), failed(5, 4, 5, 6, 0));

        assertThat(cell.lost()).isEqualTo(1);
        assertThat(Goals.missed(Event.CRASH, Peer.PLAIN, 8, cell)).contains("1 confirmed rows lost");
        assertThat(Goals.missed(Event.THAW, Peer.PLAIN, 8, cell)).contains("1 confirmed rows lost");
        assertThat(Goals.missed(Event.TAKEN_BACK, Peer.PLAIN, 8, cell)).doesNotContain("1 confirmed rows lost");
        assertThat(Goals.missed(Event.CRASH, Peer.HIKARI, 8, cell)).isEmpty();
    }

    @Test
    void rowsThatAreThereTwiceAreMissed() {
        Cell cell = Cell.of(List.of(done(1, 0, 1, 2)), BEGIN, END, Map.of(1L, 2));

        assertThat(Goals.missed(Event.PLANNED, Peer.RETRIED, 8, cell)).containsExactly("1 rows twice");
    }

    @Test
    void timeWithoutASuccessIsCountedToTheEndAlsoWhereNoneComesAnyMore() {
        assertThat(cell(done(1, 0, 1, 10), done(2, 20, 21, 500)).awayMillis()).isEqualTo(490);
        assertThat(cell(done(1, 0, 1, 10), failed(5, 20, 21, 30, 0), failed(6, 900, 901, 902, 0))
                        .awayMillis())
                .isEqualTo(890);
    }

    @Test
    void aCrashMayFailWhatHadAConnectionAndNothingElse() {
        Attempt inFlight = failed(5, 980, 990, 1_050, 0);
        Attempt begunLater = failed(6, 2_000, 2_010, 2_020, 0);

        Cell cell = cell(done(1, 0, 1, 2), inFlight);
        assertThat(cell.inFlight()).isEqualTo(1);
        assertThat(Goals.missed(Event.CRASH, Peer.PLAIN, 8, cell)).isEmpty();
        assertThat(Goals.missed(Event.CRASH, Peer.RETRIED, 8, cell)).containsExactly("1 failed, 0 may");
        assertThat(Goals.missed(Event.CRASH, Peer.PLAIN, 8, cell(inFlight, begunLater)))
                .containsExactly("2 failed, 1 may");
        assertThat(Goals.missed(Event.PLANNED, Peer.PAUSED, 8, cell)).containsExactly("1 failed, 0 may");
    }

    @Test
    void aBorrowBeyondTheTimeIsMissed() {
        assertThat(Goals.missed(Event.FREEZE, Peer.PLAIN, 8, cell(done(1, 0, 31_001, 31_002))))
                .containsExactly("a borrow of 31001 ms");
    }

    @Test
    void writesAreRefusedLaterOnlyIfTheirConnectionWasLentAfterTheFirstRefusal() {
        Attempt first = failed(5, 990, 1_000, 1_010, 1_010);
        Attempt atTheSameTime = failed(6, 990, 1_000, 1_012, 1_012);
        Attempt later = failed(7, 1_020, 1_021, 1_030, 1_030);

        assertThat(cell(first, atTheSameTime).refusedLater()).isZero();
        assertThat(cell(first, atTheSameTime, later).refusedLater()).isEqualTo(1);
    }

    @Test
    void theTableHasOneLineForAnEventAndAWayWithItsThreadsBesideEachOther() {
        Table table = new Table();
        table.add(Event.CRASH, Way.LIST, 8, Peer.PLAIN, cell(done(1, 0, 100, 110), done(2, 110, 111, 1_110)));
        table.add(Event.CRASH, Way.LIST, 32, Peer.PLAIN, cell(done(4, 0, 50, 60)));

        assertThat(table.toString())
                .endsWith("| primary and its Patroni `kill -9` | list of hosts |  | 0 / 0; 1.0 / 0.1 s; 0.1 / 0.1 s;"
                        + " 0 / 1 lost |  |  |  |\n");
        assertThat(table.missed())
                .containsExactly("PLAIN, primary and its Patroni `kill -9`, list of hosts, 32 threads: 1 confirmed rows"
                        + " lost");
    }
}
