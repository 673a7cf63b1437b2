package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terafy.monitor.parameters.Arguments;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.pools.Monitors;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.problems.Problem;
import com.terafy.monitor.problems.ProblemException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolChoiceTest {

    private List<PoolMonitor> running = List.of();

    @BeforeEach
    void start() throws SQLException {
        running = Monitors.of(List.of(new FakePool(), new FakePool("Reporting", 2)))
                .all();
    }

    private String chosen(Map<Parameter, List<String>> arguments) {
        return PoolChoice.of(running, new Arguments(arguments)).name();
    }

    private Problem refusal(Parameter parameter) {
        return catchThrowableOfType(ProblemException.class, () -> chosen(Map.of(parameter, List.of("reporting"))))
                .problem();
    }

    @Test
    void withoutANameItIsTheDefaultOne() {
        assertThat(chosen(Map.of())).isEqualTo("TerafyDS");
        assertThat(chosen(Map.of(Parameter.OF_POOL, List.of("Reporting")))).isEqualTo("Reporting");
        assertThat(chosen(Map.of(Parameter.POOL, List.of("Reporting")))).isEqualTo("Reporting");
    }

    @Test
    void aNameThatNoPoolHasIsAnsweredWithThoseThatThereAre() {
        Problem inPath = refusal(Parameter.POOL);
        assertThat(inPath.status()).isEqualTo(404);
        assertThat(inPath.code()).isEqualTo("not-found");
        assertThat(inPath.allowed()).contains(List.of("TerafyDS", "Reporting"));
        Problem inQuery = refusal(Parameter.OF_POOL);
        assertThat(inQuery.status()).isEqualTo(422);
        assertThat(inQuery.code()).isEqualTo("invalid-parameter");
        assertThat(inQuery.parameter()).contains("pool");
        assertThat(inQuery.allowed()).contains(List.of("TerafyDS", "Reporting"));
    }
}
