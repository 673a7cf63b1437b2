package com.terafy.it.soak;

import com.terafy.it.Awaiting;
import com.terafy.testkit.Backend;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is left when the application has stopped, and when everything is undeployed. */
final class Aftermath {

    private final Scene scene;
    private final Set<String> threadsBefore;

    /** @param threadsBefore the names of the server's threads before anything was deployed */
    Aftermath(Scene scene, Set<String> threadsBefore) {
        this.scene = scene;
        this.threadsBefore = Set.copyOf(threadsBefore);
    }

    /** The rows of the ledger. */
    Set<Long> rows() {
        Set<Long> ids = new HashSet<>();
        try (Connection connection = scene.postgres().superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM soak_ledger")) {
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
            return ids;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The pool is as it was at the beginning: nobody holds anything, and of its backends the minimum is left. */
    void requireRest() {
        Awaiting.until("nobody to hold a connection and the minimum to be left", () -> {
            String pool = scene.tell("statistics", 0).get(0);
            return pool.contains("total=" + Scene.MINIMUM + ", idle=" + Scene.MINIMUM + ", inUse=0, beingCreated=0,")
                    && scene.pooled().size() == Scene.MINIMUM;
        });
        Awaiting.until(
                "as many connections in the network as backends",
                () -> scene.network().openConnections() == tagged().size());
    }

    /** Undeploys; then there is no trace in the database, in the network, and among the server's threads. */
    void requireNothing() {
        scene.undeploy();
        Awaiting.until(
                "no backend to be left",
                () -> tagged().isEmpty() && scene.network().openConnections() == 0);
        Awaiting.until("no thread of ours to be left", () -> ours().isEmpty());
    }

    private List<Backend> tagged() {
        return scene.postgres().backends("terafy/");
    }

    private List<String> ours() {
        return scene.management().threads().stream()
                .filter(name -> !threadsBefore.contains(name))
                .filter(name -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    return lower.contains("terafy") || lower.contains("soak") || lower.contains("postgres");
                })
                .toList();
    }
}
