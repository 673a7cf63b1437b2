package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.BackendVerdict;
import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.DurationHistogram;
import com.terafy.api.HistoryTarget;
import com.terafy.monitor.backends.DatabaseFigures;
import com.terafy.monitor.openapi.Operation;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AnswerTagTest {

    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    /** Durations that do not grow by themselves. */
    private static final Set<String> FIXED = Stream.of(
                    of(DurationHistogram.class, "sum"),
                    of(DurationHistogram.class, "upperBounds"),
                    of(PoolsResource.Past.class, "interval"),
                    of(DatabaseFigures.class, "replicationLag"),
                    of(BackendVerdict.class, "age"),
                    of(HistoryTarget.class, "age"))
            .collect(Collectors.toSet());

    private static String of(Class<?> type, String component) {
        return type.getSimpleName() + "." + component;
    }

    private static PoolsResource.Connections connections(Instant at, Duration idle, long borrowed) {
        ConnectionInfo connection = new ConnectionInfo(
                1,
                ConnectionState.IDLE,
                4711,
                NOW,
                NOW,
                NOW,
                Optional.empty(),
                Optional.empty(),
                borrowed,
                Duration.ZERO,
                idle,
                Optional.empty());
        return new PoolsResource.Connections(at, "TerafyDS", 1, 1, List.of(connection));
    }

    @Test
    void timeAloneDoesNotChangeIt() {
        String tag = AnswerTag.of(connections(NOW, Duration.ofSeconds(1), 3));
        assertThat(AnswerTag.of(connections(NOW.plusSeconds(5), Duration.ofSeconds(6), 3)))
                .isEqualTo(tag)
                .matches("W/\"[0-9a-f]{24}\"");
        assertThat(AnswerTag.of(connections(NOW, Duration.ofSeconds(1), 4))).isNotEqualTo(tag);
    }

    @Test
    void aTagIsFoundAmongOthersAndComparedWeakly() {
        assertThat(AnswerTag.isAmong("W/\"a\"", "\"b\", W/\"a\"")).isTrue();
        assertThat(AnswerTag.isAmong("W/\"a\"", "\"a\"")).isTrue();
        assertThat(AnswerTag.isAmong("W/\"a\"", "W/\"b\"")).isFalse();
    }

    @Test
    void everyDurationOfAnAnswerGoesByTheClockOrIsKnownNotTo() {
        Set<String> durations = records().stream()
                .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                .filter(component -> component.getGenericType().getTypeName().contains(Duration.class.getName()))
                .map(component -> of(component.getDeclaringRecord(), component.getName()))
                .collect(Collectors.toSet());
        Set<String> known = new HashSet<>(FIXED);
        AnswerTag.BY_THE_CLOCK.forEach((type, names) -> names.forEach(name -> known.add(of(type, name))));
        assertThat(known).containsAll(durations);
    }

    @Test
    void whatGoesByTheClockIsThere() {
        AnswerTag.BY_THE_CLOCK.forEach((type, names) -> assertThat(type.getRecordComponents())
                .extracting(RecordComponent::getName)
                .containsAll(names));
        assertThat(records()).containsAll(AnswerTag.BY_THE_CLOCK.keySet());
    }

    /** Every record of every answer. */
    private static Set<Class<?>> records() {
        Set<Class<?>> found = new HashSet<>();
        for (Class<?> resource : List.of(
                PoolsResource.class,
                OverviewResource.class,
                PoolActionsResource.class,
                BackendsResource.class,
                BackendResource.class,
                CleanupResource.class,
                FleetResource.class,
                MeResource.class,
                HistoryResource.class)) {
            for (Method method : resource.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Operation.class)) {
                    collect(method.getGenericReturnType(), found);
                }
            }
        }
        return found;
    }

    private static void collect(Type type, Set<Class<?>> found) {
        if (type instanceof ParameterizedType generic) {
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> collect(argument, found));
        } else if (type instanceof Class<?> plain && plain.isRecord() && found.add(plain)) {
            Arrays.stream(plain.getRecordComponents()).forEach(component -> collect(component.getGenericType(), found));
        }
    }
}
