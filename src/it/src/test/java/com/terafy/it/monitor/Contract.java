package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The OpenAPI document as the server serves it, and whether an answer keeps to it. Stricter than a client has to be: a
 * member that the document does not know fails, although the document leaves answers open for later ones.
 */
final class Contract {

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private static final SchemaValidatorsConfig STRICT =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    private final JsonNode document;

    Contract(JsonNode document) {
        this.document = document;
    }

    JsonNode document() {
        return document;
    }

    /** Fails if the answer is not one that the document has for this request. */
    void check(String method, String path, Rest.Answer answer) {
        Optional<JsonNode> found = path(path);
        if (found.isEmpty()) { // nothing of the document: refused by the container
            assertThat(answer.status()).as("%s is in no document", path).isGreaterThanOrEqualTo(400);
            return;
        }
        JsonNode operation = found.get().path(method.toLowerCase(java.util.Locale.ROOT));
        if (operation.isMissingNode()) {
            assertThat(answer.status())
                    .as("%s %s is in no document", method, path)
                    .isGreaterThanOrEqualTo(400);
            operation = found.get().elements().next(); // each says what comes with another method
        }
        check(method + " " + path, operation, answer);
    }

    private void check(String asked, JsonNode operation, Rest.Answer answer) {
        JsonNode response = operation.path("responses").path(String.valueOf(answer.status()));
        assertThat(response.isMissingNode())
                .as("%s may answer %s: %s", asked, answer.status(), answer.text())
                .isFalse();
        if (!response.has("content")) {
            assertThat(answer.text()).isEmpty();
            return;
        }
        Map.Entry<String, JsonNode> content =
                response.path("content").properties().iterator().next();
        assertThat(answer.header("content-type")).startsWith(content.getKey());
        checkBody(asked, content.getValue().path("schema"), answer.json());
    }

    /** Fails if this is not an answer of that operation with status 200. */
    void checkDone(String method, String path, JsonNode body) {
        JsonNode operation = path(path).orElseThrow().path(method.toLowerCase(java.util.Locale.ROOT));
        checkBody(path, operation.at("/responses/200/content/application~1json/schema"), body);
    }

    private void checkBody(String asked, JsonNode schema, JsonNode body) {
        assertThat(schema(schema).validate(body)).as("%s: %s", asked, body).isEmpty();
    }

    private JsonSchema schema(JsonNode schema) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.path("components").deepCopy());
        whole.findParents("properties").forEach(object -> ((ObjectNode) object).put("additionalProperties", false));
        return SCHEMAS.getSchema(whole, STRICT);
    }

    private Optional<JsonNode> path(String path) {
        return document.path("paths").properties().stream()
                .filter(candidate -> Pattern.matches(candidate.getKey().replaceAll("\\{[a-z]+\\}", "[^/]+"), path))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
