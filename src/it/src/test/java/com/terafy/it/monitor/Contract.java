package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The OpenAPI document as the server serves it, and whether an answer keeps to it. */
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
        Optional<JsonNode> operation = operation(method, path);
        if (operation.isEmpty()) { // nothing of the document: refused by the container
            assertThat(answer.status())
                    .as("%s %s is in no document", method, path)
                    .isGreaterThanOrEqualTo(400);
            return;
        }
        JsonNode response = operation.get().path("responses").path(String.valueOf(answer.status()));
        assertThat(response.isMissingNode())
                .as("%s %s may answer %s: %s", method, path, answer.status(), answer.text())
                .isFalse();
        if (!response.has("content")) {
            assertThat(answer.text()).isEmpty();
            return;
        }
        Map.Entry<String, JsonNode> content =
                response.path("content").properties().iterator().next();
        assertThat(answer.header("content-type")).startsWith(content.getKey());
        assertThat(schema(content.getValue().path("schema")).validate(answer.json()))
                .as("%s %s: %s", method, path, answer.text())
                .isEmpty();
    }

    private JsonSchema schema(JsonNode schema) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.path("components"));
        return SCHEMAS.getSchema(whole, STRICT);
    }

    private Optional<JsonNode> operation(String method, String path) {
        Iterator<Map.Entry<String, JsonNode>> paths =
                document.path("paths").properties().iterator();
        while (paths.hasNext()) {
            Map.Entry<String, JsonNode> candidate = paths.next();
            String pattern = candidate.getKey().replaceAll("\\{[a-z]+\\}", "[^/]+");
            JsonNode operation = candidate.getValue().path(method.toLowerCase(java.util.Locale.ROOT));
            if (Pattern.matches(pattern, path) && !operation.isMissingNode()) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }
}
