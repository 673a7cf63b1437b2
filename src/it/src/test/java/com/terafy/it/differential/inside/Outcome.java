package com.terafy.it.differential.inside;

import jakarta.ejb.EJBException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a scenario has seen, a line each: {@code label: value}, or {@code label: failure | message}. Thread-safe. */
final class Outcome {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    void add(String label, Object value) {
        lines.add(label + ": " + value);
    }

    void failed(String label, Throwable failure) {
        lines.add(label + ": " + describe(failure));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Of the classes of SQLException only the SQLSTATE: a driver's own class is nothing to rely upon. */
    private static String describe(Throwable failure) {
        if (failure instanceof SQLException sql) {
            return "SQLException " + (sql.getSQLState() == null ? "none" : sql.getSQLState()) + message(sql);
        }
        Throwable cause = failure instanceof EJBException ejb ? ejb.getCause() : null;
        return failure.getClass().getSimpleName()
                + (cause == null ? "" : " of " + cause.getClass().getSimpleName())
                + message(failure);
    }

    private static String message(Throwable failure) {
        return " | " + String.valueOf(failure.getMessage()).replaceAll("\\s+", " ");
    }
}
