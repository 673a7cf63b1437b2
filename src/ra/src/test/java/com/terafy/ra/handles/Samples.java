package com.terafy.ra.handles;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.sql.CallableStatement;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.postgresql.util.PGobject;

/** A value of any type that the JDBC interfaces name. */
final class Samples {

    private static final Map<Class<?>, Supplier<?>> SAMPLES = new HashMap<>();

    static {
        SAMPLES.put(boolean.class, () -> true);
        SAMPLES.put(byte.class, () -> (byte) 3);
        SAMPLES.put(short.class, () -> (short) 5);
        SAMPLES.put(int.class, () -> 7);
        SAMPLES.put(long.class, () -> 11L);
        SAMPLES.put(float.class, () -> 13f);
        SAMPLES.put(double.class, () -> 17d);
        SAMPLES.put(String.class, () -> new String("text"));
        SAMPLES.put(Object.class, () -> new java.util.concurrent.atomic.AtomicInteger(37));
        SAMPLES.put(Class.class, () -> PGobject.class);
        SAMPLES.put(BigDecimal.class, () -> new BigDecimal("19"));
        SAMPLES.put(Date.class, () -> new Date(23));
        SAMPLES.put(Time.class, () -> new Time(29));
        SAMPLES.put(Timestamp.class, () -> new Timestamp(31));
        SAMPLES.put(Calendar.class, Calendar::getInstance);
        SAMPLES.put(InputStream.class, () -> new ByteArrayInputStream(new byte[1]));
        SAMPLES.put(Reader.class, () -> new StringReader("reader"));
        SAMPLES.put(URL.class, Samples::url);
        SAMPLES.put(Properties.class, Properties::new);
        SAMPLES.put(SQLWarning.class, SQLWarning::new);
        SAMPLES.put(Statement.class, () -> fake(Statement.class, PGStatement.class));
        SAMPLES.put(PreparedStatement.class, () -> fake(PreparedStatement.class, PGStatement.class));
        SAMPLES.put(CallableStatement.class, () -> fake(CallableStatement.class, PGStatement.class));
        SAMPLES.put(ResultSet.class, () -> fake(ResultSet.class));
    }

    private Samples() {}

    /** Null for void and for the driver's final classes, which cannot be made. */
    static @Nullable Object of(Class<?> type) {
        Supplier<?> sample = SAMPLES.get(type);
        if (sample != null) {
            return sample.get();
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 1);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        return type.isInterface() ? fake(type) : null;
    }

    static @Nullable Object[] of(Class<?>[] types) {
        @Nullable Object[] values = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            values[i] = of(types[i]);
        }
        return values;
    }

    private static Object fake(Class<?>... interfaces) {
        return Recorder.of(interfaces).as(Object.class);
    }

    private static URL url() {
        try {
            return URI.create("http://localhost").toURL();
        } catch (MalformedURLException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
