package com.terafy.ra.handles;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.TestPostgres;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;

/**
 * However an application goes on from a handle, by the getters of the interfaces: it never holds an object of the driver
 * that leads to the driver's connection. Only {@code unwrap} gives that, and says so to the owner.
 */
class NoWayToTheDriverTest {

    private static final String FUNCTION = "CREATE FUNCTION pg_temp.numbers() RETURNS refcursor LANGUAGE plpgsql AS "
            + "$$ DECLARE c refcursor; BEGIN OPEN c FOR SELECT ARRAY[1, 2], 'x'; RETURN c; END $$";

    /** A value of each type that the driver has a class of its own for. */
    private static final String EVERYTHING = "SELECT ARRAY[1, 2], ARRAY[['a'], ['b']], ARRAY[now()], '<a/>'::xml,"
            + " 0::oid, pg_temp.numbers(), (1, 'x'), '1 day'::interval, '(1,2)'::point, 'x'::text, ARRAY['(1,2)'::point]";

    private static final int LONGEST_WAY = 6;
    private static final int MOST_OBJECTS_OF_A_KIND = 40;
    private static final int MOST_COLUMNS = 11;

    private static final Set<String> PREFIXES = Set.of("get", "create", "executeQuery", "unwrap");

    private final List<SQLException> failures = new ArrayList<>();
    private final Map<Class<?>, Integer> seen = new HashMap<>();
    private final List<String> leaks = new ArrayList<>();
    private BaseConnection physical;
    private ConnectionHandle connection;

    private record Place(Object object, String way, int steps) {}

    @BeforeEach
    void open() throws SQLException {
        physical = TestPostgres.shared().superuser().unwrap(BaseConnection.class);
        physical.setAutoCommit(false);
        physical.setAutosave(org.postgresql.jdbc.AutoSave.ALWAYS); // what fails on the way shuts no other
        Recorder owner = Recorder.of(HandleOwner.class).answering("physical", physical);
        connection = new ConnectionHandle(Fixture.ownerOf(owner, failures));
        try (Statement statement = physical.createStatement()) {
            statement.execute(FUNCTION);
            statement.execute("CREATE TEMP TABLE note (id serial)");
        }
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        physical.close();
    }

    @Test
    void fromAConnection() {
        assertNoWayFrom(connection, "connection");
    }

