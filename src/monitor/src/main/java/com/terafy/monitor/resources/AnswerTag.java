package com.terafy.monitor.resources;

import static java.util.Map.entry;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.LeaseStatus;
import com.terafy.monitor.backends.Backend;
import com.terafy.monitor.backends.TruthGap;
import com.terafy.monitor.json.Json;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * The entity tag of an answer. It is weak (RFC 9110, 8.8.1): two answers with the same tag differ in nothing but what
 * goes on with the clock, the time of the answer and ages, which a client can count on by itself. With that in the tag
 * no answer would ever be the same as the last.
 */
final class AnswerTag {

    /** What goes on with the clock. */
    static final Map<Class<?>, Set<String>> BY_THE_CLOCK = Map.ofEntries(
            entry(LeaseStatus.class, Set.of("renewedAt")),
            entry(PoolsResource.Pools.class, Set.of("at")),
            entry(PoolsResource.Pool.class, Set.of("at")),
            entry(PoolsResource.Connections.class, Set.of("at")),
            entry(ConnectionInfo.class, Set.of("busy", "idle")),
            entry(BackendsResource.BackendList.class, Set.of("readAt")),
            entry(BackendsResource.Counts.class, Set.of("readAt")),
            entry(BackendsResource.Glance.class, Set.of("readAt")),
            entry(BackendsResource.Locks.class, Set.of("readAt")),
            entry(BackendsResource.Gaps.class, Set.of("readAt")),
            entry(BackendResource.OneBackend.class, Set.of("readAt")),
            entry(Backend.class, Set.of("idle", "transactionAge", "queryAge")),
            entry(Backend.Holder.class, Set.of("held")),
            entry(FleetResource.Fleet.class, Set.of("readAt")),
            entry(OverviewResource.Overview.class, Set.of("at")),
            entry(TruthGap.class, Set.of("unchanged")));

    private static final int TAG_BYTES = 12;
    private static final int MOST_TAGS = 20;

    private AnswerTag() {}

    /** The tag as it stands in the header. */
    static String of(Record answer) {
        return "W/\"" + hash(Json.write(answer, AnswerTag::goesByTheClock)) + '"';
    }

    /** Whether the client knows the answer with this tag. RFC 9110, 13.1.2: If-None-Match compares weakly. */
    static boolean isAmong(String tag, String ifNoneMatch) {
        return Arrays.stream(ifNoneMatch.split(",", MOST_TAGS))
                .map(AnswerTag::opaque)
                .anyMatch(opaque(tag)::equals);
    }

    private static String opaque(String tag) {
        String stripped = tag.strip();
        return stripped.startsWith("W/") ? stripped.substring(2) : stripped;
    }

    private static boolean goesByTheClock(RecordComponent component) {
        return BY_THE_CLOCK
                .getOrDefault(component.getDeclaringRecord(), Set.of())
                .contains(component.getName());
    }

    private static String hash(String json) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
