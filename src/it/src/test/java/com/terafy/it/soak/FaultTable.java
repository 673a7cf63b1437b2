package com.terafy.it.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** For each fault: how often it was, how many operations failed by it, and how soon one succeeded. Not thread-safe. */
final class FaultTable {

    private final Map<Fault, Row> rows = new EnumMap<>(Fault.class);
    private final List<Window> unanswered = new ArrayList<>();
    private final List<Window> recent = new ArrayList<>();

    private static final class Row {
        private int times;
        private int failed;
        private final List<Long> firstSuccess = new ArrayList<>();

        private static String median(List<Long> values) {
            List<Long> sorted = values.stream().sorted().toList();
            return sorted.isEmpty() ? "–" : sorted.get((sorted.size() - 1) / 2) + " / " + sorted.get(sorted.size() - 1);
        }
    }

    void add(Window window) {
        row(window).times++;
        unanswered.add(window);
        recent.add(0, window);
    }

    void add(Operation operation) {
        if (operation.failed()) {
            recent.stream()
                    .filter(window -> window.excuses(operation))
                    .findFirst()
                    .ifPresent(window -> {
                        Row row = row(window);
                        row.failed++;
                    });
            return;
        }
        for (Iterator<Window> waiting = unanswered.iterator(); waiting.hasNext(); ) {
            Window window = waiting.next();
            if (operation.ended() >= window.ready()) {
                row(window).firstSuccess.add(operation.ended() - window.ready());
                waiting.remove();
            }
        }
    }

    private Row row(Window window) {
        return rows.computeIfAbsent(window.step().fault(), fault -> new Row());
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("| Fault | times | operations failed | first success after, median / longest"
                        + " ms |\n| --- | --- | --- | --- |\n");
        rows.forEach((fault, row) -> text.append("| ")
                .append(fault)
                .append(" | ")
                .append(row.times)
                .append(" | ")
                .append(row.failed)
                .append(" | ")
                .append(Row.median(row.firstSuccess))
                .append(" |\n"));
        return text.toString();
    }
}
