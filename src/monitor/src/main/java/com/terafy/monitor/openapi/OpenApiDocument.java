package com.terafy.monitor.openapi;

import com.terafy.monitor.backends.BackendPage;
import com.terafy.monitor.json.Json;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.parameters.Rule;
import com.terafy.monitor.problems.Problem;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes the OpenAPI 3.1 document out of the resource classes. */
public final class OpenApiDocument {

    private static final List<Integer> ALWAYS_POSSIBLE = List.of(400, 401, 403, 405, 406, 422, 500, 503);
    private static final List<Integer> WITH_BODY = List.of(413, 415);

    private static final int UNREADABLE = 400;
    private static final int NOT_THIS_METHOD = 405;
    private static final int NOT_NOW = 503;

    private static final String ABOUT =
            "Clients must ignore members of an answer that they do not know: later versions may add some. A member that"
                    + " is not required is missing where its value is not known; it is never null, and never 0 instead."
                    + " Security requirements name the roles, of which one is enough.";

    private static final String LOGIN =
            "Users of the server's application realm with their roles: terafy-monitor reads;"
                    + " terafy-operator reads and acts; terafy-query, beside one of these, sees query texts in full;"
                    + " terafy-metrics reads /terafy/metrics only.";

    private static final String REFUSED_BY_SERVER =
            "A problem; without a body where the server refuses the request before this API sees it, such as %zz in the"
                    + " address";

    private static final String BASIC = "basic";

    private static final Map<String, Object> ALLOW =
            Schemas.ordered("description", "The methods that there are", "schema", Map.of("type", "string"));

    private static final Map<String, Object> RETRY_AFTER =
            Schemas.ordered("description", "Seconds after which to try again", "schema", Map.of("type", "integer"));

    private final Schemas schemas = new Schemas();

    private OpenApiDocument() {}

    /**
     * For the build: {@code <file to write> <resource class>...}.
     *
     * @throws IOException if the file cannot be written
     * @throws ClassNotFoundException if there is no such resource class
     */
    public static void main(String[] arguments) throws IOException, ClassNotFoundException {
        List<Class<?>> resources = new ArrayList<>();
        for (String name : Arrays.asList(arguments).subList(1, arguments.length)) {
            resources.add(Class.forName(name));
        }
        java.nio.file.Path file = java.nio.file.Path.of(arguments[0]);
        Files.createDirectories(file.getParent());
        Files.writeString(file, Json.write(of(resources)));
    }

    /** The document of these classes, as maps and lists. */
    public static Map<String, Object> of(List<Class<?>> resources) {
        return new OpenApiDocument().document(resources);
    }

