package com.terafy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class RecordingLogTest {

    private static final String NAME = "com.terafy.testkit.recorded";
    private final System.Logger logger = System.getLogger(NAME);

    @Test
    void messagesAreRecordedWithTheirLevelParametersAndCause() {
        Exception cause = new Exception("cause");
        try (RecordingLog log = RecordingLog.of(NAME)) {
            logger.log(Level.WARNING, "Pool {0} has {1}", "TerafyDS", 2);
            logger.log(Level.DEBUG, "with a cause", cause);

            assertThat(log.entries())
                    .containsExactly(
                            new RecordingLog.Entry(Level.WARNING, NAME, "Pool TerafyDS has 2", null),
                            new RecordingLog.Entry(Level.DEBUG, NAME, "with a cause", cause));
            assertThat(log.messages(Level.INFO)).containsExactly("Pool TerafyDS has 2");
        }
    }

    @Test
    void loggersBelowTheNameAreRecordedToo() {
        try (RecordingLog log = RecordingLog.of("com.terafy.testkit")) {
            logger.log(Level.INFO, "from below");

            assertThat(log.messages()).containsExactly("from below");
            log.clear();
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void closingGivesTheLoggerBackAsItWas() {
        Logger plain = Logger.getLogger("com.terafy.testkit.lent");
        plain.setLevel(java.util.logging.Level.SEVERE);
        RecordingLog log = RecordingLog.of("com.terafy.testkit.lent");
        log.close();

        plain.info("after the close");

        assertThat(log.messages()).isEmpty();
        assertThat(plain.getLevel()).isEqualTo(java.util.logging.Level.SEVERE);
        assertThat(plain.getUseParentHandlers()).isTrue();
    }
}
