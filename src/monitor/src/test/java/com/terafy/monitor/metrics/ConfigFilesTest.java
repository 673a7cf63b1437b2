package com.terafy.monitor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.DurationHistogram;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolStatistics;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The examples in config use metrics and labels that there are. */
class ConfigFilesTest {

    private static final Path CONFIG = Path.of("..", "..", "config");
    private static final Pattern NAME = Pattern.compile("(db_client_connection|terafy_pool|terafy_fleet)_[a-z_]+");

    @ParameterizedTest
    @ValueSource(strings = {"prometheus/alerts.yml", "grafana/terafy.json"})
    void everyMetricAndLabelExists(String file) throws IOException {
        Set<String> used = names(Files.readString(CONFIG.resolve(file)));
        assertThat(used).isNotEmpty();
        assertThat(names(metrics())).containsAll(used);
    }

    @Test
    void theFilesCanBeRead() throws IOException {
        Map<String, Object> alerts = new Yaml().load(Files.readString(CONFIG.resolve("prometheus/alerts.yml")));
        assertThat(alerts).containsKey("groups");
        try (JsonReader reader =
                Json.createReader(new StringReader(Files.readString(CONFIG.resolve("grafana/terafy.json"))))) {
            assertThat(reader.readObject().getJsonArray("panels")).isNotEmpty();
        }
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    private static String metrics() throws IOException {
        DurationHistogram none = new DurationHistogram(List.of(), List.of(0L), Duration.ZERO);
        PoolStatistics pool = new PoolStatistics(
                "TerafyDS", 2, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, Map.of(), none, none, none);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create()
                .write(
                        text,
                        PoolMetrics.of(
                                List.of(new PoolNow(
                                        pool,
                                        false,
                                        Optional.of(new LeaseStatus(true, Optional.empty(), Optional.empty())),
                                        Optional.of(false))),
                                List.of()),
                        EscapingScheme.UNDERSCORE_ESCAPING);
        return text.toString(StandardCharsets.UTF_8);
    }
}
