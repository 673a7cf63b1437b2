package com.terafy.monitor.audit;

import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.UserRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many failed logins of an address are told one by one, so that a flood fills neither the log nor the history: the
 * first {@link #ONE_BY_ONE} in a minute, of all addresses together {@link #ALL_ONE_BY_ONE}. The others are counted, and
 * their number is told when the minute is over. Thread-safe.
 */
final class FailedLogins {

    /** Of one address in a minute. */
    static final int ONE_BY_ONE = 5;

    /** Of all addresses in a minute. */
    static final int ALL_ONE_BY_ONE = 60;

    /** Addresses that are counted by themselves; those of the others are counted together. */
    static final int MOST_ADDRESSES = 100;

    /** In place of an address. */
    static final String OTHERS = "other addresses";

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private final Map<String, Integer> seen = new LinkedHashMap<>(); // guarded by this
    private final Map<String, Integer> counted = new LinkedHashMap<>(); // guarded by this
    private int told; // guarded by this
    private long begunAt; // guarded by this

    /** @param nanoTime as {@link System#nanoTime()} */
    FailedLogins(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begunAt = nanoTime.getAsLong();
    }

    /** One more; true if it is to be told by itself, and otherwise it is counted. */
    synchronized boolean isToldOneByOne(String from) {
        String address = seen.containsKey(from) || seen.size() < MOST_ADDRESSES ? from : OTHERS;
        boolean one = seen.merge(address, 1, Integer::sum) <= ONE_BY_ONE && told < ALL_ONE_BY_ONE;
        if (one) {
            told++;
        } else {
            counted.merge(address, 1, Integer::sum);
        }
        return one;
    }

    /** What was counted, once the minute is over; then another begins. */
    synchronized List<HistoryEvent> over() {
        return nanoTime.getAsLong() - begunAt < MINUTE ? List.of() : counted();
    }

    /** What was counted so far; then another minute begins. */
    synchronized List<HistoryEvent> counted() {
        List<HistoryEvent> events =
                counted.entrySet().stream().map(FailedLogins::event).toList();
        begunAt = nanoTime.getAsLong();
        told = 0;
        seen.clear();
        counted.clear();
        return events;
    }

    private static HistoryEvent event(Map.Entry<String, Integer> counted) {
        return HistoryEvent.of(HistoryKind.FAILED_LOGIN, HistoryOutcome.REFUSED, "any")
                .by(new UserRequest("", counted.getKey(), ""))
                .counting(counted.getValue());
    }
}
