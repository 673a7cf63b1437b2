package com.terafy.cleanup.history;

import com.terafy.api.HistoryEntry;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.HistoryTarget;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An entry as a line of the file: a JSON object that begins with the id. What an entry does not have is left out, and
 * what is not known here is overlooked, so that a later version may add members. Thread-safe.
 */
final class EntryJson {

    private static final String BEGIN = "{\"id\":\"";
    private static final int ID_LENGTH = 32;

    /** One for all: {@link Json} looks for it at every call. */
    private final JsonProvider json = JsonProvider.provider();

    /** The id of the entry in a line, without reading the rest; empty if the line has none. */
    static Optional<String> id(String line) {
        return line.startsWith(BEGIN) && line.length() > BEGIN.length() + ID_LENGTH
                ? Optional.of(line.substring(BEGIN.length(), BEGIN.length() + ID_LENGTH))
                : Optional.empty();
    }

    String write(HistoryEntry entry) {
        JsonObjectBuilder object = json.createObjectBuilder()
                .add("id", entry.id())
                .add("at", entry.at().toString())
                .add("node", entry.node())
                .add("pool", entry.pool())
                .add("kind", entry.kind().name())
                .add("outcome", entry.outcome().name())
                .add("timer", entry.timer())
                .add("who", entry.who())
                .add("why", entry.why())
                .add("what", entry.what());
        entry.from().ifPresent(from -> object.add("from", from));
        entry.target().ifPresent(target -> object.add("target", write(target)));
        if (!entry.pids().isEmpty()) {
            JsonArrayBuilder pids = json.createArrayBuilder();
            entry.pids().forEach(pids::add);
            object.add("pids", pids);
        }
        entry.count().ifPresent(count -> object.add("count", count));
        entry.status().ifPresent(status -> object.add("status", status));
        return object.build().toString();
    }

    private JsonObjectBuilder write(HistoryTarget target) {
        JsonObjectBuilder object = json.createObjectBuilder().add("pid", target.pid());
        target.backendStart().ifPresent(start -> object.add("backendStart", start.toString()));
        target.user().ifPresent(user -> object.add("user", user));
        target.applicationName().ifPresent(name -> object.add("applicationName", name));
        target.clientAddress().ifPresent(address -> object.add("clientAddress", address));
        target.state().ifPresent(state -> object.add("state", state));
        target.age().ifPresent(age -> object.add("age", age.toString()));
        return object;
    }

    /** The entry in a line; empty if it is none, such as one that a crash has cut off. */
    Optional<HistoryEntry> read(String line) {
        try (JsonReader reader = json.createReader(new StringReader(line))) {
            return Optional.of(entry(reader.readObject()));
        } catch (RuntimeException notOne) {
            return Optional.empty();
        }
    }

    private static HistoryEntry entry(JsonObject object) {
        return new HistoryEntry(
                object.getString("id"),
                Instant.parse(object.getString("at")),
                object.getString("node"),
                object.getString("pool"),
                HistoryKind.valueOf(object.getString("kind")),
                HistoryOutcome.valueOf(object.getString("outcome")),
                object.getBoolean("timer"),
                object.getString("who"),
                text(object, "from"),
                object.getString("why"),
                object.getString("what"),
                object.containsKey("target") ? Optional.of(target(object.getJsonObject("target"))) : Optional.empty(),
                object.containsKey("pids")
                        ? object.getJsonArray("pids").getValuesAs(JsonNumber::intValueExact)
                        : List.of(),
                number(object, "count"),
                number(object, "status"));
    }

    private static HistoryTarget target(JsonObject object) {
        return new HistoryTarget(
                object.getInt("pid"),
                text(object, "backendStart").map(Instant::parse),
                text(object, "user"),
                text(object, "applicationName"),
                text(object, "clientAddress"),
                text(object, "state"),
                text(object, "age").map(Duration::parse));
    }

    private static Optional<String> text(JsonObject object, String name) {
        return Optional.ofNullable(object.getString(name, null));
    }

    private static Optional<Integer> number(JsonObject object, String name) {
        return object.containsKey(name) ? Optional.of(object.getInt(name)) : Optional.empty();
    }
}
