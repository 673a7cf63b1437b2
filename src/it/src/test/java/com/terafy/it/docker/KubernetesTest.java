package com.terafy.it.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What can be said of the manifest without a cluster: every field by the schema, and what must fit together. */
class KubernetesTest {

    private static final Path TOP = Path.of("../..").toAbsolutePath().normalize();

    private final Map<String, JsonNode> resources = new LinkedHashMap<>();
    private final KubernetesSchema schema = new KubernetesSchema();

    KubernetesTest() throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        try (var documents = yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(
                        TOP.resolve("docker/kubernetes/terafy.yaml").toFile())) {
            documents.forEachRemaining(
                    resource -> resources.put(resource.path("kind").asText(), resource));
        }
    }

    private JsonNode pod() {
        return resource("Deployment").at("/spec/template");
    }

    private JsonNode server() {
        return pod().at("/spec/containers/0");
    }

    private JsonNode resource(String kind) {
        return resources.getOrDefault(kind, com.fasterxml.jackson.databind.node.MissingNode.getInstance());
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @Test
    void everyResourceKeepsToTheSchema() {
        assertThat(resources)
                .containsOnlyKeys("Secret", "ConfigMap", "Deployment", "Service", "PodDisruptionBudget")
                .allSatisfy((kind, resource) ->
                        assertThat(schema.check(resource)).as(kind).isEmpty());
    }

    @Test
    void schemaFindsAMisspeltFieldAndAWrongType() {
        ((ObjectNode) server().path("readinessProbe")).put("periodSecond", 5);
        ((ObjectNode) resource("Deployment").path("spec")).put("replicas", "two");
        assertThat(schema.check(resource("Deployment")))
                .anySatisfy(wrong -> assertThat(wrong.getMessage()).contains("periodSecond"))
                .anySatisfy(wrong -> assertThat(wrong.getMessage()).contains("replicas"))
                .hasSize(2);
    }

    @Test
    void servicesSelectThePods() {
        JsonNode labels = pod().at("/metadata/labels");
        assertThat(resource("Deployment").at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(resource("Service").at("/spec/selector")).isEqualTo(labels);
        assertThat(resource("PodDisruptionBudget").at("/spec/selector/matchLabels"))
                .isEqualTo(labels);
    }

    @Test
    void updateWaitsForTheNewPodAndForRequestsUnderWay() throws IOException {
        assertThat(resource("Deployment")
                        .at("/spec/strategy/rollingUpdate/maxUnavailable")
                        .asInt(-1))
                .isZero();
        assertThat(server().at("/readinessProbe/httpGet/path").asText()).isEqualTo("/terafy/health/ready");
        assertThat(server().at("/livenessProbe/httpGet/path").asText()).isEqualTo("/terafy/health/live");
        int sleep = server().at("/lifecycle/preStop/exec/command/1").asInt();
        int grace = pod().at("/spec/terminationGracePeriodSeconds").asInt();
        assertThat(Files.readString(TOP.resolve("docker/server/start.sh")))
                .contains("-Dorg.wildfly.sigterm.suspend.timeout=30");
        assertThat(grace).isGreaterThan(sleep + 30);
    }

    @Test
    void secretsAndVolumesAreWhereTheServerLooksForThem() throws IOException {
        String mounted = "/run/secrets/terafy/";
        assertThat(stream(server().path("env"))
                        .map(variable -> variable.path("value").asText())
                        .filter(value -> value.startsWith(mounted))
                        .map(value -> value.substring(mounted.length())))
                .containsExactlyElementsOf(resource("Secret").path("stringData").properties().stream()
                        .map(Map.Entry::getKey)
                        .toList());
        List<String> volumes = stream(pod().at("/spec/volumes"))
                .map(volume -> volume.path("name").asText())
                .toList();
        assertThat(stream(server().path("volumeMounts"))
                        .map(mount -> mount.path("name").asText()))
                .containsExactlyInAnyOrderElementsOf(volumes);
        String example = Files.readString(TOP.resolve("config/.env.example"));
        assertThat(resource("ConfigMap").path("data").properties())
                .allSatisfy(setting -> assertThat(example).contains(setting.getKey() + "="));
    }
}
