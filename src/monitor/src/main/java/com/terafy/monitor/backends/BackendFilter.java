package com.terafy.monitor.backends;

import com.terafy.monitor.json.JsonNames;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which backends to show.
 *
 * @param states any of these; all where empty
 * @param classes any of these, as they read in JSON; all where empty
 */
public record BackendFilter(
        Optional<Integer> pid,
        Optional<String> user,
        List<String> states,
        List<String> classes,
        Optional<Duration> minIdle)
        implements Predicate<Backend> {

    public BackendFilter {
        states = List.copyOf(states);
        classes = List.copyOf(classes);
    }

    @Override
    public boolean test(Backend backend) {
        return pid.map(wanted -> wanted == backend.pid()).orElse(true)
                && user.map(wanted -> backend.user().equals(Optional.of(wanted)))
                        .orElse(true)
                && (states.isEmpty() || backend.state().filter(states::contains).isPresent())
                && (classes.isEmpty() || classes.contains(JsonNames.of(backend.class_())))
                && minIdle.map(least -> unchangedFor(backend, least)).orElse(true);
    }

    private static boolean unchangedFor(Backend backend, Duration least) {
        return backend.idle().filter(idle -> idle.compareTo(least) >= 0).isPresent();
    }
}
