package com.terafy.monitor.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The document that this build has put into the WAR, read by others' eyes. */
class OpenApiDocumentTest {

    private final JsonNode document = document();

    private static JsonNode document() {
        try (InputStream file = OpenApiDocumentTest.class.getResourceAsStream("/openapi.json")) {
            return new ObjectMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SwaggerParseResult parsed(JsonNode text) {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        return new OpenAPIV3Parser().readContents(text.toString(), null, options);
    }

    @Test
    void itIsOpenApi31WithoutAComplaint() {
        SwaggerParseResult result = parsed(document);
        assertThat(result.getMessages()).isEmpty();
        assertThat(result.isOpenapi31()).isTrue();
        assertThat(result.getOpenAPI().getPaths()).hasSameSizeAs(document.path("paths"));
    }

    /** Or the first test would say nothing. */
    @Test
    void theParserComplainsOfWhatIsWrong() {
        ObjectNode wrong = document.deepCopy();
        wrong.remove("info");
        assertThat(parsed(wrong).getMessages()).anyMatch(message -> message.contains("info"));
        ObjectNode nowhere = document.deepCopy();
        ((ObjectNode) nowhere.path("paths").path("/me").path("get")).remove("responses");
        assertThat(parsed(nowhere).getMessages()).isNotEmpty();
    }

    @Test
    void everySchemaIsOneOfJsonSchema202012() {
        JsonSchema rules = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(SchemaLocation.of(SchemaId.V202012));
        assertThat(document.findValues("schema"))
                .hasSizeGreaterThan(50)
                .allSatisfy(schema -> assertThat(rules.validate(schema)).isEmpty());
        assertThat(document.path("components").path("schemas"))
                .isNotEmpty()
                .allSatisfy(schema -> assertThat(rules.validate(schema)).isEmpty());
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        assertThat(document.findValues("$ref"))
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.asText().substring(1)).isMissingNode())
                        .as(reference.asText())
                        .isFalse());
    }

    @Test
    void everyOperationHasANameOfItsOwnAndTheParametersOfItsPath() {
        Set<String> names = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().forEach(operation -> {
                    assertThat(names.add(operation.path("operationId").asText()))
                            .as("%s is said twice", operation.path("operationId"))
                            .isTrue();
                    assertThat(inPath(operation)).isEqualTo(placeholders(path.getKey()));
                }));
        assertThat(names).hasSizeGreaterThan(10);
    }

    @Test
    void rolesAreSecurityRequirementsOfWhichOneIsEnough() {
        assertThat(roles("/backends", "get")).containsExactly("terafy-monitor", "terafy-operator");
        assertThat(roles("/backends/{pid}", "get")).containsExactly("terafy-monitor", "terafy-operator");
        assertThat(roles("/backends/{pid}/cancel", "post")).containsExactly("terafy-operator");
        assertThat(roles("/pools/{name}/settings", "patch")).containsExactly("terafy-operator");
        assertThat(document.at("/paths/~1me/get/security").toString()).isEqualTo("[{\"basic\":[]}]");
        assertThat(document.at("/components/securitySchemes/basic/description").asText())
                .contains("terafy-query", "terafy-metrics");
    }

    private List<String> roles(String path, String method) {
        List<String> roles = new ArrayList<>();
        for (JsonNode requirement :
                document.path("paths").path(path).path(method).path("security")) {
            assertThat(requirement.path("basic")).hasSize(1);
            roles.add(requirement.path("basic").path(0).asText());
        }
        return roles;
    }

    @Test
    void everyOperationMaySayThatItCannotReadTheRequestOrThatTheMethodIsWrong() {
        document.path("paths")
                .forEach(path -> path.forEach(operation -> {
                    assertThat(operation.path("responses").fieldNames())
                            .toIterable()
                            .contains("400", "405");
                    assertThat(operation.at("/responses/405/headers/Allow").isMissingNode())
                            .isFalse();
                }));
    }

    /** What a request may have is closed, so that a wrong member is refused; what an answer may have is not. */
    @Test
    void answersAreOpenForNewMembersAndTheDocumentSaysSo() {
        assertThat(document.path("components").path("schemas"))
                .allSatisfy(
                        schema -> assertThat(schema.has("additionalProperties")).isFalse());
        assertThat(document.at("/info/description").asText()).contains("must ignore members");
        assertThat(document.at("/paths/~1cleanup~1run/post/requestBody/content/application~1json/schema")
                        .path("additionalProperties")
                        .asBoolean(true))
                .isFalse();
    }

    /** What changes something needs the header that no foreign page can send; what reads does not. */
    @Test
    void everyActionNamesTheHeaderAndAReason() {
        document.path("paths")
                .forEach(path -> path.properties().forEach(operation -> {
                    boolean reads = operation.getKey().equals("get");
                    assertThat(operation.getValue().path("parameters").findValuesAsText("name"))
                            .as(operation.getValue().path("operationId").asText())
                            .satisfies(names -> assertThat(names.contains("X-Terafy-Request"))
                                    .isNotEqualTo(reads));
                    JsonNode body = operation.getValue().at("/requestBody/content/application~1json/schema/required");
                    assertThat(body.toString().contains("reason")).isNotEqualTo(reads);
                }));
    }

    private static Set<String> inPath(JsonNode operation) {
        Set<String> names = new TreeSet<>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asText().equals("path")) {
                assertThat(parameter.path("required").asBoolean()).isTrue();
                names.add(parameter.path("name").asText());
            }
        }
        return names;
    }

    private static Set<String> placeholders(String path) {
        return Pattern.compile("\\{(\\w+)}")
                .matcher(path)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
