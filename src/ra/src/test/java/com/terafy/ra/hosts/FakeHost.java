package com.terafy.ra.hosts;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that answers nothing but the question how it is, and that as it was when it was asked. */
final class FakeHost {

    private static final int MILLIS = 1000;
    private static final int ALL = 1_000_000;

    volatile boolean replica = true;
    volatile Optional<Duration> lag = Optional.of(Duration.ZERO);
    private volatile @Nullable SQLException failure;
    private final Semaphore answers = new Semaphore(ALL);
    private final Semaphore questions = new Semaphore(0);

    Connection logIn() throws SQLException {
        if (failure != null) {
            throw failure;
        }
        return of(Connection.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "createStatement" -> statement();
            default -> null;
        });
    }

    private Statement statement() {
        return of(Statement.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "executeQuery" -> ask();
            default -> null;
        });
    }

    private ResultSet ask() throws SQLException, InterruptedException {
        boolean was = replica;
        Optional<Duration> behind = lag;
        questions.release();
        answers.acquire();
        if (failure != null) {
            throw failure;
        }
        boolean[] wasNull = new boolean[1];
        return of(ResultSet.class, (proxy, method, arguments) -> {
            switch (method.getName()) {
                case "next" -> {
                    return true;
                }
                case "getBoolean" -> {
                    return ((int) arguments[0]) != 3 && was; // it receives nothing: its lag is by the last transaction
                }
                case "getLong" -> {
                    return 0L;
                }
                case "getDouble" -> {
                    wasNull[0] = behind.isEmpty();
                    return (double) behind.orElse(Duration.ZERO).toMillis() / MILLIS;
                }
                case "wasNull" -> {
                    return wasNull[0];
                }
                default -> {
                    return null;
                }
            }
        });
    }

    /** What is asked, and who logs in, fails like this; no more with null. */
    void fail(@Nullable SQLException how) {
        failure = how;
    }

    /** Answers nothing any more. */
    void freeze() {
        answers.drainPermits();
        questions.drainPermits();
    }

    /** Answers what it was asked, and then nothing. */
    void freezeAfterOneMore() {
        answers.release();
    }

    void thaw() {
        answers.release(ALL);
    }

    /** Somebody waits for its answer. */
    void awaitAsked() throws InterruptedException {
        if (!questions.tryAcquire(10, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody has asked");
        }
    }

    private static <T> T of(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(FakeHost.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
