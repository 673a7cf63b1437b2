package com.terafy.it.nodes;

import java.time.Duration;
import java.util.List;

/**
 * What happens next.
 *
 * @param number from 1
 * @param nodes whom it befalls, in this order; not empty
 * @param quiet before it: longer than nodes need to say that they live
 * @param lasts how long it lasts, where it is something that lasts
 */
record Card(int number, Event event, List<NodeSettings> nodes, Duration quiet, Duration lasts) {

    Card {
        nodes = List.copyOf(nodes);
    }

    NodeSettings node() {
        return nodes.get(0);
    }

    @Override
    public String toString() {
        String who = switch (event) {
            case RESTART, FREEZE, ORPHANS -> "";
            case PAUSE, SUSPEND, RUN_NOW -> " " + node();
            case LEASE, FULL, SHUFFLE -> " " + nodes;
        };
        String howLong = switch (event) {
            case FULL, PAUSE, SUSPEND, FREEZE -> " for " + lasts.toSeconds() + " s";
            case LEASE, RESTART, RUN_NOW, ORPHANS, SHUFFLE -> "";
        };
        return number + " " + event + who + howLong;
    }
}
