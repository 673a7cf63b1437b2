package com.terafy.it.switchover;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The figures of a run, as a table in markdown. Not thread-safe. */
final class Table {

    private record Row(Event event, Way way) {}

    private final Map<Row, Map<Peer, List<Cell>>> rows = new HashMap<>();
    private final List<String> missed = new ArrayList<>();

    void add(Event event, Way way, int threads, Peer peer, Cell cell) {
        rows.computeIfAbsent(new Row(event, way), row -> new EnumMap<>(Peer.class))
                .computeIfAbsent(peer, first -> new ArrayList<>())
                .add(cell);
        for (String what : Goals.missed(event, peer, threads, cell)) {
            missed.add(peer + ", " + event.title() + ", " + way.title() + ", " + threads + " threads: " + what);
        }
    }

    /** What could not be done. */
    void add(Event event, Way way, int threads, RuntimeException failed) {
        missed.add(event.title() + ", " + way.title() + ", " + threads + " threads: could not be done: " + failed);
    }

    /** The goals that Terafy missed, and what could not be done. */
    List<String> missed() {
        return List.copyOf(missed);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("| | |");
        for (Peer peer : Peer.values()) {
            text.append(' ').append(peer.title()).append(" |");
        }
        text.append("\n|").append(" --- |".repeat(Peer.values().length + 2)).append('\n');
        for (Event event : Event.values()) {
            for (Way way : Way.values()) {
                Map<Peer, List<Cell>> cells = rows.get(new Row(event, way));
                if (cells != null) {
                    text.append(line(event, way, cells));
                }
            }
        }
        return text.toString();
    }

    private static String line(Event event, Way way, Map<Peer, List<Cell>> cells) {
        StringBuilder text = new StringBuilder("| " + event.title() + " | " + way.title() + " |");
        for (Peer peer : Peer.values()) {
            List<Cell> ofThreads = cells.get(peer);
            text.append(' ')
                    .append(ofThreads == null ? "" : Cell.brief(ofThreads))
                    .append(" |");
        }
        return text.append('\n').toString();
    }
}
