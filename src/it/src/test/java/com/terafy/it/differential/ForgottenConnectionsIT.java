package com.terafy.it.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Management;
import com.terafy.it.differential.inside.Forgotten;
import com.terafy.it.differential.inside.Mode;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server whose cached-connection-manager closes what applications forget: {@code debug} and {@code error} are true. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForgottenConnectionsIT {

    private final Management management = Management.ofServer();
    private Stage stage;

    @BeforeAll
    void watch() {
        management.watchForgottenConnections(true);
        management.reload();
        stage = Stage.of(Mode.LOCAL, true);
    }

    @AfterAll
    void putBack() {
        if (stage != null) {
            stage.close();
        }
        management.watchForgottenConnections(false);
        management.reload();
        management.close();
    }

    static Stream<Row> rows() {
        return Row.of(Forgotten.all());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void bothAreClosedByTheServer(Row row) {
        Comparison comparison = stage.compare(row);
        assertThat(comparison.fault()).as(comparison.toString()).isEmpty();
    }
}
