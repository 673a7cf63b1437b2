package com.terafy.it.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.differential.inside.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole table in one mode. Both outcomes of each row are in a file beside the server's directory. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Table {

    /** How many in one request. */
    private static final Map<String, Integer> PORTIONS = Map.of("TIMEOUT", 40, "OTHER_THREAD", 2_000);

    /** To see what WildFly's own makes of it: {@code -Dit.differential.mass=WildflyDS}. */
    private static final String MASS = System.getProperty("it.differential.mass", Stage.TERAFY);

    private final Mode mode;
    private final Path report;
    private Stage stage;

    Table(Mode mode) {
        this.mode = mode;
        this.report = Path.of(System.getProperty("it.base"))
                .resolveSibling("differential-" + mode.name().toLowerCase(Locale.ROOT) + ".txt");
    }

    @BeforeAll
    void deploy() throws IOException {
        Files.deleteIfExists(report);
        stage = Stage.of(mode);
    }

    @AfterAll
    void undeploy() {
        stage.close();
    }

    Stage stage() {
        return stage;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void bothDoTheSameOrDifferAsTheTableSays(Row row) throws IOException {
        Comparison comparison = stage.compare(row);
        String fault = comparison.fault().orElse("");
        Files.writeString(
                report,
                (fault.isEmpty() ? "" : "FAULT: " + fault + "\n  ") + comparison,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        assertThat(fault).as(comparison.toString()).isEmpty();
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void nothingStaysOfTransactionsThatTimeOut() {
        rollBack("TIMEOUT", Integer.getInteger("it.differential.timeouts"));
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void nothingStaysOfTransactionsThatAnotherThreadRollsBack() {
        rollBack("OTHER_THREAD", Integer.getInteger("it.differential.rollbacks"));
    }

    /** Eight threads insert at random moments, take no notice of errors, and commit. */
    private void rollBack(String end, int count) {
        int portion = PORTIONS.get(end);
        for (int from = 0; from < count; from += portion) {
            stage.clear();
            List<String> report = stage.mass(MASS, end, from, Math.min(portion, count - from));
            assertThat(stage.massRows()).as("rows that stay; " + report).isZero();
            assertThat(report).contains("accepted too late: 0", "not borrowed: 0");
        }
    }
}
