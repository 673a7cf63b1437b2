package com.terafy.it.switchover;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of a run, as a table in markdown. Not thread-safe. */
final class Table {

    private record Row(Event event, Way way, int threads) {}

    private final Map<Row, Map<Peer, Cell>> rows = new LinkedHashMap<>();
    private final List<String> missed = new ArrayList<>();

    void add(Event event, Way way, int threads, Peer peer, Cell cell) {
        rows.computeIfAbsent(new Row(event, way, threads), row -> new EnumMap<>(Peer.class))
                .put(peer, cell);
        for (String what : Goals.missed(event, peer, threads, cell)) {
            missed.add(peer + ", " + event.title() + ", " + way.title() + ", " + threads + " threads: " + what);
        }
    }

    /** The goals that Terafy missed. */
    List<String> missed() {
        return List.copyOf(missed);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("| Event | Way, threads |");
        for (Peer peer : Peer.values()) {
            text.append(' ').append(peer.title()).append(" |");
        }
        text.append("\n|").append(" --- |".repeat(Peer.values().length + 2)).append('\n');
        rows.entrySet().stream()
                .sorted(java.util.Comparator.comparing((Map.Entry<Row, Map<Peer, Cell>> row) ->
                                row.getKey().event())
                        .thenComparing(row -> row.getKey().way())
                        .thenComparing(row -> row.getKey().threads()))
                .forEach(row -> text.append(line(row.getKey(), row.getValue())));
        return text.toString();
    }

    private static String line(Row row, Map<Peer, Cell> cells) {
        StringBuilder text =
                new StringBuilder("| " + row.event().title() + " | " + row.way().title() + ", " + row.threads() + " |");
        for (Peer peer : Peer.values()) {
            Cell cell = cells.get(peer);
            text.append(' ').append(cell == null ? "" : cell.brief()).append(" |");
        }
        return text.append('\n').toString();
    }
}
