package com.terafy.ra.handles;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A fake that records its calls, answers with a sample of the result's type, or throws. */
final class Recorder implements InvocationHandler {

    /** One call. */
    record Call(String method, List<@Nullable Object> arguments) {}

    private final List<Call> calls = new ArrayList<>();
    private final Map<String, @Nullable Object> answers = new HashMap<>();
    private final Map<String, Runnable> actions = new HashMap<>();
    private final Object fake;
    private @Nullable Exception failure;
    private @Nullable Object lastAnswer;

    private Recorder(Class<?>... interfaces) {
        fake = Proxy.newProxyInstance(Recorder.class.getClassLoader(), interfaces, this);
    }

    static Recorder of(Class<?>... interfaces) {
        return new Recorder(interfaces).answering("isClosed", false);
    }

    /** The recorder behind a fake. */
    static Recorder behind(Object fake) {
        return (Recorder) Proxy.getInvocationHandler(fake);
    }

    <T> T as(Class<T> type) {
        return type.cast(fake);
    }

    Recorder answering(String method, @Nullable Object answer) {
        answers.put(method, answer);
        return this;
    }

    /** Runs this within each call of the method. */
    void onCall(String method, Runnable action) {
        actions.put(method, action);
    }

    /** From now on every call that may fail does, except {@code isClosed}. */
    void failWith(Exception failure) {
        this.failure = failure;
    }

    List<Call> calls() {
        return calls.stream().filter(call -> !call.method().equals("isClosed")).toList();
    }

    List<String> names() {
        return calls().stream().map(Call::method).toList();
    }

    void clear() {
        calls.clear();
    }

    @Nullable
    Object lastAnswer() {
        return lastAnswer;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a fake is equal to itself only
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Exception {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == java.util.Objects.requireNonNull(arguments)[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "fake";
            };
        }
        calls.add(new Call(method.getName(), arguments == null ? List.of() : Arrays.asList(arguments)));
        actions.getOrDefault(method.getName(), () -> {}).run();
        if (failure != null && declares(method, failure) && !method.getName().equals("isClosed")) {
            throw failure;
        }
        lastAnswer = answers.containsKey(method.getName())
                ? answers.get(method.getName())
                : Samples.of(method.getReturnType());
        return lastAnswer;
    }

    private static boolean declares(Method method, Exception failure) {
        return failure instanceof RuntimeException
                || Arrays.stream(method.getExceptionTypes())
                        .anyMatch(type -> type.isAssignableFrom(SQLException.class));
    }
}
