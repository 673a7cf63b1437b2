package com.terafy.monitor.backends;

import com.terafy.monitor.json.JsonNames;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which backends to show. What is not known of a backend, such as an age that PostgreSQL hides, matches nothing.
 *
 * @param application the application_name; with an asterisk at its end, its beginning
 * @param client the client's address, as the list shows it
 * @param states any of these; all where empty
 * @param classes any of these, as they read in JSON; all where empty
 */
public record BackendFilter(
        Optional<Integer> pid,
        Optional<String> user,
        Optional<String> application,
        Optional<String> client,
        List<String> states,
        List<String> classes,
        Optional<Duration> minIdle,
        Optional<Duration> minTransactionAge,
        Optional<Duration> minQueryAge)
        implements Predicate<Backend> {

    /** Lets every backend through. */
    public static final BackendFilter ALL = new BackendFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private static final String ANYTHING = "*";

    public BackendFilter {
        states = List.copyOf(states);
        classes = List.copyOf(classes);
    }

    @Override
    public boolean test(Backend backend) {
        return pid.map(wanted -> wanted == backend.pid()).orElse(true)
                && user.map(wanted -> backend.user().equals(Optional.of(wanted)))
                        .orElse(true)
                && application
                        .map(wanted -> isNamed(backend.applicationName(), wanted))
                        .orElse(true)
                && client.map(wanted -> isAt(backend, wanted)).orElse(true)
                && (states.isEmpty() || backend.state().filter(states::contains).isPresent())
                && (classes.isEmpty() || classes.contains(JsonNames.of(backend.class_())))
                && isAtLeast(minIdle, backend.idle())
                && isAtLeast(minTransactionAge, backend.transactionAge())
                && isAtLeast(minQueryAge, backend.queryAge());
    }

    private static boolean isAt(Backend backend, String address) {
        return backend.clientAddress().filter(address::equalsIgnoreCase).isPresent();
    }

    private static boolean isNamed(String name, String wanted) {
        return wanted.endsWith(ANYTHING)
                ? name.startsWith(wanted.substring(0, wanted.length() - ANYTHING.length()))
                : name.equals(wanted);
    }

    private static boolean isAtLeast(Optional<Duration> least, Optional<Duration> age) {
        return least.isEmpty()
                || age.filter(known -> known.compareTo(least.get()) >= 0).isPresent();
    }
}
