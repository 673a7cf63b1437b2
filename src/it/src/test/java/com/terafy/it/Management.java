package com.terafy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.as.controller.client.ModelControllerClient;
import org.jboss.as.controller.client.ModelControllerClientConfiguration;
import org.jboss.as.controller.client.Operation;
import org.jboss.as.controller.client.OperationBuilder;
import org.jboss.dmr.ModelNode;

/** The server's management interface: deployments, system properties, and the whole model as text. */
public final class Management implements AutoCloseable {

    /** Also on a busy machine; 5 s unless told. */
    private static final int CONNECT_LIMIT_MILLIS = 60_000;

    private final ModelControllerClient client;

    public Management(int port) {
        client = ModelControllerClient.Factory.create(new ModelControllerClientConfiguration.Builder()
                .setHostName(InetAddress.getLoopbackAddress().getHostAddress())
                .setPort(port)
                .setConnectionTimeout(CONNECT_LIMIT_MILLIS)
                .build());
    }

    /** Of the server that the build has reserved the ports for. */
    public static Management ofServer() {
        return new Management(Integer.getInteger("it.management.port"));
    }

    /** Deploys and answers the failure as text; empty if there was none. */
    public String tryDeploy(Path archive) {
        return tryDeploy(archive, archive.getFileName().toString());
    }

    private String tryDeploy(Path archive, String name) {
        ModelNode operation = at("deployment", name, "add");
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

    public void deploy(Path archive) {
        require(tryDeploy(archive));
    }

    /** Deploys under another name. */
    public void deploy(Path archive, String name) {
        require(tryDeploy(archive, name));
    }

    /** Undeploys if it is deployed. */
    public void undeploy(String name) {
        if (!ask(at("deployment", name, "read-resource"), "WFLYCTL0216").isDefined()) {
            return;
        }
        require(failure(
                OperationBuilder.create(at("deployment", name, "remove")).build()));
    }

    /** Deploys again what is deployed by that name; what depends on it stays. */
    public void redeploy(String name) {
        require(failure(
                OperationBuilder.create(at("deployment", name, "redeploy")).build()));
    }

    /** Of the server's process. */
    public long pid() {
        ModelNode operation = new ModelNode();
        operation.get("operation").set("read-attribute");
        operation.get("address").add("core-service", "platform-mbean").add("type", "runtime");
        operation.get("name").set("name");
        String name = ask(operation, "").asString();
        return Long.parseLong(name.substring(0, name.indexOf('@')));
    }

    /** Also where the server was started with another value of it. */
    public void setProperty(String name, String value) {
        removeProperty(name);
        ModelNode operation = at("system-property", name, "add");
        operation.get("value").set(value);
        require(failure(OperationBuilder.create(operation).build()));
    }

    public void removeProperty(String name) {
        ask(at("system-property", name, "remove"), "WFLYCTL0216");
    }

    /** A system property of the server as it is now; empty if there is none of that name. */
    public String property(String name) {
        ModelNode operation = bean("runtime", "read-attribute");
        operation.get("name").set("system-properties");
        ModelNode value = ask(operation, "").get(name);
        return value.isDefined() ? value.asString() : "";
    }

    /**
     * A datasource of WildFly's own, to compare with: all settings but these are its defaults.
     *
     * @param driver the file name of the deployed driver
     * @param name of the datasource, bound below {@code java:/}
     */
    public void addDatasource(String name, String driver, String url, String user, String password, long waitMillis) {
        ModelNode operation = datasource(name, "add");
        operation.get("jndi-name").set("java:/" + name);
        operation.get("driver-name").set(driver);
        operation.get("connection-url").set(url);
        operation.get("user-name").set(user);
        operation.get("password").set(password);
        operation.get("min-pool-size").set(2);
        operation.get("max-pool-size").set(10);
        operation.get("blocking-timeout-wait-millis").set(waitMillis);
        ask(operation, "");
    }

    /** What can be set of a kind of datasource, and what hangs below it, by the server's own description. */
    Set<String> describeDatasource(String kind) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set("read-resource-description");
        operation.get("address").add("subsystem", "datasources").add(kind, "any");
        ModelNode description = ask(operation, "");
        Set<String> names = new TreeSet<>(description.get("attributes").keys());
        names.addAll(description.get("children").keys());
        return names;
    }

