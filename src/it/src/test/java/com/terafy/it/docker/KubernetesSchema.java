package com.terafy.it.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The JSON schema of Kubernetes' resources that fabric8's model archives carry, made strict: what it does not know is
 * an error, as for {@code kubectl apply --validate=strict}.
 */
final class KubernetesSchema {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<ObjectNode> schemas = new ArrayList<>();

    KubernetesSchema() throws IOException {
        for (URL url :
                Collections.list(KubernetesSchema.class.getClassLoader().getResources("schema/kube-schema.json"))) {
            ObjectNode schema;
            try (InputStream text = url.openStream()) {
                schema = (ObjectNode) JSON.readTree(text);
            }
            ObjectNode definitions = (ObjectNode) schema.path("definitions");
            definitions.forEach(KubernetesSchema::tighten);
            for (Map.Entry<String, JsonNode> definition : definitions.properties()) {
                // Described there as the classes that Java has for them.
                if (definition.getKey().endsWith("_IntOrString")
                        || definition.getKey().endsWith("_Quantity")) {
                    definition.setValue(JSON.readTree("{\"type\": [\"integer\", \"string\"]}"));
                }
            }
            schemas.add(schema);
        }
    }

    private static void tighten(JsonNode definition) {
        if (definition instanceof ObjectNode object && definition.has("properties")) {
            object.put("additionalProperties", false);
            ArrayNode required = JSON.createArrayNode();
            object.path("properties").properties().forEach(member -> {
                // Draft 3's way to say it.
                if (((ObjectNode) member.getValue()).remove("required") != null) {
                    required.add(member.getKey());
                }
            });
            if (!required.isEmpty()) {
                object.set("required", required);
            }
        }
    }

    /** What is wrong with the resource. */
    Set<ValidationMessage> check(JsonNode resource) {
        for (ObjectNode schema : schemas) {
            for (Map.Entry<String, JsonNode> definition :
                    schema.path("definitions").properties()) {
                if (describes(definition.getValue(), resource)) {
                    ObjectNode whole = schema.deepCopy();
                    whole.retain("definitions");
                    whole.put("$ref", "#/definitions/" + definition.getKey());
                    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                            .getSchema(whole)
                            .validate(resource);
                }
            }
        }
        throw new AssertionError("No schema for " + resource.path("apiVersion") + " " + resource.path("kind"));
    }

    private static boolean describes(JsonNode definition, JsonNode resource) {
        JsonNode properties = definition.path("properties");
        return List.of("apiVersion", "kind").stream()
                .allMatch(name -> properties.path(name).path("default").equals(resource.path(name)));
    }
}
