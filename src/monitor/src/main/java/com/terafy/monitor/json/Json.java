package com.terafy.monitor.json;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as JSON. A record is an object with its components in their order, an empty Optional is left out, an
 * Instant is ISO-8601 text in UTC, a Duration is a number of seconds, a constant reads as in {@link JsonNames}.
 *
 * <p>Thread-safe. What has no rule here fails with IllegalArgumentException: nothing is written by accident.
 */
public final class Json {

    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            for (RecordComponent component : components) {
                component.getAccessor().setAccessible(true); // of records nested in package-private classes
            }
            return components;
        }
    };

    private final StringBuilder text = new StringBuilder(1024);
    private final Predicate<RecordComponent> leftOut;

    private Json(Predicate<RecordComponent> leftOut) {
        this.leftOut = leftOut;
    }

    /** The value as JSON. */
    public static String write(Object value) {
        return write(value, component -> false);
    }

    /** The value as JSON without these components of its records. */
    public static String write(Object value, Predicate<RecordComponent> leftOut) {
        Json json = new Json(leftOut);
        json.value(value);
        return json.text.toString();
    }

    private void value(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("No record of the API has a null");
        } else if (value instanceof CharSequence || value instanceof Instant) {
            string(value.toString());
        } else if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
            text.append(value);
        } else if (value instanceof Double fraction) {
            text.append(BigDecimal.valueOf(fraction).stripTrailingZeros().toPlainString());
        } else if (value instanceof Duration duration) {
            text.append(seconds(duration));
        } else if (value instanceof Enum<?> constant) {
            string(JsonNames.of(constant));
        } else if (value instanceof Record object) {
            object(object);
        } else if (value instanceof Map<?, ?> map) {
            map(map);
        } else if (value instanceof Iterable<?> list) {
            list(list);
        } else {
            throw new IllegalArgumentException("No rule for " + value.getClass().getName());
        }
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano(), 9))
                .stripTrailingZeros()
                .toPlainString();
    }

    private void object(Record object) {
        char separator = '{';
        for (RecordComponent component : COMPONENTS.get(object.getClass())) {
            if (leftOut.test(component)) {
                continue;
            }
            Object value = read(object, component);
            if (value instanceof Optional<?> optional) {
                value = optional.orElse(null);
                if (value == null) {
                    continue;
                }
            }
            member(separator, JsonNames.of(component), value);
            separator = ',';
        }
        close(separator, '{', '}');
    }

    private static @Nullable Object read(Record object, RecordComponent component) {
        try {
            return component.getAccessor().invoke(object);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException(component + " cannot be read", impossible);
        }
    }

    private void map(Map<?, ?> map) {
        char separator = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String name = entry.getKey() instanceof Enum<?> constant
                    ? JsonNames.of(constant)
                    : String.valueOf(entry.getKey());
            member(separator, name, entry.getValue());
            separator = ',';
        }
        close(separator, '{', '}');
    }

    private void list(Iterable<?> list) {
        char separator = '[';
        for (Object element : list) {
            text.append(separator);
            value(element);
            separator = ',';
        }
        close(separator, '[', ']');
    }

    private void member(char separator, String name, @Nullable Object value) {
        text.append(separator);
        string(name);
        text.append(':');
        value(value);
    }

    private void close(char separator, char begin, char end) {
        if (separator == begin) {
            text.append(begin);
        }
        text.append(end);
    }

    private void string(String string) {
        text.append('"');
        string.codePoints().forEach(this::character);
        text.append('"');
    }

    /** Escapes what JSON wants escaped, and what would mean something in HTML or JavaScript. */
    private void character(int character) {
        switch (character) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\t' -> text.append("\\t");
            case '<', '>', '&', 0x2028, 0x2029 -> escape(character);
            default -> {
                if (character < 0x20 || (character >= 0x7f && character < 0xa0)) {
                    escape(character);
                } else if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                    escape(0xfffd); // a lone half of a pair is no character
                } else {
                    text.appendCodePoint(character);
                }
            }
        }
    }

    private void escape(int character) {
        text.append("\\u");
        String digits = Integer.toHexString(character);
        text.append("0".repeat(4 - digits.length())).append(digits);
    }
}
