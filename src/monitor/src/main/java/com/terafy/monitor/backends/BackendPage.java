package com.terafy.monitor.backends;

import com.terafy.monitor.backends.BackendOrder.Place;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One page of the sorted list. The next one begins behind the place of the last backend, not behind its number: who
 * goes from page to page meets each backend that stays, and keeps what it is sorted by, once, whatever comes and goes
 * meanwhile.
 *
 * @param matching how many the filter lets through, on all pages
 * @param backends those of this page, without their query texts
 * @param next where the next page begins; missing on the last one
 */
public record BackendPage(int matching, List<Backend> backends, Optional<String> next) {

    public BackendPage {
        backends = List.copyOf(backends);
    }

    /**
     * Where a page begins: behind this place.
     *
     * @param order one of {@link BackendOrder#texts}
     */
    public record Cursor(String order, Place place) {

        /** Longer texts are none. */
        public static final int LONGEST = 400;

        private static final int PARTS = 4;

        /** As it stands in an address. */
        String text() {
            String plain = order + ' ' + place.number() + ' ' + place.pid() + ' ' + place.text();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
        }

        /** What {@link #text} has written; empty if it was not. */
        public static Optional<Cursor> parse(String text) {
            if (text.length() > LONGEST) {
                return Optional.empty();
            }
            try {
                String[] parts =
                        new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", PARTS);
                if (parts.length < PARTS || !BackendOrder.texts().contains(parts[0])) {
                    return Optional.empty();
                }
                Place place = new Place(Long.parseLong(parts[1]), parts[3], Integer.parseInt(parts[2]));
                return Optional.of(new Cursor(parts[0], place));
            } catch (IllegalArgumentException notOurs) {
                return Optional.empty();
            }
        }
    }

    /**
     * The page. Pure.
     *
     * @param order one of {@link BackendOrder#texts}
     * @param after where the page before has ended; empty for the first
     * @param limit most backends of a page, at least 1
     */
    public static BackendPage of(
            List<Backend> all, Predicate<Backend> filter, String order, Optional<Cursor> after, int limit) {
        List<Backend> matching =
                all.stream().filter(filter).sorted(BackendOrder.of(order)).toList();
        Comparator<Place> places = BackendOrder.places(order);
        Stream<Backend> rest = matching.stream()
                .filter(backend -> after.map(
                                cursor -> places.compare(BackendOrder.place(order, backend), cursor.place()) > 0)
                        .orElse(true));
        List<Backend> shown = rest.limit(limit + 1L).toList();
        if (shown.size() <= limit) {
            return new BackendPage(matching.size(), shown, Optional.empty());
        }
        List<Backend> page = shown.subList(0, limit);
        Cursor end = new Cursor(order, BackendOrder.place(order, page.get(limit - 1)));
        return new BackendPage(matching.size(), page, Optional.of(end.text()));
    }
}
