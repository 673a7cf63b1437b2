package com.terafy.testkit;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * What is logged under a name while this is open, kept from the console. For the JDK's default backend of
 * {@link System.Logger}, which is java.util.logging; a logger below the name is recorded
 * too, unless it has a level of its own.
 *
 * <p>Thread-safe.
 */
public final class RecordingLog implements AutoCloseable {

    /** No test reads more; a loop that logs must not eat the memory. */
    private static final int MAX_ENTRIES = 10_000;

    /** One message with its parameters filled in. */
    public record Entry(
            Level level,
            String logger,
            String message,
            @Nullable Throwable thrown) {}

    private final Logger logger;
    private final java.util.logging.@Nullable Level levelBefore;
    private final boolean parentHandlersBefore;
    private final Recorder recorder = new Recorder();

    private RecordingLog(Logger logger) {
        this.logger = logger;
        this.levelBefore = logger.getLevel();
        this.parentHandlersBefore = logger.getUseParentHandlers();
    }

    /** Records everything of the logger, of all levels. */
    public static RecordingLog of(String loggerName) {
        RecordingLog log = new RecordingLog(Logger.getLogger(loggerName));
        log.logger.setLevel(java.util.logging.Level.ALL);
        log.logger.setUseParentHandlers(false);
        log.logger.addHandler(log.recorder);
        return log;
    }

    /** Records everything of the class's logger. */
    public static RecordingLog of(Class<?> owner) {
        return of(owner.getName());
    }

    /** The entries so far, oldest first. */
    public List<Entry> entries() {
        return recorder.copy();
    }

    /** The messages so far that are at least this severe. */
    public List<String> messages(Level least) {
        return entries().stream()
                .filter(entry -> entry.level().getSeverity() >= least.getSeverity())
                .map(Entry::message)
                .toList();
    }

    /** All the messages so far. */
    public List<String> messages() {
        return messages(Level.ALL);
    }

    /** Forgets the entries so far. */
    public void clear() {
        recorder.clear();
    }

    /** Stops recording and gives the logger back as it was. */
    @Override
    public void close() {
        logger.removeHandler(recorder);
        logger.setLevel(levelBefore);
        logger.setUseParentHandlers(parentHandlersBefore);
    }

    private static final class Recorder extends Handler {

        private final Formatter formatter = new SimpleFormatter();
        private final List<Entry> entries = new ArrayList<>(); // guarded by itself

        @Override
        public void publish(LogRecord message) {
            Entry entry = new Entry(
                    level(message.getLevel()),
                    message.getLoggerName(),
                    formatter.formatMessage(message),
                    message.getThrown());
            synchronized (entries) {
                if (entries.size() < MAX_ENTRIES) {
                    entries.add(entry);
                }
            }
        }

        List<Entry> copy() {
            synchronized (entries) {
                return List.copyOf(entries);
            }
        }

        void clear() {
            synchronized (entries) {
                entries.clear();
            }
        }

        /** The same pairs as the JDK's own bridge. */
        private static Level level(java.util.logging.Level level) {
            int value = level.intValue();
            if (value >= java.util.logging.Level.SEVERE.intValue()) {
                return Level.ERROR;
            }
            if (value >= java.util.logging.Level.WARNING.intValue()) {
                return Level.WARNING;
            }
            if (value >= java.util.logging.Level.INFO.intValue()) {
                return Level.INFO;
            }
            return value >= java.util.logging.Level.FINE.intValue() ? Level.DEBUG : Level.TRACE;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
