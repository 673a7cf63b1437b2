package com.terafy.api;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pool that lives, of any node and any database of the server. What its lease does not say, or is hidden from the role
 * that looks, is missing.
 *
 * @param node name of its server, as much of it as application_name has
 * @param pool its name, as much of it as application_name has
 * @param instance random for each start, eight hexadecimal digits
 * @param database where its sessions are
 * @param own whether it is the pool of the server that answers
 * @param seenAt its last sign of life, by the clock of PostgreSQL's server
 * @param min fewest connections that it keeps
 * @param max most connections that it opens
 * @param sessions how many it has
 * @param inUse how many of these are lent
 * @param waiting how many borrowers wait
 * @param since when it was started, by its own clock
 * @param rules the rules of its backend cleanup in a word, see {@link Lease#rules()}
 */
public record FleetMember(
        String node,
        String pool,
        String instance,
        String database,
        boolean own,
        Optional<Instant> seenAt,
        Optional<Integer> min,
        Optional<Integer> max,
        Optional<Integer> sessions,
        Optional<Integer> inUse,
        Optional<Integer> waiting,
        Optional<Instant> since,
        Optional<String> rules) {

    /** More pools than this are not read. */
    public static final int MOST = 1000;

    /**
     * An expression for the list of a SELECT, read by {@link #read}: for each pool instance of the whole server its tag,
     * its database, its last sign of life, whether some of that is hidden, and what its lease has said last. One value, so
     * that whoever asks something anyway needs no further question.
     */
    public static final String SQL = """
            (SELECT array_agg(ARRAY[tag, datname, seen, hidden, said] ORDER BY tag, datname) FROM (
                SELECT substring(application_name FROM '^terafy/[^/]*/[^/]*/[0-9a-f]{8}') AS tag, datname::text,
                    (extract(epoch FROM max(state_change)) * 1000000)::bigint::text AS seen,
                    bool_or(state_change IS NULL)::text AS hidden,
                    (array_agg(left(query, 4096) ORDER BY state_change DESC NULLS LAST)
                        FILTER (WHERE application_name LIKE '%/lease'))[1] AS said
                FROM pg_stat_activity
                WHERE application_name LIKE 'terafy/%' AND datname IS NOT NULL
                GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 1000) instances
            WHERE tag IS NOT NULL)""";

    private static final Comparator<FleetMember> ORDER = Comparator.comparing(FleetMember::node)
            .thenComparing(FleetMember::pool)
            .thenComparing(FleetMember::instance);

    /**
     * The living ones in this column, which is {@link #SQL}; none is own yet.
     *
     * @param now PostgreSQL's clock
     */
    public static List<FleetMember> read(ResultSet row, int column, Instant now) throws SQLException {
        Array array = row.getArray(column);
        if (array == null) {
            return List.of(); // of no rows PostgreSQL makes no array
        }
        List<FleetMember> members = new ArrayList<>();
        List<LifeSigns.Sign> signs = new ArrayList<>();
        Set<Integer> known = new HashSet<>();
        for (Object each : (Object[]) array.getArray()) {
            @Nullable String[] values = (@Nullable String[]) each;
            Optional<PoolIdentity> identity = PoolIdentity.parse(String.valueOf(values[0]));
            if (identity.isEmpty()) {
                continue;
            }
            boolean hidden = Boolean.parseBoolean(values[3]);
            Optional<Instant> seen = Optional.ofNullable(values[2])
                    .map(micros -> Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS));
            signs.add(new LifeSigns.Sign(identity.get().instance(), hidden ? Optional.empty() : seen));
            if (known.add(identity.get().instance())) {
                Optional<Lease> lease = Optional.ofNullable(values[4]).flatMap(Lease::parse);
                members.add(of(identity.get(), String.valueOf(values[1]), seen, lease));
            }
        }
        Set<Integer> silent = LifeSigns.silent(signs, now, LifeSigns.SILENCE);
        return members.stream()
                .filter(member -> !silent.contains(Integer.parseUnsignedInt(member.instance(), 16)))
                .toList();
    }

    /** A pool of which its tag and perhaps its lease were seen. */
    public static FleetMember of(
            PoolIdentity identity, String database, Optional<Instant> seenAt, Optional<Lease> lease) {
        return new FleetMember(
                identity.node(),
                identity.pool(),
                identity.instanceText(),
                database,
                false,
                seenAt,
                lease.map(Lease::min),
                lease.map(Lease::max),
                lease.map(Lease::sessions),
                lease.map(Lease::inUse),
                lease.map(Lease::waiting),
                lease.map(Lease::since),
                lease.map(Lease::rules));
    }

    /** These with the pool of this server as it is now, wherever it stands in the list, sorted. */
    public static List<FleetMember> withOwn(List<FleetMember> read, PoolOperations pool) {
        PoolIdentity tag = PoolIdentity.parse(pool.identity().applicationName()).orElse(pool.identity());
        Optional<FleetMember> seen =
                read.stream().filter(member -> member.is(tag)).findFirst();
        PoolStatistics now = pool.statistics();
        FleetMember own = new FleetMember(
                tag.node(),
                tag.pool(),
                tag.instanceText(),
                seen.map(FleetMember::database).orElse(pool.settings().getOrDefault("DB_NAME", "")),
                true,
                seen.flatMap(FleetMember::seenAt),
                Optional.of(now.min()),
                Optional.of(now.max()),
                Optional.of(now.idle() + now.inUse()),
                Optional.of(now.inUse()),
                Optional.of(now.waiting()),
                seen.flatMap(FleetMember::since),
                Optional.of(Lease.rules(pool.settings())));
        return Stream.concat(read.stream().filter(member -> !member.is(tag)), Stream.of(own))
                .sorted(ORDER)
                .toList();
    }

    /** The same with another maximum: that of the pool itself, whose lease may be at work. */
    public FleetMember withMax(int most) {
        return new FleetMember(
                node,
                pool,
                instance,
                database,
                own,
                seenAt,
                min,
                Optional.of(most),
                sessions,
                inUse,
                waiting,
                since,
                rules);
    }

    /** Whether it is the instance with this tag. */
    public boolean is(PoolIdentity tag) {
        return instance.equals(tag.instanceText());
    }
}