    @Test
    void fromAResultSet() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(EVERYTHING)) {
            row.next();
            assertNoWayFrom(row, "row");
        }
    }

    @Test
    void fromAPreparedStatementAndItsBinaryValues() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EVERYTHING)) {
            statement.unwrap(org.postgresql.PGStatement.class).setPrepareThreshold(-1);
            for (int i = 0; i < 3; i++) {
                ResultSet row = statement.executeQuery();
                row.next();
                assertNoWayFrom(row, "binary row");
            }
            assertNoWayFrom(statement, "prepared statement");
        }
    }

    @Test
    void fromGeneratedKeys() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO note DEFAULT VALUES", Statement.RETURN_GENERATED_KEYS);
            assertNoWayFrom(statement, "statement");
        }
    }

    @Test
    void fromACallableStatement() throws SQLException {
        try (CallableStatement call = connection.prepareCall("{? = call pg_temp.numbers()}")) {
            call.registerOutParameter(1, Types.REF_CURSOR);
            call.execute();
            assertNoWayFrom(call, "call");
        }
        try (CallableStatement call = connection.prepareCall("{? = call array_append(ARRAY[1, 2], 3)}")) {
            call.registerOutParameter(1, Types.ARRAY);
            call.execute();
            assertNoWayFrom(call, "call of an array");
        }
    }

    @Test
    void anArrayThatIsGivenBackArrives() throws SQLException {
        Array created = connection.createArrayOf("int4", new Integer[] {3, 1});
        try (PreparedStatement statement = connection.prepareStatement("SELECT ?::int[], ?::int[], ?::int[]")) {
            statement.setArray(1, created);
            statement.setObject(2, created);
            statement.setObject(3, created, Types.ARRAY);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                for (int column = 1; column <= 3; column++) {
                    assertThat((Integer[]) row.getArray(column).getArray()).containsExactly(3, 1);
                }
            }
        }
    }

    private void assertNoWayFrom(Object start, String name) {
        Deque<Place> places = new ArrayDeque<>(List.of(new Place(start, name, 0)));
        while (!places.isEmpty()) {
            Place place = places.poll();
            look(place);
            if (place.steps() < LONGEST_WAY && isNew(place.object())) {
                places.addAll(next(place));
            }
        }
        assertThat(leaks).isEmpty();
    }

    private void look(Place place) {
        Class<?> type = place.object().getClass();
        boolean drivers = type.getName().startsWith("org.postgresql.");
        if (drivers && interfaces(type).anyMatch(WaysToTheConnection::leadsThere)) {
            leaks.add(place.way() + ": " + type.getName());
        }
    }

    private boolean isNew(Object object) {
        return seen.merge(object.getClass(), 1, Integer::sum) <= MOST_OBJECTS_OF_A_KIND;
    }

    private List<Place> next(Place place) {
        List<Place> found = new ArrayList<>();
        interfaces(place.object().getClass())
                .filter(WaysToTheConnection::isOfJdbc)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(isGetter())
                .forEach(method -> arguments(method).forEach(arguments -> {
                    Object result = result(place.object(), method, arguments);
                    if (result != null && !result.getClass().getName().startsWith("java.lang.")) {
                        String step = "." + method.getName() + Arrays.toString(arguments);
                        found.add(new Place(result, place.way() + step, place.steps() + 1));
                    }
                }));
        return found;
    }

    private static Predicate<Method> isGetter() {
        return method -> !Modifier.isStatic(method.getModifiers())
                && PREFIXES.stream().anyMatch(method.getName()::startsWith)
                && !method.getName().equals("unwrap")
                && !method.getName().equals("getNotifications");
    }

    private static Stream<Object[]> arguments(Method method) {
        Class<?>[] types = method.getParameterTypes();
        if (types.length == 0) {
            return Stream.<Object[]>of(new Object[0]);
        }
        if (types.length == 1 && types[0] == int.class) {
            return Stream.iterate(1, i -> i + 1).limit(MOST_COLUMNS).map(i -> new Object[] {i});
        }
        if (types.length == 2 && types[0] == int.class && types[1] == Class.class) {
            return Stream.of(Array.class, ResultSet.class, Object.class, Statement.class, Connection.class)
                    .flatMap(type ->
                            Stream.iterate(1, i -> i + 1).limit(MOST_COLUMNS).map(i -> new Object[] {i, type}));
        }
        if (types.length == 2 && types[0] == int.class && types[1] == Map.class) {
            return Stream.iterate(1, i -> i + 1).limit(MOST_COLUMNS).map(i -> new Object[] {i, Map.of()});
        }
        if (types.length == 2 && types[0] == String.class && types[1].isAssignableFrom(Object[].class)) {
            return Stream.<Object[]>of(new Object[] {"int4", new Integer[] {1, 2}});
        }
        if (types.length == 2 && types[0] == long.class && types[1] == int.class) {
            return Stream.<Object[]>of(new Object[] {1L, 1});
        }
        return Stream.empty();
    }

    private static @Nullable Object result(Object object, Method method, Object[] arguments) {
        try {
            Object result = method.invoke(object, arguments);
            if (result instanceof ResultSet rows && rows.isBeforeFirst()) {
                rows.next();
            }
            return result;
        } catch (InvocationTargetException | SQLException notHere) {
            return null;
        } catch (IllegalAccessException | IllegalArgumentException e) {
            throw new AssertionError(method.toString(), e);
        }
    }

    private static Stream<Class<?>> interfaces(Class<?> type) {
        Stream<Class<?>> own =
                Arrays.stream(type.getInterfaces()).flatMap(each -> Stream.concat(Stream.of(each), interfaces(each)));
        return type.getSuperclass() == null ? own : Stream.concat(own, interfaces(type.getSuperclass()));
    }
}
