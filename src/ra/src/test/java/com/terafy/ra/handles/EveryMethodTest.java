package com.terafy.ra.handles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.terafy.ra.handles.Fixture.Kind;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules that hold for every method of every interface, and all exceptions to them. */
class EveryMethodTest {

    /** Methods of the connection that go to the owner under the same name, and whose errors the owner has reported. */
    private static final Set<String> BY_THE_OWNER = Set.of(
            "commit",
            "rollback",
            "getAutoCommit",
            "setAutoCommit",
            "setSavepoint",
            "setTransactionIsolation",
            "setReadOnly",
            "setCatalog",
            "setSchema",
            "setHoldability",
            "setNetworkTimeout",
            "setClientInfo",
            "setTypeMap",
            "abort");

    /** Answered by the handle itself; see {@link HandleTest}. */
    private static final Map<Kind, Set<String>> BY_THE_HANDLE = Map.of(
            Kind.CONNECTION, Set.of("close", "isClosed", "isWrapperFor", "unwrap", "getMetaData"),
            Kind.STATEMENT, Set.of("close", "isClosed", "isWrapperFor", "unwrap", "getConnection"),
            Kind.PREPARED_STATEMENT, Set.of("close", "isClosed", "isWrapperFor", "unwrap", "getConnection"),
            Kind.CALLABLE_STATEMENT, Set.of("close", "isClosed", "isWrapperFor", "unwrap", "getConnection"),
            Kind.RESULT_SET, Set.of("close", "isClosed", "isWrapperFor", "unwrap", "getStatement"),
            Kind.DATABASE_META_DATA, Set.of("isWrapperFor", "unwrap", "getConnection"));

    /** They do not ask the driver, or only where the handle itself is not what is asked for. */
    private static final Set<String> NO_ERROR_OF_THE_DRIVER =
            Set.of("getConnection", "getStatement", "unwrap", "isWrapperFor", "isClosed");

    /** JDBC: these do not fail on a closed object. */
    private static final Set<String> HARMLESS_WHEN_CLOSED = Set.of("close", "isClosed", "isValid", "abort");

