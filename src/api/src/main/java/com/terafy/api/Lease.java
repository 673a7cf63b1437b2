package com.terafy.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a pool instance says of itself to the other nodes of its database, every {@link #INTERVAL}: the text of the last
 * statement of a session that it keeps outside the pool, as pg_stat_activity shows it. That it was said lately, by the
 * server's clock, proves that the instance lives.
 *
 * @param min fewest sessions that it keeps
 * @param max most sessions
 * @param sessions how many it has
 * @param inUse how many of these are lent
 * @param waiting how many borrowers wait
 * @param since when the instance was started, by its own clock
 * @param rules the rules of its backend cleanup, in a word: {@link #rules(Map)}
 * @param lent process ids of what is lent, longest first
 * @param cut whether some of these are missing, as in what is read of a text that was too long: PostgreSQL keeps 1023
 *     bytes by default (track_activity_query_size), room for more than a hundred
 */
public record Lease(
        int min,
        int max,
        int sessions,
        int inUse,
        int waiting,
        Instant since,
        String rules,
        List<Integer> lent,
        boolean cut) {

    /** Purpose of the session, at the end of its {@code application_name}. */
    public static final String PURPOSE = "lease";

    /** Between two renewals. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Of a pool without a backend cleanup of its own. */
    public static final String NO_RULES = "off";

    private static final String BEGIN = "SELECT 1 /* terafy ";
    private static final String END = " */";

    public Lease {
        lent = List.copyOf(lent);
        if (!rules.matches("[!-)+-.0-~]+")) {
            throw new IllegalArgumentException("rules is " + rules + "; it must be printable, without space, * and /");
        }
    }

    /**
     * The rules of a pool's backend cleanup in one word, so that nodes see whether they go by the same: {@link #NO_RULES}, or
     * scope, limits, the allow-lists as a number, and whether anything is ended.
     *
     * @param settings {@link PoolOperations#settings}
     */
    public static String rules(Map<String, String> settings) {
        if (!Boolean.parseBoolean(settings.get("DB_CLEANUP_ENABLED"))) {
            return NO_RULES;
        }
        int allowed = (settings.get("DB_CLEANUP_ALLOW_USERS") + ";" + settings.get("DB_CLEANUP_ALLOW_APPLICATIONS"))
                .hashCode();
        return settings.get("DB_CLEANUP_SCOPE") + "," + settings.get("DB_CLEANUP_IDLE_LIMIT") + ","
                + settings.get("DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT") + "," + Integer.toHexString(allowed) + ","
                + (Boolean.parseBoolean(settings.get("DB_CLEANUP_DRY_RUN")) ? "dry" : "ends");
    }

    /** The statement that says it. */
    public String sql() {
        return BEGIN + "min=" + min + " max=" + max + " sessions=" + sessions + " inUse=" + inUse + " waiting="
                + waiting + " since=" + since + " rules=" + rules + " lent="
                + lent.stream().map(String::valueOf).collect(Collectors.joining(",")) + END;
    }

    /**
     * What was said; empty if it is no lease's, or too much of it was cut off.
     *
     * @param sql the text as pg_stat_activity shows it
     */
    public static Optional<Lease> parse(String sql) {
        if (!sql.startsWith(BEGIN)) {
            return Optional.empty();
        }
        Map<String, String> said = new HashMap<>();
        boolean cut = !sql.endsWith(END);
        String all = cut ? sql : sql.substring(0, sql.length() - END.length());
        for (String pair : all.substring(BEGIN.length()).split(" ", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                said.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        String pids = said.get("lent");
        if (pids == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Lease(
                    number(said, "min"),
                    number(said, "max"),
                    number(said, "sessions"),
                    number(said, "inUse"),
                    number(said, "waiting"),
                    Instant.parse(said.getOrDefault("since", "")),
                    said.getOrDefault("rules", ""),
                    pids(pids, cut),
                    cut));
        } catch (RuntimeException otherText) {
            return Optional.empty();
        }
    }

    private static int number(Map<String, String> said, String name) {
        return Integer.parseInt(said.getOrDefault(name, ""));
    }

    /** The last one may have been cut in its middle. */
    private static List<Integer> pids(String list, boolean cut) {
        String whole = cut ? list.substring(0, list.lastIndexOf(',') + 1) : list;
        return Arrays.stream(whole.split(","))
                .filter(pid -> !pid.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }
}
