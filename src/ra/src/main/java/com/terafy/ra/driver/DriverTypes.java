package com.terafy.ra.driver;

import java.lang.invoke.VarHandle;
import java.util.Map;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TypeInfo;
import org.postgresql.jdbc.TypeInfoCache;
import org.postgresql.util.PGobject;

/**
 * What the driver keeps of types: the classes that a borrower may have given them, and what it has learned of those that
 * are not PostgreSQL's own, which it finds by the search path and never asks for again.
 *
 * <p>Used by whoever holds the connection, one thread at a time.
 */
public final class DriverTypes {

    /** Lower ones are PostgreSQL's own. */
    private static final int FIRST_NORMAL_OID = 16384;

    private static final VarHandle CLASSES = map("pgNameToPgObject");
    private static final VarHandle CLASS_NAMES = map("pgNameToJavaClass");
    private static final VarHandle OIDS = map("pgNameToOid");
    private static final VarHandle NAMES = map("oidToPgName");
    private static final VarHandle SQL_TYPES = map("pgNameToSQLType");
    private static final VarHandle SQL_TYPES_OF_OIDS = map("oidToSQLType");
    private static final VarHandle ELEMENTS = map("pgArrayToPgType");
    private static final VarHandle DELIMITERS = map("arrayOidToDelimiter");

    private final TypeInfo types;
    private final Map<String, Class<? extends PGobject>> classes;
    private final Map<String, String> classNames;

    /** The classes as they are now are those to go back to. */
    public DriverTypes(BaseConnection connection) {
        types = connection.getTypeInfo();
        classes = Map.copyOf(in(CLASSES));
        classNames = Map.copyOf(in(CLASS_NAMES));
    }

    private static VarHandle map(String name) {
        return DriverInside.field(TypeInfoCache.class, name, Map.class);
    }

    @SuppressWarnings("unchecked")
    private <K, V> Map<K, V> in(VarHandle field) {
        return (Map<K, V>) field.get((TypeInfoCache) types);
    }

    /** Takes back what was given to {@code addDataType}. */
    public void restoreClasses() {
        restore(in(CLASSES), classes);
        restore(in(CLASS_NAMES), classNames);
    }

    private static <V> void restore(Map<String, V> now, Map<String, V> before) {
        if (!now.equals(before)) {
            now.keySet().retainAll(before.keySet());
            now.putAll(before);
        }
    }

    /** Names may mean other types now. */
    public void forgetLearned() {
        Map<String, Integer> oids = in(OIDS);
        oids.values().removeIf(DriverTypes::isLearned);
        this.<Integer, String>in(NAMES).keySet().removeIf(DriverTypes::isLearned);
        this.<String, Integer>in(SQL_TYPES).keySet().removeIf(name -> !oids.containsKey(name));
        this.<Integer, Integer>in(SQL_TYPES_OF_OIDS).keySet().removeIf(DriverTypes::isLearned);
        this.<Integer, Integer>in(ELEMENTS).keySet().removeIf(DriverTypes::isLearned);
        this.<Integer, Character>in(DELIMITERS).keySet().removeIf(DriverTypes::isLearned);
    }

    /** Zero is for a name that meant nothing. */
    private static boolean isLearned(int oid) {
        return oid == 0 || Integer.compareUnsigned(oid, FIRST_NORMAL_OID) >= 0;
    }
}
