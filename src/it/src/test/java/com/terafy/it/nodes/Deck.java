package com.terafy.it.nodes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which event comes when: follows from the seed alone and has no end. Shuffled when it is empty. Not thread-safe. */
final class Deck {

    /** A run that is shorter has events that last for as short as they may, so that it sees them all. */
    private static final Duration SHORT_RUN = Duration.ofMinutes(15);

    /** Longer than what makes a pool that shows no sign of life gone: 60 s, and 90 in which others see it. */
    private static final int LONGEST_FULL_SECONDS = 150;

    private static final int SHORTEST_QUIET_SECONDS = 8;
    private static final int LONGEST_QUIET_SECONDS = 16;

    private final Random random;
    private final boolean brief;
    private final List<Event> ahead = new ArrayList<>();
    private int cards;

    /** @param run how long the run is to last */
    Deck(long seed, Duration run) {
        this.random = new Random(seed);
        this.brief = run.compareTo(SHORT_RUN) < 0;
    }

    Card next() {
        if (ahead.isEmpty()) {
            for (Event event : Event.values()) {
                ahead.addAll(Collections.nCopies(event.cards(), event));
            }
            Collections.shuffle(ahead, random);
        }
        cards++;
        Event event = ahead.remove(ahead.size() - 1);
        return new Card(
                cards,
                event,
                nodes(),
                seconds(SHORTEST_QUIET_SECONDS, brief ? SHORTEST_QUIET_SECONDS : LONGEST_QUIET_SECONDS),
                lasts(event));
    }

    private List<NodeSettings> nodes() {
        List<NodeSettings> all = new ArrayList<>(List.of(NodeSettings.values()));
        Collections.shuffle(all, random);
        return all.subList(0, 1 + random.nextInt(all.size()));
    }

    private Duration lasts(Event event) {
        return switch (event) {
            case FULL -> seconds(30, brief ? 40 : LONGEST_FULL_SECONDS);
            case PAUSE -> seconds(20, brief ? 30 : 60);
            case SUSPEND -> seconds(10, brief ? 15 : 40);
            case FREEZE -> seconds(5, brief ? 10 : 20);
            case LEASE, RESTART, RUN_NOW, ORPHANS, SHUFFLE -> Duration.ZERO;
        };
    }

    private Duration seconds(int least, int most) {
        return Duration.ofSeconds(least + random.nextInt(most - least + 1));
    }
}
