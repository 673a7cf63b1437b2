package com.terafy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.as.controller.client.ModelControllerClient;
import org.jboss.as.controller.client.Operation;
import org.jboss.as.controller.client.OperationBuilder;
import org.jboss.dmr.ModelNode;

/** The server's management interface: deployments, system properties, and the whole model as text. */
public final class Management implements AutoCloseable {

    private final ModelControllerClient client;

    Management(int port) {
        client = ModelControllerClient.Factory.create(InetAddress.getLoopbackAddress(), port);
    }

    /** Of the server that the build has reserved the ports for. */
    public static Management ofServer() {
        return new Management(Integer.getInteger("it.management.port"));
    }

    /** Deploys and answers the failure as text; empty if there was none. */
    String tryDeploy(Path archive) {
        ModelNode operation = at("deployment", archive.getFileName().toString(), "add");
        operation.get("enabled").set(true);
        operation.get("content").get(0).get("input-stream-index").set(0);
        try {
            return failure(OperationBuilder.create(operation)
                    .addInputStream(Files.newInputStream(archive))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void deploy(Path archive) {
        require(tryDeploy(archive));
    }

    /** Undeploys if it is deployed. */
    void undeploy(String name) {
        if (!ask(at("deployment", name, "read-resource"), "WFLYCTL0216").isDefined()) {
            return;
        }
        require(failure(
                OperationBuilder.create(at("deployment", name, "remove")).build()));
    }

    void setProperty(String name, String value) {
        ModelNode operation = at("system-property", name, "add");
        operation.get("value").set(value);
        require(failure(OperationBuilder.create(operation).build()));
    }

    void removeProperty(String name) {
        require(failure(
                OperationBuilder.create(at("system-property", name, "remove")).build()));
    }

    /** Reads the properties files with users and roles anew. */
    public void loadUsers() {
        ModelNode operation = at("subsystem", "elytron", "load");
        operation.get("address").add("properties-realm", "ApplicationRealm");
        ask(operation, "");
    }

    /** All that the management interface shows, runtime values included. */
    String wholeModel() {
        ModelNode operation = new ModelNode();
        operation.get("operation").set("read-resource");
        operation.get("address").setEmptyList();
        operation.get("recursive").set(true);
        operation.get("include-runtime").set(true);
        return ask(operation, "").toString();
    }

    private static ModelNode at(String key, String name, String what) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set(what);
        operation.get("address").add(key, name);
        return operation;
    }

    /** The result; undefined if it failed with that message. */
    private ModelNode ask(ModelNode operation, String tolerated) {
        try {
            ModelNode answer = client.execute(operation);
            if (answer.get("outcome").asString().equals("success")) {
                return answer.get("result");
            }
            String failure = answer.get("failure-description").asString();
            if (!tolerated.isEmpty() && failure.contains(tolerated)) {
                return new ModelNode();
            }
            throw new IllegalStateException(failure);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String failure(Operation operation) {
        try (operation) {
            ModelNode answer = client.execute(operation);
            return answer.get("outcome").asString().equals("success")
                    ? ""
                    : answer.get("failure-description").asString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require(String failure) {
        if (!failure.isEmpty()) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
