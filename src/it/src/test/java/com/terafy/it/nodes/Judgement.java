package com.terafy.it.nodes;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is wrong with what was ended, and when. Only orphans may be ended, none before its instance was silent for 90
 * seconds, each within {@link #LIMIT}. Not thread-safe.
 */
final class Judgement {

    /** Three minutes, the idle limit of the strictest node, and an interval of its timer. */
    static final Duration LIMIT =
            Duration.ofMinutes(3).plus(NodeSettings.STRICTEST_LIMIT).plus(NodeSettings.STRICTEST_INTERVAL);

    /** Before, its instance counts as alive. */
    static final Duration SILENCE = Duration.ofSeconds(90);

    private final Map<Session, Orphan> orphans = new LinkedHashMap<>();
    private final Map<Session, Instant> ends = new LinkedHashMap<>();
    private final Set<Session> excused = new HashSet<>();
    private final Hindrances hindrances;

    Judgement(Hindrances hindrances) {
        this.hindrances = hindrances;
    }

    void add(Collection<Orphan> some) {
        some.forEach(orphan -> orphans.put(orphan.session(), orphan));
    }

    /** PostgreSQL has ended them all: they are judged no more. */
    void excuseThoseThatLive() {
        living().forEach(orphan -> excused.add(orphan.session()));
    }

    /** The orphans that are not known to have ended. */
    List<Orphan> living() {
        return orphans.values().stream()
                .filter(orphan -> !ends.containsKey(orphan.session()) && !excused.contains(orphan.session()))
                .toList();
    }

    /** It was seen to be gone. */
    void ended(Session session, Instant when) {
        ends.putIfAbsent(session, when);
    }

    /** How long each that has ended took: whether nothing hindered, and the time. */
    Map<Boolean, List<Duration>> times() {
        Map<Boolean, List<Duration>> times = new LinkedHashMap<>();
        times.put(true, new ArrayList<>());
        times.put(false, new ArrayList<>());
        ends.forEach((session, end) -> {
            Orphan orphan = orphans.get(session);
            boolean free = hindrances.of(orphan, end).isZero();
            times.get(free).add(Duration.between(orphan.silentSince(), end));
        });
        return times;
    }

    /**
     * What a line of an audit log says against a node; empty if nothing.
     *
     * @param friends what live nodes have or had
     */
    Optional<String> against(AuditLine line, Map<Session, String> friends) {
        if (!line.ends() || orphans.containsKey(line.session())) {
            return Optional.empty();
        }
        String friend = friends.get(line.session());
        return Optional.of((friend == null ? "somebody else's session" : "a session of " + friend)
                + " was ended by node " + line.node() + ": " + line.text());
    }

    /** Orphans that have ended by themselves, as it seems: no audit log knows of them. */
    List<String> unaudited(Collection<AuditLine> lines) {
        Set<Session> audited =
                lines.stream().filter(AuditLine::ends).map(AuditLine::session).collect(Collectors.toSet());
        return ends.keySet().stream()
                .filter(session -> !audited.contains(session))
                .map(session -> orphans.get(session).what() + " " + session + " has ended, and no audit log says why")
                .toList();
    }

    /** Orphans that were ended too soon or too late, or are still there too late. */
    List<String> untimely(Instant now) {
        List<String> found = new ArrayList<>();
        orphans.forEach((session, orphan) -> {
            if (excused.contains(session)) {
                return;
            }
            Instant end = ends.getOrDefault(session, now);
            Duration took = Duration.between(orphan.silentSince(), end);
            Duration allowed = LIMIT.plus(hindrances.of(orphan, end));
            String what = orphan.what() + " " + session + " silent since " + orphan.silentSince();
            if (took.compareTo(allowed) > 0) {
                found.add(what + (ends.containsKey(session) ? " was ended after " : " is still there after ")
                        + took.toSeconds() + " s; allowed are " + allowed.toSeconds() + " s");
            } else if (ends.containsKey(session) && took.compareTo(SILENCE) < 0) {
                found.add(what + " was ended after " + took.toSeconds() + " s: it might have lived");
            }
        });
        return found;
    }
}
