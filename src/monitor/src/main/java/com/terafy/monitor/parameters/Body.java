package com.terafy.monitor.parameters;

import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A small JSON object of texts and flags, read strictly: at most {@link #LONGEST} bytes of UTF-8, every member a string
 * or a boolean, none that is not known, none twice: of two, another reader could see the other.
 */
public final class Body {

    /** Longer ones are refused. */
    public static final int LONGEST = 4096;

    /** Of a request that has none. */
    public static final Body EMPTY = new Body(JsonValue.EMPTY_JSON_OBJECT);

    private final JsonObject object;

    private Body(JsonObject object) {
        this.object = object;
    }

    /**
     * Reads it.
     *
     * @param members those that are known
     * @throws ProblemException if it is too large, no JSON, no object, or has a member that is not known or twice
     */
    public static Body read(InputStream stream, List<String> members) throws IOException {
        byte[] bytes = stream.readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) {
            throw new ProblemException(ProblemCode.BODY_TOO_LARGE, "The body has more than " + LONGEST + " bytes.");
        }
        Body body = new Body(parse(bytes));
        for (String name : body.object.keySet()) {
            if (!members.contains(name)) {
                throw ProblemException.member(name, "There is no such member here.", members);
            }
        }
        return body;
    }

    private static JsonObject parse(byte[] bytes) {
        JsonValue value;
        Optional<String> repeated;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            value = parse(text);
            repeated = repeated(text);
        } catch (CharacterCodingException notText) {
            throw new ProblemException(ProblemCode.BAD_REQUEST, "The body is no UTF-8.");
        } catch (RuntimeException notJson) { // the parser throws a plain one where the nesting is too deep
            throw new ProblemException(ProblemCode.BAD_REQUEST, "The body is no JSON.");
        }
        if (repeated.isPresent()) {
            throw ProblemException.repeatedMember(repeated.get());
        }
        if (value.getValueType() != JsonValue.ValueType.OBJECT) {
            throw new ProblemException(ProblemCode.INVALID_BODY, "The body is no JSON object.");
        }
        return value.asJsonObject();
    }

    private static JsonValue parse(String text) {
        try (JsonParser parser = Json.createParser(new StringReader(text))) {
            parser.next();
            JsonValue value = parser.getValue();
            if (parser.hasNext()) { // or it throws
                throw new IllegalStateException("Something comes after the end");
            }
            return value;
        }
    }

    /** The first name that an object has twice, at any depth. */
    private static Optional<String> repeated(String text) {
        Deque<Set<String>> names = new ArrayDeque<>();
        try (JsonParser parser = Json.createParser(new StringReader(text))) {
            while (parser.hasNext()) {
                switch (parser.next()) {
                    case START_OBJECT -> names.push(new HashSet<>());
                    case END_OBJECT -> names.pop();
                    case KEY_NAME -> {
                        if (!names.element().add(parser.getString())) {
                            return Optional.of(parser.getString());
                        }
                    }
                    default -> {} // values say nothing here
                }
            }
        }
        return Optional.empty();
    }

    /**
     * A member that must be there.
     *
     * @throws ProblemException if it is missing, no string, nothing to the eye, too long, or has control characters
     */
    public String text(String name, int longest) {
        JsonValue value = object.get(name);
        String wanted = "a string of 1 to " + longest + " characters, no control characters, not all invisible";
        if (value == null) {
            throw ProblemException.member(name, "It is missing.", List.of(wanted));
        }
        if (!(value instanceof JsonString string)) {
            throw ProblemException.member(name, "It is no string.", List.of(wanted));
        }
        String text = string.getString();
        if (text.codePoints().noneMatch(Visible::test)
                || text.length() > longest
                || text.codePoints().anyMatch(Body::isUnfit)) {
            throw ProblemException.member(name, "The value is not allowed.", List.of(wanted));
        }
        return text;
    }

    /**
     * A member that may be left out; empty where it is.
     *
     * @throws ProblemException as {@link #text} does
     */
    public Optional<String> optionalText(String name, int longest) {
        return object.containsKey(name) ? Optional.of(text(name, longest)) : Optional.empty();
    }

    /**
     * A member that may be left out, which is false.
     *
     * @throws ProblemException if it is neither true nor false
     */
    public boolean flag(String name) {
        JsonValue value = object.getOrDefault(name, JsonValue.FALSE);
        if (!value.equals(JsonValue.TRUE) && !value.equals(JsonValue.FALSE)) {
            throw ProblemException.member(name, "It is no boolean.", List.of("true", "false"));
        }
        return value.equals(JsonValue.TRUE);
    }

    private static boolean isUnfit(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }
}