    public void removeDatasource(String name) {
        ModelNode operation = datasource(name, "remove");
        operation.get("operation-headers", "allow-resource-service-restart").set(true);
        ask(operation, "WFLYCTL0216");
    }

    /** What an operator does by hand where a datasource does not recover. */
    public void flushDatasource(String name) {
        ask(datasource(name, "flush-all-connection-in-pool"), "");
    }

    /** An operation of WildFly's own on the pool of terafy.ear's adapter. */
    public String poolOperation(String name) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set(name);
        operation
                .get("address")
                .add("deployment", "terafy.ear")
                .add("subdeployment", "terafy-ra.rar")
                .add("subsystem", "resource-adapters")
                .add("ironjacamar", "ironjacamar")
                .add("resource-adapter", "terafy.ear#terafy-ra.rar")
                .add("connection-definitions", "java:/TerafyDS");
        return ask(operation, "").toString();
    }

    /**
     * A further pool of terafy.ear's adapter, bound at {@code java:/} and its name; runs when this returns.
     *
     * @param properties of the connection definition, beside its name
     */
    public void addPool(String name, Map<String, String> properties) {
        ModelNode adapter = pool(name, "add");
        adapter.get("archive").set("terafy.ear#terafy-ra.rar");
        adapter.get("transaction-support").set("LocalTransaction");
        ask(adapter, "");
        ModelNode definition = definition(name, "add");
        definition.get("class-name").set("com.terafy.ra.spi.TerafyManagedConnectionFactory");
        definition.get("jndi-name").set("java:/" + name);
        definition.get("tracking").set(false);
        definition.get("max-pool-size").set(1000);
        ask(definition, "");
        property(name, "poolName", name);
        properties.forEach((key, value) -> property(name, key, value));
        ask(pool(name, "activate"), "");
    }

    private void property(String pool, String name, String value) {
        ModelNode operation = definition(pool, "add");
        operation.get("address").add("config-properties", name);
        operation.get("value").set(value);
        ask(operation, "");
    }

    /** Has WildFly count what happens to the managed connections of a further pool. */
    public void countInPool(String name) {
        ModelNode operation = definition(name, "write-attribute");
        operation.get("address").add("statistics", "pool");
        operation.get("name").set("statistics-enabled");
        operation.get("value").set(true);
        ask(operation, "");
    }

    /** One of the counts of a further pool's managed connections, as {@code InUseCount}. */
    public int countInPool(String name, String count) {
        ModelNode operation = definition(name, "read-attribute");
        operation.get("address").add("statistics", "pool");
        operation.get("name").set(count);
        return ask(operation, "").asInt();
    }

    /** What the model has as a setting of a further pool's managed connections, as {@code max-pool-size}. */
    public int attributeOfPool(String name, String attribute) {
        ModelNode operation = definition(name, "read-attribute");
        operation.get("name").set(attribute);
        return ask(operation, "").asInt();
    }

    /** Removes it if it is there. */
    public void removePool(String name) {
        ModelNode operation = pool(name, "remove");
        operation.get("operation-headers", "allow-resource-service-restart").set(true);
        ask(operation, "WFLYCTL0216");
    }

    private static ModelNode pool(String name, String what) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set(what);
        operation.get("address").add("subsystem", "resource-adapters").add("resource-adapter", name);
        return operation;
    }

    private static ModelNode definition(String pool, String what) {
        ModelNode operation = pool(pool, what);
        operation.get("address").add("connection-definitions", pool);
        return operation;
    }

    /** The same for one of the Agroal subsystem. */
    public void flushAgroal(String name) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set("flush-all");
        operation.get("address").add("subsystem", "datasources-agroal").add("datasource", name);
        ask(operation, "");
    }

    /** Adds a datasource of WildFly's own that takes part in distributed transactions. */
    public void addXaDatasource(
            String jndiName, String driver, Map<String, String> properties, String user, String password) {
        ModelNode add = new ModelNode();
        add.get("operation").set("add");
        add.get("address").add("subsystem", "datasources").add("xa-data-source", "Other");
        add.get("jndi-name").set(jndiName);
        add.get("driver-name").set(driver);
        add.get("xa-datasource-class").set("org.postgresql.xa.PGXADataSource");
        add.get("user-name").set(user);
        add.get("password").set(password);
        ModelNode steps = new ModelNode();
        steps.get("operation").set("composite");
        steps.get("address").setEmptyList();
        steps.get("steps").add(add);
        properties.forEach((name, value) -> {
            ModelNode property = new ModelNode();
            property.get("operation").set("add");
            property.get("address")
                    .add("subsystem", "datasources")
                    .add("xa-data-source", "Other")
                    .add("xa-datasource-properties", name);
            property.get("value").set(value);
            steps.get("steps").add(property);
        });
        require(failure(OperationBuilder.create(steps).build()));
    }

    /** As {@link #flushDatasource}. */
    public void flushXaDatasource() {
        ask(xaDatasource("flush-all-connection-in-pool"), "");
    }

    public void removeXaDatasource() {
        ModelNode operation = xaDatasource("remove");
        operation.get("operation-headers", "allow-resource-service-restart").set(true);
        ask(operation, "WFLYCTL0216");
    }

    private static ModelNode xaDatasource(String what) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set(what);
        operation.get("address").add("subsystem", "datasources").add("xa-data-source", "Other");
        return operation;
    }

    private static ModelNode datasource(String name, String what) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set(what);
        operation.get("address").add("subsystem", "datasources").add("data-source", name);
        return operation;
    }

    /**
     * Whether the server closes what a component has forgotten to close, and reports it as an error; from the next
     * {@link #reload} on.
     */
    public void watchForgottenConnections(boolean watched) {
        for (String attribute : List.of("debug", "error")) {
            ModelNode operation = new ModelNode();
            operation.get("operation").set("write-attribute");
            operation
                    .get("address")
                    .add("subsystem", "jca")
                    .add("cached-connection-manager", "cached-connection-manager");
            operation.get("name").set(attribute);
            operation.get("value").set(watched);
            ask(operation, "");
        }
    }

    /** Starts the server's services anew, with the deployments; returns when it is up. */
    public void reload() {
        ModelNode operation = new ModelNode();
        operation.get("operation").set("reload");
        operation.get("address").setEmptyList();
        ask(operation, "");
        Awaiting.until("the server to be up again", this::isRunning);
    }

    private boolean isRunning() {
        ModelNode operation = new ModelNode();
        operation.get("operation").set("read-attribute");
        operation.get("address").setEmptyList();
        operation.get("name").set("server-state");
        try {
            return client.execute(operation).get("result").asString().equals("running");
        } catch (IOException goingDown) {
            return false;
        }
    }

    /** Whether the server takes X-Forwarded-Host and its like for what the client has asked; reloads the server. */
    public void believeForwardedAddresses(boolean believed) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set("write-attribute");
        operation
                .get("address")
                .add("subsystem", "undertow")
                .add("server", "default-server")
                .add("http-listener", "default");
        operation.get("name").set("proxy-address-forwarding");
        operation.get("value").set(believed);
        ask(operation, "");
        reload();
    }

    /** Reads the properties files with users and roles anew. */
    public void loadUsers() {
        ModelNode operation = at("subsystem", "elytron", "load");
        operation.get("address").add("properties-realm", "ApplicationRealm");
        ask(operation, "");
    }

    /** How many classes the server has loaded, after it has unloaded those that nobody needs. */
    public int loadedClasses() {
        ask(bean("memory", "gc"), "");
        ModelNode operation = bean("class-loading", "read-attribute");
        operation.get("name").set("loaded-class-count");
        return ask(operation, "").asInt();
    }

    private static ModelNode bean(String type, String what) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set(what);
        operation.get("address").add("core-service", "platform-mbean").add("type", type);
        return operation;
    }

    /** The server takes no requests any more, and its timers rest; {@link #resume} undoes it. */
    public void suspend() {
        ModelNode operation = new ModelNode();
        operation.get("operation").set("suspend");
        operation.get("address").setEmptyList();
        ask(operation, "");
    }

    /** Undoes {@link #suspend}. */
    public void resume() {
        ModelNode operation = new ModelNode();
        operation.get("operation").set("resume");
        operation.get("address").setEmptyList();
        ask(operation, "");
    }

    /** The names of all live threads of the server. */
    public List<String> threads() {
        ModelNode operation = bean("threading", "dump-all-threads");
        operation.get("locked-monitors").set(false);
        operation.get("locked-synchronizers").set(false);
        return ask(operation, "").asList().stream()
                .map(thread -> thread.get("thread-name").asString())
                .toList();
    }

    /** All that the management interface shows, runtime values included. */
    public String wholeModel() {
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
