package com.terafy.it.switchover;

import com.terafy.it.switchover.inside.Attempt;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * What an application saw of an event through one pool.
 *
 * @param operations that ended in the time that was looked at
 * @param failed of them
 * @param inFlight those that had a connection when the event began, or got one before it was over
 * @param unknown how often the outcome of a commit was told to be unknown, and the application looked for its row
 * @param awayMillis the longest time in which none succeeded
 * @param longestBorrowMillis the longest wait for a connection
 * @param refusedLater writes on a connection that was lent after the first write had been refused as read-only, and that
 *     were refused, too
 * @param lost rows that were confirmed and are not there
 * @param twice rows that are there more than once
 * @param there rows that are there though their operation failed
 */
record Cell(
        int operations,
        int failed,
        int inFlight,
        int unknown,
        long awayMillis,
        long longestBorrowMillis,
        int refusedLater,
        int lost,
        int twice,
        int there) {

    /**
     * Counts.
     *
     * @param begin of the event, and {@code end}, in milliseconds since 1970
     * @param rows how often each id stands in the ledger afterwards
     */
    static Cell of(List<Attempt> attempts, long begin, long end, Map<Long, Integer> rows) {
        long refused = attempts.stream()
                .mapToLong(Attempt::refusals)
                .filter(when -> when > 0)
                .min()
                .orElse(Long.MAX_VALUE);
        List<Attempt> failed = attempts.stream().filter(Attempt::failed).toList();
        List<Attempt> confirmed =
                attempts.stream().filter(attempt -> !attempt.failed()).toList();
        return new Cell(
                attempts.size(),
                failed.size(),
                count(attempts, attempt -> attempt.borrowed() <= end && attempt.ended() >= begin),
                attempts.stream().mapToInt(Attempt::unknown).sum(),
                away(confirmed, attempts),
                attempts.stream().mapToLong(Attempt::borrowMillis).max().orElse(0),
                count(attempts, attempt -> attempt.refusals() > 0 && attempt.borrowed() > refused),
                count(confirmed, attempt -> !rows.containsKey(attempt.id())),
                (int) rows.values().stream().filter(times -> times > 1).count(),
                count(failed, attempt -> rows.containsKey(attempt.id())));
    }

    private static int count(Collection<Attempt> attempts, Predicate<Attempt> which) {
        return (int) attempts.stream().filter(which).count();
    }

    /** From the first operation to the last one that began; where none succeeds at the end, that counts, too. */
    private static long away(List<Attempt> confirmed, List<Attempt> all) {
        long last = all.stream().mapToLong(Attempt::began).min().orElse(0);
        long longest = 0;
        for (long end : confirmed.stream().map(Attempt::ended).sorted().toList()) {
            longest = Math.max(longest, end - last);
            last = Math.max(last, end);
        }
        long over =
                all.stream().map(Attempt::began).max(Comparator.naturalOrder()).orElse(last);
        return Math.max(longest, over - last);
    }

    /**
     * For the table: failed; away; the longest borrow; and what should not be, if it is. Of several numbers of threads beside
     * each other.
     */
    static String brief(List<Cell> cells) {
        StringBuilder text = new StringBuilder(each(cells, cell -> Integer.toString(cell.failed)))
                .append("; ")
                .append(each(cells, cell -> tenths(cell.awayMillis)))
                .append(" s; ")
                .append(each(cells, cell -> tenths(cell.longestBorrowMillis)))
                .append(" s");
        append(text, cells, "unknown", Cell::unknown);
        append(text, cells, "refused later", Cell::refusedLater);
        append(text, cells, "lost", Cell::lost);
        append(text, cells, "twice", Cell::twice);
        return text.toString();
    }

    private static void append(StringBuilder text, List<Cell> cells, String what, ToIntFunction<Cell> figure) {
        if (cells.stream().mapToInt(figure).sum() > 0) {
            text.append("; ")
                    .append(each(cells, cell -> Integer.toString(figure.applyAsInt(cell))))
                    .append(' ')
                    .append(what);
        }
    }

    private static String each(List<Cell> cells, Function<Cell, String> figure) {
        return cells.stream().map(figure).collect(Collectors.joining(" / "));
    }

    private static String tenths(long millis) {
        return String.format(Locale.ROOT, "%.1f", millis / 1000.0);
    }

    @Override
    public String toString() {
        return failed + " of " + operations + " failed (" + inFlight + " in flight, " + there + " there all the same), "
                + tenths(awayMillis) + " s without a success, longest borrow " + tenths(longestBorrowMillis) + " s, "
                + unknown + " unknown, " + refusedLater + " refused later, " + lost + " lost, " + twice + " twice";
    }
}