    /** See {@link HandleTest#aClosedStatementIsAskedForItsServerSideStateWithoutAnError}. */
    private static final Set<String> HARMLESS_ON_A_CLOSED_STATEMENT =
            Set.of("isUseServerPrepare", "getPrepareThreshold", "getAdaptiveFetch");

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyMethodReachesTheDriverWithItsArgumentsAndGivesItsResult(Kind kind) throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (Method method : methods(kind)) {
            if (isBy(BY_THE_HANDLE.getOrDefault(kind, Set.of()), method)) {
                continue;
            }
            Fixture fixture = new Fixture();
            Object handle = fixture.open(kind);
            Recorder target = target(fixture, kind, handle, method);
            target.clear();
            @Nullable Object[] arguments = Samples.of(method.getParameterTypes());

            Object result = method.invoke(handle, arguments);

            List<Recorder.Call> calls = target.calls().stream()
                    .filter(call -> call.method().equals(method.getName()))
                    .toList();
            softly.assertThat(calls).as("calls of %s", method).hasSize(1);
            if (!calls.isEmpty()) {
                assertSame(softly, method, arguments, calls.get(0).arguments());
                assertResult(softly, method, target.lastAnswer(), result);
            }
        }
        softly.assertAll();
    }

    private static void assertSame(
            SoftAssertions softly, Method method, @Nullable Object[] expected, List<@Nullable Object> actual) {
        boolean unnamed = method.getName().equals("setSavepoint") && expected.length == 0;
        List<@Nullable Object> wanted = unnamed ? Arrays.asList((Object) null) : Arrays.asList(expected);
        softly.assertThat(actual).as("number of arguments of %s", method).hasSameSizeAs(wanted);
        for (int i = 0; i < Math.min(wanted.size(), actual.size()); i++) {
            if (method.getParameterCount() > 0 && method.getParameterTypes()[i].isPrimitive()) {
                softly.assertThat(actual.get(i))
                        .as("argument %d of %s", i, method)
                        .isEqualTo(wanted.get(i));
            } else {
                softly.assertThat(actual.get(i))
                        .as("argument %d of %s", i, method)
                        .isSameAs(wanted.get(i));
            }
        }
    }

    private static void assertResult(
            SoftAssertions softly, Method method, @Nullable Object driversResult, @Nullable Object result) {
        if (WaysToTheConnection.leadsThere(method.getReturnType())) {
            softly.assertThat(result)
                    .as("result of %s", method)
                    .isInstanceOfAny(Handle.class, ArrayHandle.class)
                    .isNotSameAs(driversResult);
        } else if (method.getReturnType().isPrimitive()) {
            softly.assertThat(result).as("result of %s", method).isEqualTo(driversResult);
        } else {
            softly.assertThat(result).as("result of %s", method).isSameAs(driversResult);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyErrorOfTheDriverIsReportedOnceAndThrown(Kind kind) throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (Method method : methods(kind)) {
            boolean ownersOwn = kind == Kind.CONNECTION && isBy(BY_THE_OWNER, method);
            boolean closesTheHandle =
                    kind == Kind.CONNECTION && method.getName().equals("close");
            if (ownersOwn
                    || closesTheHandle
                    || NO_ERROR_OF_THE_DRIVER.contains(method.getName())
                    || !throwsSqlException(method)) {
                continue;
            }
            Fixture fixture = new Fixture();
            Object handle = fixture.open(kind);
            if (kind == Kind.CONNECTION || kind == Kind.DATABASE_META_DATA) {
                fixture.owner.clear();
            }
            SQLException error = new SQLException("of the driver", "57P01");
            fixture.driverOf(handle).failWith(error);

            Throwable thrown = thrownBy(method, handle);

            softly.assertThat(thrown).as("thrown by %s", method).isSameAs(error);
            softly.assertThat(fixture.failures).as("reported by %s", method).containsExactly(error);
        }
        softly.assertAll();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyMethodOfAClosedHandleFails(Kind kind) throws Exception {
        assertFailsAfter(kind, handle -> {
            if (handle instanceof AutoCloseable closeable) {
                closeable.close();
            } else {
                ((DatabaseMetaDataHandle) handle).getConnection().close();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyMethodFailsAfterTheConnectionIsClosed(Kind kind) throws Exception {
        assertFailsAfter(kind, handle -> connectionOf(handle).close());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyMethodFailsAfterTheContainerHasTakenTheConnectionBack(Kind kind) throws Exception {
        assertFailsAfter(kind, handle -> connectionOf(handle).invalidate());
    }

    private static ConnectionHandle connectionOf(Object handle) throws SQLException {
        if (handle instanceof ConnectionHandle connection) {
            return connection;
        }
        if (handle instanceof ResultSet resultSet) {
            return (ConnectionHandle) resultSet.getStatement().getConnection();
        }
        return (ConnectionHandle)
                (handle instanceof Statement statement
                        ? statement.getConnection()
                        : ((DatabaseMetaData) handle).getConnection());
    }

    private interface Closing {
        void close(Object handle) throws Exception;
    }

    private static void assertFailsAfter(Kind kind, Closing closing) throws Exception {
        boolean isConnection = kind == Kind.CONNECTION || kind == Kind.DATABASE_META_DATA;
        String state = isConnection ? "08003" : "55000";
        SoftAssertions softly = new SoftAssertions();
        for (Method method : methods(kind)) {
            if (HARMLESS_WHEN_CLOSED.contains(method.getName())
                    || (kind.isStatement() && HARMLESS_ON_A_CLOSED_STATEMENT.contains(method.getName()))) {
                continue;
            }
            Fixture fixture = new Fixture();
            Object handle = fixture.open(kind);
            Recorder driver = fixture.driverOf(handle);
            closing.close(handle);
            driver.clear();
            fixture.owner.clear();

            Throwable thrown = thrownBy(method, handle);

            if (thrown instanceof SQLException error) {
                softly.assertThat(error.getSQLState())
                        .as("SQLSTATE of %s", method)
                        .isEqualTo(state);
                softly.assertThat(error.getMessage())
                        .as("message of %s", method)
                        .startsWith("TERAFY070");
            } else {
                softly.assertThat(thrown).as("thrown by %s", method).isInstanceOf(IllegalStateException.class);
                softly.assertThat(throwsSqlException(method))
                        .as("%s declares SQLException", method)
                        .isFalse();
            }
            softly.assertThat(driver.calls())
                    .as("calls of the driver by %s", method)
                    .isEmpty();
            softly.assertThat(fixture.owner.calls())
                    .as("calls of the owner by %s", method)
                    .isEmpty();
        }
        softly.assertAll();
    }

    @Test
    void theInterfacesHaveAsManyMethodsAsExpected() {
        assertThat(Stream.of(Kind.values())
                        .mapToInt(kind -> methods(kind).size())
                        .sum())
                .as("a sum over all interfaces, so that an empty reflection cannot pass")
                .isGreaterThan(800);
    }

    @Test
    void theExceptionsToTheRulesExist() {
        Set<String> names = Set.copyOf(
                methods(Kind.CONNECTION).stream().map(Method::getName).toList());
        assertThat(names).containsAll(BY_THE_OWNER);
        BY_THE_HANDLE.forEach((kind, exceptions) ->
                assertThat(methods(kind)).extracting(Method::getName).containsAll(exceptions));
    }

    private static Recorder target(Fixture fixture, Kind kind, Object handle, Method method) {
        return kind == Kind.CONNECTION && isBy(BY_THE_OWNER, method) ? fixture.owner : fixture.driverOf(handle);
    }

    private static boolean isBy(Set<String> names, Method method) {
        return names.contains(method.getName());
    }

    private static boolean throwsSqlException(Method method) {
        return Arrays.stream(method.getExceptionTypes())
                .anyMatch(type -> type == SQLException.class || type == SQLClientInfoException.class);
    }

    private static @Nullable Throwable thrownBy(Method method, Object handle) {
        Throwable thrown = catchThrowable(() -> method.invoke(handle, Samples.of(method.getParameterTypes())));
        return thrown instanceof InvocationTargetException wrapper ? wrapper.getTargetException() : thrown;
    }

    /** Every instance method, one a signature. */
    private static Collection<Method> methods(Kind kind) {
        Map<String, Method> bySignature = new TreeMap<>();
        List<Method> all = new ArrayList<>();
        kind.interfaces().forEach(type -> all.addAll(List.of(type.getMethods())));
        for (Method method : all) {
            if (!Modifier.isStatic(method.getModifiers())) {
                bySignature.putIfAbsent(method.getName() + Arrays.toString(method.getParameterTypes()), method);
            }
        }
        return bySignature.values();
    }
}
