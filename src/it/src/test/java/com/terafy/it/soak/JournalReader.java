package com.terafy.it.soak;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what the application writes down, while it does. Not thread-safe. */
final class JournalReader {

    private static final int MOST_BYTES_AT_ONCE = 1 << 20;

    private final Path file;
    private final Map<Integer, String[]> underWay = new HashMap<>();
    private long position;

    JournalReader(Path file) {
        this.file = file;
    }

    /** The operations that have ended since the last time. */
    List<Operation> take() {
        List<Operation> ended = new ArrayList<>();
        for (String text = more(); !text.isEmpty(); text = more()) {
            for (String line : text.split("\n")) {
                String[] parts = line.split(" ", 7);
                if (parts[0].equals("B")) {
                    underWay.put(Integer.valueOf(parts[1]), parts);
                } else {
                    ended.add(operation(parts));
                }
            }
        }
        return ended;
    }

    /** When the oldest operation began that has not ended; now, if there is none. */
    long oldestUnderWay() {
        return underWay.values().stream()
                .mapToLong(begun -> Long.parseLong(begun[3]))
                .min()
                .orElseGet(System::currentTimeMillis);
    }

    private Operation operation(String[] parts) {
        Integer thread = Integer.valueOf(parts[1]);
        String[] begun = underWay.remove(thread);
        if (begun == null || !begun[2].equals(parts[2])) {
            throw new IllegalStateException("An operation ends that did not begin: " + String.join(" ", parts));
        }
        return new Operation(
                thread,
                Long.parseLong(parts[2]),
                begun[4],
                Long.parseLong(begun[3]),
                Long.parseLong(parts[4]),
                Long.parseLong(parts[3]),
                parts[5],
                parts.length > 6 ? parts[6] : "");
    }

    /** Whole lines only. */
    private String more() {
        if (!Files.exists(file)) {
            return "";
        }
        try (RandomAccessFile journal = new RandomAccessFile(file.toFile(), "r")) {
            journal.seek(position);
            byte[] bytes = new byte[(int) Math.min(MOST_BYTES_AT_ONCE, journal.length() - position)];
            journal.readFully(bytes);
            int length = bytes.length;
            while (length > 0 && bytes[length - 1] != '\n') {
                length--;
            }
            position += length;
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