    private Map<String, Object> document(List<Class<?>> resources) {
        Map<String, Object> paths = new TreeMap<>();
        for (Class<?> resource : resources) {
            Arrays.stream(resource.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Operation.class))
                    .sorted(Comparator.comparing(Method::getName))
                    .forEach(method ->
                            paths.put(path(resource, method), Map.of(verb(method), operation(resource, method))));
        }
        schemas.of(Problem.class);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        Map<String, Object> info = Schemas.ordered("title", "Terafy monitoring", "version", "1");
        info.put("description", ABOUT);
        document.put("info", info);
        document.put("servers", List.of(Map.of("url", "/terafy/api/v1")));
        document.put("security", List.of(Map.of(BASIC, List.of())));
        document.put("paths", paths);
        document.put(
                "components", Schemas.ordered("securitySchemes", Map.of(BASIC, login()), "schemas", schemas.named()));
        return document;
    }

    private static Map<String, Object> login() {
        Map<String, Object> scheme = Schemas.ordered("type", "http", "scheme", "basic");
        scheme.put("description", LOGIN);
        return scheme;
    }

    private static String path(Class<?> resource, Method method) {
        Path onMethod = method.getAnnotation(Path.class);
        String path = resource.getAnnotation(Path.class).value() + (onMethod == null ? "" : onMethod.value());
        return path.replace("//", "/");
    }

    private static String verb(Method method) {
        if (method.isAnnotationPresent(GET.class)) {
            return "get";
        }
        if (method.isAnnotationPresent(POST.class)) {
            return "post";
        }
        if (method.isAnnotationPresent(PATCH.class)) {
            return "patch";
        }
        throw new IllegalArgumentException("No verb for " + method);
    }

    private Map<String, Object> operation(Class<?> resource, Method method) {
        Operation operation = method.getAnnotation(Operation.class);
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("operationId", method.getName());
        described.put("summary", operation.value());
        List<String> roles = roles(resource, method);
        described.put(
                "description",
                roles.isEmpty()
                        ? "For everyone who is logged in."
                        : "Needs the role " + String.join(" or ", roles) + ".");
        described.put("security", security(roles));
        described.put("parameters", parameters(operation, verb(method)));
        if (operation.body().length > 0) {
            described.put("requestBody", body(operation));
        }
        described.put("responses", responses(operation, method));
        return described;
    }

    /** OpenAPI 3.1, security requirement: of those in the list one is enough, each with the role that it needs. */
    private static List<Object> security(List<String> roles) {
        return roles.isEmpty()
                ? List.of(Map.of(BASIC, List.of()))
                : roles.stream()
                        .<Object>map(role -> Map.of(BASIC, List.of(role)))
                        .toList();
    }

    /** One of these is needed; where empty, a login only. */
    private static List<String> roles(Class<?> resource, Method method) {
        if (method.isAnnotationPresent(PermitAll.class)) {
            return List.of();
        }
        RolesAllowed onMethod = method.getAnnotation(RolesAllowed.class);
        RolesAllowed allowed = onMethod == null ? resource.getAnnotation(RolesAllowed.class) : onMethod;
        return List.of(allowed.value());
    }

    private static List<Object> parameters(Operation operation, String verb) {
        List<Object> parameters = new ArrayList<>();
        for (Parameter parameter : operation.path()) {
            parameters.add(parameter(parameter, "path"));
        }
        for (Parameter parameter : operation.query()) {
            parameters.add(parameter(parameter, "query"));
        }
        if (!verb.equals("get")) {
            Map<String, Object> header = Schemas.ordered("name", "X-Terafy-Request", "in", "header");
            header.put("required", true);
            header.put("schema", Schemas.ordered("type", "string", "const", "1"));
            parameters.add(header);
        }
        return parameters;
    }

    private static Map<String, Object> parameter(Parameter parameter, String in) {
        Map<String, Object> described = Schemas.ordered("name", parameter.text(), "in", in);
        described.put("description", parameter.description());
        described.put("required", in.equals("path"));
        Map<String, Object> schema = schema(parameter.rule());
        described.put("schema", parameter.repeatable() ? Schemas.ordered("type", "array", "items", schema) : schema);
        return described;
    }

    private static Map<String, Object> schema(Rule rule) {
        if (rule instanceof Rule.Text text) {
            Map<String, Object> schema = Schemas.ordered("type", "string", "minLength", 1);
            schema.put("maxLength", text.longest());
            return schema;
        }
        if (rule instanceof Rule.Choice choice) {
            return Schemas.ordered("type", "string", "enum", choice.values());
        }
        if (rule instanceof Rule.Whole whole) {
            Map<String, Object> schema = Schemas.ordered("type", "integer", "minimum", whole.least());
            schema.put("maximum", whole.most());
            return schema;
        }
        if (rule instanceof Rule.Time) {
            return Schemas.ordered("type", "string", "format", "date-time");
        }
        if (rule instanceof Rule.Cursor) {
            return Schemas.ordered("type", "string", "maxLength", BackendPage.Cursor.LONGEST);
        }
        String pattern = rule instanceof Rule.EntryId
                ? Rule.EntryId.PATTERN
                : rule instanceof Rule.Address ? Rule.Address.PATTERN : Rule.Span.PATTERN;
        return Schemas.ordered("type", "string", "pattern", pattern);
    }

    private static Map<String, Object> body(Operation operation) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (BodyMember member : operation.body()) {
            properties.put(member.text(), schema(member));
            if (member.kind() == BodyMember.Kind.REQUIRED) {
                required.add(member.text());
            }
        }
        Map<String, Object> object = Schemas.ordered("type", "object", "properties", properties);
        object.put("required", required);
        object.put("additionalProperties", false);
        return Schemas.ordered("required", true, "content", Map.of("application/json", Map.of("schema", object)));
    }

    private static Map<String, Object> schema(BodyMember member) {
        boolean flag = member.kind() == BodyMember.Kind.FLAG;
        Map<String, Object> schema =
                Schemas.ordered("type", flag ? "boolean" : "string", "description", member.description());
        if (flag) {
            schema.put("default", false);
        } else {
            schema.put("minLength", 1);
            schema.put("maxLength", member.longest());
        }
        return schema;
    }

    private Map<String, Object> responses(Operation operation, Method method) {
        Map<String, Object> responses = new TreeMap<>();
        Map<String, Object> schema = method.getReturnType() == String.class
                ? Map.of("type", "object")
                : schemas.of(method.getGenericReturnType());
        responses.put("200", answer("Done", "application/json", schema));
        TreeSet<Integer> statuses = new TreeSet<>(ALWAYS_POSSIBLE);
        Arrays.stream(operation.problems()).forEach(statuses::add);
        if (operation.body().length > 0) {
            statuses.addAll(WITH_BODY);
        } else {
            responses.put("304", Map.of("description", "Unchanged since the tag in If-None-Match"));
        }
        for (int status : statuses) {
            String description = status == UNREADABLE ? REFUSED_BY_SERVER : "A problem";
            Map<String, Object> problem = answer(description, Problem.MEDIA_TYPE, schemas.of(Problem.class));
            if (status == NOT_NOW) {
                problem.put("headers", Map.of("Retry-After", RETRY_AFTER));
            } else if (status == NOT_THIS_METHOD) {
                problem.put("headers", Map.of("Allow", ALLOW));
            }
            responses.put(String.valueOf(status), problem);
        }
        return responses;
    }

    private static Map<String, Object> answer(String description, String mediaType, Map<String, Object> schema) {
        return Schemas.ordered("description", description, "content", Map.of(mediaType, Map.of("schema", schema)));
    }
}
